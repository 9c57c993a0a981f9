"""How long a record may be kept (Liaoning Art. 10¶2, Heilongjiang 37¶2)."""

from __future__ import annotations

import pytest

from policies.rules.retention import prepare
from schema.catalog.entry import DisplayTerm
from schema.vocabulary.periods import Term
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import RecordKind
from tests.builders import a_record
from tests.policies.rules.cases import a_record_case

ANCHORED = DisplayTerm(anchor="endedOn")


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        ("2021-06-01", None),
        ("2021-05-31", ReasonCode.RETENTION_ENDED),
        ("soon", ReasonCode.RETENTION_ENDED),
        (None, None),
    ],
)
def test_it_is_counted_from_the_anchor_of_the_display_and_its_last_day_belongs_to_it(ended, code) -> None:
    check = prepare(a_record_case(region="LN", display=ANCHORED, retention=Term(years=5)))
    assert check is not None
    assert check(a_record(RecordKind.ADMINISTRATIVE_PENALTY, {"endedOn": ended})) is code


def test_without_a_period_or_an_anchor_there_is_no_such_end() -> None:
    assert prepare(a_record_case(display=ANCHORED)) is None
    assert prepare(a_record_case(retention=Term(years=5))) is None


def test_an_item_may_count_it_from_another_day_than_the_display() -> None:
    display = DisplayTerm(anchor="endedOn", kept_from="decidedOn")
    check = prepare(a_record_case(region="LN", display=display, retention=Term(years=5)))
    assert check is not None
    facts = {"endedOn": "1999-01-01", "decidedOn": "2026-01-01"}
    assert check(a_record(RecordKind.ADMINISTRATIVE_PENALTY, dict(facts))) is None
