"""What a rule about records may look at, and marks as a reason to keep one back."""

from __future__ import annotations

from datetime import date

import pytest

from policies.evidence import Mark
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import RecordKind
from tests.builders import a_record
from tests.policies.rules.cases import a_mark, a_record_case

CODE = ReasonCode.RESTORED


def test_only_marks_of_this_sort_on_this_kind_of_record_count() -> None:
    mine, other = a_mark(Mark.RESTORED), a_mark(Mark.REVOKED)
    elsewhere = a_mark(Mark.RESTORED, kind=RecordKind.TAX_ARREARS)
    case = a_record_case(marks=(mine, other, elsewhere))
    assert case.marks(Mark.RESTORED) == (mine,)
    assert case.item.code == "NB08-1"


def test_where_our_books_mark_nothing_there_is_nothing_to_check() -> None:
    assert a_record_case(marks=(a_mark(Mark.REVOKED),)).marked(Mark.RESTORED, CODE) is None


@pytest.mark.parametrize(
    ("marked", "until", "key", "code"),
    [
        ("P1", None, "P1", CODE),
        ("P1", None, "P2", None),
        ("", None, "P2", CODE),
        ("P1", date(2026, 6, 1), "P1", None),
        ("P1", date(2026, 6, 2), "P1", CODE),
    ],
)
def test_a_mark_keeps_back_the_record_that_bears_it_while_it_stands(marked, until, key, code) -> None:
    check = a_record_case(marks=(a_mark(Mark.RESTORED, key=marked, until=until),)).marked(Mark.RESTORED, CODE)
    assert check is not None
    assert check(a_record(RecordKind.ADMINISTRATIVE_PENALTY, {}, key=key)) is code
