"""What our books hold for a request: consents that its token carries, marks on records, and whether the caller
still is who it was taken for.

It is read anew for every request, because another process may have written something a moment ago; requests of
one turn of the loop share one statement, and while it is under way the next ones gather.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Engine, Row, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.registers.consents_entry import ConsentFile, PaperFault
from gateway.registers.engine import RegisterFault, create_tables, register_errors, take_turn
from gateway.registers.standing_entry import CallerChanged, FiledMark
from gateway.registers.standing_readers import reader_for
from gateway.registers.standing_table import (
    MARKS,
    STANDING,
    columns_of,
    mark_of,
    reading_marks,
    removing,
)
from gateway.registers.turns import Turns
from policies.evidence import Consent, ConsentUse, RecordMark, Standing
from schema.vocabulary.caller import Caller, CallerClass
from schema.vocabulary.identifiers import SubjectId

_LOG = logging.getLogger("creditgraph.registers")


Standings: TypeAlias = Mapping[SubjectId, Standing]


class KnownCallers(Protocol):
    """The register of callers as this process has read it."""

    @property
    def epoch(self) -> int:
        """The number of its last change."""

    async def fresh(self) -> object:
        """Read it again if it has changed."""

    def is_current(self, caller: Caller) -> bool:
        """Whether it would say the same of this caller now."""


@dataclass(frozen=True, slots=True)
class _Want:
    """What one request asks."""

    subjects: frozenset[SubjectId]
    caller: Caller
    now: datetime


@dataclass(slots=True)
class _Found:
    """What the statement has brought, sorted."""

    epoch: int = 0
    revoked: set[str] = field(default_factory=set)
    marks: dict[str, list[Row[Any]]] = field(default_factory=lambda: defaultdict(list))
    statements: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    uses: dict[tuple[str, str], int] = field(default_factory=dict)


class StandingRegister:
    """The book. `start` before anything is asked, `aclose` at the end."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        callers: KnownCallers | None = None,
        read: Callable[[Sequence[str]], ConsentFile] | None = None,
        patience_s: float = 5.0,
    ) -> None:
        self._engine = engine
        self._callers = callers
        self._papers = read
        self._book = reader_for(engine)
        self._patience_s = patience_s
        """Seconds that one statement may take before its requests are refused."""
        self._turns: Turns[_Want, Standings] = Turns(self._read, "the register of consents and marks")

    @property
    def reading_engine(self) -> Engine:
        """The engine whose connections read, for those who watch the database at work."""
        return self._book.engine

    async def start(self) -> None:
        """Create the table of marks if it is missing; raises RegisterFault.

        The statement also reads tables of the registers of callers, consents and slips, which create their own.
        """
        await create_tables(self._engine, STANDING, {})
        self._turns.open()

    async def aclose(self) -> None:
        """Answer who waits, then stop; later askings are refused."""
        await self._turns.aclose()
        await self._book.aclose()

    async def standing(self, subjects: Collection[SubjectId], caller: Caller, *, now: datetime) -> Standings:
        """What is on file about these subjects for this caller; without those about whom nothing is.

        Consents are those that the caller's token carries and that were given to the caller.

        Errors:  CallerChanged; RegisterFault, also when the register is not running or holds what cannot be read
        """
        return await self._turns.ask(_Want(frozenset(subjects), caller, now))

    async def file(self, entries: Sequence[FiledMark]) -> None:
        """File all marks or none; one with the identity of an earlier one takes its place.

        Errors:  RegisterFault
        """
        with register_errors():
            async with self._engine.connect() as connection:
                await take_turn(connection)
                for entry in entries:
                    await connection.execute(removing(entry))
                    await connection.execute(insert(MARKS), columns_of(entry))
                await connection.commit()

    async def filed(self, subject: SubjectId) -> Sequence[FiledMark]:
        """Every mark on file about one subject, in the order of filing.

        Errors:  RegisterFault
        """
        with register_errors():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(reading_marks(), {"subject": str(subject)})).all()
        return [_readable(row) for row in rows]

    async def _read(self, wants: Sequence[_Want]) -> Sequence[Standings | Exception]:
        wanted = {
            "subjects": {str(subject) for want in wants for subject in want.subjects},
            "consents": {name for want in wants for name in want.caller.consents},
            "names": {name for want in wants for name in want.caller.token_names},
        }
        with register_errors():
            async with asyncio.timeout(self._patience_s):
                found = _sorted(await self._book.read(wanted))
                if self._callers is not None and found.epoch != self._callers.epoch:
                    await self._callers.fresh()
        return [self._answer(want, found) for want in wants]

    def _answer(self, want: _Want, found: _Found) -> Standings | Exception:
        """What one request is told; rows that cannot be read refuse those whom they concern."""
        if not self._is_still(want.caller, found):
            return CallerChanged()
        try:
            return self._standings(want, found)
        except RegisterFault as fault:
            return fault

    def _is_still(self, caller: Caller, found: _Found) -> bool:
        if caller.caller_class is CallerClass.PUBLIC and not caller.client_id:
            return True
        is_known = self._callers is None or self._callers.is_current(caller)
        return is_known and caller.token_names.isdisjoint(found.revoked)

    def _standings(self, want: _Want, found: _Found) -> dict[SubjectId, Standing]:
        marks = {
            subject: frozenset(_readable(row).mark for row in found.marks[subject])
            for subject in want.subjects
            if subject in found.marks
        }
        consents: dict[SubjectId, dict[Consent, ConsentUse]] = defaultdict(dict)
        for name in want.caller.consents & found.statements.keys():
            file = self._file(name, found.statements[name])
            if file is not None and file.terms.subject in want.subjects and _is_grantee(want.caller, file):
                self._put(file, want.now, found, into=consents[file.terms.subject])
        return {subject: _standing(consents.get(subject, {}), marks.get(subject)) for subject in {*marks, *consents}}

    def _put(self, file: ConsentFile, now: datetime, found: _Found, *, into: dict[Consent, ConsentUse]) -> None:
        frequency = file.terms.frequency
        used = found.uses.get((file.consent_id, frequency.span(now.date())), 0) if frequency is not None else 0
        told = file.as_evidence(now, used_up=frequency is not None and used >= frequency.times)
        if told is not None:
            into[told] = ConsentUse(file.consent_id, frequency)

    def _file(self, name: str, statements: Mapping[int, str]) -> ConsentFile | None:
        """A consent whose papers were altered, or are another one's, is none; the operator is told."""
        if self._papers is None:
            return None
        with suppress(PaperFault):
            file = self._papers([statements[number] for number in sorted(statements)])
            if file.consent_id == name:
                return file
        _LOG.error("a consent on file has been altered and counts for nothing")
        return None


def _sorted(rows: Sequence[Row[Any]]) -> _Found:
    found = _Found()
    for row in rows:
        match row.what:
            case "mark":
                found.marks[row.key].append(row)
            case "consent":
                found.statements[row.key][row.number] = row.first
            case "use":
                found.uses[row.key, row.first] = row.number
            case "revoked":
                found.revoked.add(row.key)
            case _:
                found.epoch = row.number
    return found


def _is_grantee(caller: Caller, file: ConsentFile) -> bool:
    is_organisation = file.terms.organisation == caller.organisation
    return is_organisation and file.terms.client_id in ("", caller.client_id)


def _standing(consents: Mapping[Consent, ConsentUse], marks: frozenset[RecordMark] | None) -> Standing:
    return Standing(frozenset(consents), consents, marks or frozenset())


def _readable(row: Row[Any]) -> FiledMark:
    try:
        return mark_of(row)
    except (ValueError, TypeError) as error:
        raise RegisterFault("what is on file about a subject cannot be read") from error
