"""What no catalog item lists on this day is not known (Tianjin Art. 10, Shanghai 11, Heilongjiang 18, Liaoning 10)."""

from __future__ import annotations

from datetime import date

import pytest

from policies.rules.in_catalog import judge
from policies.verdict import Effect
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode
from tests.builders import TODAY
from tests.policies.rules.cases import PLACE, a_record_case


def test_a_listed_field_passes() -> None:
    assert judge(PLACE, a_record_case().catalog, TODAY) is None


@pytest.mark.parametrize(("region", "article"), [("TJ", "TJ 10"), ("SH", "SH 11¶1"), ("HL", "HL 18"), ("LN", "LN 10")])
def test_an_unlisted_field_is_refused_by_the_article_of_its_region(region: str, article: str) -> None:
    finding = judge(FieldCoordinate("LegalPerson.shoeSize"), a_record_case(region=region).catalog, TODAY)
    assert finding is not None
    assert (finding.effect, finding.code) == (Effect.WITHHOLD, ReasonCode.NOT_IN_CATALOG)
    assert (finding.rule, str(finding.article)) == ("in_catalog", article)
    assert finding.help


@pytest.mark.parametrize(
    ("day", "is_listed"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_an_item_lists_its_fields_from_its_first_day_to_the_day_before_its_end(day: date, is_listed: bool) -> None:
    catalog = a_record_case(effective_to=date(2027, 1, 1)).catalog
    assert (judge(PLACE, catalog, day) is None) == is_listed
