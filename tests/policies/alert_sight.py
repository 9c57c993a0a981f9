"""Requests as the log has them, and a look-out over them with thresholds of a few."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from policies.alerts import LookOut, Thresholds
from policies.logged import Logged
from schema.vocabulary.alerts import Watched
from tests.calendars import PLAIN

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


def an_hour_of(count, *, minutes=0):
    return [by_client(n, at=NOON + timedelta(minutes=minutes * n), subjects=[f"s{n}"]) for n in range(1, count + 1)]
