"""The record's own flag (Enterprise Information Disclosure Regulation Art. 9; Tianjin Art. 37)."""

from __future__ import annotations

import pytest

from policies.question import DemandedField
from policies.rules.record_flag import judge
from policies.verdict import Verdict, View
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import RecordKind
from tests.builders import a_record
from tests.policies.rules.cases import AT, an_entry


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("flagged", [True, False])
def test_a_flagged_fact_is_for_those_who_meet_the_condition(view: View, flagged: bool) -> None:
    record = a_record(RecordKind.TAX_ARREARS, {"x": "1"}, not_public=frozenset({"x"} if flagged else ()))
    code = judge(record, "x", Verdict(DemandedField(AT), an_entry(), (), view=view))
    assert code is (ReasonCode.NOT_PUBLIC_BY_RECORD if flagged and view is View.PUBLIC else None)
