"""Laws of alerts over made-up logs."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from policies.alerts import OF_AN_HOUR
from policies.logged import Logged
from schema.vocabulary.alerts import AlertRule
from tests.policies.alert_sight import (
    NOON,
    TERMS,
    look_out,
    raised_by,
)

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
