"""The official calendar knows the notices and the operator's corrections, and says so where it knows nothing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.official_calendar import CalendarFault, OfficialCalendar, load_calendar
from schema.vocabulary.periods import Term
from schema.vocabulary.working_days import DayKind, DueDate, Limit, Stopped, WorkingDays, due_on
from tests.strategies import lawful

CALENDAR = load_calendar()
DAY = timedelta(days=1)
MADE_UP = {
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}
FIRST, LAST = date(2004, 1, 1), CALENDAR.known_until
NOTICE = 'because = "State Council notice"'


def days(first: date, last: date) -> list[date]:
    return [first + passed * DAY for passed in range((last - first).days + 1)]


def with_overrides(folder: Path, text: str) -> OfficialCalendar:
    path = folder / "calendar.toml"
    path.write_text(text, encoding="utf-8")
    return load_calendar(path)


def faults_of(folder: Path, text: str) -> list[str]:
    with pytest.raises(CalendarFault) as caught:
        with_overrides(folder, text)
    return list(caught.value.faults)


def entry(day: str, is_working: str = "false") -> str:
    return f"[[day]]\ndate = {day}\nis_working = {is_working}\n{NOTICE}\n"


def a_notice(*, without: str = "") -> str:
    """A notice for 2027 as it might be: 13 weekdays off more than weekend days worked."""
    off = "01-01 02-05 02-08 02-09 02-10 02-11 02-12 04-05 05-03 05-04 05-05 06-09 09-15"
    off += " 10-01 10-04 10-05 10-06 10-07"
    worked = "02-06 02-14 05-08 09-26 10-09"
    entered = [entry(f"2027-{day}") for day in off.split() if day != without]
    return "".join([*entered, *(entry(f"2027-{day}", "true") for day in worked.split() if day != without)])


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2025, 9, 29), 3, date(2025, 10, 10)),
        (date(2025, 9, 29), 5, date(2025, 10, 13)),
        (date(2025, 9, 29), 10, date(2025, 10, 20)),
        (date(2025, 1, 24), 7, date(2025, 2, 10)),
        (date(2026, 2, 12), 3, date(2026, 2, 24)),
    ],
)
def test_working_days_around_the_long_holidays(start: date, count: int, end: date) -> None:
    assert due_on(start, WorkingDays(count), calendar=CALENDAR) == DueDate(end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2025, 12, 31), date(2026, 2, 28)),  # a Saturday that was worked
        (date(2023, 12, 31), date(2024, 2, 29)),
        (date(2022, 12, 31), date(2023, 2, 28)),
        (date(2025, 12, 16), date(2026, 2, 24)),  # into the Spring Festival
        (date(2025, 8, 1), date(2025, 10, 9)),
    ],
)
def test_two_months_end_on_the_corresponding_day_or_after_the_holiday(start: date, end: date) -> None:
    assert due_on(start, Term(months=2), calendar=CALENDAR) == DueDate(end)


@pytest.mark.parametrize("year", MADE_UP)
def test_worked_weekends_are_those_of_the_notice(year: int) -> None:
    worked = [
        day.strftime("%m-%d")
        for day in days(date(year, 1, 1), date(year, 12, 28))
        if day.weekday() >= 5 and CALENDAR.kind_of(day) is DayKind.WORKING
    ]
    assert worked == MADE_UP[year].split()


def test_every_day_of_the_tables_is_what_the_library_says() -> None:
    for day in days(FIRST, LAST):
        assert (CALENDAR.kind_of(day) is DayKind.WORKING) == chinese_calendar.is_workday(day), day
        assert CALENDAR.kind_of(day) is not DayKind.UNKNOWN


def test_the_horizon_is_where_the_next_notice_can_reach() -> None:
    last_year = max(chinese_calendar.holidays).year
    assert date(last_year, 12, 28) == CALENDAR.known_until
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(date(last_year + 1, 1, 1))
    moved = {day for day in {*chinese_calendar.holidays, *chinese_calendar.workdays} if day.month == 12}
    assert min(day.day for day in moved) == 29


def test_the_last_year_of_the_library_is_a_whole_notice() -> None:
    year = max(chinese_calendar.holidays).year
    off = [day for day in chinese_calendar.holidays if day.year == year and day.weekday() < 5]
    assert len(off) - len([day for day in chinese_calendar.workdays if day.year == year]) == 13
    assert {name for day, name in chinese_calendar.holidays.items() if day.year == year} >= {
        "New Year's Day",
        "Spring Festival",
        "Tomb-sweeping Day",
        "Labour Day",
        "Dragon Boat Festival",
        "National Day",
        "Mid-autumn Festival",
    }


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2003, 12, 31), DayKind.UNKNOWN),
        (date(2003, 12, 28), DayKind.UNKNOWN),  # a Sunday, before the tables
        (date(2098, 12, 29), DayKind.UNKNOWN),
        (date(2099, 1, 1), DayKind.OFF),
        (date(2099, 5, 2), DayKind.OFF),
        (date(2099, 10, 3), DayKind.OFF),
        (date(2099, 4, 4), DayKind.UNKNOWN),  # Qingming may be the day after
        (date(2099, 7, 15), DayKind.UNKNOWN),  # a Wednesday; nobody has announced it
        (date(2099, 7, 18), DayKind.OFF),  # a Saturday in high summer
        (date(2099, 9, 26), DayKind.UNKNOWN),  # one before the National Day
    ],
)
def test_what_nobody_has_announced_is_off_only_beyond_doubt(day: date, kind: DayKind) -> None:
    assert CALENDAR.kind_of(day) is kind


def test_no_day_that_was_worked_would_have_been_beyond_doubt() -> None:
    blind = OfficialCalendar({}, FIRST, FIRST - DAY, FIRST - DAY)
    certain = [day for day in days(FIRST, LAST) if blind.kind_of(day) is DayKind.OFF]
    for day in certain:
        if day.year >= 2025 or (day.month, day.day) != (5, 2):  # 2 May is a holiday since 2025
            assert CALENDAR.kind_of(day) is DayKind.OFF, day
    assert sum(day.weekday() >= 5 for day in certain) > 700


LIMITS: st.SearchStrategy[Limit] = st.one_of(
    st.integers(1, 20).map(WorkingDays), st.integers(1, 6).map(lambda months: Term(months=months))
)


@lawful(200)
@given(st.dates(FIRST, date(2026, 5, 1)), LIMITS, st.integers(0, 200))
def test_before_the_notice_nobody_is_told_a_later_day_than_after_it(start: date, limit: Limit, ahead: int) -> None:
    until = start + ahead * DAY
    listed = {day: kind for day, kind in CALENDAR.listed.items() if day <= until}
    statutory = {date(year, 5, 2): DayKind.WORKING for year in range(2004, 2025) if date(year, 5, 2) > until}
    early = due_on(start, limit, calendar=OfficialCalendar(statutory | listed, FIRST, until, until))
    late = due_on(start, limit, calendar=CALENDAR)
    assert not isinstance(early, Stopped)
    assert not isinstance(late, Stopped)
    assert early.day <= late.day
    assert early == late or early.is_provisional


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        (date(2026, 12, 24), WorkingDays(2), DueDate(date(2026, 12, 28))),
        (date(2026, 12, 24), WorkingDays(3), DueDate(date(2026, 12, 29), is_provisional=True)),
        (date(2026, 12, 24), WorkingDays(8), DueDate(date(2027, 1, 4), is_provisional=True)),
        (date(2026, 11, 1), Term(months=2), DueDate(date(2027, 1, 2), is_provisional=True)),
    ],
)
def test_dates_beyond_the_horizon_are_provisional(start: date, limit: Limit, due: DueDate) -> None:
    known = OfficialCalendar(CALENDAR.listed, FIRST, date(2026, 12, 28), date(2026, 12, 28))
    assert due_on(start, limit, calendar=known) == due


# the operator's file


def test_an_override_wins_over_the_tables(tmp_path: Path) -> None:
    """As in 2020, when the Spring Festival was made longer after the notice."""
    calendar = with_overrides(tmp_path, entry("2026-02-24") + entry("2026-03-07", "true"))
    assert due_on(date(2026, 2, 12), WorkingDays(3), calendar=calendar) == DueDate(date(2026, 2, 25))
    assert calendar.kind_of(date(2026, 3, 7)) is DayKind.WORKING
    assert calendar.known_until == CALENDAR.known_until


def test_a_single_day_of_a_year_to_come_makes_no_other_known(tmp_path: Path) -> None:
    calendar = with_overrides(tmp_path, entry("2098-07-15") + entry("2098-07-18", "true"))
    assert calendar.kind_of(date(2098, 7, 15)) is DayKind.OFF
    assert calendar.kind_of(date(2098, 7, 18)) is DayKind.WORKING
    assert calendar.kind_of(date(2098, 7, 14)) is DayKind.UNKNOWN
    assert calendar.known_until == CALENDAR.known_until


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert with_overrides(tmp_path, "") == CALENDAR


def test_a_notice_entered_whole_moves_the_horizon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before_2027(monkeypatch)
    calendar = with_overrides(tmp_path, f"entered_through = 2027\n{a_notice()}")
    assert calendar.known_until == date(2027, 12, 28)
    assert due_on(date(2027, 9, 30), WorkingDays(2), calendar=calendar) == DueDate(date(2027, 10, 9))
    assert due_on(date(2026, 12, 24), WorkingDays(8), calendar=calendar) == DueDate(date(2027, 1, 6))
    assert calendar.kind_of(date(2027, 10, 2)) is DayKind.OFF
    assert calendar.kind_of(date(2027, 12, 29)) is DayKind.UNKNOWN


@pytest.mark.parametrize(("without", "count"), [("10-01", 12), ("10-09", 14), ("01-01", 12)])
def test_a_notice_with_a_day_missing_is_refused(
    tmp_path: Path, without: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_2027(monkeypatch)
    (fault,) = faults_of(tmp_path, f"\nentered_through = 2027\n{a_notice(without=without)}")
    sentence = f"weekdays off less worked weekend days are {count} in 2027, not 13: the notice is not entered whole"
    assert fault == f"calendar.toml:2: {sentence}"


def test_a_year_in_between_cannot_be_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before_2027(monkeypatch)
    faults = faults_of(tmp_path, f"entered_through = 2029\n{a_notice()}")
    assert len(faults) == 1
    assert "are 0 in 2028, not 13" in faults[0]


def test_years_that_the_library_has_by_now_are_not_counted(tmp_path: Path) -> None:
    assert with_overrides(tmp_path, "entered_through = 2025") == CALENDAR


def before_2027(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library as of 2026, also when a later one is installed."""
    for name in ("holidays", "workdays"):
        table = {day: why for day, why in getattr(chinese_calendar, name).items() if day.year < 2027}
        monkeypatch.setattr(f"gateway.official_calendar.{name}", table)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("day = ", "1: not TOML"),
        ("\nentered_to = 2027", "2: unknown key `entered_to`"),
        ("day = 1", "1: `day` must be a list of tables"),
        ("day = [1]", "1: `day` must be a list of tables"),
        ('\nentered_through = "2027"', "2: `entered_through` must be a year"),
        ("\nentered_through = true", "2: `entered_through` must be a year"),
        ("\nentered_through = 20277", "2: `entered_through` must be a year"),
        ("\n[[day]]\nis_working = true\n" + NOTICE, "2: `date` must be a date"),
        ('\n[[day]]\nis_working = true\ndate = "2026-03-07"\n' + NOTICE, "4: `date` must be a date"),
        ("\n[[day]]\ndate = 2026-03-07T00:00:00\nis_working = true\n" + NOTICE, "3: `date` must be a date"),
        ("\n[[day]]\ndate = 2026-03-07\n" + NOTICE, "2: `is_working` must be true or false"),
        ("\n[[day]]\ndate = 2026-03-07\nis_working = 1\n" + NOTICE, "4: `is_working` must be true or false"),
        ("\n[[day]]\ndate = 2026-03-07\nis_working = true", "2: `because` must name the notice"),
        ('\n[[day]]\ndate = 2026-03-07\nis_working = true\nbecause = " "', "5: `because` must name the notice"),
        (entry("2026-03-07") + "colour = 1\n", "5: unknown key `colour`"),
        (entry("2026-03-07") + "\n" + entry("2026-03-07", "true"), "7: `2026-03-07` is entered twice"),
        ("day = [{ date = 1, is_working = true, because = 'x' }]", "1: `date` must be a date"),
    ],
)
def test_a_file_with_one_mistake(tmp_path: Path, text: str, fault: str) -> None:
    faults = faults_of(tmp_path, text)
    assert len(faults) == 1
    assert faults[0].startswith(f"calendar.toml:{fault}")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = f"entered_through = 0\n[[day]]\n[[day]]\ndate = 2026-13-01\n{entry('2026-03-07')}"
    assert len(faults_of(tmp_path, text)) == 1  # not TOML
    assert faults_of(tmp_path, text.replace("2026-13-01", "20")) == [
        "calendar.toml:2: `is_working` must be true or false",
        "calendar.toml:2: `because` must name the notice",
        "calendar.toml:2: `date` must be a date",
        "calendar.toml:3: `is_working` must be true or false",
        "calendar.toml:3: `because` must name the notice",
        "calendar.toml:4: `date` must be a date",
        "calendar.toml:1: `entered_through` must be a year",
    ]


def test_a_file_that_nobody_can_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(CalendarFault, match="cannot be read: No such file"):
        load_calendar(tmp_path / "absent.toml")
    (tmp_path / "calendar.toml").write_bytes(b"\xff")
    with pytest.raises(CalendarFault, match="not UTF-8"):
        load_calendar(tmp_path / "calendar.toml")
