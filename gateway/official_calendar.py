"""The official calendar: the State Council's yearly notices, and what the operator has entered by hand since.

A notice is published each November for the year after; until then nobody knows which weekdays will be off and which
weekends will be worked. Nothing here guesses: what is not announced is off only where the law leaves no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from chinese_calendar import holidays, workdays

from schema.catalog.data_file import DataFile
from schema.vocabulary.working_days import DayKind

_STATUTORY: Final = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of the holidays with a fixed date, off in every year from 2025 on."""
_STATUTORY_DAYS: Final = 13
"""Holidays of a year from 2025 on (全国年节及纪念日放假办法, as revised in 2024). One on a weekend is made up for, any
other weekday off by a worked weekend; so in each year this many weekdays more are off than weekend days worked."""
_QUIET: Final = (((3, 10), (3, 20)), ((7, 10), (8, 23)), ((10, 23), (12, 17)))
"""Seasons more than two weeks away from any day on which a statutory holiday, lunar ones included, can fall. Notices
move weekends to make holidays longer, and since 2004 never from so far; so these weekends stay off. Others may be
worked: to take them for days off would have told one date in twenty too late, by up to six days."""
_LAST_CERTAIN: Final = (12, 28)
"""Month and day: the notice for a year may move the three days before it (2018-12-29 was worked, 2018-12-31 off)."""
_SATURDAY: Final = 5
_TOP: Final = frozenset({"entered_through", "day"})
_KEYS: Final = frozenset({"date", "is_working", "because"})


class CalendarFault(Exception):
    """The file of overrides cannot be used; `faults` says why, one `file:line: sentence` each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass(frozen=True, slots=True)
class OfficialCalendar:
    """Which days are worked; a `WorkingCalendar`."""

    listed: Mapping[date, DayKind]
    """Days that a notice names, and overridden ones."""
    known_from: date
    tables_until: date
    """Up to here the library's tables are whole."""
    known_until: date
    """Up to here the tables, or the operator's file after them, are whole."""

    def kind_of(self, day: date, /) -> DayKind:
        """What is known of this day: off or working if announced or beyond doubt, otherwise `UNKNOWN`."""
        listed = self.listed.get(day)
        if listed is not None:
            return listed
        if day < self.known_from:
            return DayKind.UNKNOWN
        month_day = (day.month, day.day)
        if day > self.tables_until and month_day in _STATUTORY:
            return DayKind.OFF
        is_weekend = day.weekday() >= _SATURDAY
        if day <= self.known_until:
            return DayKind.OFF if is_weekend else DayKind.WORKING
        is_certain = is_weekend and any(first <= month_day <= last for first, last in _QUIET)
        return DayKind.OFF if is_certain else DayKind.UNKNOWN


def load_calendar(overrides: Path | None = None) -> OfficialCalendar:
    """The library's tables, with the operator's file over them.

    Shape:   `[[day]]` tables with `date`, `is_working` and `because` (the notice); above them, if the notices of years
             that the library does not have yet are entered whole, `entered_through`: the last such year
    Errors:  CalendarFault with every fault at once
    """
    last_year = max(holidays).year
    listed = dict.fromkeys(holidays, DayKind.OFF) | dict.fromkeys(workdays, DayKind.WORKING)
    days, entered_through = _read(overrides, last_year) if overrides else ({}, last_year)
    return OfficialCalendar(
        listed={**listed, **days},
        known_from=date(min(holidays).year, 1, 1),
        tables_until=date(last_year, *_LAST_CERTAIN),
        known_until=date(max(last_year, entered_through), *_LAST_CERTAIN),
    )


def _read(path: Path, last_year: int) -> tuple[Mapping[date, DayKind], int]:
    """The days of the file, and the last year that it, or else the library's tables with `last_year`, holds whole."""
    try:
        file = DataFile.open(path)
    except OSError as error:
        raise CalendarFault([f"the calendar's overrides `{path}` cannot be read: {error.strerror}"]) from error
    table = {} if file.faults else file.parse()
    file.take(table, _TOP, "")
    days: dict[date, DayKind] = {}
    for number, row in enumerate(file.tables(table, "day")):
        day = _checked(file, number, row=row)
        if day is not None and day in days:
            _complain(file, number, f"`{day}` is entered twice", key="date")
        elif day is not None:
            days[day] = DayKind.WORKING if row.get("is_working") else DayKind.OFF
    entered_through = table.get("entered_through", last_year)
    if type(entered_through) is not int or not MINYEAR <= entered_through <= MAXYEAR:
        file.complain("`entered_through` must be a year", key="entered_through")
    elif not file.faults:  # a day that could not be read would be missed in its year
        _count(file, days, years=range(last_year + 1, entered_through + 1))
    if file.faults:
        raise CalendarFault(file.faults)
    return days, entered_through


def _checked(file: DataFile, number: int, *, row: Mapping[str, Any]) -> date | None:
    """The date of a row; None, with a fault, if it has none. Whatever else is wrong with the row is told as well."""
    for key in sorted(row.keys() - _KEYS):
        _complain(file, number, f"unknown key `{key}`", key=key)
    if not isinstance(row.get("is_working"), bool):
        _complain(file, number, "`is_working` must be true or false", key="is_working")
    because = row.get("because")
    if not isinstance(because, str) or not because.strip():
        _complain(file, number, "`because` must name the notice", key="because")
    day = row.get("date")
    if type(day) is not date:  # an hour is none, although Python calls it one
        _complain(file, number, "`date` must be a date", key="date")
        return None
    return day


def _count(file: DataFile, days: Mapping[date, DayKind], *, years: range) -> None:
    """Complain of the first year whose days are not a whole notice."""
    for year in years:
        entered = [(day.weekday() >= _SATURDAY, kind) for day, kind in days.items() if day.year == year]
        off = entered.count((False, DayKind.OFF)) - entered.count((True, DayKind.WORKING))
        if off != _STATUTORY_DAYS:
            what = f"weekdays off less worked weekend days are {off} in {year}, not {_STATUTORY_DAYS}"
            file.complain(f"{what}: the notice is not entered whole", key="entered_through")
            return


def _complain(file: DataFile, number: int, what: str, *, key: str = "") -> None:
    """Note a fault of the nth row, at its key if it has it, otherwise where the row begins."""
    starts = [match.start() for match in re.finditer(r"(?m)^[ \t]*\[\[[ \t]*day[ \t]*\]\]", file.text)]
    bounds = list(pairwise([*starts, len(file.text)]))
    start, end = bounds[number] if number < len(bounds) else (0, 0)
    found = re.compile(rf"(?m)^[ \t]*{re.escape(key)}\b").search(file.text, start, end) if key else None
    place = found.start() if found else start
    file.faults.append(f"{file.name}:{file.text.count(chr(10), 0, place) + 1}: {what}")
