"""Credit that was restored (Tianjin Art. 45¶2, Shanghai 38, Heilongjiang 40¶2, Liaoning 39¶2)."""

from __future__ import annotations

import pytest

from policies.evidence import Mark
from policies.rules.restored import prepare
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import RecordKind
from tests.builders import a_record
from tests.policies.rules.cases import REGIONS, a_mark, a_record_case


@pytest.mark.parametrize("region", REGIONS)
def test_a_restored_record_looks_like_none_under_every_law(region: str) -> None:
    check = prepare(a_record_case(region=region, marks=(a_mark(Mark.RESTORED),)))
    assert check is not None
    assert check(a_record(RecordKind.ADMINISTRATIVE_PENALTY, {}, key="P1")) is ReasonCode.RESTORED
    assert check(a_record(RecordKind.ADMINISTRATIVE_PENALTY, {}, key="P2")) is None


def test_without_a_mark_of_this_sort_no_record_is_looked_at() -> None:
    others = tuple(a_mark(mark) for mark in Mark if mark is not Mark.RESTORED)
    assert prepare(a_record_case(marks=others)) is None
