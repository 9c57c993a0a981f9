"""A decision that was revoked (Tianjin Art. 43¶2, Shanghai 37, Heilongjiang 38¶3, Liaoning 12)."""

from __future__ import annotations

import pytest

from policies.evidence import Mark
from policies.rules.revoked import prepare
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import RecordKind
from tests.builders import a_record
from tests.policies.rules.cases import REGIONS, a_mark, a_record_case


@pytest.mark.parametrize("region", REGIONS)
def test_a_record_without_its_basis_looks_like_none_under_every_law(region: str) -> None:
    check = prepare(a_record_case(region=region, marks=(a_mark(Mark.REVOKED),)))
    assert check is not None
    assert check(a_record(RecordKind.ADMINISTRATIVE_PENALTY, {}, key="P1")) is ReasonCode.REVOKED
    assert check(a_record(RecordKind.ADMINISTRATIVE_PENALTY, {}, key="P2")) is None


def test_without_a_mark_of_this_sort_no_record_is_looked_at() -> None:
    others = tuple(a_mark(mark) for mark in Mark if mark is not Mark.REVOKED)
    assert prepare(a_record_case(marks=others)) is None
