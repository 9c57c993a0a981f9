"""Graph and catalog tell of the same fields, in the same words, and the catalog holds together."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from graphql import GraphQLObjectType, get_named_type

from schema.catalog.catalog import Catalog
from schema.catalog.coverage import coverage_faults, not_offered
from schema.catalog.entry import MaskKind, Sensitivity
from schema.graph.assemble import Graph, assemble
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate
from schema.vocabulary.records import RecordKind
from tests.builders import the_catalog

FILES = {
    "market_regulation.toml": AgencyId.MARKET_REGULATION,
    "enterprise_disclosure.toml": AgencyId.ENTERPRISE_DISCLOSURE,
    "tax.toml": AgencyId.TAX,
    "courts.toml": AgencyId.COURTS,
}
PERSONS = {
    "LegalPerson.legalRepresentative",
    "SeriouslyUntrustworthyListing.linkedPersons",
    "MajorTaxViolation.responsibleFinancialOfficer",
    "JudgmentDefaulter.responsiblePerson",
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return assemble()


@pytest.fixture(scope="module", params=["TJ", "SH", "HL", "LN"])
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return the_catalog(request.param)


def _item_fields(name: str) -> list[dict[str, object]]:
    text = (files("schema.catalog") / "national" / name).read_text(encoding="utf-8")
    return [field for item in tomllib.loads(text)["item"] for field in item["field"]]


def test_every_coordinate_stands_on_both_sides(graph: Graph, catalog: Catalog) -> None:
    assert list(coverage_faults(catalog, graph.coordinates())) == []


def test_the_fields_the_four_agencies_hold_are_all_there(catalog: Catalog) -> None:
    assert len(catalog.records) == len(RecordKind) == 18
    assert len(catalog.entries) - len(catalog.records) - len(not_offered(catalog)) == 167


def test_every_region_catalogues_the_180_fields_of_agencies_and_platform(catalog: Catalog) -> None:
    assert len(catalog.entries) - len(catalog.records) == 180
    assert not_offered(catalog) == {
        "PersonRef.personRef",
        "SeriouslyUntrustworthyListing.conductClass",
        "AdministrativePenalty.severityClass",
        "CreditPledge.verificationDueDate",
        "CreditRestoration.restorationStatus",
        "CreditRestoration.minimumDisplayReachedOn",
        "CreditRestoration.restorationDate",
        "ObjectionCase.objectionMarker",
        "ObjectionCase.objectionStatus",
        "ObjectionCase.decisionDueDate",
        "CreditReport.reportNumber",
        "CreditReport.publicCreditAssessmentGrade",
        "CreditReport.inquiryRecords",
    }


@pytest.mark.parametrize("name", FILES)
def test_a_file_holds_what_its_agency_answers_for(name: str) -> None:
    for field in _item_fields(name):
        sources = field.get("sources", [FILES[name]])
        assert isinstance(sources, list)
        assert sources[0] == FILES[name], field["at"]


def test_the_graph_describes_a_field_by_the_catalog_s_chinese_term(graph: Graph, catalog: Catalog) -> None:
    differing = []
    for coordinate, entry in catalog.entries.items():
        if entry.not_offered:
            continue
        name, _, field = coordinate.partition(".")
        made = graph.core.type_map[name]
        assert isinstance(made, GraphQLObjectType)
        if not (made.fields[field].description or "").endswith(f"({entry.chinese})."):
            differing.append(coordinate)
    assert differing == []


def test_a_record_s_place_leads_to_its_kind(graph: Graph, catalog: Catalog) -> None:
    subject = graph.core.type_map["CreditSubject"]
    assert isinstance(subject, GraphQLObjectType)
    for coordinate, record in catalog.records.items():
        made = get_named_type(subject.fields[coordinate.partition(".")[2]].type)
        assert made.name == record.kind
    assert {record.kind for record in catalog.records.values()} == set(RecordKind)


def test_every_fact_is_held_by_an_agency_that_brings_its_record(catalog: Catalog) -> None:
    bringers = {str(record.kind): set(record.contributors) for record in catalog.records.values()}
    for coordinate, entry in catalog.entries.items():
        kind = coordinate.partition(".")[0]
        if kind in bringers and not entry.not_offered:
            assert bringers[kind] & set(entry.sources), coordinate
    for holder in PERSONS:
        kind = holder.partition(".")[0]
        assert bringers[kind] & set(catalog.entries[FieldCoordinate("PersonRef.name")].sources), holder


def test_nobody_but_the_subject_and_the_operator_has_authority_over_what_is_not_shared(catalog: Catalog) -> None:
    for coordinate, entry in catalog.entries.items():
        if entry.sensitivity is Sensitivity.NOT_SHARED:
            assert (entry.sharing_scope, entry.use_authority) == (frozenset(), ()), coordinate
        if entry.sensitivity is Sensitivity.CONDITIONAL:
            assert entry.sharing_scope == {row.caller for row in entry.use_authority}, coordinate
            assert all(row.purposes for row in entry.use_authority), coordinate


def test_an_authority_stays_within_the_law_s_purposes(catalog: Catalog) -> None:
    for coordinate, entry in catalog.entries.items():
        for row in entry.use_authority:
            assert row.purposes <= catalog.jurisdiction.purposes[row.caller], coordinate


def test_lenders_never_get_personal_data_on_condition(catalog: Catalog) -> None:
    for coordinate, entry in catalog.entries.items():
        lenders = [row for row in entry.use_authority if row.caller is CallerClass.FINANCIAL_INSTITUTION]
        if lenders:
            assert coordinate not in PERSONS
            assert not coordinate.startswith("PersonRef.")
            assert lenders[0].purposes == {Purpose.CREDIT_GRANTING}


def test_a_person_is_masked_unless_the_role_is_public_by_law(catalog: Catalog) -> None:
    name = catalog.entries[FieldCoordinate("PersonRef.name")]
    assert name.mask is MaskKind.M1
    assert name.unmasked_below == {"LegalPerson.legalRepresentative", "JudgmentDefaulter.responsiblePerson"}
    for field in ("identityDocumentNumber", "birthDate", "telephone", "residentialAddress"):
        entry = catalog.entries[FieldCoordinate(f"PersonRef.{field}")]
        assert entry.sensitivity is Sensitivity.NOT_SHARED
        assert entry.mask is not MaskKind.M0


@pytest.mark.parametrize(
    ("place", "term", "anchor", "until"),
    [
        ("administrativePenalties", "P3Y", "decisionDate", "displayDeadline"),
        ("judgmentDefaults", "P2Y", "publicationDate", None),
        ("majorTaxViolations", "P3Y", "publicationDate", None),
        ("seriouslyUntrustworthyListings", "P3D", "removalDate", None),
    ],
)
def test_display_terms(catalog: Catalog, place: str, term: str, anchor: str, until: str | None) -> None:
    display = catalog.records[FieldCoordinate(f"CreditSubject.{place}")].entry.item.display
    assert (str(display.term), display.anchor, display.until) == (term, anchor, until)


@pytest.mark.parametrize(("region", "term"), [("TJ", "P5Y"), ("SH", "P5Y"), ("HL", "P3Y"), ("LN", "P3Y")])
def test_how_long_a_removed_listing_is_displayed_is_for_the_region_to_say(region: str, term: str) -> None:
    place = FieldCoordinate("CreditSubject.abnormalOperationListings")
    display = the_catalog(region).records[place].entry.item.display
    assert (str(display.term), display.anchor) == (term, "removalDate")


def test_no_other_record_has_a_display_term(catalog: Catalog) -> None:
    limited = [place for place, record in catalog.records.items() if record.entry.item.display.anchor]
    assert len(limited) == 5
