"""What subjects are told of the inquiries about them: the log's entries, less those that are lawfully withheld for now.

Article: Tianjin 39, Shanghai 34, Heilongjiang 35, Liaoning 35 (the right to know of the use of one's information)

What is withheld is as if it had never been: pages are filled up from older inquiries, totals count what is listed,
and nothing that is told depends on the position that an entry has in the log.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol

from gateway.registers.inquired import Inquired
from gateway.registers.withholding_entry import Selection, Selectors, Withholding
from schema.vocabulary.identifiers import SubjectId

LARGEST_READ: Final = 500
"""Entries that are read in one statement at most."""
_SLACK: Final = timedelta(days=1)
"""So much earlier than its neighbours in the log may an entry have arrived; it is written only when it is answered."""


class Log(Protocol):
    """The log, read for its subjects; `gateway.registers.log_reading.SubjectReader`."""

    async def inquiries(self, digests: Collection[str], *, before: int | None, first: int) -> Sequence[Inquired]: ...

    async def count(self, digests: Collection[str]) -> int: ...


class Keys(Protocol):
    """Under which digests a subject stands in the log; `gateway.registers.subject_keys.SubjectKeys`."""

    async def digests(self, subject: str) -> Sequence[tuple[str, str]]: ...


class Withheld(Protocol):
    """`gateway.registers.withholding.WithholdingRegister`."""

    async def in_force(self, today: date) -> Sequence[Withholding]: ...


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of calendar days of Asia/Shanghai, both ends included; None: open."""

    first: date | None = None
    last: date | None = None

    def hold(self, day: date) -> bool:
        """Whether the day is one of them."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def are_over_at(self, day: date) -> bool:
        """Whether everything that stands behind an inquiry of this day is too old."""
        return self.first is not None and day < self.first - _SLACK


ALL_DAYS: Final = Days()


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose inquiries are to be told, of which days, and on which day that is asked."""

    subject: SubjectId
    today: date
    days: Days = ALL_DAYS


@dataclass(frozen=True, slots=True)
class InquiryPage:
    """Some inquiries, newest first, and whether older ones follow."""

    entries: tuple[Inquired, ...]
    has_next: bool


class InquiryDesk:
    """Reads what a subject is told; whoever calls it has asked before who may. Raises RegisterFault."""

    def __init__(self, log: Log, keys: Keys, withheld: Withheld, selectors: Selectors) -> None:
        self._log = log
        self._keys = keys
        self._withheld = withheld
        self._selectors = selectors

    async def page(self, asking: Asking, *, before: int | None = None, first: int) -> InquiryPage:
        """At most `first` inquiries that are older in the log than `before`."""
        found: list[Inquired] = []
        async for one in self._told(asking, before=before, first=first + 1):
            found.append(one)
            if len(found) > first:
                return InquiryPage(tuple(found[:first]), has_next=True)
        return InquiryPage(tuple(found), has_next=False)

    async def total(self, asking: Asking) -> int:
        """How many inquiries all pages hold together."""
        if asking.days == ALL_DAYS and not await self._withheld.in_force(asking.today):
            return await self._log.count(await self._digests(asking.subject))
        told = self._told(asking, before=None, first=LARGEST_READ)
        return sum([1 async for _ in told])

    async def withheld(self, asking: Asking, *, first: int) -> Sequence[tuple[Inquired, bool]]:
        """The latest inquiries with those that are withheld, and which these are; for the operator alone."""
        kept_back = await self._kept_back(asking)
        found: list[tuple[Inquired, bool]] = []
        async for one in self._all(asking, before=None, first=first):
            found.append((one, self._is_kept_back(one, kept_back)))
            if len(found) == first:
                break
        return found

    async def _told(self, asking: Asking, *, before: int | None, first: int) -> AsyncIterator[Inquired]:
        kept_back = await self._kept_back(asking)
        async for one in self._all(asking, before=before, first=first):
            if not self._is_kept_back(one, kept_back):
                yield one

    async def _all(self, asking: Asking, *, before: int | None, first: int) -> AsyncIterator[Inquired]:
        """Every inquiry of these days, read in growing parts."""
        digests, size = await self._digests(asking.subject), min(first, LARGEST_READ)
        while digests:
            part = await self._log.inquiries(digests, before=before, first=size)
            for one in part:
                if asking.days.hold(one.day):
                    yield one
            if len(part) < size or all(asking.days.are_over_at(one.day) for one in part):
                return
            before, size = part[-1].position, min(2 * size, LARGEST_READ)

    async def _digests(self, subject: SubjectId) -> frozenset[str]:
        """In every period whose key is there; what was written under another one is found by nobody."""
        return frozenset(digest for _, digest in await self._keys.digests(str(subject)))

    async def _kept_back(self, asking: Asking) -> Sequence[Selection]:
        own = self._selectors.subject(str(asking.subject))
        in_force = await self._withheld.in_force(asking.today)
        return [one.selection for one in in_force if one.selection.subject in ("", own)]

    def _is_kept_back(self, one: Inquired, kept_back: Sequence[Selection]) -> bool:
        return any(selection.takes(one, self._selectors) for selection in kept_back)
