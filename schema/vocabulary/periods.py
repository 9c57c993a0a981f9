"""Calendar dates and the terms that run from them; the only date arithmetic of the house.

Dates travel as ISO 8601 text (`YYYY-MM-DD`), which sorts as time does.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_TERM = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?")


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time in whole years, months and days (ISO 8601 duration, dates only)."""

    years: int = 0
    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Term:
        """Read `P5Y`, `P3M`, `P20D`; raises ValueError for anything else, and for an empty term."""
        match = _TERM.fullmatch(text)
        if match is None or not any(match.groups()):
            raise ValueError("a term is written like P5Y, P3M or P20D")
        years, months, days = (int(group or 0) for group in match.groups())
        return cls(years, months, days)

    def __str__(self) -> str:
        parts = ((self.years, "Y"), (self.months, "M"), (self.days, "D"))
        return "P" + "".join(f"{count}{unit}" for count, unit in parts if count)


def ends_on(start: date, term: Term) -> date:
    """The last day of a term that runs from `start`, which is itself not counted.

    Months and years end on the corresponding day, or on the last day of a shorter month.

    Article: Civil Code Art. 201-202
    Errors:  OverflowError past the year 9999
    """
    month_index = start.year * 12 + start.month - 1 + term.years * 12 + term.months
    year, month = divmod(month_index, 12)
    if year > 9999:
        raise OverflowError("a term may not end after the year 9999")
    day = start.day if start.day <= 28 else min(start.day, calendar.monthrange(year, month + 1)[1])
    landed = date(year, month + 1, day)
    if not term.days:
        return landed
    try:
        return date.fromordinal(landed.toordinal() + term.days)
    except ValueError as past_the_calendar:
        raise OverflowError("a term may not end after the year 9999") from past_the_calendar


def has_ended(start: str, term: Term, today: date) -> bool:
    """Whether a term that runs from this day is over today; its last day is not over yet.

    Shape:   `start` as `YYYY-MM-DD`; a day that nobody can read has ended the term, and a term past the calendar has
             not ended yet
    """
    try:
        return ends_on(date.fromisoformat(start), term) < today
    except OverflowError:
        return False
    except ValueError:
        return True
