"""The table's third moment says what is really seen of a record."""

from __future__ import annotations

from functools import cache

import pytest

from policies.table_samples import PLAIN
from schema.catalog.entry import MaskKind
from schema.vocabulary.records import RecordKind
from tests.policies.tables import DEFAULTER, LINKED, REPRESENTATIVE, a_catalog, a_table, answers, changed, penalties

PENALTY = "AdministrativePenalty.penaltyAuthority"
PENALTIES = "CreditSubject.administrativePenalties"


@pytest.fixture(scope="module")
def reports():
    return a_table(a_catalog(RecordKind.ANNUAL_REPORT, RecordKind.TAX_CREDIT_RATING, RecordKind.COMMENDATION_RECORD))


@cache
def listings(region):
    return a_table(a_catalog(RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING, region=region))


@pytest.fixture(scope="module")
def persons():
    return a_table(a_catalog(RecordKind.LEGAL_PERSON, RecordKind.JUDGMENT_DEFAULTER))


@pytest.mark.parametrize("field", [PENALTY, PENALTIES])
@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("plain", "SHOW"),
        ("not-displayed", "WITHHOLD NOT_DISPLAYED"),
        ("display-ended", "WITHHOLD DISPLAY_EXPIRED"),
        ("no-document", "WITHHOLD NO_LEGAL_DOCUMENT"),
        ("simplified-procedure", "WITHHOLD SIMPLIFIED_PROCEDURE"),
        ("procedure-not-stated/ENTERPRISE_DISCLOSURE", "SHOW"),
        ("procedure-not-stated/TAX", "WITHHOLD SIMPLIFIED_PROCEDURE"),
        ("undated", "WITHHOLD DISPLAY_EXPIRED"),
        ("30-months/FINE", "SHOW"),
        ("42-months/FINE", "WITHHOLD DISPLAY_EXPIRED"),
        ("restored", "WITHHOLD RESTORED"),
        ("revoked", "WITHHOLD REVOKED"),
        ("hidden", "SHOW"),
    ],
)
def test_a_penalty_is_seen_as_far_as_its_state_allows(field, moment, said) -> None:
    assert answers(penalties(), field, f"RECORD/{moment}") == {"NONE": said}


@pytest.mark.parametrize(
    ("age", "grade", "is_shown"),
    [
        ("fresh", "WARNING", False),
        ("4-months", "FINE", True),
        ("13-months", "FINE", False),
        ("30-months", "LICENCE", True),
    ],
)
def test_a_new_national_rule_is_seen_though_no_record_under_it_is_old_yet(age, grade, is_shown) -> None:
    said = answers(penalties(), PENALTY, f"RECORD/{age}/{grade}/newest-rule")
    assert said == {"NONE": "SHOW" if is_shown else "WITHHOLD DISPLAY_EXPIRED"}
    assert answers(penalties(), PENALTY, f"RECORD/{age}/{grade}") == {"NONE": "SHOW"}


@pytest.mark.parametrize(
    ("caller", "said"),
    [
        ("PUBLIC", {"NONE": "WITHHOLD NOT_PUBLIC_BY_RECORD"}),
        ("STATE_ORGAN", {"INSPECTION": "MASK M6"}),
        ("SUBJECT_SELF", {"NONE": "SHOW"}),
    ],
)
def test_what_the_enterprise_did_not_publish_is_seen_by_each_as_far_as_its_view_reaches(reports, caller, said) -> None:
    assert answers(reports, "AnnualReport.totalAssets", "RECORD/flagged", caller) == said
    assert set(answers(reports, "AnnualReport.totalAssets", PLAIN, caller).values()) == {"SHOW"}


def test_only_published_values_are_for_everybody(reports) -> None:
    grade = "TaxCreditRating.taxCreditRating"
    assert answers(reports, grade, PLAIN) == {"NONE": "SHOW"}
    assert answers(reports, grade, "RECORD/value-on-condition") == {"NONE": "WITHHOLD VALUE_ON_CONDITION"}


def test_what_speaks_for_the_subject_is_hidden_at_its_request(reports) -> None:
    said = answers(reports, "CommendationRecord.awardDate", "RECORD/hidden")
    assert said == {"NONE": "WITHHOLD HIDDEN_AT_SUBJECT_REQUEST"}


def test_a_person_has_a_cell_for_each_part_and_one_for_being_there(persons) -> None:
    assert answers(persons, REPRESENTATIVE, PLAIN) == {"NONE": "SHOW"}
    assert answers(persons, f"PersonRef.name below {REPRESENTATIVE}", PLAIN) == {"NONE": "SHOW"}
    number = answers(persons, f"PersonRef.identityDocumentNumber below {REPRESENTATIVE}", PLAIN)
    assert number["NONE"].startswith("WITHHOLD")


@pytest.mark.parametrize(
    ("region", "role", "is_shown"),
    [
        ("TJ", "ACTUAL_CONTROLLER", True),
        ("TJ", "DIRECTLY_RESPONSIBLE", False),
        ("SH", "ACTUAL_CONTROLLER", False),
        ("SH", "DIRECTLY_RESPONSIBLE", True),
        ("LN", "PRINCIPAL_RESPONSIBLE", True),
        ("LN", "none", False),
    ],
)
def test_a_person_is_seen_with_a_listed_unit_in_the_roles_that_the_regulation_links(region, role, is_shown) -> None:
    said = answers(listings(region), LINKED, f"RECORD/role/{role}", "STATE_ORGAN")
    assert said == {"INSPECTION": "SHOW" if is_shown else "WITHHOLD LINKED_PERSON"}


def test_a_persons_part_is_not_seen_where_the_person_is_not() -> None:
    assert answers(listings("TJ"), f"PersonRef.name below {LINKED}", PLAIN) == answers(listings("TJ"), LINKED, PLAIN)


@pytest.mark.parametrize("field", [DEFAULTER, f"PersonRef.name below {DEFAULTER}"])
def test_a_minor_is_not_seen_at_all(persons, field) -> None:
    assert answers(persons, field, "RECORD/minor") == {"NONE": "WITHHOLD MINOR"}


def test_a_value_that_its_mask_leaves_nothing_of_counts_as_withheld() -> None:
    numbers = changed(a_catalog(RecordKind.ADMINISTRATIVE_PENALTY), PENALTY, mask=MaskKind.M2)
    assert answers(a_table(numbers), PENALTY, PLAIN) == {"NONE": "WITHHOLD MASKED"}
    assert answers(a_table(numbers), PENALTY, PLAIN, "STATE_ORGAN") == {"INSPECTION": "MASK M2"}
