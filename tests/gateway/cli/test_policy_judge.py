"""A case judged without a gateway; that all doors agree is tested in `tests/decisions`."""

from __future__ import annotations

from gateway.cli.decision_case import Outcome
from gateway.cli.policy_judge import asked_fields, judge_case, place_of, seen, silenced_at, source_record
from policies.question import DemandedField
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate
from schema.vocabulary.records import RecordKind
from tests.builders import the_catalog
from tests.gateway.cli.a_decision import AGREED, REFUSED, a_case

NAME = ('"TaxArrears.taxPeriodFrom"', '"PersonRef.name"\nbelow = "LegalPerson.legalRepresentative"')


def test_a_refusal_says_what_would_help_and_shows_nothing(tmp_path):
    judged = judge_case(a_case(tmp_path), the_catalog("TJ"), {})
    assert judged.ruling.outcome is Outcome.WITHHOLD
    assert judged.ruling == a_case(tmp_path).expected
    assert "consent" in judged.help
    assert judged.value is None


def test_what_is_shown_is_seen(tmp_path):
    judged = judge_case(a_case(tmp_path, (REFUSED, AGREED)), the_catalog("TJ"), {})
    assert (judged.ruling.outcome, judged.value) == (Outcome.SHOW, "2025-03-22")


def test_data_of_another_region_are_judged_by_its_law_too(tmp_path):
    case = a_case(tmp_path, (REFUSED, AGREED), ('"ORGANISATION"', '"ORGANISATION", division = "310000"'))
    judged = judge_case(case, the_catalog("TJ"), {"SH": the_catalog("SH")})
    assert (judged.ruling.code, judged.ruling.article) == ("WRITTEN_CONSENT_REQUIRED", "SH 17¶3")


def test_a_field_that_no_place_leads_to_is_judged_alone(tmp_path):
    case = a_case(tmp_path, ('"TaxArrears.taxPeriodFrom"', '"FlightBan.since"'))
    catalog = the_catalog("TJ")
    assert place_of(case, catalog) is None
    assert list(asked_fields(case, catalog)) == [case.field]
    assert silenced_at(case, catalog) == {"FlightBan.since"}
    assert judge_case(case, catalog, {}).ruling.code == "NOT_IN_CATALOG"


def test_a_person_is_asked_for_with_the_place_and_the_role(tmp_path):
    case = a_case(tmp_path, NAME)
    asked = [one.coordinate for one in asked_fields(case, the_catalog("TJ"))]
    assert asked == ["PersonRef.name", "CreditSubject.legalPerson", "LegalPerson.legalRepresentative"]
    held = {"legalRepresentative": {"name": "王小明"}}
    assert seen(case.field, held) == "王小明"
    assert seen(case.field, {}) is None
    assert seen(DemandedField(FieldCoordinate("LegalPerson.legalRepresentative")), held) == {"name": "王小明"}


def test_the_record_comes_from_the_agency_that_keeps_the_place(tmp_path):
    case = a_case(tmp_path)
    place = place_of(case, the_catalog("TJ"))
    assert place is not None
    assert case.record is not None
    record = source_record(case.record, place, case)
    assert (record.agency, record.kind) == (AgencyId.TAX, RecordKind.TAX_ARREARS)
    assert record.as_of.date() == case.as_of
