"""Entries of the log as rules look at them."""

from __future__ import annotations

import orjson
import pytest

from gateway.registers.alerts_reading import logged_of
from gateway.registers.engine import RegisterFault
from gateway.registers.log_entry import LoggedEntry
from tests.conftest import AS_OF
from tests.gateway.registers.alert_stage import a_request


def read(entry, position=7):
    return logged_of(LoggedEntry(position, 1, 0, entry.request_id, entry.text.decode(), "receipt"))


def test_who_asked_when_and_about_whom():
    logged = read(a_request("r", "s1", "s2", officer="o-7"))
    assert (logged.position, logged.at, logged.organisation, logged.client, logged.officer) == (
        7,
        AS_OF,
        "bank",
        "bank-1",
        "o-7",
    )
    assert logged.at.utcoffset().total_seconds() == 8 * 3600
    assert logged.subjects == {"s1", "s2"}
    assert (logged.states_purpose, logged.names_case, logged.fault) == (False, False, "")


def test_what_was_stated():
    logged = read(a_request("r", purpose="INSPECTION", case="(2026)津0101行审1号", fault="QUOTA_EXCEEDED"))
    assert (logged.states_purpose, logged.names_case, logged.fault) == (True, True, "QUOTA_EXCEEDED")
    assert not read(a_request("r", purpose="INSPECTION", case="")).names_case


def test_what_was_judged_and_what_stayed_back():
    verdicts: tuple[dict[str, object], ...] = (
        {"subjects": [0], "decided": {"A.a": "SHOW", "A.b": "MASK M2 masking TJ 1", "A.c": "WITHHOLD X rule TJ 2"}},
        {"search": True, "decided": {"B.a": "WITHHOLD X rule TJ 2"}},
        {"explained": True, "subjects": [0], "decided": {"C.a": "WITHHOLD CONSENT_USED_UP consent TJ 3"}},
        {"about": "consents", "subjects": [], "act": None},
    )
    logged = read(a_request("r", verdicts=verdicts))
    assert (logged.asked, logged.withheld, logged.is_used_up) == (4, 2, False)


def test_a_consent_that_is_used_up():
    verdicts: tuple[dict[str, object], ...] = (
        {"subjects": [0], "decided": {"A.a": "WITHHOLD CONSENT_USED_UP consent TJ 3"}},
    )
    assert read(a_request("r", verdicts=verdicts)).is_used_up


def test_an_alert_is_no_request():
    assert logged_of(LoggedEntry(1, 1, 0, "alert-1", '{"v":1,"kind":"alert"}', "")) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "{}", orjson.dumps({"at": AS_OF, "caller": None}).decode()])
def test_what_is_no_entry_is_said_to_be_none(text):
    with pytest.raises(RegisterFault, match="entry 3 cannot be read"):
        logged_of(LoggedEntry(3, 1, 0, "r", text, ""))
