"""`creditgraph policy explain`: the law's answer in the terminal, without a gateway."""

from __future__ import annotations

import pytest

STATUS = "TaxpayerProfile.taxpayerStatus"
OFFICER = ("--class", "STATE_ORGAN", "--purpose", "INSPECTION", "--published", "*", "--items", "*")


def told(creditgraph, *arguments: str):
    ended = creditgraph("policy", "explain", *arguments, "--as-of", "2026-06-01", "--json")
    return ended.code, ended.json["fields"]


def test_what_is_shown_or_desensitised_ends_with_0(creditgraph):
    code, [shown, masked] = told(creditgraph, "LegalPerson.registeredName", "TaxArrears.arrearsBalance")
    assert (code, shown["effect"], masked["effect"], masked["mask"]) == (0, "SHOW", "MASK", "M6")


def test_what_is_withheld_ends_with_1_and_says_why_and_what_is_missing(creditgraph):
    code, [one] = told(creditgraph, STATUS, "--class", "STATE_ORGAN", "--purpose", "INSPECTION")
    assert code == 1
    assert (one["code"], one["article"]) == ("PURPOSE_NOT_PUBLISHED", "TJ 19")
    assert sorted(one["missing"]) == ["PUBLISHED_MATTER", "STAFF_AUTHORITY"]


def test_with_what_was_missing_it_is_shown(creditgraph):
    assert told(creditgraph, STATUS, *OFFICER)[0] == 0
    assert told(creditgraph, STATUS, *OFFICER, "--no-scope")[1][0]["missing"] == ["TOKEN_SCOPE"]


def test_consents_count_by_item_and_by_form(creditgraph):
    bank = ("--class", "FINANCIAL_INSTITUTION", "--purpose", "CREDIT_GRANTING")
    shanghai = (*bank, "--jurisdiction", "SH")
    assert told(creditgraph, STATUS, *bank)[1][0]["missing"] == ["CONSENT"]
    assert told(creditgraph, STATUS, *bank, "--consent", "NB01-1")[0] == 0
    assert told(creditgraph, STATUS, *bank, "--consent", "NB02-1")[0] == 1
    assert told(creditgraph, STATUS, *shanghai, "--consent", "NB01-1")[1][0]["missing"] == ["WRITTEN_CONSENT"]
    assert told(creditgraph, STATUS, *shanghai, "--written-consent", "NB01-1")[0] == 0


def test_the_subject_itself_sees_what_is_kept_of_it(creditgraph):
    assert told(creditgraph, STATUS, "--class", "SUBJECT_SELF", "--own")[0] == 0
    assert told(creditgraph, STATUS, "--class", "SUBJECT_SELF")[0] == 1


def test_the_kind_of_subject_and_the_region_count(creditgraph):
    address = "LegalPerson.domicile"
    kinds = [told(creditgraph, address, "--subject-kind", kind)[1][0]["effect"] for kind in KINDS]
    assert kinds[0] != kinds[1]
    there = told(creditgraph, STATUS, *OFFICER, "--home", "SH")[1][0]
    assert {rule["article"].partition(" ")[0] for rule in there["mayBeKeptBackBy"]} >= {"TJ", "SH"}


KINDS = ("ORGANISATION", "INDIVIDUAL_BUSINESS")


def test_a_lost_number_has_to_be_configured(creditgraph):
    lost = creditgraph("policy", "explain", STATUS, "--jurisdiction", "LN")
    assert (lost.code, "LN.decision_other_unit.unit" in lost.err) == (2, True)
    configured = ("--jurisdiction", "LN", "--configure", "LN.decision_other_unit.unit=5wd")
    assert creditgraph("policy", "explain", STATUS, *configured).code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--class", "KING"),
        ("--purpose", "CURIOSITY"),
        ("--published", "CURIOSITY"),
        ("--as-of", "yesterday"),
        ("--own",),
        ("--jurisdiction", "XX"),
        ("--edition", "TJ-1999-1"),
        ("--home", "XX"),
        ("--configure", "nothing"),
        ("--subject-kind", "GHOST"),
    ],
)
def test_what_cannot_be_read_ends_with_2(creditgraph, arguments):
    ended = creditgraph("policy", "explain", STATUS, *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err
