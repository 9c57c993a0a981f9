"""A record that the subject objects to is marked (Tianjin Art. 41, Shanghai 36, Heilongjiang 39, Liaoning 37)."""

from __future__ import annotations

import pytest

from policies.evidence import Mark
from policies.rules.objection import prepare
from schema.vocabulary.records import RecordKind
from tests.builders import a_record
from tests.policies.rules.cases import REGIONS, a_mark, a_record_case


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(("key", "is_marked"), [("P1", True), ("P2", False)])
def test_the_record_that_is_objected_to_bears_the_marker_and_no_other_does(region, key, is_marked) -> None:
    bears = prepare(a_record_case(region=region, marks=(a_mark(Mark.OBJECTED),)))
    assert bears is not None
    assert bears(a_record(RecordKind.ADMINISTRATIVE_PENALTY, {}, key=key)) == is_marked


def test_without_an_objection_no_record_is_looked_at() -> None:
    assert prepare(a_record_case(marks=(a_mark(Mark.RESTORED),))) is None
