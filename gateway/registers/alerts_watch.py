"""The look-out over the log: follows it by position, files alerts, and writes each into the log itself.

It stands in nobody's way: requests are answered long before. Every process may run one; a lease in the database lets
one at a time look, and another goes on where that one ended.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import orjson

from gateway.registers.alerts import AlertRegister, Lease
from gateway.registers.alerts_entry import FiledAlert, Progress
from gateway.registers.alerts_reading import logged_of
from gateway.registers.engine import RegisterFault
from gateway.registers.log import AuditUnwritable
from gateway.registers.log_entry import LoggedEntry, NewEntry, Placed
from policies.alerts import LookOut, Thresholds
from schema.vocabulary.alerts import Alert
from schema.vocabulary.working_days import WorkingCalendar

_LOG = logging.getLogger("creditgraph.alerts")
KIND: Final = "alert"
VERSION: Final = 1
_PORTION: Final = 200
"""Entries that are read at once."""
_TERMS_OF_LEASE: Final = 3
"""A lease lasts so many looks, and is renewed at each."""


class Log(Protocol):
    """The log, as far as the look-out needs it."""

    async def entries(self, after: int, first: int) -> Sequence[LoggedEntry]: ...

    async def of_request(self, request_id: str) -> Sequence[LoggedEntry]: ...

    async def append(self, entry: NewEntry) -> Placed: ...


@dataclass(frozen=True, slots=True)
class WatchTerms:
    """By what is looked."""

    thresholds: Thresholds
    jurisdiction: str
    calendar: WorkingCalendar
    every: timedelta = timedelta(seconds=2)


class AlertWatch:
    """One process's look-out.

    Shape:   nobody else appends through this `log`: an alert that stands there already spoils no other's commit
    """

    def __init__(self, log: Log, register: AlertRegister, terms: WatchTerms) -> None:
        self._log = log
        self._register = register
        self._terms = terms
        self._holder = secrets.token_hex(8)
        self._look_out: LookOut | None = None
        """What the rules remember; None while another process looks, and after a fault."""
        self._read = 0
        """Position up to which the rules have been told of the log."""
        self._cursor = 0
        """Position up to which what they raised is on file."""
        self._raised: list[Alert] = []
        """What is not on file yet."""
        self._is_over = False

    async def watch(self, hour: Callable[[], datetime]) -> None:
        """Look again and again, until cancelled; what fails is tried again the next time.

        A look under way is ended at its next step rather than inside a transaction, whose locks others wait for.
        """
        try:
            while True:
                looking = asyncio.create_task(self._one_look(hour()), name="look-out")
                try:
                    await asyncio.shield(looking)
                finally:
                    self._is_over = not looking.done()
                    await asyncio.wait([looking])
                await asyncio.sleep(self._terms.every.total_seconds())
        finally:
            with suppress(RegisterFault):
                await self._register.let_go(self._holder, hour())

    async def _one_look(self, now: datetime) -> None:
        with suppress(RegisterFault, AuditUnwritable):
            await self.look(now)

    async def look(self, now: datetime) -> bool:
        """Go through everything that is new; whether it was this process's turn.

        Errors:  RegisterFault, AuditUnwritable: what was filed before stays filed
        """
        try:
            progress = await self._register.hold(self._lease(now), now)
            if progress is None:
                self._look_out = None
                return False
            look_out = self._look_out
            if look_out is None or self._cursor != progress.cursor:
                look_out = self._look_out = await self._remembering(progress)
            is_ours = await self._follow(look_out, progress.needed_after, now)
            await self._announce(progress.announced)
        except BaseException:
            self._look_out = None
            raise
        return is_ours

    def _lease(self, now: datetime) -> Lease:
        return Lease(self._holder, now + _TERMS_OF_LEASE * self._terms.every)

    async def _remembering(self, progress: Progress) -> LookOut:
        """Rules that will be told again what they have to know of the past."""
        terms = self._terms
        raised = await self._register.resting_after(progress.needed_after)
        self._read, self._cursor, self._raised = progress.needed_after, progress.cursor, []
        return LookOut(terms.thresholds, terms.jurisdiction, calendar=terms.calendar, raised=raised)

    async def _follow(self, look_out: LookOut, needed_after: int, now: datetime) -> bool:
        """File what the entries raise that were not read yet, portion by portion; False once another one does so."""
        while not self._is_over and (entries := await self._log.entries(self._read, _PORTION)):
            self._raised += [alert for entry in entries for alert in _noted(look_out, entry)]
            self._read = entries[-1].position
            if self._read < self._cursor or (self._read == self._cursor and not self._raised):
                continue
            needed_after = max(needed_after, look_out.needed_after)
            after = Progress(self._read, needed_after, announced=0)
            if not await self._register.file(self._raised, self._lease(now), before=self._cursor, after=after, now=now):
                self._look_out = None
                return False
            self._cursor, self._raised = self._read, []
        return True

    async def _announce(self, announced: int) -> None:
        """Write the alerts that are on file into the log as well."""
        while new := await self._register.after(announced, first=_PORTION):
            for filed in new:
                if self._is_over:
                    return
                if filed.position is None:
                    await self._write(filed)
                announced = filed.number
                await self._register.announced(announced)

    async def _write(self, filed: FiledAlert) -> None:
        """Once: the database takes no second entry of this name, also from one who was broken off before he knew."""
        try:
            await self._log.append(entry_of(filed))
        except AuditUnwritable:
            if not await self._log.of_request(filed.name):
                raise


def _noted(look_out: LookOut, entry: LoggedEntry) -> Sequence[Alert]:
    """One entry that nobody can read keeps nobody from looking at the others."""
    try:
        logged = logged_of(entry)
    except RegisterFault as fault:
        _LOG.error("%s, and is passed over", fault)
        return ()
    return look_out.note(logged) if logged is not None else ()


def entry_of(filed: FiledAlert) -> NewEntry:
    """An alert as an entry of the log: whom, when and on which entries it rests; no subject."""
    alert = filed.alert
    text = {
        "v": VERSION,
        "kind": KIND,
        "id": filed.name,
        "at": filed.raised_at,
        "rule": alert.rule.value,
        "organisation": alert.who.organisation,
        "client": alert.who.client,
        "officer": alert.who.officer,
        "window": alert.window,
        "begins": alert.begins,
        "ends": alert.ends,
        "count": alert.count,
        "first": alert.first,
        "last": alert.last,
        "article": str(alert.article),
    }
    claims: Mapping[str, Any] = {"iat": int(filed.raised_at.timestamp()), "jti": filed.name}
    return NewEntry(filed.name, filed.raised_at, orjson.dumps(text), (), claims)
