"""Each hand-made subject of the sandbox behaves as its note says, seen through the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.gateways import Gateway, Reply
from tests.journeys.stage import Stage

PROVENANCE = "provenance { agency disagreements { field agency } }"
PURPOSES = {
    "permit-officer": "ADMINISTRATIVE_PERMIT",
    "bank": "CREDIT_GRANTING",
    "bank-without-consents": "CREDIT_GRANTING",
    "auditor": "AUDITING",
}


@pytest.fixture
def look(gateway: Gateway, stage: Stage) -> Callable[..., Reply]:
    """Ask for some fields of a named subject; the purpose follows from the persona."""

    def ask(subject: str, fields: str, persona: str = "permit-officer") -> Reply:
        question = f"query($code: CreditCode!) {{ subject(code: $code) {{ {fields} }} }}"
        reply = gateway.ask(question, persona, purpose=PURPOSES.get(persona), code=stage.named[subject])
        assert reply.status == 200, reply.text
        return reply

    return ask


def of(reply: Reply, place: str) -> Any:
    """One field of the subject."""
    return reply.data["subject"][place]


def test_a_penalty_that_three_agencies_know_is_one_penalty(look):
    reply = look(
        "penalised",
        f"administrativePenalties {{ penaltyDocumentNumber violationType fineAmount {{ amount }} {PROVENANCE} }}",
    )
    penalties = of(reply, "administrativePenalties")
    by_violation = {row["violationType"]: row for row in penalties}
    assert len(by_violation) == len(penalties) == 2  # the third was given by the simplified procedure (TJ 12(2))
    known_to_three, known_to_two = by_violation["发布虚假广告"], by_violation["超范围从事食品经营"]
    assert known_to_three["fineAmount"] == {"amount": "52000.00"}  # 5.2 万元 at three agencies
    for row in (known_to_three, known_to_two):  # the widths of brackets differ, and that is no disagreement
        assert row["provenance"] == {"agency": "MARKET_REGULATION", "disagreements": []}
    assert "未按规定期限办理纳税申报" not in by_violation
    assert reply.errors == []


def test_thirteen_court_cases_come_from_two_pages_under_the_organisation_code(look, counted):
    reply = look("defaulter", "judgmentDefaults { caseNumber publicationDate }")
    cases = of(reply, "judgmentDefaults")
    assert len({case["caseNumber"] for case in cases}) == 13
    assert counted.calls()["courts"]["operations"]["sxbzxr"] >= 2  # ten a page
    kinds = of(look("defaulter", "enforcementCases { caseKind }"), "enforcementCases")
    assert {case["caseKind"] for case in kinds} == {"ENFORCED", "TERMINATED", "CONSUMPTION_RESTRICTED"}


def test_a_list_can_be_narrowed_sorted_and_cut(look):
    reply = look(
        "defaulter",
        "judgmentDefaults(first: 3, orderBy: { field: PUBLICATION_DATE, direction: DESC }) { publicationDate }",
    )
    days = [case["publicationDate"] for case in of(reply, "judgmentDefaults")]
    assert len(days) == 3
    assert days == sorted(days, reverse=True)


def test_a_removal_is_served_from_the_owner_who_knows_of_it(look):
    reply = look("abnormal", f"abnormalOperationListings {{ listingDate removalDate removalReason {PROVENANCE} }}")
    removed, standing = sorted(of(reply, "abnormalOperationListings"), key=lambda row: row["listingDate"])
    assert removed["removalDate"]
    assert removed["removalReason"]
    assert removed["provenance"]["agency"] == "ENTERPRISE_DISCLOSURE"
    apart = {(one["field"], one["agency"]) for one in removed["provenance"]["disagreements"]}
    assert apart == {
        ("removalDate", "MARKET_REGULATION"),
        ("removalReason", "MARKET_REGULATION"),
    }  # not removed there yet
    assert standing["removalDate"] is None


def test_a_deregistration_shows_at_every_agency(look):
    reply = look(
        "deregistered", "legalPerson { registrationStatus deregistrationDate } taxpayerProfile { taxpayerStatus }"
    )
    assert of(reply, "legalPerson")["registrationStatus"] == "DEREGISTERED"
    assert of(reply, "legalPerson")["deregistrationDate"]
    assert of(reply, "taxpayerProfile") == {"taxpayerStatus": "DEREGISTERED"}


LISTS = """
  administrativePenalties { penaltyDocumentNumber fineAmount { amount } provenance { agency } }
  judgmentDefaults { caseNumber publicationDate }
  majorTaxViolations { caseNature publicationDate }
"""


@pytest.mark.parametrize("persona", ["public", "permit-officer", "bank-without-consents", "auditor", "developer"])
def test_expired_records_look_exactly_like_no_records(look, stage, persona):
    expired, unknown = (look(subject, LISTS, persona) for subject in ("expired-record", "unknown"))
    assert expired.text == unknown.text
    assert of(expired, "administrativePenalties") == []


def test_an_unknown_subject_is_an_empty_one(look, stage):
    reply = look(
        "unknown", "unifiedSocialCreditCode legalPerson { registeredName } branches { branchName } taxpayerProfile "
        "{ taxpayerStatus }"
    )  # fmt: skip
    assert reply.data["subject"] == {
        "unifiedSocialCreditCode": stage.named["unknown"],
        "legalPerson": None,
        "branches": [],
        "taxpayerProfile": None,
    }
    assert reply.errors == []


def test_an_individual_business_is_a_natural_person(look):
    arrears = "taxArrears { taxCategory arrearsBalance { amount band } }"
    fields = f"legalPerson {{ domicile }} annualReports {{ contactTelephone }} {arrears}"
    for persona in ("public", "permit-officer", "bank-without-consents"):
        reply = look("individual-business", fields, persona)
        assert of(reply, "legalPerson")["domicile"] == "天津市和平区"
        assert {report["contactTelephone"][3:7] for report in of(reply, "annualReports")} == {"****"}
        assert of(reply, "taxArrears") == [{"taxCategory": "增值税", "arrearsBalance": None}]
        assert reply.problems("CALLER_NOT_AUTHORISED") == {"subject.taxArrears.arrearsBalance"}


def test_only_real_disagreements_show_and_only_to_those_who_look(look, stage, counted):
    reply = look("disagreement", f"legalPerson {{ registeredName registeredCapital {{ amount }} {PROVENANCE} }}")
    legal_person = of(reply, "legalPerson")
    assert legal_person["registeredCapital"] == {"amount": "500000.00"}  # the owner's 50 万元
    assert legal_person["provenance"] == {
        "agency": "MARKET_REGULATION",
        "disagreements": [{"field": "registeredCapital", "agency": "ENTERPRISE_DISCLOSURE"}],
    }
    assert "88000000" not in reply.text
    assert counted.totals()["enterprise_disclosure"] > 0
    counted.forget()
    look("disagreement", "legalPerson { registeredName registeredCapital { amount } provenance { agency } }")
    assert counted.totals()["enterprise_disclosure"] == 0


def test_an_old_taxpayer_number_is_served_as_the_tax_office_states_it(look, stage):
    profile = of(look("old-taxpayer-number", "taxpayerProfile { taxpayerIdentificationNumber }"), "taxpayerProfile")
    code = stage.named["old-taxpayer-number"]
    assert profile["taxpayerIdentificationNumber"] == code[2:8] + code[8:17]


def test_a_code_in_no_table_costs_its_own_field_only(look):
    reply = look(
        "unknown-code",
        "legalPerson { registeredName registrationStatus entityType registeredCapital { amount } }"
        "taxpayerProfile { taxpayerStatus competentTaxAuthority } taxArrears { taxCategory arrearsBalance { amount } }",
    )
    assert reply.codes == ["SOURCE_UNREADABLE"] * 4
    assert reply.problems("SOURCE_UNREADABLE") == {
        "subject.legalPerson.registrationStatus",
        "subject.legalPerson.entityType",
        "subject.taxpayerProfile.taxpayerStatus",
        "subject.taxArrears.taxCategory",
    }
    assert {"8888", '"7"'}.isdisjoint(reply.text.split())
    assert of(reply, "legalPerson")["registeredName"]
    assert of(reply, "legalPerson")["registrationStatus"] is None
    assert of(reply, "taxpayerProfile")["competentTaxAuthority"]
    assert of(reply, "taxArrears")[0]["arrearsBalance"]["amount"]


def test_the_last_row_counts_whatever_the_order_of_arrival(look):
    reply = look("late-rows", "legalPerson { registeredName registeredCapital { amount } } branches { branchName }")
    assert "旧拟贸易商行" not in of(reply, "legalPerson")["registeredName"]
    assert of(reply, "legalPerson")["registeredCapital"] == {"amount": "500000.00"}
    assert len(of(reply, "branches")) == 1  # the deleted one stays deleted
    assert of(reply, "branches")[0]["branchName"].endswith("第三分公司")


def test_a_captcha_page_is_an_agency_that_cannot_be_reached(look):
    reply = look("captcha", "legalPerson { registeredName } annualReports { reportYear } commendations { honorName }")
    assert reply.problems("SOURCE_UNAVAILABLE") == {"subject.annualReports", "subject.commendations"}
    assert {error["extensions"]["agency"] for error in reply.errors} == {"ENTERPRISE_DISCLOSURE"}
    assert of(reply, "legalPerson")["registeredName"]
    assert of(reply, "annualReports") is None
    assert "<" not in reply.text


AMOUNTS = "annualReports { employeeCount totalAssets { amount band } netProfit { amount band } }"


def test_amounts_flagged_public_are_public(look):
    for report in of(look("visible-amounts", AMOUNTS, "public"), "annualReports"):
        assert report["employeeCount"] is not None
        assert report["totalAssets"]["amount"].endswith("000.00")  # 万元 with decimals, in yuan
        assert report["netProfit"]["amount"]


@pytest.mark.parametrize("persona", ["public", "permit-officer", "bank-without-consents"])
def test_amounts_flagged_not_public_are_nobody_elses(look, persona):
    """Silently: that there is something to hide depends on data."""
    reply = look("hidden-amounts", AMOUNTS, persona)
    for report in of(reply, "annualReports"):
        assert report["employeeCount"] is None
        assert (report["totalAssets"] or {}).get("amount") is None
    assert reply.errors == []


def test_a_rating_of_a_is_public_and_one_of_c_is_not(look):
    fields = "taxCreditRatings { ratingYear taxCreditRating }"

    def grade(subject: str, persona: str) -> Any:
        return [row["taxCreditRating"] for row in of(look(subject, fields, persona), "taxCreditRatings")]

    assert grade("rating-a", "public") == ["A"]
    assert grade("rating-c", "public") == [None]
    assert grade("rating-c", "permit-officer") == ["C"]
    assert grade("rating-c", "bank") == ["C"]


def test_arrears_of_an_organisation_are_shown_by_band_to_the_public(look):
    fields = "taxArrears { taxCategory arrearsBalance { amount band } }"
    for row in of(look("arrears", fields, "public"), "taxArrears"):
        assert row["arrearsBalance"]["amount"] is None
        assert row["arrearsBalance"]["band"].startswith("[")
    exact = of(look("arrears", fields, "permit-officer"), "taxArrears")
    assert {row["taxCategory"] for row in exact} == {"增值税", "企业所得税"}
    assert all(row["arrearsBalance"]["amount"] for row in exact)


def test_a_major_violation_is_published_without_the_persons_name(look):
    fields = "majorTaxViolations { caseNature mainIllegalFacts } seriouslyUntrustworthyListings { listName }"
    reply = look("major-violation", fields, "public")
    (violation,) = of(reply, "majorTaxViolations")
    assert "*" in violation["mainIllegalFacts"]


def test_a_name_that_one_system_cuts_is_a_disagreement(look):
    legal_person = of(look("long-name", f"legalPerson {{ registeredName {PROVENANCE} }}"), "legalPerson")
    assert legal_person["provenance"]["disagreements"] == [
        {"field": "registeredName", "agency": "ENTERPRISE_DISCLOSURE"}
    ]


def test_an_open_end_is_null(look):
    reply = look("open-ended", "legalPerson { businessTermTo } administrativeLicenses { validTo licensingAuthority }")
    assert of(reply, "legalPerson") == {"businessTermTo": None}
    assert [licence["validTo"] for licence in of(reply, "administrativeLicenses")] == [None]
    assert "9999" not in reply.text
    assert reply.errors == []


def test_a_serious_listing_names_its_term_and_masks_its_people(look):
    fields = "listName listingTerm { from to } linkedPersons { name } removalRequirements remedyChannels"
    reply = look("seriously-listed", f"seriouslyUntrustworthyListings {{ {fields} }}")
    (listing,) = of(reply, "seriouslyUntrustworthyListings")
    assert listing["listingTerm"]["to"] > listing["listingTerm"]["from"]
    assert [person["name"][1:] for person in listing["linkedPersons"]] == ["*"]
    assert listing["removalRequirements"]


def test_the_clean_subject_has_every_kind_of_good_record(look):
    reply = look(
        "clean",
        "administrativeLicenses { licensingAuthority } branches { branchName } pledgeRegistrations { pledgeKind }"
        "creditPledges { pledgeType } commendations { honorName } taxCreditRatings { taxCreditRating }",
        "public",
    )
    subject = reply.data["subject"]
    assert len({licence["licensingAuthority"] for licence in subject["administrativeLicenses"]}) == 3
    assert {row["taxCreditRating"] for row in subject["taxCreditRatings"]} == {"A"}
    assert all(subject.values())
    assert reply.errors == []
