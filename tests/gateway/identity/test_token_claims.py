"""Claims one by one: what is stated has to hold, what is left out says nothing."""

from __future__ import annotations

import math

import pytest

from gateway.identity.refusals import TokenRefused
from gateway.identity.token_claims import check_answer, check_token, ends_at, facts_of
from gateway.identity.trust import TokenRules
from schema.vocabulary.identifiers import SubjectId
from tests.builders import SOME_CODE
from tests.gateway.identity.showing import AUDIENCE, NOW, claims, trusted

RULES = TokenRules()
TRUSTED = trusted()
CONSENT = {"type": "credit_information", "consent_id": "c-1", "subject": str(SOME_CODE)}


@pytest.mark.parametrize("left_out", ["iss", "aud", "exp", "iat", "sub", "jti", "client_id"])
def test_a_signed_token_says_what_the_rfc_demands(left_out: str) -> None:
    check_token(claims(), TRUSTED, RULES, now=NOW)
    with pytest.raises(TokenRefused, match="lacks a claim"):
        check_token(claims(**{left_out: None}), TRUSTED, RULES, now=NOW)


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("moment", ["soon", True, [NOW], {"at": NOW}, math.inf, math.nan])
def test_times_are_numbers(name: str, moment: object) -> None:
    with pytest.raises(TokenRefused):
        check_token(claims(**{name: moment}), TRUSTED, RULES, now=NOW)


@pytest.mark.parametrize("name", ["sub", "jti", "client_id"])
@pytest.mark.parametrize("text", ["", 7, ["a"], "x" * 201])
def test_names_are_texts_of_some_length(name: str, text: object) -> None:
    def read() -> None:
        check_token(claims(**{name: text}), TRUSTED, RULES, now=NOW)
        facts_of(claims(**{name: text}), "", frozenset())

    with pytest.raises(TokenRefused):
        read()


def test_a_second_here_or_there_is_forgiven() -> None:
    check_token(claims(exp=NOW - 4.9, nbf=NOW + 5, iat=NOW + 5), TRUSTED, RULES, now=NOW)
    assert ends_at(claims(exp=NOW), RULES) == NOW + 5
    assert ends_at({}, RULES) == math.inf


@pytest.mark.parametrize("audience", [AUDIENCE, [AUDIENCE], ["a", AUDIENCE]])
def test_ways_to_name_the_audience(audience: object) -> None:
    check_token(claims(aud=audience), TRUSTED, RULES, now=NOW)


@pytest.mark.parametrize("audience", ["a", ["a"], [[AUDIENCE]], {AUDIENCE: 1}, 5, f"{AUDIENCE} a"])
def test_ways_to_name_another(audience: object) -> None:
    with pytest.raises(TokenRefused, match="somebody else"):
        check_token(claims(aud=audience), TRUSTED, RULES, now=NOW)


def test_an_answer_may_leave_out_what_it_likes_but_for_who_holds_the_token() -> None:
    check_answer({"client_id": "bank"}, TRUSTED, RULES, now=NOW)
    facts = facts_of({"client_id": "bank"}, "elsewhere", frozenset())
    assert (facts.token_id, facts.scopes, facts.key) == ("", frozenset(), "")
    for answer in ({}, {"client_id": ""}, {"client_id": "bank", "token_type": 5}):
        with pytest.raises(TokenRefused):
            check_answer(answer, TRUSTED, RULES, now=NOW)


@pytest.mark.parametrize(
    "malformed",
    [
        {"scope": ["credit:read"]},
        {"scope": "x" * 2001},
        {"grant": 5},
        {"officer": {"id": "17"}},
        {"authorization_details": CONSENT},
        {"authorization_details": "credit_information"},
        {"authorization_details": [5]},
        {"authorization_details": [{"consent_id": "c-1"}]},
        {"authorization_details": [{"type": ["credit_information"]}]},
        {"authorization_details": [CONSENT | {"consent_id": 5}]},
        {"authorization_details": [CONSENT | {"consent_id": ""}]},
        {"authorization_details": [CONSENT | {"consent_id": "c" * 201}]},
        {"authorization_details": [CONSENT, CONSENT]},
        {"authorization_details": [CONSENT | {"subject": None}]},
        {"authorization_details": [CONSENT | {"subject": "nonsense"}]},
        {"authorization_details": [{"type": "credit_information", "consent_id": "c-1"}]},
        {"cnf": "jkt"},
        {"cnf": {"jkt": 5}},
        {"cnf": {"jkt": "short"}},
        {"cnf": {"x5t#S256": "a" * 42 + "="}},
    ],
    ids=str,
)
def test_a_known_claim_that_is_malformed_refuses(malformed: dict[str, object]) -> None:
    with pytest.raises(TokenRefused) as caught:
        facts_of(claims(**malformed), "", frozenset())
    assert str(SOME_CODE) not in caught.value.description


def test_codes_with_a_wrong_check_character_where_they_are_known() -> None:
    odd = "91120116MA06L12340"
    stated = claims(authorization_details=[CONSENT | {"subject": odd}])
    assert facts_of(stated, "", frozenset({odd})).bound_to == {SubjectId.parse(odd, frozenset({odd}))}


def test_what_its_holder_has_to_prove() -> None:
    facts = facts_of(claims(cnf={"jkt": "j" * 43, "x5t#S256": "x" * 43}), "", frozenset())
    assert (facts.key, facts.certificate) == ("j" * 43, "x" * 43)
