"""Organisations on the command line."""

from __future__ import annotations

import pytest

from tests.gateway.cli.conftest import ROOT

SETTINGS = ("--settings", str(ROOT / "deploy" / "settings.example.toml"))
BANK = ("add", "bank", "--name", "第一银行", "--class", "FINANCIAL_INSTITUTION")


@pytest.fixture
def orgs(creditgraph):
    return lambda *arguments, **variables: creditgraph("orgs", *arguments, *SETTINGS, **variables)


def test_what_is_added_is_listed(orgs):
    added = orgs(*BANK, "--jurisdiction", "120000", "--agreement", "2026-1=SUP-TX1,NB01-1", "--agreement", "2026-1=X")
    line = "bank  第一银行  FINANCIAL_INSTITUTION  in 120000  items NB01-1, SUP-TX1, X"
    assert (added.code, added.out) == (0, f"registered: {line}\n")
    assert orgs("list").out == f"{line}\n"


def test_every_part_is_told(orgs):
    orgs(*BANK, "--designated", "credit_granting", "--case-reference-for", "AUDITING", "--level", "municipal")
    assert orgs("list").out == (
        "bank  第一银行  FINANCIAL_INSTITUTION  designated CREDIT_GRANTING  names its case for AUDITING\n"
    )
    assert orgs("list", "--json").json["organisations"] == [
        {
            "organisation": "bank",
            "name": "第一银行",
            "class": "FINANCIAL_INSTITUTION",
            "jurisdiction": None,
            "level": "MUNICIPAL",
            "designated": ["CREDIT_GRANTING"],
            "caseReferenceFor": ["AUDITING"],
            "agreements": {},
            "isActive": True,
        }
    ]


def test_a_suspension_tells_what_it_stops_and_lasts_until_it_is_ended(orgs, creditgraph):
    orgs(*BANK)
    creditgraph("officers", "add", "bank", "17", *SETTINGS)
    assert orgs("suspend", "bank").out == (
        "organisation `bank` is suspended: none of its 0 clients and 1 officers gets a token or an answer; "
        "this acts at once in every running gateway\n"
    )
    assert orgs("list").out.endswith("SUSPENDED\n")
    assert orgs("suspend", "bank").out == "organisation `bank` was suspended before\n"
    again = orgs(*BANK)
    assert again.out.endswith("SUSPENDED\n")
    assert "stays suspended" in again.err
    assert (
        orgs("resume", "bank").out == "organisation `bank` may ask again; this acts at once in every running gateway\n"
    )
    assert orgs("resume", "bank").out == "organisation `bank` was not suspended\n"
    assert orgs("suspend", "bank", "--json").json == {"exitCode": 0, "isActive": False, "changed": True}
    assert orgs("resume", "bank", "--json").json == {"exitCode": 0, "isActive": True, "changed": True}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((*BANK, "--jurisdiction", "12"), "organisation `bank`: `jurisdiction` is a division code"),
        ((*BANK, "--agreement", "2026-1"), "write an agreement as NUMBER=ITEM,ITEM"),
        (("add", "a b", "--name", "x", "--class", "ASSOCIATION"), "organisation: `organisation_id` has 1 to 64"),
        (("add", "x", "--name", "x", "--class", "SUBJECT_SELF"), "no organisation is of the class `SUBJECT_SELF`"),
        (("add", "x", "--name", "x", "--class", "KING"), "KING"),
        (("suspend", "nobody"), "organisation `nobody` is not registered"),
        (("resume", "nobody"), "organisation `nobody` is not registered"),
    ],
)
def test_what_is_wrong_ends_with_2(orgs, arguments, sentence):
    ended = orgs(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
    assert orgs("list").out == "no organisation is registered\n"


def test_a_register_that_is_none(orgs, tmp_path):
    nowhere = {"CREDITGRAPH__DATABASE__URL": f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/x.db"}
    for arguments in (BANK, ("list",), ("suspend", "bank"), ("resume", "bank")):
        assert orgs(*arguments, **nowhere).code == 3


def test_the_commands_work_on_postgresql(orgs, postgres_url):
    variables = {"CREDITGRAPH__DATABASE__URL": postgres_url}
    assert orgs(*BANK, **variables).code == 0
    assert "is suspended" in orgs("suspend", "bank", **variables).out
    assert orgs("list", **variables).out.endswith("SUSPENDED\n")
