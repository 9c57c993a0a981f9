"""The register of what stands about subjects: consents that they gave, and marks on their records.

It is read anew for every request, because another process may have filed something a moment ago; requests of
one turn of the loop share one statement, and while it is under way the next ones gather.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, Row, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.registers.engine import RegisterFault, create_tables, register_errors, take_turn
from gateway.registers.standing_entry import Filed, FiledConsent, FiledMark
from gateway.registers.standing_readers import reader_for
from gateway.registers.standing_table import CONSENTS, MARKS, STANDING, columns_of, filed_of, reading_one, removing
from policies.evidence import Standing
from schema.vocabulary.caller import Caller
from schema.vocabulary.identifiers import SubjectId

LARGEST_BATCH: Final = 256
"""Requests that share one statement at most."""


@dataclass(frozen=True, slots=True)
class _Want:
    """What one request waits for."""

    subjects: frozenset[SubjectId]
    caller: Caller
    answer: asyncio.Future[Mapping[SubjectId, Standing]]


class StandingRegister:
    """The book. `start` before anything is asked, `aclose` at the end."""

    def __init__(self, engine: AsyncEngine, *, patience_s: float = 5.0) -> None:
        self._engine = engine
        self._book = reader_for(engine)
        self._patience_s = patience_s
        """Seconds that one statement may take before its requests are refused."""
        self._waiting: list[_Want] = []
        self._reader: asyncio.Task[None] | None = None
        self._is_open = False

    @property
    def reading_engine(self) -> Engine:
        """The engine whose connections read, for those who watch the database at work."""
        return self._book.engine

    async def start(self) -> None:
        """Create the tables if they are missing; raises RegisterFault."""
        await create_tables(self._engine, STANDING, {})
        self._is_open = True

    async def aclose(self) -> None:
        """Answer who waits, then stop; later askings are refused."""
        self._is_open = False
        if self._reader is not None:
            await asyncio.wait([self._reader])
        await self._book.aclose()

    async def standing(self, subjects: Collection[SubjectId], caller: Caller) -> Mapping[SubjectId, Standing]:
        """What is on file about these subjects for this caller; without those about whom nothing is.

        Consents are those given to the caller's organisation or to its client id.

        Errors:  RegisterFault, also when the register is not running or holds what cannot be read
        """
        if not self._is_open:
            raise RegisterFault("the register of consents and marks is closed")
        want = _Want(frozenset(subjects), caller, asyncio.get_running_loop().create_future())
        self._waiting.append(want)
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read_waiting(), name="standing reader")
        return await want.answer

    async def file(self, entries: Sequence[Filed]) -> None:
        """File all entries or none; one with the identity of an earlier one takes its place.

        Errors:  RegisterFault
        """
        with register_errors():
            async with self._engine.connect() as connection:
                await take_turn(connection)
                for entry in entries:
                    await connection.execute(removing(entry))
                    table = MARKS if isinstance(entry, FiledMark) else CONSENTS
                    await connection.execute(insert(table), columns_of(entry))
                await connection.commit()

    async def filed(self, subject: SubjectId) -> Sequence[Filed]:
        """Everything on file about one subject: consents, then marks, each in the order of filing.

        Errors:  RegisterFault
        """
        with register_errors():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(reading_one(), {"subject": str(subject)})).all()
        return [_readable(row) for row in rows]

    async def _read_waiting(self) -> None:
        batch: Sequence[_Want] = ()
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
                await self._read([want for want in batch if not want.answer.done()])
        finally:  # nobody waits for a reader that has ended, whatever ended it
            _refuse([*batch, *self._waiting], RegisterFault("the reader has ended"))
            self._waiting = []

    async def _read(self, batch: Sequence[_Want]) -> None:
        if not batch:
            return
        wanted = {
            "subjects": {str(subject) for want in batch for subject in want.subjects},
            "organisations": {want.caller.organisation for want in batch},
            "client_ids": {want.caller.client_id for want in batch},
        }
        try:
            with register_errors():
                async with asyncio.timeout(self._patience_s):
                    rows = await self._book.read(wanted)
        except RegisterFault as fault:
            _refuse(batch, fault)
            return
        by_subject: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in rows:
            by_subject[row.subject].append(row)
        for want in batch:
            _answer(want, by_subject)


def _answer(want: _Want, by_subject: Mapping[str, Sequence[Row[Any]]]) -> None:
    """Tell one request what is its own; rows that cannot be read refuse those whom they concern."""
    if want.answer.done():
        return
    try:
        found = {
            subject: _standing([_readable(row) for row in by_subject[subject] if _concerns(row, want.caller)])
            for subject in want.subjects
            if subject in by_subject
        }
    except RegisterFault as fault:
        want.answer.set_exception(fault)
    else:
        want.answer.set_result(found)


def _concerns(row: Row[Any], caller: Caller) -> bool:
    """Marks concern everybody, a consent those to whom it was given."""
    if row.is_mark:
        return True
    if row.organisation:
        return bool(row.organisation == caller.organisation)
    return bool(row.client_id and row.client_id == caller.client_id)


def _standing(filed: Sequence[Filed]) -> Standing:
    return Standing(
        frozenset(entry.consent for entry in filed if isinstance(entry, FiledConsent)),
        marks=frozenset(entry.mark for entry in filed if isinstance(entry, FiledMark)),
    )


def _readable(row: Row[Any]) -> Filed:
    try:
        return filed_of(row)
    except (ValueError, TypeError) as error:
        raise RegisterFault("what is on file about a subject cannot be read") from error


def _refuse(batch: Sequence[_Want], cause: Exception) -> None:
    for want in batch:
        if not want.answer.done():
            fault = RegisterFault(str(cause))
            fault.__cause__ = cause
            want.answer.set_exception(fault)
