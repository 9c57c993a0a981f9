"""Tokens: everything that is not exactly right is refused, and never becomes the public tier."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwk, jws, jwt

from gateway.identity.keys import generate_key_set
from gateway.identity.tokens import TokenRefused, TokenRules, TokenVerifier
from schema.vocabulary.caller import CallerClass, Purpose

NOW = 1_780_279_200.0
KEYS = generate_key_set()
KEY = KEYS.keys[0]
RULES = TokenRules(issuer="https://issuer.example", audience="https://gateway.example/graphql")
CLAIMS: dict[str, Any] = {
    "iss": RULES.issuer,
    "aud": RULES.audience,
    "sub": "permit-officer",
    "client_id": "permit-officer",
    "iat": int(NOW),
    "exp": int(NOW) + 600,
    "jti": "1",
    "scope": "graph.read graph.introspect",
    "credit_caller": {"class": "STATE_ORGAN", "organisation": "Permit office", "jurisdiction": "120000"},
}
HEADER = {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid}


def a_token(*, header=None, key=KEY, without=(), **claims):
    content = {name: value for name, value in (CLAIMS | claims).items() if name not in without}
    header = HEADER if header is None else header
    registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
    return jwt.encode(header, content, key, registry=registry, default_type=None)


def a_caller(**changes):
    return {"credit_caller": CLAIMS["credit_caller"] | changes}


def handmade(header, payload=CLAIMS, signature=b"x" * 64):
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@pytest.fixture
def verifier():
    return TokenVerifier(KEYS, RULES)


def test_a_good_token_names_its_caller(verifier):
    caller = verifier.verify(a_token(), NOW)
    assert caller.caller_class is CallerClass.STATE_ORGAN
    assert (caller.client_id, caller.organisation, caller.jurisdiction) == ("permit-officer", "Permit office", "120000")
    assert caller.scopes == {"graph.read", "graph.introspect"}
    assert caller.own_subject is None


def test_a_token_says_what_its_unit_has_designated_and_what_its_officer_may_use(verifier):
    silent = verifier.verify(a_token(), NOW)
    assert (silent.designated, silent.officer_items) == (frozenset(), frozenset())
    stated = a_caller(designated=["INSPECTION", "AUDITING"], officer_items=["NB01-1", "*"])
    caller = verifier.verify(a_token(**stated), NOW)
    assert caller.designated == {Purpose.INSPECTION, Purpose.AUDITING}
    assert caller.officer_items == {"NB01-1", "*"}
    assert not verifier.verify(a_token(**a_caller(designated=[], officer_items=[])), NOW).designated


def test_a_subject_names_itself(verifier):
    code = "91120116MA06L1234" + "0"
    rules = TokenRules(RULES.issuer, RULES.audience, code_exceptions=frozenset({code}))
    token = a_token(**a_caller(**{"class": "SUBJECT_SELF", "subject": code}))
    assert TokenVerifier(KEYS, rules).verify(token, NOW).own_subject == code


@pytest.mark.parametrize(
    "token",
    [
        a_token(iss="https://other.example"),
        a_token(aud="https://other.example"),
        a_token(aud=[]),
        a_token(exp=int(NOW) - 6),
        a_token(exp="soon"),
        a_token(exp=True),
        a_token(nbf=int(NOW) + 60),
        a_token(iat=int(NOW) + 60),
        a_token(scope=["graph.read"]),
        a_token(client_id=7),
        a_token(sub=""),
        a_token(credit_caller="STATE_ORGAN"),
        a_token(**a_caller(**{"class": "KING"})),
        a_token(**a_caller(**{"class": None})),
        a_token(**a_caller(**{"class": ["STATE_ORGAN"]})),
        a_token(credit_caller={"organisation": "x"}),
        a_token(**a_caller(extra="x")),
        a_token(**a_caller(jurisdiction="Tianjin")),
        a_token(**a_caller(jurisdiction="１２００００")),
        a_token(**a_caller(organisation=5)),
        a_token(**a_caller(designated="INSPECTION")),
        a_token(**a_caller(designated=["SPYING"])),
        a_token(**a_caller(designated=[["INSPECTION"]])),
        a_token(**a_caller(designated={"INSPECTION": True})),
        a_token(**a_caller(officer_items="*")),
        a_token(**a_caller(officer_items=["nb01-1"])),
        a_token(**a_caller(officer_items=["*", 5])),
        a_token(**a_caller(officer_items=["**"])),
        a_token(**a_caller(officer_items=None)),
        a_token(**a_caller(**{"class": "SUBJECT_SELF"})),
        a_token(**a_caller(**{"class": "SUBJECT_SELF", "subject": "nonsense"})),
        a_token(**a_caller(subject="91120116MA06L12340")),
        *(
            a_token(without=[claim])
            for claim in ("iss", "aud", "exp", "iat", "sub", "jti", "client_id", "credit_caller")
        ),
    ],
)
def test_claims_that_do_not_hold(verifier, token):
    with pytest.raises(TokenRefused) as caught:
        verifier.verify(token, NOW)
    assert caught.value.error == "invalid_token"
    assert len(verifier._seen) == 0


@pytest.mark.parametrize(
    "header",
    [
        HEADER | {"typ": "JWT"},
        HEADER | {"typ": "dpop+jwt"},
        {"alg": "ES256", "kid": KEY.kid},
        {"alg": "ES256", "typ": "at+jwt"},
        HEADER | {"kid": "another"},
        HEADER | {"jwk": KEY.as_dict(private=False)},
        HEADER | {"jku": "https://attacker.example/keys"},
        HEADER | {"x5u": "https://attacker.example/cert"},
        HEADER | {"crit": ["exp"]},
        HEADER | {"crit": ["b64"], "b64": True},
        HEADER | {"cty": "JWT"},
    ],
)
def test_headers_that_are_not_ours(verifier, header):
    with pytest.raises(TokenRefused):
        verifier.verify(handmade(header), NOW)
    if "crit" not in header:  # nobody signs what nobody understands
        with pytest.raises(TokenRefused):
            verifier.verify(a_token(header=header), NOW)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "typ": "at+jwt", "kid": KEY.kid},
        {"alg": "None", "typ": "at+jwt", "kid": KEY.kid},
        {"alg": "HS256", "typ": "at+jwt", "kid": KEY.kid},
        {"alg": "ES384", "typ": "at+jwt", "kid": KEY.kid},
        {"alg": "PS256", "typ": "at+jwt", "kid": KEY.kid},
        {"alg": ["ES256"], "typ": "at+jwt", "kid": KEY.kid},
        {"alg": "ES256", "typ": "at+jwt", "kid": None},
        {"alg": "ES256", "typ": "at+jwt", "kid": {"a": 1}},
        {},
        [],
        "text",
        None,
    ],
)
@pytest.mark.parametrize("signature", [b"", b"x", b"x" * 64, b"\0" * 64])
def test_forged_headers(verifier, header, signature):
    with pytest.raises(TokenRefused):
        verifier.verify(handmade(header, signature=signature), NOW)


def test_the_public_key_is_not_a_shared_secret(verifier):
    secret = jwk.OctKey.import_key(json.dumps(KEY.as_dict(private=False)))
    with pytest.raises(TokenRefused):
        verifier.verify(a_token(header=HEADER | {"alg": "HS256"}, key=secret), NOW)


def test_another_key_under_our_name(verifier):
    other = jwk.ECKey.generate_key("P-256", {"kid": str(KEY.kid)})
    with pytest.raises(TokenRefused, match="signature"):
        verifier.verify(a_token(key=other), NOW)


def test_changed_claims(verifier):
    header, payload, signature = a_token().split(".")
    other = a_token(sub="somebody-else").split(".")[1]
    for changed in (f"{header}.{other}.{signature}", f"{header}.{payload}.{signature[:-8]}", f"{header}.{payload}."):
        with pytest.raises(TokenRefused):
            verifier.verify(changed, NOW)


def test_too_long(verifier):
    with pytest.raises(TokenRefused, match="too long"):
        verifier.verify(a_token(padding="x" * 8192), NOW)


def test_deep_claims(verifier):
    text = b'{"a":' * 2000 + b"1" + b"}" * 2000
    registry = jws.JWSRegistry(algorithms=["ES256"])
    rules = TokenRules(RULES.issuer, RULES.audience, longest=100_000)
    token = jws.serialize_compact(HEADER, text, KEY, registry=registry)
    with pytest.raises(TokenRefused):
        TokenVerifier(KEYS, rules).verify(token, NOW)


@pytest.mark.parametrize("payload", [b"", b"[]", b"null", b"\xff", b'{"exp": NaN}', b'{"exp": 1e999}'])
def test_claims_that_are_not_an_object(verifier, payload):
    token = jws.serialize_compact(HEADER, payload, KEY, registry=jws.JWSRegistry(algorithms=["ES256"]))
    with pytest.raises(TokenRefused):
        verifier.verify(token, NOW)


@given(st.text(max_size=300) | st.lists(st.text("abcXYZ012-_=", max_size=40), min_size=3, max_size=3).map(".".join))
def test_whatever_the_text(text):
    with pytest.raises(TokenRefused):
        TokenVerifier(KEYS, RULES).verify(text, NOW)


@given(st.binary(max_size=120), st.binary(max_size=120), st.binary(max_size=70))
def test_whatever_the_bytes(header, payload, signature):
    token = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (header, payload, signature))
    with pytest.raises(TokenRefused):
        TokenVerifier(KEYS, RULES).verify(token, NOW)


def test_a_remembered_token_still_ends(verifier):
    token = a_token()
    first = verifier.verify(token, NOW)
    assert verifier.verify(token, NOW + 604) is first
    with pytest.raises(TokenRefused, match="expired"):
        verifier.verify(token, NOW + 606)
    assert len(verifier._seen) == 0


def test_memory_is_bounded():
    verifier = TokenVerifier(KEYS, TokenRules(RULES.issuer, RULES.audience, remembered=2))
    tokens = [a_token(jti=str(number)) for number in range(3)]
    for token in tokens:
        verifier.verify(token, NOW)
    assert len(verifier._seen) == 2


def test_new_keys_forget_old_tokens(verifier):
    token = a_token()
    verifier.verify(token, NOW)
    verifier.replace_keys(generate_key_set())
    with pytest.raises(TokenRefused, match="key"):
        verifier.verify(token, NOW)


def test_a_remembered_token_is_cheap(verifier):
    token = a_token()
    verifier.verify(token, NOW)
    best = min(_seconds(verifier, token) for _ in range(5))
    assert best < 20e-6  # 2 µs on a quiet machine


def _seconds(verifier, token, rounds=1000):
    begun = time.perf_counter()
    for _ in range(rounds):
        verifier.verify(token, NOW)
    return (time.perf_counter() - begun) / rounds
