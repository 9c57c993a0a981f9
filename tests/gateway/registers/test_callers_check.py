"""What may not stand in the register of callers, fault by fault."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.registers.callers_book import CallerBook
from gateway.registers.callers_check import keys_unchecked, wrong_among
from gateway.registers.callers_entry import Client, Grant, Officer, Organisation
from schema.vocabulary.caller import CallerClass
from tests.builders import SOME_CODE

BANK = Organisation("bank", "第一银行", CallerClass.FINANCIAL_INSTITUTION)
CORE = Client("core", "bank")
CODE = replace(CORE, grants=frozenset(Grant), redirect_uris=("https://bank.example/back",))
CLERK = Officer("bank", "17")
BOOK = CallerBook.of(1, [BANK])


def faults(*entries, book=BOOK):
    return [(one.key, one.sentence) for one in wrong_among(entries, book, check_keys=keys_unchecked)]


def keys_of(*entries):
    return [key for key, _ in faults(*entries)]


@pytest.mark.parametrize(
    "entry",
    [
        BANK,
        replace(BANK, jurisdiction="120000", agreements={"津〔2026〕1号": frozenset({"SUP-TX1", "*"})}),
        CORE,
        replace(CORE, scopes=frozenset({"credit:read", "graph.introspect", "consents:read", "consents:manage"})),
        replace(CORE, issuer="outside", certificate="A-_" + "a" * 40),
        Client("own", subject=SOME_CODE),
        CODE,
        CLERK,
        replace(CLERK, items=frozenset({"*"})),
    ],
)
def test_what_may_stand(entry):
    assert faults(entry) == []


@pytest.mark.parametrize("name", ["", "a b", "a/b", "é", "a" * 65, "a\n", "`"])
def test_ids_have_few_characters(name):
    assert keys_of(replace(BANK, organisation_id=name)) == ["organisation_id"]
    assert keys_of(replace(CORE, client_id=name)) == ["client_id"]
    assert keys_of(replace(CLERK, officer_id=name)) == ["officer_id"]
    (wrong,) = wrong_among([replace(CORE, client_id=name)], BOOK, check_keys=keys_unchecked)
    assert str(wrong) == "client: `client_id` has 1 to 64 letters, digits, `-`, `.` or `_`"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"name": " "}, "name"),
        ({"name": "a\x1b[31m"}, "name"),
        ({"name": "a" * 201}, "name"),
        ({"caller_class": CallerClass.SUBJECT_SELF}, "class"),
        ({"jurisdiction": "12000"}, "jurisdiction"),
        ({"jurisdiction": "１２００００"}, "jurisdiction"),
        ({"agreements": {"": frozenset()}}, "agreements"),
        ({"agreements": {"1": frozenset({"tax arrears"})}}, "agreements"),
    ],
)
def test_organisations(change, key):
    assert keys_of(replace(BANK, **change)) == [key]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"organisation_id": ""}, "organisation_id"),
        ({"subject": SOME_CODE}, "organisation_id"),
        ({"organisation_id": "nobody"}, "organisation_id"),
        ({"issuer": "a b"}, "issuer"),
        ({"scopes": frozenset({"credit:write"})}, "scopes"),
        ({"grants": frozenset({Grant.AUTHORIZATION_CODE})}, "redirect_uris"),
        ({"grants": frozenset({Grant.REFRESH_TOKEN})}, "grants"),
        ({"keys": "{}"}, "keys"),
        ({"certificate": "a" * 42}, "certificate"),
        ({"certificate": "a" * 43 + "="}, "certificate"),
    ],
)
def test_clients(change, key):
    assert keys_of(replace(CORE, **change)) == [key]


@pytest.mark.parametrize(
    ("uri", "holds"),
    [
        ("https://bank.example/back?x=1", True),
        ("https://bank.example:8443/", True),
        ("http://127.0.0.1:5000/back", True),
        ("http://[::1]/back", True),
        ("http://localhost/back", True),
        ("http://bank.example/back", False),
        ("http://127.0.0.1.evil.example/back", False),
        ("http://localhost.evil.example/back", False),
        ("https://bank.example/back#part", False),
        ("https://bank.example/back#", False),
        ("https://someone@bank.example/", False),
        ("https://bank.example\\@evil.example/", False),
        ("https:///back", False),
        ("https://bank.example:0/", False),
        ("https://bank.example:port/", False),
        ("https://[::1/", False),
        ("bank.example/back", False),
        ("javascript:alert(1)", False),
        ("app.bank:/back", False),
        ("https://bank.example/a b", False),
        ("https://bänk.example/", False),
        ("https://bank.example/\n", False),
        ("https://bank.example/" + "a" * 2000, False),
        ("", False),
    ],
)
def test_redirect_uris(uri, holds):
    assert keys_of(replace(CODE, redirect_uris=("https://ok.example/", uri))) == ([] if holds else ["redirect_uris"])


def test_officers():
    assert keys_of(replace(CLERK, organisation_id="nobody")) == ["organisation_id"]
    assert keys_of(replace(CLERK, items=frozenset({"tax arrears"}))) == ["items"]


def test_an_organisation_that_comes_along_is_known():
    other = replace(BANK, organisation_id="other")
    assert keys_of(Officer("other", "1"), other, Client("x", "other")) == []


def test_nothing_stands_there_twice():
    assert faults(CORE, CORE) == [("", "this stands there more than once")] * 2
    assert faults(CLERK, replace(CLERK, officer_id="18")) == []


def test_all_faults_are_told_at_once_with_the_name():
    wrong = wrong_among(
        [replace(CORE, scopes=frozenset({"x", "y"}), certificate="?"), replace(CLERK, organisation_id="`")],
        BOOK,
        check_keys=keys_unchecked,
    )
    scopes = "there are audit:read, consents:manage, consents:read, credit:read, graph.introspect"
    assert [str(one) for one in wrong] == [
        f"client `core`: `x` is no scope; {scopes}",
        f"client `core`: `y` is no scope; {scopes}",
        "client `core`: `certificate` is a SHA-256 thumbprint in base64url without padding",
        "officer: its organisation is not registered",
    ]
