"""An effective legal document behind the record (Tianjin Art. 12, Shanghai 11, Heilongjiang 21, Liaoning 23)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.rules.legal_document import prepare
from schema.catalog.entry import JudgedFacts
from schema.catalog.switches import NOT_SAID, Switch, SwitchName
from schema.vocabulary.reasons import ReasonCode, SourceArticle
from schema.vocabulary.records import Fact, RecordKind
from tests.builders import a_record
from tests.policies.rules.cases import REGIONS, a_record_case

NEEDED = JudgedFacts(legal_document="documentNumber")


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(
    ("stated", "code"),
    [("津市监罚〔2026〕1号", None), (None, ReasonCode.NO_LEGAL_DOCUMENT), ("", ReasonCode.NO_LEGAL_DOCUMENT)],
)
def test_a_record_that_names_no_document_stays_back_under_every_law(region: str, stated: Fact, code) -> None:
    check = prepare(a_record_case(region=region, judged=NEEDED))
    assert check is not None
    assert check(a_record(RecordKind.ADMINISTRATIVE_PENALTY, {"documentNumber": stated})) is code


def test_a_document_in_a_form_nobody_can_read_is_none() -> None:
    check = prepare(a_record_case(judged=NEEDED))
    assert check is not None
    assert check(a_record(RecordKind.ADMINISTRATIVE_PENALTY, {})) is ReasonCode.NO_LEGAL_DOCUMENT


def test_where_no_fact_names_a_document_or_the_text_asks_for_none_every_record_passes() -> None:
    assert prepare(a_record_case()) is None
    case = a_record_case(judged=NEEDED)
    silent = Switch(NOT_SAID, SourceArticle("TJ", "silent"), {})
    law = case.catalog.jurisdiction
    relaxed = replace(law, switches={**law.switches, SwitchName.LEGAL_DOCUMENT: silent})
    assert prepare(replace(case, catalog=replace(case.catalog, jurisdiction=relaxed))) is None
