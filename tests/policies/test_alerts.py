"""Rules of alerts: each at its edge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from policies.alerts import ARTICLES, HOUSE_RULE
from policies.logged import Logged
from schema.vocabulary.alerts import AlertRule, Watched
from tests.calendars import PLAIN, Wall
from tests.policies.alert_sight import (
    CLIENT,
    NEVER,
    NOON,
    OFFICER,
    TERMS,
    an_hour_of,
    by_client,
    by_officer,
    look_out,
    raised_by,
    rules_of,
)


def test_every_rule_has_its_articles_or_is_of_the_house():
    assert ARTICLES.keys() == set(AlertRule)
    (alert,) = raised_by([by_client(fault="ENUMERATION_STOPPED")])
    assert str(alert.article) == "TJ 22(1)"
    (alert,) = raised_by([by_client(fault="ENUMERATION_STOPPED")], jurisdiction="SH")
    assert str(alert.article) == "SH 20(1)"
    (alert,) = raised_by([by_client(fault="ENUMERATION_STOPPED")], jurisdiction="LN")
    assert alert.article == HOUSE_RULE


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
