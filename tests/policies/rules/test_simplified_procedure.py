"""Penalties of the simplified procedure stay out (Tianjin Art. 12(2), Shanghai 9(4), Heilongjiang 18)."""

from __future__ import annotations

import pytest

from policies.rules.simplified_procedure import prepare
from schema.catalog.entry import JudgedFacts
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import RecordKind
from tests.builders import a_record
from tests.policies.rules.cases import a_record_case

JUDGED = JudgedFacts(procedure="procedure", ordinary_procedure_only=frozenset({AgencyId.ENTERPRISE_DISCLOSURE}))


@pytest.mark.parametrize(("region", "stays_out"), [("TJ", True), ("SH", True), ("HL", True), ("LN", False)])
def test_three_texts_keep_them_out_and_liaoning_is_silent(region: str, stays_out: bool) -> None:
    check = prepare(a_record_case(region=region, judged=JUDGED))
    assert (check is not None) == stays_out


@pytest.mark.parametrize(
    ("procedure", "agency", "is_shown"),
    [
        ("ORDINARY", AgencyId.MARKET_REGULATION, True),
        ("SIMPLIFIED", AgencyId.MARKET_REGULATION, False),
        ("SIMPLIFIED", AgencyId.ENTERPRISE_DISCLOSURE, False),
        (None, AgencyId.MARKET_REGULATION, False),
        (None, AgencyId.ENTERPRISE_DISCLOSURE, True),
    ],
)
def test_what_nobody_states_stays_back_unless_the_agency_publishes_no_other(procedure, agency, is_shown) -> None:
    """SAMR Order 45: the disclosure system publishes penalties of the ordinary procedure."""
    check = prepare(a_record_case(judged=JUDGED))
    assert check is not None
    code = check(a_record(RecordKind.ADMINISTRATIVE_PENALTY, {"procedure": procedure}, agency=agency))
    assert code is (None if is_shown else ReasonCode.SIMPLIFIED_PROCEDURE)


def test_records_that_are_no_penalties_have_no_procedure() -> None:
    assert prepare(a_record_case()) is None
