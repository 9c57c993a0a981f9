"""The subject tokens (`pripid`) that the disclosure system hands out: kept until they expire, fetched once for all.

Concurrent asks about one subject share one search; a search that nobody waits for any more is cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from connectors.port import Errand, Unavailable, Unreadable
from schema.vocabulary.identifiers import SubjectId


@dataclass(frozen=True, slots=True)
class SubjectToken:
    """What opens the sections of one subject, until `ends_at`."""

    pripid: str
    node: str
    ends_at: datetime


Found: TypeAlias = SubjectToken | Unavailable | Unreadable | None
"""None: the agency does not know the subject."""

Search: TypeAlias = Callable[[SubjectId, Errand], Awaitable[Found]]


@dataclass(slots=True)
class _Flight:
    """One search under way, and how many wait for it."""

    task: asyncio.Task[Found]
    deadline: float
    waiting: int = field(default=0)


class TokenBook:
    """Tokens by subject. Safe for concurrent use within one event loop."""

    def __init__(self, search: Search, clock: Callable[[], datetime], *, capacity: int) -> None:
        self._search = search
        self._clock = clock
        self._capacity = capacity
        self._tokens: dict[SubjectId, SubjectToken] = {}
        self._flights: dict[SubjectId, _Flight] = {}

    async def token(self, subject: SubjectId, errand: Errand) -> Found:
        """The subject's token, searched for if there is none or it has expired."""
        while True:
            known = self._tokens.get(subject)
            if known is not None and self._clock() < known.ends_at:
                return known
            flight = self._flights.get(subject)
            if flight is None or flight.task.done():
                flight = self._take_off(subject, errand)
            found = await self._land(subject, flight)
            is_cut_short = asyncio.get_running_loop().time() >= flight.deadline < errand.deadline
            if not isinstance(found, Unavailable) or not is_cut_short:
                return found
            # Someone else's earlier deadline ended the search; this ask has longer.

    def forget(self, subject: SubjectId, token: SubjectToken) -> None:
        """Drop a token that the agency refused, unless a newer one has come meanwhile."""
        if self._tokens.get(subject) is token:
            del self._tokens[subject]

    def _take_off(self, subject: SubjectId, errand: Errand) -> _Flight:
        flight = _Flight(asyncio.ensure_future(self._fetch(subject, errand)), errand.deadline)
        self._flights[subject] = flight
        return flight

    async def _fetch(self, subject: SubjectId, errand: Errand) -> Found:
        found = await self._search(subject, errand)
        if isinstance(found, SubjectToken):
            self._tokens.pop(subject, None)
            if len(self._tokens) >= self._capacity:
                del self._tokens[next(iter(self._tokens))]
            self._tokens[subject] = found
        return found

    async def _land(self, subject: SubjectId, flight: _Flight) -> Found:
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if flight.waiting == 0:
                if self._flights.get(subject) is flight:
                    del self._flights[subject]
                flight.task.cancel()


def expiry(answered_at: datetime, life_s: float) -> datetime:
    """When to stop using a token: a tenth of its life before its end, so that none expires under way."""
    return answered_at + timedelta(seconds=life_s * 0.9)
