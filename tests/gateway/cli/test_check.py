"""The officer's look-up: what is shown, what is refused, and how each outcome ends."""

from __future__ import annotations

import pytest

from tests.builders import SOME_CODE
from tests.gateway.web.graphiql_stage import NAME, UNKNOWN_CODE

OFFICER = ("--sandbox", "permit-officer", "--purpose", "ADMINISTRATIVE_PERMIT", "--matter", "食品经营许可")


@pytest.fixture
def asked(creditgraph, stage):
    def ask(*arguments, **variables):
        return creditgraph("check", "--url", stage.url, "--sandbox-file", str(stage.sandbox), *arguments, **variables)

    return ask


def test_an_officer_sees_records_by_agency_and_what_is_missing(asked):
    ended = asked("clean", *OFFICER)
    assert ended.code == 1
    assert ended.out.startswith(f"{SOME_CODE}  {NAME}\n")
    assert "== MARKET_REGULATION 市场监督管理部门 ==" in ended.out
    assert "Paid-in capital 实收资本            900,000.00 CNY" in ended.out
    assert "State of the registration 登记状态  ACTIVE 存续/在营" in ended.out
    assert "MARKET_REGULATION, as of 2026-06-01 10:00, current" in ended.out
    assert "Cases of enforcement 执行案件: agency cannot be reached 无法连接" in ended.out
    assert "SOURCE_UNAVAILABLE  COURTS" in ended.out
    assert "\x1b" not in ended.out


def test_the_public_is_told_what_is_refused_by_which_item_and_article(asked):
    ended = asked(SOME_CODE)
    assert ended.code == 1
    assert "Paid-in capital 实收资本            refused 不予提供: CALLER_NOT_AUTHORISED" in ended.out
    row = next(line for line in ended.out.splitlines() if line.strip().startswith("LegalPerson.paidInCapital"))
    assert row.split() == ["LegalPerson.paidInCapital", "CALLER_NOT_AUTHORISED", "NB01-2", "TJ", "10"]
    assert "900,000.00" not in ended.out


def test_json_holds_the_whole_answer(asked):
    ended = asked(SOME_CODE, *OFFICER, "--json")
    assert ended.code == ended.json["exitCode"] == 1
    assert ended.json["missing"] == ["SOURCE_UNAVAILABLE"]
    assert ended.json["isKnown"] is True
    assert ended.json["subject"]["legalPerson"]["registeredName"] == NAME
    assert len(ended.json["requestId"]) == 32


def test_an_answer_in_full_ends_with_0(asked, stage):
    courts = stage.agencies["COURTS"]
    trouble, courts.trouble = courts.trouble, None
    try:
        ended = asked(SOME_CODE, *OFFICER)
        unknown = asked(UNKNOWN_CODE, *OFFICER, "--json")
        told = asked(UNKNOWN_CODE, *OFFICER)
    finally:
        courts.trouble = trouble
    assert (ended.code, ended.err) == (0, "")
    assert "answered in full" in ended.out
    assert (unknown.code, unknown.json["isKnown"], unknown.json["errors"]) == (1, False, [])
    assert "No agency has anything to show" in told.out


def test_token_and_address_may_come_from_file_and_environment(asked, creditgraph, stage, tmp_path):
    path = tmp_path / "token"
    path.write_text(stage.token("permit-officer") + "\n", "ascii")
    purpose = ("--purpose", "ADMINISTRATIVE_PERMIT")
    from_file = asked(SOME_CODE, "--token-file", str(path), *purpose)
    variables = {"CREDITGRAPH_URL": stage.url, "CREDITGRAPH_TOKEN": stage.token("permit-officer")}
    from_environment = creditgraph("check", SOME_CODE, *purpose, **variables)
    assert "900,000.00" in from_file.out
    assert "900,000.00" in from_environment.out


def test_an_address_without_a_path_means_the_usual_one(creditgraph, stage):
    assert NAME in creditgraph("check", SOME_CODE, "--url", stage.url.removesuffix("/graphql")).out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("91120000103069967X",), "INVALID_CREDIT_CODE"),
        (("9112",), "INVALID_CREDIT_CODE"),
        ((SOME_CODE, "--purpose", "CURIOSITY"), "unknown purpose"),
        ((SOME_CODE, "--token", "no.such.token"), "UNAUTHENTICATED"),
        ((SOME_CODE, "--token", "spaced out"), "characters that no token has"),
        ((SOME_CODE, "--token", "x", "--sandbox", "bank"), "give one of"),
        ((SOME_CODE, "--sandbox", "nobody"), "no persona `nobody`"),
        ((SOME_CODE, "--sandbox", "bank", "--sandbox-file", "absent.json"), "cannot be read"),
        ((" ",), "the code is empty"),
    ],
)
def test_a_wrong_question_ends_with_2_and_says_why(asked, arguments, sentence):
    ended = asked(*arguments)
    assert ended.code == 2
    assert sentence in ended.out + ended.err
    assert "Traceback" not in ended.err
    as_json = asked(*arguments, "--json")
    assert as_json.code == as_json.json["exitCode"] == 2
