"""Access tokens: what this issuer signs, its own verifier believes, claim by claim; and it reads back only its own."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from joserfc import jws

from gateway.identity.access_tokens import Granted, TokenMaker
from gateway.identity.key_ring import KeyRing
from gateway.identity.keys import generate_key_set, load_key_set, rotate, save_key_set
from gateway.identity.presented import Presented, TokenFacts
from gateway.identity.tokens import TokenVerifier
from gateway.identity.trust import TokenRules, TrustedIssuer
from tests.builders import NOW, SOME_CODE

ISSUER, AUDIENCE = "https://gateway.example", "https://gateway.example/graphql"


@pytest.fixture
def file(tmp_path):
    save_key_set(tmp_path / "keys.json", generate_key_set(2))
    return tmp_path / "keys.json"


@pytest.fixture
def ring(file):
    return KeyRing(file)


@pytest.fixture
def maker(ring):
    return TokenMaker(ring, issuer=ISSUER, audience=AUDIENCE, lifetime=timedelta(minutes=10))


async def believed(ring, token, **shown):
    verifier = TokenVerifier([TrustedIssuer("", ISSUER, AUDIENCE, ring)], TokenRules())
    return await verifier.verify(Presented(token, **shown), NOW.timestamp())


async def test_what_is_signed_is_what_is_believed(ring, maker):
    granted = Granted(
        "bank",
        frozenset({"credit:read"}),
        subject=SOME_CODE,
        grant="g-1",
        officer="17",
        consents={"consent-0000000001": SOME_CODE},
        certificate="c" * 43,
    )
    token = maker.make(granted, now=NOW)
    facts = await believed(ring, token, certificate="c" * 43)
    assert facts == TokenFacts(
        issuer="",
        client_id="bank",
        token_id=maker.read(token, now=NOW)["jti"],
        scopes=frozenset({"credit:read"}),
        grant="g-1",
        officer="17",
        consents=frozenset({"consent-0000000001"}),
        bound_to=frozenset({SOME_CODE}),
        certificate="c" * 43,
    )


async def test_a_token_with_nothing_but_a_client(ring, maker):
    token = maker.make(Granted("bank", frozenset()), now=NOW)
    facts = await believed(ring, token)
    assert (facts.scopes, facts.grant, facts.officer, facts.key, facts.bound_to) == (set(), "", "", "", set())
    assert jws.extract_compact(token.encode()).headers() == {
        "alg": "ES256",
        "kid": ring.sign_with.kid,
        "typ": "at+jwt",
    }


def test_no_two_tokens_have_one_id(maker):
    made = [maker.make(Granted("bank", frozenset()), now=NOW) for _ in range(20)]
    assert len({maker.read(token, now=NOW)["jti"] for token in made}) == 20


def test_a_rotation_is_felt_at_once(file, ring, maker):
    before = maker.make(Granted("bank", frozenset()), now=NOW)
    save_key_set(file, rotate(load_key_set(file)))
    ring.refresh()
    after = maker.make(Granted("bank", frozenset()), now=NOW)
    assert maker.read(before, now=NOW)
    assert maker.read(after, now=NOW)
    assert before.split(".")[0] != after.split(".")[0]


def test_only_its_own_living_access_tokens_are_read(ring, maker):
    def signed(claims, **header):
        said = {"alg": "ES256", "kid": ring.sign_with.kid, "typ": "at+jwt"} | header
        registry = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
        return jws.serialize_compact(said, orjson.dumps(claims), ring.sign_with, registry=registry)

    claims = maker.read(maker.make(Granted("bank", frozenset()), now=NOW), now=NOW)
    assert maker.read(signed(claims), now=NOW) == claims
    for wrong in (
        signed(claims, typ="consent+jwt"),
        signed(claims, kid="other"),
        signed(claims | {"iss": "https://other.example"}),
        signed(claims | {"exp": NOW.timestamp()}),
        signed(claims)[:-4],
        "x",
        "",
        "é.é.é",
    ):
        assert maker.read(wrong, now=NOW) is None
