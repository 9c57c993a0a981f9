"""The papers of a consent: what is signed is read as it was said, and whatever was altered is found."""

from __future__ import annotations

import base64
import hmac
import string
from datetime import timedelta

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from gateway.identity.consent_papers import LONGEST_STATEMENT, ConsentPapers
from gateway.registers.consents_entry import PaperFault, Party
from schema.vocabulary.consents import ConsentAct, ConsentState
from tests.builders import NOW
from tests.consent_builders import ISSUER, HeldKeys, a_key, acted, asked, assert_refused, the_papers

GRANT, PAUSE, RESUME, REVOKE = ConsentAct.GRANT, ConsentAct.PAUSE, ConsentAct.RESUME, ConsentAct.REVOKE
PAPERS = the_papers()
LIVED = acted(PAPERS, asked(PAPERS), GRANT, PAUSE, RESUME, REVOKE)
OTHER = acted(PAPERS, asked(PAPERS, "another-consent-of-the-tests"), GRANT, PAUSE)
BASE64URL = string.ascii_letters + string.digits + "-_"


def test_an_act_that_cannot_follow_is_not_signed():
    with pytest.raises(PaperFault):
        PAPERS.act(asked(PAPERS), PAUSE, by=Party.SUBJECT, evidence={}, now=NOW)
    with pytest.raises(PaperFault):
        PAPERS.act(asked(PAPERS), GRANT, by=Party.SUBJECT, evidence={}, now=NOW + timedelta(days=8))


def test_an_act_is_not_before_the_one_that_it_follows_although_clocks_differ():
    file = acted(PAPERS, acted(PAPERS, asked(PAPERS), GRANT), PAUSE, now=NOW - timedelta(seconds=3))
    assert [one.at for one in file.acts] == [NOW, NOW]


@given(
    which=st.integers(0, len(LIVED.statements) - 1),
    place=st.floats(0, 1, exclude_max=True),
    letter=st.sampled_from(BASE64URL),
)
@settings(max_examples=300, deadline=None)
def test_no_letter_of_any_statement_can_be_another_one(which, place, letter):
    statements = [*LIVED.statements]
    text = statements[which]
    at = int(place * len(text))
    if text[at] == letter:
        return
    statements[which] = text[:at] + letter + text[at + 1 :]
    assert_refused(*statements)


def test_the_last_bits_of_a_signature_have_one_form():
    first, *rest = LIVED.statements
    loose = {first[:-1] + letter for letter in BASE64URL} - {first}
    for text in loose:
        assert_refused(text, *rest)
        assert_refused(text)


@pytest.mark.parametrize("number", range(len(LIVED.statements) - 1))
def test_a_statement_that_is_dropped_is_missed(number):
    assert_refused(*(one for place, one in enumerate(LIVED.statements) if place != number))


@pytest.mark.parametrize("number", range(len(LIVED.statements)))
def test_a_statement_that_is_said_twice_is_one_too_many(number):
    assert_refused(*LIVED.statements[: number + 1], *LIVED.statements[number:])


@given(st.permutations(range(len(LIVED.statements))))
@settings(max_examples=60, deadline=None)
def test_statements_have_one_order(order):
    if order == sorted(order):
        return
    assert_refused(*(LIVED.statements[number] for number in order))


@pytest.mark.parametrize("number", range(3))
def test_a_statement_of_another_consent_fits_nowhere(number):
    assert_refused(*(OTHER.statements[place] if place == number else LIVED.statements[place] for place in range(3)))


def test_an_act_on_altered_terms_does_not_follow():
    wider = asked(PAPERS, items=frozenset({"SUP-TX1", "NB01-1"}))  # signed by us, under the same id
    assert_refused(wider.statements[0], *LIVED.statements[1:])


def test_nothing_is_no_consent():
    assert_refused()
    assert_refused("")
    assert_refused(LIVED.statements[1])


def test_a_foreign_key_signs_nothing_even_under_our_name():
    stranger = ConsentPapers(HeldKeys((ECKey.generate_key("P-256", {"kid": "first"}),)), ISSUER)
    assert_refused(*asked(stranger).statements)
    assert_refused(*asked(the_papers("second")).statements)
    ours = asked(PAPERS)
    theirs = acted(stranger, asked(stranger), GRANT)
    assert_refused(ours.statements[0], theirs.statements[1])


def test_a_key_that_is_believed_no_longer_takes_its_consents_along():
    keys = HeldKeys((a_key("second"), a_key("first")))
    papers = ConsentPapers(keys, ISSUER)
    assert papers.read(LIVED.statements) == LIVED
    object.__setattr__(keys, "held", (a_key("second"),))
    assert_refused(*LIVED.statements, papers=papers)
    assert_refused(LIVED.statements[0], papers=papers)


def test_another_issuer_is_another_house():
    assert_refused(*asked(the_papers(issuer="https://other.example")).statements)


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "at+jwt"},
        {"typ": "JWT"},
        {"kid": ""},
        {"kid": "nobody"},
        {"crit": ["exp"], "exp": 1},
        {"jwk": a_key().as_dict(private=False)},
        {"jku": "https://example.com/keys"},
        {"x5u": "https://example.com/chain"},
        {"cty": "JWT"},
        {"b64": False, "crit": ["b64"]},
    ],
)
def test_a_header_has_three_members_and_no_others(header):
    told = {"alg": "ES256", "kid": "first", "typ": "consent+jwt"} | header
    rest = LIVED.statements[0].partition(".")[2]
    assert_refused(base64.urlsafe_b64encode(orjson.dumps(told)).rstrip(b"=").decode() + "." + rest)


@pytest.mark.parametrize("alg", ["none", "HS256", "ES384", "RS256", "PS256", "EdDSA", 1, None])
def test_other_ways_of_signing_are_not_accepted(alg):
    told = {"alg": alg, "kid": "first", "typ": "consent+jwt"}
    rest = LIVED.statements[0].partition(".")[2]
    assert_refused(base64.urlsafe_b64encode(orjson.dumps(told)).rstrip(b"=").decode() + "." + rest)
    assert_refused(base64.urlsafe_b64encode(orjson.dumps(told)).rstrip(b"=").decode() + f".{rest.partition('.')[0]}.")


def test_a_public_key_is_no_secret_to_sign_with():
    payload = LIVED.statements[0].split(".")[1]
    for alg in ("HS256", "ES256"):
        told = orjson.dumps({"alg": alg, "kid": "first", "typ": "consent+jwt"})
        text = f"{base64.urlsafe_b64encode(told).rstrip(b'=').decode()}.{payload}"
        code = hmac.digest(a_key().as_pem(private=False), text.encode(), "sha256")
        assert_refused(f"{text}.{base64.urlsafe_b64encode(code).rstrip(b'=').decode()}")


def test_what_is_too_long_is_not_read():
    assert_refused("a" * (LONGEST_STATEMENT + 1))
    assert_refused("ä.b.c")


def test_a_chain_that_was_read_before_is_not_read_again(monkeypatch):
    papers = the_papers()
    once = papers.read(LIVED.statements)
    monkeypatch.setattr("gateway.identity.consent_papers.verified_claims", None)
    assert papers.read([*LIVED.statements]) is once
    assert papers.read(LIVED.statements[:2]).state_at(NOW) is ConsentState.ACTIVE  # its statements are known


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr("gateway.identity.consent_papers.REMEMBERED", 2)
    papers = the_papers()
    first = papers.read(LIVED.statements[:1])
    for number in range(2, 5):
        papers.read(LIVED.statements[:number])
    again = papers.read(LIVED.statements[:1])
    assert again == first
    assert again is not first
