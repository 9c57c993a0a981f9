"""When a limit ends that the law counts in working days, months or years; which days are worked, a calendar says.

Beyond what is announced a due date is provisional: the earliest day that it can be, so whoever keeps to it is not late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

from schema.vocabulary.periods import Term, ends_on

_ONE_DAY: Final = timedelta(days=1)


class DayKind(StrEnum):
    """What a calendar knows of a day."""

    WORKING = "WORKING"
    OFF = "OFF"
    """Weekend or statutory holiday (法定休假日), and certain to be one."""
    UNKNOWN = "UNKNOWN"
    """Not announced yet."""


class WorkingCalendar(Protocol):
    """Which days are worked."""

    @property
    def known_until(self) -> date:
        """The last day up to which no day is unknown; when it moves on, provisional dates are computed anew."""

    def kind_of(self, day: date, /) -> DayKind:
        """What is known of this day; total, and `UNKNOWN` rather than a guess."""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A limit in working days (工作日); none at all means promptly, on the same day."""

    count: int

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("a limit in working days is never below zero")


PROMPTLY: Final = WorkingDays(0)
Limit: TypeAlias = WorkingDays | Term


@dataclass(frozen=True, slots=True)
class Interval:
    """Days on which the time of a limit does not run, the first and the last included; without a last, not resumed yet.

    Article: TJ 41, HL 39, LN 37: time for inspection, testing, quarantine, evaluation and expert review is not counted
    Errors:  ValueError if it ends before it begins
    """

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise ValueError("an interval may not end before it begins")


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day of a limit, which lasts until its end; the earliest possible one if it is provisional."""

    day: date
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class Stopped:
    """The limit has no date: its time does not run from this day on, and nobody has said until when."""

    since: date


def due_on(
    start: date, limit: Limit, *, calendar: WorkingCalendar, suspended: Iterable[Interval] = ()
) -> DueDate | Stopped:
    """When a limit ends that runs from `start`, which is itself not counted.

    Working days end with the nth. Months and years end on the corresponding day (`ends_on`), later by each suspended
    day, and on the next working day if that one is off. A limit of no time ends on `start`, whatever day that is.

    Article: Civil Code Art. 201-203
    Shape:   intervals in any order, overlapping or touching; those that end on `start` or before change nothing
    Errors:  TypeError for a start with an hour; OverflowError past the year 9999
    """
    if isinstance(start, datetime):
        raise TypeError("a limit runs from a day, not from an hour")
    if limit in (PROMPTLY, Term()):
        return DueDate(start)
    pauses = _merged(suspended)
    if isinstance(limit, WorkingDays):
        return _nth_worked(start, limit.count, calendar=calendar, pauses=pauses)
    landed = _landing(start, limit, pauses=pauses)
    return (
        landed if isinstance(landed, Stopped) else _nth_worked(landed - _ONE_DAY, 1, calendar=calendar, pauses=pauses)
    )


def _merged(suspended: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same days in order, in intervals that neither overlap nor touch; only the last can be open."""
    merged: list[Interval] = []
    for one in sorted(suspended, key=lambda interval: interval.first):
        before = merged[-1] if merged else None
        if before is None or (before.last is not None and (one.first - before.last).days > 1):
            merged.append(one)
        elif before.last is not None and (one.last is None or one.last > before.last):
            merged[-1] = Interval(before.first, one.last)
    return tuple(merged)


def _nth_worked(
    after: date, count: int, *, calendar: WorkingCalendar, pauses: tuple[Interval, ...]
) -> DueDate | Stopped:
    """The nth day after this one that is not off and on which time runs; an unknown day may be worked, so it counts."""
    is_provisional = False
    for day in _running(after, pauses):
        kind = calendar.kind_of(day)
        if kind is DayKind.OFF:
            continue
        is_provisional |= kind is DayKind.UNKNOWN
        count -= 1
        if not count:
            return DueDate(day, is_provisional)
    return Stopped(pauses[-1].first)


def _running(after: date, pauses: tuple[Interval, ...]) -> Iterator[date]:
    """The days after this one on which time runs; they end where an open pause begins."""
    day = after + _ONE_DAY
    for pause in pauses:
        while day < pause.first:
            yield day
            day += _ONE_DAY
        if pause.last is None:
            return
        day = max(day, pause.last + _ONE_DAY)
    while True:
        yield day
        day += _ONE_DAY


def _landing(start: date, term: Term, *, pauses: tuple[Interval, ...]) -> date | Stopped:
    """The last day of a term, later by each day that a pause takes from it; never inside a pause."""
    end = ends_on(start, term)
    for pause in pauses:
        if pause.first > end:
            break
        if pause.last is None:
            return Stopped(pause.first)
        if pause.last > start:
            end += pause.last - max(pause.first, start + _ONE_DAY) + _ONE_DAY
    return end
