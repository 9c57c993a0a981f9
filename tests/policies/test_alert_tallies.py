"""What is counted within an hour, and where the hour ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from schema.vocabulary.alerts import AlertRule
from tests.policies.alert_sight import (
    CLIENT,
    NOON,
    TERMS,
    an_hour_of,
    by_client,
    raised_by,
    rules_of,
)


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
