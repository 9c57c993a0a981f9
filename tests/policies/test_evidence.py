"""What our own books say of a subject: consents that hold, marks that stand, and what contradicts itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from policies.evidence import Consent, Evidence, Mark, RecordMark
from schema.vocabulary.caller import Purpose
from schema.vocabulary.identifiers import SubjectKind
from schema.vocabulary.records import RecordKind

CONSENT = Consent(frozenset({"NB08-1"}), frozenset({Purpose.CREDIT_GRANTING}), date(2026, 1, 1), date(2026, 12, 31))
MARK = RecordMark(Mark.RESTORED, RecordKind.ADMINISTRATIVE_PENALTY, "P1", date(2026, 3, 1), date(2026, 9, 1))
NEVER_ENDS = replace(CONSENT, ends_on=None)
WITHDRAWN = replace(CONSENT, withdrawn_on=date(2026, 6, 1))


def test_equal_evidence_is_one_key() -> None:
    first = Evidence(SubjectKind.ORGANISATION, is_own=False, consents=frozenset({CONSENT}), marks=frozenset({MARK}))
    again = replace(first, consents=frozenset({replace(CONSENT)}), marks=frozenset({replace(MARK)}))
    assert {first: 1}[again] == 1
    assert first != replace(first, subject_kind=SubjectKind.INDIVIDUAL_BUSINESS)
    assert first != replace(first, is_own=True)
    assert first != replace(first, consents=frozenset())


@pytest.mark.parametrize(
    ("consent", "day", "holds"),
    [
        (CONSENT, date(2025, 12, 31), False),
        (CONSENT, date(2026, 1, 1), True),
        (CONSENT, date(2026, 12, 31), True),
        (CONSENT, date(2027, 1, 1), False),
        (WITHDRAWN, date(2026, 5, 31), True),
        (WITHDRAWN, date(2026, 6, 1), False),
        (NEVER_ENDS, date(2026, 6, 1), False),
        (replace(CONSENT, ends_on=date(2025, 1, 1)), date(2026, 1, 1), False),
    ],
)
def test_a_consent_holds_from_its_first_day_to_its_last_and_never_for_life(consent, day, holds) -> None:
    """Heilongjiang Art. 36(1)."""
    assert consent.is_in_force(day) == holds


@pytest.mark.parametrize(
    ("consent", "expected"),
    [
        (CONSENT, False),
        (NEVER_ENDS, False),
        (WITHDRAWN, False),
        (replace(CONSENT, withdrawn_on=CONSENT.given_on), False),
        (replace(CONSENT, ends_on=date(2025, 12, 31)), True),
        (replace(CONSENT, withdrawn_on=date(2025, 12, 31)), True),
        (replace(NEVER_ENDS, withdrawn_on=date(2025, 12, 31)), True),
    ],
)
def test_a_consent_that_ends_before_it_was_given_contradicts_itself(consent: Consent, expected: bool) -> None:
    assert consent.is_contradictory == expected


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 2, 28), False),
        (date(2026, 3, 1), True),
        (date(2026, 8, 31), True),
        (date(2026, 9, 1), False),
    ],
)
def test_a_mark_stands_from_its_first_day_to_the_day_before_its_end(day: date, holds: bool) -> None:
    assert MARK.holds("P1", day) == holds
    assert replace(MARK, until=None).holds("P1", date(2099, 1, 1))


@pytest.mark.parametrize(("marked", "key", "holds"), [("P1", "P1", True), ("P1", "P2", False), ("", "P2", True)])
def test_a_mark_is_on_one_record_or_on_all_of_a_kind(marked: str, key: str, holds: bool) -> None:
    assert replace(MARK, key=marked).holds(key, date(2026, 6, 1)) == holds


def test_a_record_of_no_known_key_may_be_the_one_that_is_marked_and_then_it_is() -> None:
    assert MARK.holds("", date(2026, 6, 1))


def test_a_mark_that_contradicts_itself_always_stands() -> None:
    """What is not known is not shown."""
    contradictory = replace(MARK, until=date(2026, 1, 1))
    assert contradictory.is_contradictory
    assert not MARK.is_contradictory
    assert contradictory.holds("P1", date(2020, 1, 1))
    assert not contradictory.holds("P2", date(2020, 1, 1))
