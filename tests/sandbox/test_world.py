"""The sandbox's world: lawful codes, impossible persons, the same twice, and every trap where it should be."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain

import pytest

from deploy.sandbox.world import build_world
from deploy.sandbox.world_holdings import HELD
from schema.vocabulary.codes import EnforcementKind, RegistrationStatus, TaxpayerStatus
from schema.vocabulary.identifiers import AgencyId, SubjectId, SubjectKind, organization_check_character
from schema.vocabulary.records import RecordKind

MR, ED, TX, CT = (
    AgencyId.MARKET_REGULATION,
    AgencyId.ENTERPRISE_DISCLOSURE,
    AgencyId.TAX,
    AgencyId.COURTS,
)
TODAY = date(2026, 4, 1)


@pytest.fixture(scope="module")
def world():
    return build_world(today=TODAY)


def everything(world, code):
    """Every record of every agency about one subject."""
    return {(agency, kind): world.records(agency, code, kind) for agency in AgencyId for kind in RecordKind}


def test_two_thousand_subjects_with_codes_that_pass_both_checks(world):
    assert len(world.codes) >= 2000
    assert len(set(world.codes)) == len(world.codes)
    for code in world.codes:
        subject = SubjectId.parse(code)
        assert organization_check_character(subject.organization_code[:8]) == subject.organization_code[8]
        assert subject.organization_code.startswith("XNXN")
    assert {code[:2] for code in world.codes} == {"91", "92", "93", "51"}
    assert {"12", "31", "23", "21"} < {code[2:4] for code in world.codes}


def test_the_same_seed_and_day_give_the_same_world_and_another_seed_another(world):
    again, other = build_world(today=TODAY), build_world(today=TODAY, seed=7)
    code = world.codes[500]
    assert everything(again, code) == everything(world, code)
    assert again.codes == world.codes
    assert other.codes != world.codes
    assert other.named == world.named, "hand-made subjects keep their codes whatever the seed"


def test_a_leap_day_is_a_day_like_any_other():
    world = build_world(today=date(2028, 2, 29), size=60)
    for code in world.codes:
        assert everything(world, code)


def test_persons_are_impossible_and_telephones_are_nobodys(world):
    for code in world.codes[:300]:
        text = repr(everything(world, code))
        numbers = re.findall(r"(?<![0-9A-Z])\d{17}[\dX](?![0-9A-Z])", text)
        assert all(number.startswith(("000000", "999999")) for number in numbers)
        telephones = re.findall(r"'(?:telephone|contactTelephone)': '(\d+)'", text)
        assert telephones
        assert all(number.startswith("100") for number in telephones)


def test_each_agency_states_only_the_fields_it_holds(world):
    for code in chain(world.codes[:100], world.named.values()):
        for (agency, kind), records in everything(world, code).items():
            for record in records:
                facts = {name for name in record if not name.startswith("_")}
                assert facts <= HELD[agency][kind]


def test_all_eighteen_kinds_have_records(world):
    seen = {kind for code in world.codes[:400] for (_, kind), records in everything(world, code).items() if records}
    assert seen == set(RecordKind)


def test_unknown_is_a_valid_code_that_nobody_holds(world):
    code = world.named["unknown"]
    assert SubjectId.parse(code)
    assert code not in world.codes
    assert not any(everything(world, code).values())
    assert not any(everything(world, "91310000132260250X").values())


def test_a_penalty_known_to_three_agencies_differs_in_its_brackets_only(world):
    penalties = {
        agency: world.records(agency, world.named["penalised"], RecordKind.ADMINISTRATIVE_PENALTY)
        for agency in (MR, TX, ED)
    }
    numbers = {agency: {str(record["penaltyDocumentNumber"]) for record in rows} for agency, rows in penalties.items()}
    shared = {number for number in numbers[ED] if number in numbers[TX]}
    assert len(shared) == 1
    assert {number.replace("（", "(").replace("）", ")") for number in shared} < numbers[MR]
    assert len(numbers[TX]) == 2


def test_the_defaulter_needs_a_second_page(world):
    code = world.named["defaulter"]
    assert len(world.records(CT, code, RecordKind.JUDGMENT_DEFAULTER)) > 10
    kinds = {record["caseKind"] for record in world.records(CT, code, RecordKind.ENFORCEMENT_CASE)}
    assert kinds == set(EnforcementKind)


def test_disclosure_sees_a_removal_before_market_regulation(world):
    code = world.named["abnormal"]
    removals = {
        agency: [record["removalDate"] for record in world.records(agency, code, RecordKind.ABNORMAL_OPERATION_LISTING)]
        for agency in (MR, ED)
    }
    assert removals == {MR: [None, None], ED: [TODAY - timedelta(days=3), None]}


def test_statuses_of_the_deregistered_agree(world):
    code = world.named["deregistered"]
    for agency in (MR, ED):
        (person,) = world.records(agency, code, RecordKind.LEGAL_PERSON)
        assert person["registrationStatus"] is RegistrationStatus.DEREGISTERED
    (profile,) = world.records(TX, code, RecordKind.TAXPAYER_PROFILE)
    assert profile["taxpayerStatus"] is TaxpayerStatus.DEREGISTERED


def test_every_adverse_record_of_the_expired_subject_has_run_out(world):
    code = world.named["expired-record"]
    for agency in (MR, ED):
        (penalty,) = world.records(agency, code, RecordKind.ADMINISTRATIVE_PENALTY)
        assert penalty["displayDeadline"] < TODAY
    old, exited = world.records(CT, code, RecordKind.JUDGMENT_DEFAULTER)
    assert (old["exitDate"], old["publicationDate"]) == (None, date(2019, 4, 1))
    assert not exited["_displayed"]
    (violation,) = world.records(TX, code, RecordKind.MAJOR_TAX_VIOLATION)
    assert violation["publicationStopDate"] < TODAY
    assert not violation["_displayed"]


def test_the_individual_business_is_a_natural_person_in_substance(world):
    code = world.named["individual-business"]
    assert SubjectId(code).subject_kind is SubjectKind.INDIVIDUAL_BUSINESS
    (arrears,) = world.records(TX, code, RecordKind.TAX_ARREARS)
    assert arrears["_natural_person"]


def test_agencies_disagree_on_capital_and_only_seem_to_on_the_name(world):
    code = world.named["disagreement"]
    (registered,) = world.records(MR, code, RecordKind.LEGAL_PERSON)
    (disclosed,) = world.records(ED, code, RecordKind.LEGAL_PERSON)
    assert registered["registeredName"] == str(disclosed["registeredName"]).replace("（", "(").replace("）", ")")
    assert registered["registeredName"] != disclosed["registeredName"]
    assert registered["registeredCapital"] != disclosed["registeredCapital"] == Decimal(88_000_000)


def test_traps_of_the_wire(world):
    named = world.named
    (profile,) = world.records(TX, named["old-taxpayer-number"], RecordKind.TAXPAYER_PROFILE)
    assert re.fullmatch(r"120101XNXN\w{5}", str(profile["taxpayerIdentificationNumber"]))
    (person,) = world.records(MR, named["unknown-code"], RecordKind.LEGAL_PERSON)
    assert person["_raw"] == {"registrationStatus": "7", "entityType": "8888"}
    (person,) = world.records(MR, named["long-name"], RecordKind.LEGAL_PERSON)
    (whole,) = world.records(ED, named["long-name"], RecordKind.LEGAL_PERSON)
    assert len(str(person["registeredName"])) == 100 < len(str(whole["registeredName"]))
    (person,) = world.records(MR, named["open-ended"], RecordKind.LEGAL_PERSON)
    assert person["businessTermTo"] is None
    assert person["_open_ended"] == {"businessTermTo"}
    (person,) = world.records(MR, named["late-rows"], RecordKind.LEGAL_PERSON)
    assert [row["_flag"] for row in person["_history"]] == ["I", "U", "U", "U"]
    assert world.trap(named["captcha"]) == "captcha"


def test_flags_of_annual_amounts(world):
    def hidden(name):
        reports = world.records(ED, world.named[name], RecordKind.ANNUAL_REPORT)
        return {len(report["_hidden"]) for report in reports}

    assert hidden("hidden-amounts") == {10}
    assert hidden("visible-amounts") == {0}
    assert hidden("clean") == {3}
