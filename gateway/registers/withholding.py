"""The register of withholdings: which inquiries their subjects are not told of yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.registers.engine import create_tables, register_errors
from gateway.registers.withholding_entry import Withholding
from gateway.registers.withholding_table import (
    TRIGGERS,
    WITHHOLDING,
    WITHHOLDINGS,
    columns_of,
    withholding_of,
)

_W = WITHHOLDINGS.c


class WithholdingRegister:
    """The book; `start` before anything else. Every method raises RegisterFault."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def start(self) -> None:
        """Create the table if it is missing."""
        await create_tables(self._engine, WITHHOLDING, TRIGGERS)

    async def file(self, one: Withholding) -> None:
        """Add one; it acts from the next list on, in every process."""
        with register_errors():
            async with self._engine.begin() as connection:
                await connection.execute(insert(WITHHOLDINGS), columns_of(one))

    async def lift(self, withholding_id: str, *, by: str, at: datetime) -> bool:
        """End one before its time; whether there was one that nobody had lifted."""
        is_meant = (_W.id == withholding_id) & _W.lifted_at.is_(None)
        with register_errors():
            async with self._engine.begin() as connection:
                done = await connection.execute(update(WITHHOLDINGS).where(is_meant).values(lifted_at=at, lifted_by=by))
        return bool(done.rowcount)

    async def in_force(self, today: date) -> Sequence[Withholding]:
        """Those that keep something back on this day."""
        return await self._found(select(WITHHOLDINGS).where(_W.until >= today, _W.lifted_at.is_(None)))

    async def listed(self) -> Sequence[Withholding]:
        """All of them, the one that was filed last first."""
        return await self._found(select(WITHHOLDINGS).order_by(_W.filed_at.desc(), _W.id))

    async def _found(self, query: Select[Any]) -> Sequence[Withholding]:
        with register_errors():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(query)).all()
        return [withholding_of(row) for row in rows]
