"""Rules of alerts: each at its edge, and laws over made-up logs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.alerts import ARTICLES, HOUSE_RULE, OF_AN_HOUR, LookOut, Thresholds
from policies.logged import Logged
from schema.vocabulary.alerts import AlertRule, Watched
from tests.calendars import PLAIN, Wall

NOON = datetime.fromisoformat("2026-06-01T12:00:00+08:00")  # a Monday
TERMS = Thresholds(
    client_subjects_hour=5,
    officer_subjects_hour=3,
    client_subjects_day=7,
    officer_subjects_day=4,
    refusals_hour=3,
    refused_share=0.5,
    out_of_hours_day=2,
    no_case_day=2,
    enumeration_day=1,
    quota_day=2,
    used_up_day=2,
    revoked_day=1,
    opens=time(8),
    closes=time(18),
)
NEVER = replace(
    TERMS,
    client_subjects_hour=10**9,
    officer_subjects_hour=10**9,
    client_subjects_day=10**9,
    officer_subjects_day=10**9,
)
CLIENT = Watched("bank", "bank-1")
OFFICER = Watched("organ", officer="o-7")


def by_client(position=1, *, at=NOON, subjects=(), **facts) -> Logged:
    return Logged(position, at, "bank", "bank-1", "", frozenset(subjects), **facts)


def by_officer(position=1, *, at=NOON, subjects=(), **facts) -> Logged:
    return Logged(
        position, at, "organ", "organ-1", "o-7", frozenset(subjects), **{"names_case": True, "asked": 1, **facts}
    )


def look_out(terms=TERMS, *, jurisdiction="TJ", calendar=PLAIN, raised=()) -> LookOut:
    return LookOut(terms, jurisdiction, calendar=calendar, raised=raised)


def raised_by(entries, terms=TERMS, **options):
    look = look_out(terms, **options)
    return [alert for entry in entries for alert in look.note(entry)]


def rules_of(alerts):
    return [alert.rule for alert in alerts]


def test_every_rule_has_its_articles_or_is_of_the_house():
    assert ARTICLES.keys() == set(AlertRule)
    (alert,) = raised_by([by_client(fault="ENUMERATION_STOPPED")])
    assert str(alert.article) == "TJ 22(1)"
    (alert,) = raised_by([by_client(fault="ENUMERATION_STOPPED")], jurisdiction="SH")
    assert str(alert.article) == "SH 20(1)"
    (alert,) = raised_by([by_client(fault="ENUMERATION_STOPPED")], jurisdiction="LN")
    assert alert.article == HOUSE_RULE


def an_hour_of(count, *, minutes=0):
    return [by_client(n, at=NOON + timedelta(minutes=minutes * n), subjects=[f"s{n}"]) for n in range(1, count + 1)]


def test_many_subjects_within_an_hour_are_told_with_the_entries_they_rest_on():
    (alert,) = raised_by(an_hour_of(5, minutes=10))
    assert (alert.rule, alert.who, alert.count) == (AlertRule.BULK_LOOKUPS, CLIENT, 5)
    assert (alert.first, alert.last, alert.window) == (1, 5, "1")
    assert (alert.begins, alert.ends) == (NOON + timedelta(minutes=10), NOON + timedelta(minutes=50))


def test_one_subject_fewer_is_nothing():
    assert raised_by(an_hour_of(4)) == []


def test_the_same_subject_again_is_one_subject():
    assert raised_by(by_client(n, subjects=["s", "t"]) for n in range(1, 50)) == []


@pytest.mark.parametrize(
    ("apart", "is_raised"), [(timedelta(hours=1), False), (timedelta(hours=1, microseconds=-1), True)]
)
def test_what_is_an_hour_old_no_longer_counts(apart, is_raised):
    entries = [by_client(1, subjects="abcd"), by_client(2, at=NOON + apart, subjects="e")]
    assert rules_of(raised_by(entries)) == [AlertRule.BULK_LOOKUPS] * is_raised


def test_what_was_asked_again_counts_from_then_on():
    late = NOON + timedelta(minutes=59)
    entries = [
        by_client(1, subjects="ab"),
        by_client(2, at=late, subjects="a"),
        by_client(3, at=late + timedelta(minutes=5), subjects="cde"),
    ]
    assert raised_by(entries) == []
    assert rules_of(raised_by([*entries, by_client(4, at=late + timedelta(minutes=6), subjects="f")])) == [
        AlertRule.BULK_LOOKUPS
    ]


def test_an_entry_whose_hour_is_a_little_earlier_counts_as_well():
    entries = [by_client(1, at=NOON, subjects="ab"), by_client(2, at=NOON - timedelta(seconds=3), subjects="bcd")]
    entries.append(by_client(3, at=NOON + timedelta(minutes=60) - timedelta(seconds=2), subjects="ef"))
    assert raised_by(entries) == []  # c and d are over by then: a, b, e, f
    terms = replace(TERMS, client_subjects_day=99)
    (alert,) = raised_by([*entries, by_client(4, at=NOON + timedelta(minutes=59, seconds=59), subjects="g")], terms)
    assert (alert.count, alert.first, alert.begins) == (5, 1, NOON)


def test_after_an_alert_of_an_hour_it_is_counted_anew():
    alerts = raised_by((by_client(n, subjects=[f"s{n}"]) for n in range(1, 11)), replace(TERMS, client_subjects_day=99))
    assert [(alert.first, alert.last) for alert in alerts] == [(1, 5), (6, 10)]


def test_an_officer_is_looked_at_whichever_client_it_asks_through():
    entries = [replace(by_officer(n, subjects=[f"s{n}"]), client=f"organ-{n}") for n in range(1, 4)]
    (alert,) = raised_by(entries)
    assert (alert.rule, alert.who) == (AlertRule.BULK_LOOKUPS, OFFICER)


def test_many_subjects_of_a_day_are_told_once_a_day():
    apart = timedelta(hours=1)
    entries = [by_client(n, at=NOON.replace(hour=0) + n * apart, subjects=[f"s{n}"]) for n in range(1, 20)]
    (alert,) = raised_by(entries)
    assert (alert.rule, alert.count, alert.last, alert.window) == (AlertRule.MANY_SUBJECTS, 7, 7, "2026-06-01")


def test_a_day_ends_at_midnight_in_shanghai():
    late, early = NOON.replace(hour=23, minute=59), NOON.replace(hour=0) + timedelta(days=1)
    terms = replace(NEVER, client_subjects_day=4)
    assert raised_by([by_client(1, at=late, subjects="abc"), by_client(2, at=early, subjects="d")], terms) == []
    assert len(raised_by([by_client(1, at=late, subjects="abc"), by_client(2, at=late, subjects="d")], terms)) == 1


def test_the_public_has_no_numbers_but_its_stops_are_told():
    public = Logged(1, NOON, "", "", "", frozenset("abcdefghij"), fault="QUOTA_EXCEEDED")
    (alert,) = raised_by([public, replace(public, position=2)])
    assert (alert.rule, alert.who) == (AlertRule.QUOTA_EXCEEDED, Watched(""))


@pytest.mark.parametrize(
    ("at", "calendar", "is_worked"),
    [
        (time(8), PLAIN, True),
        (time(7, 59, 59), PLAIN, False),
        (time(17, 59, 59), PLAIN, True),
        (time(18), PLAIN, False),
        (time(12), Wall(frozenset({NOON.date()})), False),  # a holiday
        (time(12), Wall(known_until=date(2025, 12, 31)), True),  # nobody knows
    ],
)
def test_working_hours(at, calendar, is_worked):
    moment = datetime.combine(NOON.date(), at, NOON.tzinfo)
    alerts = raised_by([by_officer(1, at=moment), by_officer(2, at=moment)], calendar=calendar)
    assert rules_of(alerts) == [AlertRule.OUT_OF_HOURS] * (not is_worked)


def test_a_system_may_ask_at_night_and_an_officer_may_look_around_then():
    night = NOON.replace(hour=3)
    assert raised_by([by_client(1, at=night, asked=4), by_client(2, at=night, asked=4)]) == []
    assert raised_by([by_officer(1, at=night, asked=0), by_officer(2, at=night, asked=0)]) == []


@pytest.mark.parametrize(
    ("facts", "is_raised"),
    [
        ({"states_purpose": True, "names_case": False}, True),
        ({"states_purpose": True, "names_case": True}, False),
        ({"states_purpose": False, "names_case": False}, False),
        ({"states_purpose": True, "names_case": False, "asked": 0, "fault": "CASE_REFERENCE_REQUIRED"}, False),
    ],
)
def test_an_officer_names_its_case(facts, is_raised):
    alerts = raised_by([by_officer(1, **facts), by_officer(2, **facts)])
    assert rules_of(alerts) == [AlertRule.NO_CASE_REFERENCE] * is_raised
    assert all((alert.count, alert.first, alert.last) == (2, 1, 2) for alert in alerts)


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("ENUMERATION_STOPPED", AlertRule.ENUMERATION_STOPPED),
        ("QUOTA_EXCEEDED", AlertRule.QUOTA_EXCEEDED),
        ("UNAUTHENTICATED", AlertRule.REVOKED_TOKEN),
    ],
)
def test_faults_that_are_told(fault, rule):
    alerts = raised_by([by_client(1, fault=fault), by_client(2, fault=fault)])
    assert rules_of(alerts) == [rule]
    assert alerts[0].who == CLIENT


def test_who_has_presented_nothing_has_no_revoked_token():
    assert raised_by([Logged(1, NOON, "", "", "", fault="UNAUTHENTICATED")]) == []


def test_a_consent_that_is_used_up():
    (alert,) = raised_by([by_client(n, is_used_up=True) for n in (1, 2, 3)])
    assert (alert.rule, alert.count, alert.article) == (AlertRule.CONSENT_USED_UP, 2, HOUSE_RULE)


@pytest.mark.parametrize(
    ("refused", "served", "is_raised"),
    [(3, 3, True), (3, 4, False), (2, 0, False), (4, 4, True), (0, 9, False)],
)
def test_many_refusals_are_a_number_and_a_share(refused, served, is_raised):
    entries = [by_client(n + 1, asked=2) for n in range(served)]
    entries += [by_client(served + n + 1, asked=2, withheld=1) for n in range(refused)]
    assert rules_of(raised_by(entries)[:1]) == [AlertRule.MANY_REFUSALS] * is_raised


@pytest.mark.parametrize(("apart", "is_raised"), [(3600, False), (3599, True)])
def test_refusals_of_an_hour_ago_no_longer_count(apart, is_raised):
    entries = [by_client(n, fault="TOO_COSTLY") for n in (1, 2)]
    entries += [by_client(3, at=NOON + timedelta(seconds=apart), fault="TOO_COSTLY")]
    assert rules_of(raised_by(entries)) == [AlertRule.MANY_REFUSALS] * is_raised


def test_a_refusal_that_was_written_late_counts_by_its_own_second():
    entries = [
        by_client(1, at=NOON + timedelta(seconds=5), fault="TOO_COSTLY"),
        by_client(2, at=NOON, fault="TOO_COSTLY"),
        by_client(3, at=NOON + timedelta(seconds=3601), fault="TOO_COSTLY"),
    ]
    assert raised_by(entries) == []
    (alert,) = raised_by([*entries, by_client(4, at=NOON + timedelta(seconds=3602), fault="TOO_COSTLY")])
    assert (alert.count, alert.first) == (3, 1)


def test_refusals_count_within_sixty_minutes_that_move_along():
    entries = [by_client(n, at=NOON + timedelta(minutes=31 * n), fault="TOO_COSTLY") for n in range(1, 6)]
    assert raised_by(entries) == []


@pytest.mark.parametrize(
    ("logged", "is_refused"),
    [
        (by_client(fault="QUOTA_EXCEEDED"), True),
        (by_client(fault="CALLER_LEFT", asked=3, withheld=3), False),
        (by_client(asked=4, withheld=1), False),
        (by_client(asked=4, withheld=2), True),
        (by_client(), False),
    ],
)
def test_what_counts_as_refused(logged, is_refused):
    assert logged.is_refused is is_refused


def test_with_time_everything_is_let_go():
    look = look_out()
    look.note(by_officer(1, at=NOON, subjects="ab"))
    assert look.needed_after == 0
    look.note(by_officer(2, at=NOON.replace(hour=0, minute=30) + timedelta(days=1), subjects="c"))
    assert look.needed_after == 0  # less than an hour into the day
    look.note(by_officer(3, at=NOON.replace(hour=1, minute=30) + timedelta(days=1), subjects="d"))
    assert look.needed_after == 1


def test_at_the_start_nothing_is_needed():
    assert look_out().needed_after == 0


def test_what_is_on_file_is_not_raised_again():
    alerts = raised_by([*an_hour_of(5), by_client(6, fault="ENUMERATION_STOPPED")])
    again = look_out(replace(TERMS, client_subjects_day=99), raised=alerts)
    noted = [*an_hour_of(5), by_client(6, fault="ENUMERATION_STOPPED")]
    noted += [by_client(n, subjects=[f"t{n}"]) for n in range(7, 12)]
    (new,) = [alert for entry in noted for alert in again.note(entry)]
    assert (new.rule, new.first, new.last) == (AlertRule.BULK_LOOKUPS, 7, 11)


HOURS = st.integers(0, 40 * 3600).map(lambda seconds: NOON + timedelta(seconds=seconds))
FACTS = st.fixed_dictionaries(
    {
        "organisation": st.sampled_from(("bank", "organ")),
        "client": st.sampled_from(("", "c-1", "c-2")),
        "officer": st.sampled_from(("", "", "o-7")),
        "subjects": st.frozensets(st.sampled_from("abcdefgh"), max_size=3),
        "states_purpose": st.booleans(),
        "names_case": st.booleans(),
        "fault": st.sampled_from(("", "", "QUOTA_EXCEEDED", "ENUMERATION_STOPPED", "UNAUTHENTICATED", "INTERNAL")),
        "asked": st.integers(0, 3),
        "withheld": st.integers(0, 2),
        "is_used_up": st.booleans(),
    }
)


@st.composite
def logs(draw):
    hours = sorted(draw(st.lists(HOURS, max_size=60)))
    jitter = [timedelta(seconds=draw(st.integers(0, 4))) for _ in hours]
    return [
        Logged(position, at - late, **draw(FACTS))
        for position, (at, late) in enumerate(zip(hours, jitter, strict=True), start=1)
    ]


@given(logs())
def test_an_alert_is_there_once_by_rule_person_and_window(entries):
    alerts = raised_by(entries)
    assert max(Counter((alert.rule, alert.who, alert.window) for alert in alerts).values(), default=1) == 1
    for alert in alerts:
        assert 1 <= alert.first <= alert.last <= len(entries)
        assert alert.ends - alert.begins < timedelta(hours=24, seconds=10)
        if alert.rule in OF_AN_HOUR:
            assert alert.ends - alert.begins <= timedelta(hours=1, seconds=10)


@given(logs())
def test_the_first_hour_with_too_many_subjects_is_never_missed(entries):
    """By the rule's own words: some sixty minutes that end with a request, without an alert before."""
    alerts = [alert for alert in raised_by(entries) if alert.rule is AlertRule.BULK_LOOKUPS]
    for who in {who for entry in entries for who in entry.watched()}:
        own = [entry for entry in entries if who in [*entry.watched()]]
        most = TERMS.officer_subjects_hour if who.officer else TERMS.client_subjects_hour
        too_many = [
            entry.position
            for place, entry in enumerate(own)
            if len(_subjects_of_the_hour(own[: place + 1])) >= most and entry.subjects
        ]
        told = [alert.last for alert in alerts if alert.who == who]
        assert told[:1] == too_many[:1]


def _subjects_of_the_hour(entries):
    latest = max((entry.at for entry in entries if entry.subjects), default=NOON)
    return {subject for entry in entries if entry.at > latest - timedelta(hours=1) for subject in entry.subjects}


@given(logs(), st.data())
def test_who_starts_again_raises_the_same_as_who_went_on(entries, data):
    whole = look_out()
    stop = data.draw(st.integers(0, len(entries)))
    before = [alert for entry in entries[:stop] for alert in whole.note(entry)]
    needed = whole.needed_after
    after = [alert for entry in entries[stop:] for alert in whole.note(entry)]
    again = look_out(raised=[alert for alert in before if alert.last > needed])
    anew = [alert for entry in entries[needed:] for alert in again.note(entry)]
    known = {(alert.rule, alert.who, alert.window) for alert in before}
    assert [alert for alert in anew if (alert.rule, alert.who, alert.window) not in known] == after
