"""Values of which some alone are published (Tianjin Art. 10, Shanghai 17¶3, Heilongjiang 23¶2, Liaoning 10¶2)."""

from __future__ import annotations

import pytest

from policies.question import DemandedField
from policies.rules.value_condition import judge
from policies.verdict import Verdict, View
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import RecordKind
from tests.builders import a_record
from tests.policies.rules.cases import AT, an_entry


@pytest.mark.parametrize(
    ("value", "view", "is_shown"),
    [("A", View.PUBLIC, True), ("B", View.PUBLIC, False), ("B", View.ON_CONDITION, True), ("B", View.FULL, True)],
)
def test_any_other_value_is_for_those_who_meet_the_condition(value: str, view: View, is_shown: bool) -> None:
    verdict = Verdict(DemandedField(AT), an_entry(values_shown=frozenset({"A"})), (), view=view)
    code = judge(a_record(RecordKind.TAX_CREDIT_RATING, {"x": value}), "x", verdict)
    assert code is (None if is_shown else ReasonCode.VALUE_ON_CONDITION)


@pytest.mark.parametrize("entry", [an_entry(), None])
def test_where_the_catalog_names_no_values_every_value_is_alike(entry) -> None:
    record = a_record(RecordKind.TAX_CREDIT_RATING, {"x": "B"})
    assert judge(record, "x", Verdict(DemandedField(AT), entry, ())) is None
