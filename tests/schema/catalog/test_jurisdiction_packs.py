"""The four regulations as they ship say what their texts say: compared with tables of what was read in them."""

from __future__ import annotations

import pytest

from schema.catalog.entry import LinkedRole
from schema.catalog.jurisdiction import RULE_NAMES, Jurisdiction
from schema.catalog.jurisdiction_loader import load_jurisdiction
from schema.catalog.national_loader import load_national
from schema.catalog.switches import SwitchName
from schema.vocabulary.caller import CallerClass, Purpose
from tests.schema.catalog.packs import LOST

NATIONAL = load_national()
PACKS = {code: load_jurisdiction(code, configured=LOST, national=NATIONAL) for code in ("TJ", "SH", "HL", "LN")}
COLUMNS = ("TJ", "SH", "HL", "LN")

# What the comparison of the four texts says of each difference, in the order of COLUMNS.
DIFFERENCES = {
    "query_period": ("FIXED P5Y", "FIXED P5Y", "STATE", "CATALOG"),
    "marker_deadline": ("LIMIT AT_ONCE", "LIMIT 1wd", "LIMIT 1wd", "LIMIT AT_ONCE"),
    "decision_own_scope": ("DECISION 3wd", "DECISION 5wd", "DECISION 3wd", "DECISION_AND_NOTICE 3wd 2wd"),
    "decision_other_unit": ("WHOLE 10wd", "TRANSFER 2wd 5wd", "HELPED 7wd 2wd", "FEEDBACK 5wd 2wd"),
    "basis_revoked": ("STEPS 3wd 4wd", "STEPS AT_ONCE 3wd", "STEPS 2wd 1wd", "STEPS AT_ONCE AT_ONCE"),
    "restoration_deletes": ("INTERFACE AT_ONCE", "INTERFACE 3wd", "DISPLAY AT_ONCE", "DISCLOSURE AT_ONCE"),
    "positive_on_request": ("DELETE", "NOT_SAID", "HIDE", "NOT_SAID"),
    "public_person_consent": ("REQUIRED", "NOT_SAID", "REQUIRED", "NOT_SAID"),
    "others_information": ("AUTHORISATION", "WRITTEN", "AUTHORISATION_AND_PURPOSE", "LAW_OR_AGREEMENT"),
    "written_consent": ("REQUIRED", "REQUIRED", "REQUIRED", "REQUIRED"),
    "lifetime_consent": ("FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"),
    "free_reports": (
        "YEARLY 2 CREDIT",
        "YEARLY 2 OPERATOR+CREDIT",
        "UNLIMITED_AND_YEARLY 2 CREDIT+ASSOCIATION",
        "NOT_SAID",
    ),
    "simplified_penalties": ("OUT", "OUT", "OUT", "NOT_SAID"),
    "legal_document": ("REQUIRED", "REQUIRED", "REQUIRED", "REQUIRED"),
    "unverifiable_objected": ("NOT_SAID", "NOT_SAID", "NOT_SAID", "DELETE_WITH_REASON"),
    "defaulters_listed": ("NOT_SAID", "NOT_SAID", "AUTOMATICALLY", "NOT_SAID"),
    "linked_persons": (
        "LISTED LEGAL+PRINCIPAL+ACTUAL",
        "LISTED LEGAL+PRINCIPAL+DIRECTLY",
        "LISTED LEGAL+PRINCIPAL+ACTUAL+DIRECTLY",
        "LISTED LEGAL+ACTUAL+PRINCIPAL+DIRECTLY",
    ),
    "upward_deadline": ("LIMIT AT_ONCE", "NOT_SAID", "LIMIT 3wd", "NOT_SAID"),
    "utilities_data": ("IN", "IN", "CATALOG_ONLY", "OUT"),
    "inquiry_matters": ("DESIGNATED", "PUBLISHED", "WITHIN_CATALOG", "AS_NEEDED"),
    "staff_authority": ("REQUIRED", "REQUIRED", "NOT_SAID", "NOT_SAID"),
    "personal_identifiers": ("NOT_SAID", "NOT_SAID", "NOT_OPENED", "NOT_SAID"),
    "minors": ("NO_SUBJECTS", "NO_SUBJECTS", "NOT_SAID", "LENIENT"),
    "other_regions": ("SHARED", "SHARED", "NOT_SAID", "NOT_SAID"),
}

# The purposes that organs may state: TJ 19, SH 28, HL 44, LN 21.
ORGANS_PURPOSES = {
    "ADMINISTRATIVE_PERMIT": "TJ SH HL LN",
    "INSPECTION": "TJ SH HL LN",
    "ADMINISTRATIVE_PENALTY": "TJ SH LN",
    "GOVERNMENT_PROCUREMENT": "TJ SH HL LN",
    "TENDERING": "TJ SH HL LN",
    "PUBLIC_FUNDS": "TJ SH HL LN",
    "LAND_USE": "TJ SH LN",
    "RESEARCH_MANAGEMENT": "TJ SH LN",
    "AUDITING": "TJ",
    "OFFICIAL_APPOINTMENT": "TJ SH LN",
    "TALENT_INTRODUCTION": "TJ",
    "COMMENDATION": "TJ SH HL LN",
    "RESIDENCE": "SH LN",
    "CANDIDATE_VETTING": "LN",
    "PUBLIC_RESOURCE_TRADING": "HL",
    "PROOF_MATTER": "HL",
    "OTHER_MANAGEMENT": "TJ SH HL LN",
    "CREDIT_GRANTING": "",
}

DEADLINES = {
    "TJ": "11:AT_ONCE 41a:AT_ONCE 41b:3wd 41c:10wd 41d:AT_ONCE 41e:AT_ONCE 41f:AT_ONCE 43a:3wd 43b:4wd "
    "45:AT_ONCE 46:AT_ONCE",
    "SH": "36a:1wd 36b:5wd 36c:2wd 36d:5wd 36e:AT_ONCE 36f:1wd 36g:7wd 36h:AT_ONCE 37a:AT_ONCE 37b:3wd 38:3wd",
    "HL": "21:3wd 35a:3wd 35b:AT_ONCE 38a:3wd 38b:2wd 38c:1wd 38d:3wd 39a:1wd 39b:3wd 39c:7wd 39d:2wd 39e:AT_ONCE "
    "39f:AT_ONCE 39x:3wd 40:AT_ONCE 41:20wd 46:P2M",
    "LN": "12a:AT_ONCE 12b:AT_ONCE 30:AT_ONCE 37a:AT_ONCE 37b:3wd 37c:AT_ONCE 37d:2wd 37e:AT_ONCE 37f:5wd 37g:2wd "
    "37h:AT_ONCE 37i:AT_ONCE 39a:STATE_RULE 39b:AT_ONCE",
}


def _told(jurisdiction: Jurisdiction, name: SwitchName) -> str:
    switch = jurisdiction.switches[name]
    names = (
        "+".join(one.split("_")[0] for one in value) if isinstance(value, tuple) else str(value)
        for value in switch.details.values()
    )
    return " ".join((switch.value, *names))


@pytest.mark.parametrize("name", list(SwitchName))
def test_the_four_differ_as_their_texts_do(name: SwitchName) -> None:
    assert tuple(_told(PACKS[code], name) for code in COLUMNS) == DIFFERENCES[name]


@pytest.mark.parametrize("code", COLUMNS)
def test_a_switch_that_the_text_does_not_set_says_so_and_no_other(code: str) -> None:
    for switch in PACKS[code].switches.values():
        assert (switch.value == "NOT_SAID") == (switch.article.article == "silent")


@pytest.mark.parametrize("purpose", list(Purpose))
def test_organs_state_the_purposes_of_their_regulation(purpose: Purpose) -> None:
    allowed = [code for code in COLUMNS if purpose in PACKS[code].purposes[CallerClass.STATE_ORGAN]]
    assert " ".join(allowed) == ORGANS_PURPOSES[purpose]


@pytest.mark.parametrize("code", COLUMNS)
def test_market_use_is_for_the_market_alone(code: str) -> None:
    law = PACKS[code]
    market = {CallerClass.FINANCIAL_INSTITUTION, CallerClass.CREDIT_SERVICE_ESTABLISHMENT, CallerClass.AUTHORISED_PARTY}
    associations = {CallerClass.ASSOCIATION} if code == "HL" else set()
    assert law.purpose_rules[Purpose.CREDIT_GRANTING].callers == market | associations
    for caller in market | associations:
        assert law.purposes[caller] == {Purpose.CREDIT_GRANTING}
        assert caller not in law.organs
    assert not {CallerClass.PUBLIC, CallerClass.SUBJECT_SELF} & law.purposes.keys()


def test_penalties_are_a_purpose_on_condition_in_shanghai_and_none_in_heilongjiang() -> None:
    conditions = {
        (code, rule.purpose): rule.condition for code in COLUMNS for rule in PACKS[code].purpose_rules.values()
    }
    assert {key: text for key, text in conditions.items() if text} == {
        ("SH", Purpose.ADMINISTRATIVE_PENALTY): "large-amount penalties only",
        ("HL", Purpose.TENDERING): "tendering of government-invested projects only",
        ("HL", Purpose.OTHER_MANAGEMENT): "if a law provides",
    }


def test_courts_and_auditors_inquire_for_what_the_text_names() -> None:
    courts = {code: sorted(PACKS[code].purposes[CallerClass.JUDICIAL_ORGAN]) for code in COLUMNS}
    auditors = {code: sorted(PACKS[code].purposes[CallerClass.SUPERVISOR_AUDITOR]) for code in COLUMNS}
    elsewhere = ["INSPECTION", "OTHER_MANAGEMENT"]
    assert courts == {"TJ": ["AUDITING", *elsewhere], "SH": elsewhere, "HL": elsewhere, "LN": elsewhere}
    assert auditors == {"TJ": ["AUDITING", "INSPECTION"], "SH": elsewhere, "HL": elsewhere, "LN": elsewhere}


def test_platforms_and_providing_units_are_admitted_by_the_sharing_articles() -> None:
    shared = {
        code: {
            str(caller): str(article)
            for caller, article in PACKS[code].purpose_rules[Purpose.OTHER_MANAGEMENT].admitted.items()
        }
        for code in COLUMNS
    }
    assert shared == {
        "TJ": {
            "LOWER_LEVEL_PLATFORM": "TJ 11¶3",
            "PROVIDER_UNIT": "TJ 11¶3",
            "OTHER_REGION_PLATFORM": "TJ 8",
            "NATIONAL_PLATFORM": "TJ 8",
        },
        "SH": {
            "JUDICIAL_ORGAN": "SH 28¶2",
            "SUPERVISOR_AUDITOR": "SH 28¶2",
            "PROVIDER_UNIT": "SH 12",
            "NATIONAL_PLATFORM": "SH 12",
            "OTHER_REGION_PLATFORM": "SH 12",
        },
        "HL": {"PROVIDER_UNIT": "HL 22", "LOWER_LEVEL_PLATFORM": "HL 22", "NATIONAL_PLATFORM": "HL 6¶1"},
        "LN": {"PROVIDER_UNIT": "LN 16", "LOWER_LEVEL_PLATFORM": "LN 9", "NATIONAL_PLATFORM": "LN 16"},
    }


@pytest.mark.parametrize("code", COLUMNS)
def test_other_regions_are_answered_where_the_text_knows_them_and_never_by_duty(code: str) -> None:
    law = PACKS[code]
    shared = law.switches[SwitchName.OTHER_REGIONS].value == "SHARED"
    assert (CallerClass.OTHER_REGION_PLATFORM in law.purposes) == shared
    assert CallerClass.OTHER_REGION_PLATFORM not in law.organs


def test_organs_are_those_who_inquire_by_duty() -> None:
    everywhere = {"STATE_ORGAN", "JUDICIAL_ORGAN", "SUPERVISOR_AUDITOR", "NATIONAL_PLATFORM"}
    assert {code: set(PACKS[code].organs) for code in COLUMNS} == {
        "TJ": everywhere | {"LOWER_LEVEL_PLATFORM"},
        "SH": everywhere,
        "HL": everywhere | {"LOWER_LEVEL_PLATFORM", "PROVIDER_UNIT"},
        "LN": everywhere | {"LOWER_LEVEL_PLATFORM", "PROVIDER_UNIT"},
    }


@pytest.mark.parametrize("code", COLUMNS)
def test_every_limit_is_the_text_s(code: str) -> None:
    told = " ".join(
        f"{key.removeprefix(f'D-{code}-')}:{one.limit}" for key, one in sorted(PACKS[code].deadlines.items())
    )
    assert told == DEADLINES[code]
    assert all(one.code == key and one.event and one.act for key, one in PACKS[code].deadlines.items())
    assert {one.article.regulation for one in PACKS[code].deadlines.values()} == {code}


@pytest.mark.parametrize("code", COLUMNS)
def test_every_rule_has_its_article_and_the_head_is_right(code: str) -> None:
    law = PACKS[code]
    assert law.articles.keys() == set(RULE_NAMES)
    assert law.regulation is NATIONAL.regulations[code]
    assert (law.code, law.division[2:]) == (code, "0000")
    assert law.exact_amounts == {"STATE_ORGAN", "JUDICIAL_ORGAN", "SUPERVISOR_AUDITOR"}
    assert {str(role) for role in law.linked_roles} == set(law.switches[SwitchName.LINKED_PERSONS].details["roles"])  # type: ignore[arg-type]
    assert LinkedRole.LEGAL_REPRESENTATIVE in law.linked_roles


def test_what_each_regulation_asks_a_catalog_item_to_state() -> None:
    assert set(PACKS["TJ"].demanded_attributes) >= {"publicity", "sharing_scope", "use_authority"}
    heilongjiang = {"specific_conduct", "providing_unit", "data_source", "character", "sharing", "publicity", "display"}
    assert set(PACKS["HL"].demanded_attributes) >= heilongjiang | {"update_cycle"}
    assert set(PACKS["LN"].demanded_attributes) >= {"publicity", "sharing", "sharing_scope", "display", "retention"}
