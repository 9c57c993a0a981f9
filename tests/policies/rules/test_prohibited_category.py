"""What no credit record may hold (Tianjin Art. 16¶2, Shanghai 14¶3, Heilongjiang 20¶3; for Liaoning a national one)."""

from __future__ import annotations

import pytest

from policies.rules.prohibited_category import judge
from policies.verdict import Effect
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode
from tests.builders import TODAY
from tests.policies.rules.cases import PLACE, a_record_case


@pytest.mark.parametrize(
    ("region", "article"), [("TJ", "TJ 16¶2"), ("SH", "SH 14¶3"), ("HL", "HL 20¶3"), ("LN", "CIR 14¶1")]
)
@pytest.mark.parametrize("name", ["bloodType", "religion", "medicalHistory", "fingerprint", "geneticMarker"])
def test_a_field_of_such_a_kind_is_refused_by_the_article_of_its_region(region: str, article: str, name: str) -> None:
    finding = judge(FieldCoordinate(f"PersonRef.{name}"), a_record_case(region=region).catalog, TODAY)
    assert finding is not None
    assert (finding.effect, finding.code) == (Effect.WITHHOLD, ReasonCode.PROHIBITED_CATEGORY)
    assert (finding.rule, str(finding.article)) == ("prohibited_category", article)


def test_an_ordinary_name_is_none_of_this_rules_business() -> None:
    assert judge(FieldCoordinate("PersonRef.shoeSize"), a_record_case().catalog, TODAY) is None


def test_what_is_catalogued_was_looked_at_when_the_catalog_was_loaded() -> None:
    assert judge(PLACE, a_record_case().catalog, TODAY) is None
