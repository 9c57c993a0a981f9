"""What holds for every limit, suspension and calendar: no date is too early by the law or too late by what is known."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schema.vocabulary.periods import Term, ends_on
from schema.vocabulary.working_days import DayKind, DueDate, Interval, Limit, Stopped, WorkingDays
from tests.calendars import Wall, due
from tests.strategies import lawful

DAY = timedelta(days=1)
DAYS = st.dates(date(2026, 1, 1), date(2026, 4, 30))
COUNTS = st.integers(1, 25)
LIMITS: st.SearchStrategy[Limit] = st.one_of(
    COUNTS.map(WorkingDays), st.integers(1, 40).map(lambda days: Term(days=days)), st.just(Term(months=2))
)
CLOSED = st.tuples(DAYS, st.integers(0, 12)).map(lambda pair: Interval(pair[0], pair[0] + pair[1] * DAY))
ANY = st.lists(st.one_of(CLOSED, CLOSED, DAYS.map(Interval)), max_size=5)
CALENDARS = st.builds(
    Wall, noted=st.frozensets(DAYS, max_size=20), known_until=st.one_of(st.just(date(2027, 12, 31)), DAYS)
)
KNOWN = st.builds(Wall, noted=st.frozensets(DAYS, max_size=20))


def told(answer: DueDate | Stopped) -> date:
    """The day that was told; a limit that stands still ends after every other."""
    return answer.day if isinstance(answer, DueDate) else date.max


def suspends(suspended: list[Interval], day: date) -> bool:
    return any(one.first <= day and (one.last is None or day <= one.last) for one in suspended)


def day_by_day(start: date, limit: Limit, suspended: list[Interval], calendar: Wall) -> date:
    """The same, counted on the fingers; with intervals that are open, it gives up after two years."""
    count = limit.count if isinstance(limit, WorkingDays) else (ends_on(start, limit) - start).days
    for day in (start + passed * DAY for passed in range(1, 730)):
        is_off = calendar.kind_of(day) is DayKind.OFF
        if suspends(suspended, day) or (isinstance(limit, WorkingDays) and is_off):
            continue
        count -= 1
        if count <= 0 and not is_off:
            return day
    return date.max


@lawful(500)
@given(DAYS, LIMITS, ANY, CALENDARS)
def test_it_is_what_counting_on_the_fingers_gives(
    start: date, limit: Limit, suspended: list[Interval], calendar: Wall
) -> None:
    assert told(due(start, limit, *suspended, calendar=calendar)) == day_by_day(start, limit, suspended, calendar)


@lawful(200)
@given(DAYS, LIMITS, ANY, CALENDARS)
def test_no_limit_ends_on_its_first_day_or_a_day_off_or_while_suspended(
    start: date, limit: Limit, suspended: list[Interval], calendar: Wall
) -> None:
    match due(start, limit, *suspended, calendar=calendar):
        case DueDate(day):
            assert day > start
            assert calendar.kind_of(day) is not DayKind.OFF
            assert not suspends(suspended, day)
        case Stopped(since):
            assert any(one.last is None for one in suspended)
            assert suspends(suspended, since)


@lawful(200)
@given(DAYS, COUNTS, ANY, CALENDARS)
def test_a_longer_limit_ends_later(start: date, count: int, suspended: list[Interval], calendar: Wall) -> None:
    shorter = told(due(start, WorkingDays(count), *suspended, calendar=calendar))
    longer = told(due(start, WorkingDays(count + 1), *suspended, calendar=calendar))
    assert shorter < longer or shorter == longer == date.max


@lawful(200)
@given(DAYS, LIMITS, ANY, CLOSED, CALENDARS)
def test_suspending_once_more_never_makes_it_earlier(
    start: date, limit: Limit, suspended: list[Interval], more: Interval, calendar: Wall
) -> None:
    before = told(due(start, limit, *suspended, calendar=calendar))
    assert told(due(start, limit, *suspended, more, calendar=calendar)) >= before
    assert told(due(start, limit, *suspended, Interval(more.first), calendar=calendar)) >= before


@lawful(200)
@given(DAYS, LIMITS, ANY, CALENDARS, st.randoms(use_true_random=False))
def test_the_order_in_which_suspensions_are_told_changes_nothing(start, limit, suspended, calendar, random) -> None:
    shuffled = random.sample(suspended, len(suspended))
    answer = due(start, limit, *suspended, calendar=calendar)
    assert due(start, limit, *shuffled, *suspended, calendar=calendar) == answer


@lawful(200)
@given(DAYS, COUNTS, st.integers(1, 20), CALENDARS)
def test_what_is_suspended_from_the_start_runs_in_full_once_resumed(
    start: date, count: int, length: int, calendar: Wall
) -> None:
    last = start + length * DAY
    resumed = due(start, WorkingDays(count), Interval(start + DAY, last), calendar=calendar)
    assert resumed == due(last, WorkingDays(count), calendar=calendar)


@lawful(200)
@given(DAYS, LIMITS, ANY, KNOWN, DAYS)
def test_a_provisional_day_is_never_after_the_true_one(
    start: date, limit: Limit, suspended: list[Interval], true: Wall, known_until: date
) -> None:
    early = due(start, limit, *suspended, calendar=Wall(true.noted, known_until))
    late = due(start, limit, *suspended, calendar=true)
    assert told(early) <= told(late)
    if early != late:
        assert isinstance(early, DueDate)
        assert early.is_provisional
