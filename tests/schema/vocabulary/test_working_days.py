"""Limits end as the Civil Code (Art. 201-203) says, stand still while suspended, and are never told too late."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from schema.vocabulary.periods import Term
from schema.vocabulary.working_days import PROMPTLY, DueDate, Interval, Limit, Stopped, WorkingDays
from tests.calendars import Wall, due

MONDAY = date(2026, 3, 2)


def at(day: int) -> date:
    """A day of March 2026, which begins on a Sunday."""
    return date(2026, 3, day)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (at(2), 1, at(3)),  # received on Monday: the end of Tuesday
        (at(6), 1, at(9)),  # on Friday: the end of Monday
        (at(7), 1, at(9)),  # on Saturday: the same
        (at(2), 5, at(9)),
        (at(2), 20, at(30)),
    ],
)
def test_the_first_working_day_is_the_one_after_the_start(start: date, count: int, end: date) -> None:
    assert due(start, WorkingDays(count)) == DueDate(end)


def test_a_worked_weekend_counts_and_a_weekday_off_does_not() -> None:
    calendar = Wall(frozenset({at(6), at(7)}))
    assert due(at(5), WorkingDays(1), calendar=calendar) == DueDate(at(7))
    assert due(at(5), WorkingDays(2), calendar=calendar) == DueDate(at(9))


@pytest.mark.parametrize("limit", [PROMPTLY, WorkingDays(0), Term()])
def test_promptly_is_the_same_day_whatever_day_it_is(limit: Limit) -> None:
    unread = Wall(known_until=date(2000, 1, 1))
    assert due(at(7), limit, Interval(at(1)), calendar=unread) == DueDate(at(7))


def test_no_limit_is_below_zero() -> None:
    with pytest.raises(ValueError, match="never below zero"):
        WorkingDays(-1)


@pytest.mark.parametrize(
    ("start", "term", "end"),
    [
        (date(2025, 12, 31), "P2M", date(2026, 3, 2)),  # 28 February is a Saturday
        (date(2023, 12, 31), "P2M", date(2024, 2, 29)),
        (date(2026, 1, 2), "P1M", date(2026, 2, 2)),
        (date(2026, 1, 7), "P1M", date(2026, 2, 9)),  # a Saturday
        (date(2026, 1, 7), "P31D", date(2026, 2, 9)),
        (date(2021, 3, 7), "P5Y", date(2026, 3, 9)),
    ],
)
def test_a_term_that_ends_on_a_day_off_ends_on_the_next_working_day(start: date, term: str, end: date) -> None:
    assert due(start, Term.parse(term)) == DueDate(end)


@pytest.mark.parametrize(
    ("suspended", "end"),
    [
        ([Interval(at(3), at(3))], at(6)),
        ([Interval(at(3), at(6))], at(11)),
        ([Interval(at(4), at(10))], at(12)),
        ([Interval(at(5), at(5))], at(6)),  # the last day itself
        ([Interval(at(6), at(20))], at(5)),  # the limit has ended before
        ([Interval(at(6))], at(5)),
        ([Interval(date(2026, 2, 1), at(2))], at(5)),  # resumed on the day of the start, which is not counted
        ([Interval(date(2026, 2, 1), at(3))], at(6)),
        ([Interval(at(3), at(4)), Interval(at(4), at(5))], at(10)),  # overlapping
        ([Interval(at(3), at(3)), Interval(at(4), at(4))], at(9)),  # touching
        ([Interval(at(3), at(9)), Interval(at(4), at(5))], at(12)),  # one inside the other
        ([Interval(at(5), at(5)), Interval(at(3), at(3))], at(9)),  # out of order
        ([Interval(at(3), at(3)), Interval(at(3), at(3))], at(6)),  # told twice
        ([Interval(at(7), at(8))], at(5)),
    ],
)
def test_suspended_days_are_not_counted(suspended: list[Interval], end: date) -> None:
    assert due(MONDAY, WorkingDays(3), *suspended) == DueDate(end)


@pytest.mark.parametrize(
    ("suspended", "end"),
    [
        ([Interval(at(10), at(12))], date(2026, 4, 6)),  # 2 April and three days: Sunday 5 April
        ([Interval(at(10), at(12)), Interval(at(12), at(13))], date(2026, 4, 6)),
        ([Interval(at(10), at(12)), Interval(date(2026, 4, 5), date(2026, 4, 5))], date(2026, 4, 6)),
        ([Interval(date(2026, 4, 2), date(2026, 4, 3))], date(2026, 4, 6)),  # Saturday 4 April
        ([Interval(date(2026, 4, 3), date(2026, 4, 9))], date(2026, 4, 2)),
        ([Interval(date(2026, 1, 1), at(2))], date(2026, 4, 2)),
        ([Interval(date(2026, 1, 1), at(3))], date(2026, 4, 3)),
        (
            [Interval(at(10), at(11)), Interval(date(2026, 4, 6), date(2026, 4, 7))],
            date(2026, 4, 8),
        ),  # past the weekend
    ],
)
def test_a_term_ends_later_by_each_suspended_day(suspended: list[Interval], end: date) -> None:
    assert due(MONDAY, Term(months=1), *suspended) == DueDate(end)


@pytest.mark.parametrize("limit", [WorkingDays(5), Term(days=7), Term(months=1)])
@pytest.mark.parametrize(
    ("suspended", "since"),
    [
        ([Interval(at(4))], at(4)),
        ([Interval(at(3), at(3)), Interval(at(4))], at(3)),  # it has stood still since then
        ([Interval(at(5)), Interval(at(6), at(6))], at(5)),
        ([Interval(at(9)), Interval(at(4))], at(4)),
        ([Interval(date(2026, 1, 1))], date(2026, 1, 1)),
    ],
)
def test_what_has_not_been_resumed_has_no_date(limit: Limit, suspended: list[Interval], since: date) -> None:
    assert due(MONDAY, limit, *suspended) == Stopped(since)


def test_a_term_whose_last_day_is_off_can_still_be_stopped_before_the_next_working_day() -> None:
    assert due(at(7), Term(days=7), Interval(at(15))) == Stopped(at(15))  # 14 March is a Saturday


def test_an_interval_that_ends_before_it_begins_is_none() -> None:
    with pytest.raises(ValueError, match="may not end before it begins"):
        Interval(at(5), at(4))


@pytest.mark.parametrize(
    ("limit", "suspended", "end", "is_provisional"),
    [
        (WorkingDays(4), [], at(6), False),
        (WorkingDays(5), [], at(7), True),  # a Saturday, as long as nobody has said that it is off
        (WorkingDays(4), [Interval(at(6), at(9))], at(10), True),
        (WorkingDays(3), [Interval(at(7), at(9))], at(5), False),
        (Term(days=4), [], at(6), False),
        (Term(days=5), [], at(7), True),
    ],
)
def test_beyond_what_is_known_the_earliest_possible_day_is_told(
    limit: Limit, suspended: list[Interval], end: date, *, is_provisional: bool
) -> None:
    assert due(MONDAY, limit, *suspended, calendar=Wall(known_until=at(6))) == DueDate(end, is_provisional)


def test_a_limit_runs_from_a_day() -> None:
    with pytest.raises(TypeError, match="not from an hour"):
        due(datetime(2026, 3, 2, 12), WorkingDays(1))  # noqa: DTZ001 - any hour is refused


@pytest.mark.parametrize("limit", [WorkingDays(400), Term(years=1), Term(days=400)])
def test_nothing_ends_after_the_calendar(limit: Limit) -> None:
    with pytest.raises(OverflowError):
        due(date(9999, 9, 9), limit)


def test_nothing_is_resumed_after_the_calendar() -> None:
    for limit in (WorkingDays(1), Term(days=1)):
        with pytest.raises(OverflowError):
            due(MONDAY, limit, Interval(at(3), date.max))
