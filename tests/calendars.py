"""A calendar that tests write themselves, and due dates by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schema.vocabulary.working_days import DayKind, DueDate, Interval, Limit, Stopped, WorkingCalendar, due_on


@dataclass(frozen=True)
class Wall:
    """A calendar on a wall: weekends are off, but for what is noted on a day; nothing is printed past `known_until`."""

    noted: frozenset[date] = frozenset()
    known_until: date = date.max

    def kind_of(self, day: date, /) -> DayKind:
        if day > self.known_until:
            return DayKind.UNKNOWN
        return DayKind.OFF if (day.weekday() >= 5) != (day in self.noted) else DayKind.WORKING


PLAIN = Wall()


def due(start: date, limit: Limit, *suspended: Interval, calendar: WorkingCalendar = PLAIN) -> DueDate | Stopped:
    return due_on(start, limit, calendar=calendar, suspended=suspended)
