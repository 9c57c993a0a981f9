"""Who somebody is by the book, and whether that still holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.registers.callers_book import CallerBook, Identity, Kind, NotAdmitted, identity_of
from gateway.registers.callers_entry import Client, Officer, Organisation
from schema.vocabulary.caller import PUBLIC_CALLER, Caller, CallerClass, Purpose
from tests.builders import SOME_CODE

BANK = Organisation("bank", "第一银行", CallerClass.FINANCIAL_INSTITUTION, jurisdiction="120000")
CORE = Client("core", "bank", scopes=frozenset({"credit:read", "consents:read"}))
OWN = Client("own", subject=SOME_CODE, scopes=frozenset({"credit:read"}))
CLERK = Officer("bank", "17", frozenset({"SUP-TX1", "NB01-1"}))


def a_book(*changed):
    return CallerBook.of(3, [BANK, CORE, OWN, CLERK, *changed])


def test_the_client_of_an_organisation_asks_as_its_organisation():
    told = replace(
        BANK,
        designated=frozenset({Purpose.CREDIT_GRANTING}),
        case_reference_for=frozenset({Purpose.CREDIT_GRANTING}),
        agreements={"1": frozenset({"SUP-TX1"}), "2": frozenset({"X"})},
    )
    assert a_book(told).caller("core") == Caller(
        CallerClass.FINANCIAL_INSTITUTION,
        "core",
        organisation="bank",
        jurisdiction="120000",
        scopes=CORE.scopes,
        designated=told.designated,
        unit_items=frozenset({"SUP-TX1", "X"}),
        case_reference_for=told.case_reference_for,
    )


def test_the_client_of_a_subject_asks_about_itself():
    expected = Caller(CallerClass.SUBJECT_SELF, "own", own_subject=SOME_CODE, scopes=OWN.scopes)
    assert a_book().caller("own") == expected


@pytest.mark.parametrize(
    ("of_officer", "of_unit", "expected"),
    [
        ({"*"}, None, {"*"}),
        ({"*"}, {"A", "B"}, {"A", "B"}),
        ({"*", "A"}, {"B"}, {"B"}),
        ({"A", "C"}, {"A", "B"}, {"A"}),
        ({"A", "C"}, None, {"A", "C"}),
        ({"A"}, {"*"}, {"A"}),
        (set(), None, set()),
        ({"*"}, set(), set()),
    ],
)
def test_an_officer_reaches_no_further_than_the_unit(of_officer, of_unit, expected):
    unit = BANK if of_unit is None else replace(BANK, agreements={"1": frozenset(of_unit)})
    caller = a_book(unit, replace(CLERK, items=frozenset(of_officer))).caller("core", "17")
    assert caller.officer == "17"
    assert caller.officer_items == expected


@pytest.mark.parametrize(
    ("changed", "asked", "sentence"),
    [
        ([], ("nobody",), "the client is not registered here"),
        ([replace(CORE, is_active=False)], ("core",), "the client is suspended"),
        ([replace(BANK, is_active=False)], ("core",), "the client's organisation is suspended"),
        ([replace(CORE, organisation_id="gone")], ("core",), "the client's organisation is not registered here"),
        ([], ("core", "18"), "the officer is not registered here"),
        ([], ("own", "17"), "the officer is not registered here"),
        ([replace(CLERK, is_active=False)], ("core", "17"), "the officer is suspended"),
        ([Officer("other", "18")], ("core", "18"), "the officer is not registered here"),
    ],
)
def test_who_is_not_admitted(changed, asked, sentence):
    with pytest.raises(NotAdmitted) as caught:
        a_book(*changed).caller(*asked)
    assert str(caught.value) == sentence


def test_an_issuer_speaks_for_its_own_clients_only():
    book = a_book(replace(CORE, issuer="outside"))
    assert book.caller("core", issuer="outside").client_id == "core"
    for issuer, client in (("", "core"), ("other", "core"), ("outside", "own")):
        with pytest.raises(NotAdmitted, match="not registered"):
            book.caller(client, issuer=issuer)


@pytest.mark.parametrize(
    ("changed", "holds"),
    [
        ([], True),
        ([replace(CORE, scopes=CORE.scopes | {"consents:manage"})], True),
        ([Officer("bank", "18")], True),
        ([replace(CORE, scopes=frozenset({"consents:read"}))], False),
        ([replace(CORE, is_active=False)], False),
        ([replace(BANK, is_active=False)], False),
        ([replace(CLERK, is_active=False)], False),
        ([replace(CLERK, items=frozenset({"SUP-TX1"}))], False),
        ([replace(BANK, agreements={"1": frozenset({"SUP-TX1"})})], False),
        ([replace(BANK, jurisdiction="310000")], False),
        ([replace(BANK, caller_class=CallerClass.ASSOCIATION)], False),
        ([replace(BANK, designated=frozenset({Purpose.CREDIT_GRANTING}))], False),
    ],
)
def test_whether_a_caller_is_still_who_it_was(changed, holds):
    token = {"consents": frozenset({"c"}), "bound_to": frozenset({SOME_CODE}), "token_names": frozenset({"j"})}
    caller = replace(a_book().caller("core", "17"), scopes=frozenset({"credit:read"}), **token)
    assert a_book(*changed).is_current(caller) is holds


def test_a_caller_of_nobody_is_not_current_and_the_public_always_is():
    assert not CallerBook().is_current(a_book().caller("core"))
    assert CallerBook().is_current(PUBLIC_CALLER)


@pytest.mark.parametrize("entry", [BANK, CORE, CLERK])
def test_an_entry_is_found_by_its_identity(entry):
    assert a_book().entry(identity_of(entry)) == entry
    assert CallerBook().entry(identity_of(entry)) is None


def test_identities_name_themselves():
    assert str(identity_of(CLERK)) == "officer `bank/17`"
    assert str(Identity(Kind.CLIENT, "core")) == "client `core`"
