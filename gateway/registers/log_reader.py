"""Reads the log: entries, statements, and where subjects stand. What was dropped is passed over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.registers.engine import RegisterFault, register_errors
from gateway.registers.log_entry import Checkpoint, Head, LoggedEntry, Segment
from gateway.registers.log_table import CHECKPOINTS, ENTRIES, HEAD, SEGMENTS, SUBJECTS

_FIRST: Final = ENTRIES.alias("first_signed")
_ENTRY: Final = (
    ENTRIES.c.position,
    ENTRIES.c.segment,
    ENTRIES.c.idx,
    ENTRIES.c.request_id,
    ENTRIES.c.text,
    func.coalesce(_FIRST.c.signature, "") + "~" + ENTRIES.c.receipt,
)
_DROPPED: Final = select(SEGMENTS.c.segment).where(SEGMENTS.c.dropped_at.is_not(None))


class LogReader:
    """Reads by the register's pool, each method in one statement; raises RegisterFault."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def head(self) -> Head:
        """How far the log has come."""
        columns = (getattr(HEAD.c, name) for name in Head.__slots__)
        rows = await self._rows(select(*columns))
        if not rows:
            raise RegisterFault("the log has no head")
        return Head(*rows[0])

    async def entries(self, after: int, first: int) -> Sequence[LoggedEntry]:
        """At most `first` entries with positions above `after`, in order."""
        query = _entries().where(ENTRIES.c.position > after).order_by(ENTRIES.c.position).limit(first)
        return [LoggedEntry(*row) for row in await self._rows(query)]

    async def read(self, limit: int, before: int | None = None) -> Sequence[LoggedEntry]:
        """The latest entries, with positions below `before`, newest first."""
        query = _entries().order_by(ENTRIES.c.position.desc()).limit(limit)
        if before is not None:
            query = query.where(ENTRIES.c.position < before)
        return [LoggedEntry(*row) for row in await self._rows(query)]

    async def of_request(self, request_id: str) -> Sequence[LoggedEntry]:
        """The entries of one request, in order."""
        query = _entries().where(ENTRIES.c.request_id == request_id).order_by(ENTRIES.c.position)
        return [LoggedEntry(*row) for row in await self._rows(query)]

    async def of_subjects(
        self, digests: Collection[str], before: int | None = None, *, first: int
    ) -> Sequence[LoggedEntry]:
        """At most `first` entries about any of these, with positions below `before`, newest first."""
        places = select(SUBJECTS.c.position).where(SUBJECTS.c.subject.in_(sorted(digests))).distinct()
        if before is not None:
            places = places.where(SUBJECTS.c.position < before)
        query = _entries().where(ENTRIES.c.position.in_(places)).order_by(ENTRIES.c.position.desc()).limit(first)
        return [LoggedEntry(*row) for row in await self._rows(query)]

    async def checkpoints(self, after: int, first: int) -> Sequence[Checkpoint]:
        """At most `first` checkpoints with positions above `after`, in order."""
        query = (
            select(CHECKPOINTS.c.position, CHECKPOINTS.c.segment, CHECKPOINTS.c.statement)
            .where(CHECKPOINTS.c.position > after)
            .order_by(CHECKPOINTS.c.position)
            .limit(first)
        )
        return [Checkpoint(*row) for row in await self._rows(query)]

    async def segments(self) -> Sequence[Segment]:
        """All closed segments, in order, also the dropped ones."""
        query = select(*SEGMENTS.c).order_by(SEGMENTS.c.segment)
        return [Segment(*row) for row in await self._rows(query)]

    async def _rows(self, query: Select[Any]) -> Sequence[Any]:  # rows are told apart by their query alone
        with register_errors():
            async with self._engine.connect() as connection:
                rows: Sequence[Any] = (await connection.execute(query)).all()
                return rows


def _entries() -> Select[Any]:
    signed = ENTRIES.outerjoin(_FIRST, _FIRST.c.position == ENTRIES.c.signed)  # who took that away shall be found out
    return select(*_ENTRY).select_from(signed).where(ENTRIES.c.segment.not_in(_DROPPED))
