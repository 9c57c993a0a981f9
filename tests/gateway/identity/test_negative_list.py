"""The negative list of whoever shows a token: every way that is known to go wrong is refused, for the right reason.

Each id reads as the list does: alg none, key confusion, kid tricks, embedded and remote keys, times, audience, issuer,
type, critical headers, signatures, size, stolen tokens, proofs, certificates, opaque tokens.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from joserfc.jwk import ECKey, OctKey

from gateway.identity.presented import Presented, Scheme
from gateway.identity.refusals import IssuerUnreachable, TokenRefused
from gateway.identity.trust import TrustedIssuer
from tests.gateway.identity.issuer_stage import OUTSIDE, OUTSIDE_AUDIENCE, issuer_stage, outside
from tests.gateway.identity.showing import (
    AUDIENCE,
    EDWARDS_KEY,
    KEY,
    NOW,
    RSA_KEY,
    HeldKeys,
    Prover,
    a_reader,
    a_tally,
    a_token,
    a_verifier,
    claims,
    encoded,
    forged,
    header,
    shown,
    signed,
    trusted,
)

ATTACKER = ECKey.generate_key("P-256", auto_kid=True)
PEM = KEY.public_key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
PUBLIC_JWK = json.dumps(KEY.as_dict(private=False)).encode()
GOOD = a_token()
HEAD, PAYLOAD, SIGNATURE = GOOD.split(".")
ELSEWHERE = TrustedIssuer("elsewhere", OUTSIDE, OUTSIDE_AUDIENCE, HeldKeys(ATTACKER))
"""Another issuer that is trusted, for its own tokens."""


def confused(secret: bytes) -> str:
    """Signed with a public key as if it were a secret."""
    signing_input = forged(header(alg="HS256"), signature=b"").rstrip(".")
    return f"{signing_input}.{encoded(hmac.digest(secret, signing_input.encode(), 'sha256'))}"


def from_attacker(**members: object) -> str:
    """Really signed, by the attacker's key, which the token itself brings or names."""
    return a_token(ATTACKER, head=header(ATTACKER, **members))


TOKENS = {
    "alg none": (forged(header(alg="none"), signature=b""), "signed in a way"),
    "alg none in other letters": (forged(header(alg="nOnE"), signature=b""), "signed in a way"),
    "alg none with a signature": (forged(header(alg="none")), "signed in a way"),
    "alg missing": (forged(header(alg="") | {"alg": None}), "signed in a way"),
    "alg a list": (forged(header(alg=["ES256"])), "signed in a way"),
    "alg not on the list": (forged(header(alg="ES384")), "signed in a way"),
    "alg RS256": (signed(header(RSA_KEY, alg="RS256"), claims(), RSA_KEY), "signed in a way"),
    "key confusion with PEM": (confused(PEM), "signed in a way"),
    "key confusion with JWK": (confused(PUBLIC_JWK), "signed in a way"),
    "key confusion among our keys": (a_token(RSA_KEY, head=header(RSA_KEY, kid=KEY.kid)), "another way than its key"),
    "kid a path": (from_attacker(kid="../../../dev/null"), "not known here"),
    "kid SQL": (from_attacker(kid="x' UNION SELECT 'key' --"), "not known here"),
    "kid a command": (from_attacker(kid="| cat /etc/passwd"), "not known here"),
    "kid an address": (from_attacker(kid="https://attacker.example/key"), "not known here"),
    "kid empty": (from_attacker(kid=""), "not known here"),
    "kid very long": (from_attacker(kid="k" * 201), "not known here"),
    "kid missing": (a_token(head=header(kid="") | {"kid": None}), "has to hold"),
    "kid left out": (a_token(head={"alg": "ES256", "typ": "at+jwt"}), "has to hold"),
    "kid a number": (a_token(head=header(kid=7)), "has to hold"),
    "kid of another issuer's key": (a_token(ATTACKER), "not known here"),
    "kid of ours, key of another": (a_token(ATTACKER, head=header(ATTACKER, kid=KEY.kid)), "signature"),
    "embedded key jwk": (from_attacker(jwk=ATTACKER.as_dict(private=False)), "has to hold"),
    "embedded certificate x5c": (from_attacker(x5c=["MIIB"]), "has to hold"),
    "remote key jku": (from_attacker(jku="https://attacker.example/keys"), "has to hold"),
    "remote certificate x5u": (from_attacker(x5u="https://attacker.example/cert"), "has to hold"),
    "expired": (a_token(exp=int(NOW) - 6), "has expired"),
    "expired at the very second": (a_token(exp=int(NOW) - 5), "has expired"),
    "not yet valid": (a_token(nbf=int(NOW) + 60), "not valid yet"),
    "issued in the future": (a_token(iat=int(NOW) + 60), "not valid yet"),
    "without end": (a_token(exp=None), "lacks a claim"),
    "wrong audience": (a_token(aud="https://other.example"), "somebody else"),
    "audience a prefix of ours": (a_token(aud=AUDIENCE[:-1]), "somebody else"),
    "audience an empty list": (a_token(aud=[]), "somebody else"),
    "wrong issuer": (a_token(iss="https://other.example"), "issuer"),
    "issuer with a slash more": (a_token(iss="https://issuer.example/"), "issuer"),
    "issuer a list": (a_token(iss=["https://issuer.example"]), "issuer"),
    "issuer missing": (a_token(iss=None), "issuer"),
    "mix-up: another trusted issuer's name": (a_token(iss=OUTSIDE, aud=OUTSIDE_AUDIENCE), "not known here"),
    "mix-up: another issuer's audience": (a_token(ATTACKER, iss=OUTSIDE), "somebody else"),
    "wrong type JWT": (a_token(head=header(typ="JWT")), "not an access token"),
    "wrong type dpop+jwt": (a_token(head=header(typ="dpop+jwt")), "not an access token"),
    "wrong type of an ID token": (a_token(head=header(typ="id+jwt")), "not an access token"),
    "type missing": (a_token(head={"alg": "ES256", "kid": KEY.kid}), "has to hold"),
    "critical header": (a_token(head=header(crit=["exp"], exp=1)), "has to hold"),
    "critical header b64": (a_token(head=header(crit=["b64"], b64=False)), "has to hold"),
    "other header": (a_token(head=header(cty="JWT")), "has to hold"),
    "signature of zeros": (f"{HEAD}.{PAYLOAD}.{encoded(bytes(64))}", "signature"),
    "signature of zeros, Ed25519": (forged(header(EDWARDS_KEY), signature=bytes(64)), "signature"),
    "signature of zeros, PS256": (forged(header(RSA_KEY), signature=bytes(256)), "signature"),
    "signature empty": (f"{HEAD}.{PAYLOAD}.", "signature"),
    "signature cut": (f"{HEAD}.{PAYLOAD}.{SIGNATURE[:-8]}", "signature"),
    "signature of another token": (f"{HEAD}.{a_token(jti='2').split('.')[1]}.{SIGNATURE}", "signature"),
    "oversized": (a_token(padding="x" * 8192), "too long"),
    "two parts": (f"{HEAD}.{PAYLOAD}", "not a signed token"),
    "five parts, encrypted": (f"{HEAD}....", "not a signed token"),
    "padded": (GOOD + "=", "not a signed token"),
    "not ASCII": (GOOD + "é", "not a token"),
    "claims a list": (signed(header(), b"[]", KEY), "claims that cannot be read"),
    "claims not JSON": (signed(header(), b'{"exp": NaN}', KEY), "claims that cannot be read"),
    "claims too deep": (signed(header(), b'{"a":' * 900 + b"1" + b"}" * 900, KEY), "issuer"),
    "header a list": (forged([]), "header that cannot be read"),
    "bound in an unknown way": (a_token(cnf={"kid": "x"}), "way that is not known"),
    "bound in an unknown way besides": (a_token(cnf={"jkt": "a" * 43, "jwk": {}}), "way that is not known"),
    "bound to nothing": (a_token(cnf={}), "way that is not known"),
}


@pytest.mark.parametrize(("token", "reason"), TOKENS.values(), ids=TOKENS.keys())
async def test_a_token_is_refused(token: str, reason: str) -> None:
    verifier = a_verifier(trusted(), ELSEWHERE)
    with pytest.raises(TokenRefused, match=reason) as caught:
        await verifier.verify(shown(token), NOW)
    assert caught.value.error == "invalid_token"
    assert not verifier._seen


@pytest.mark.parametrize("key", [KEY, EDWARDS_KEY, RSA_KEY], ids=["ES256", "Ed25519", "PS256"])
async def test_the_same_without_the_fault_is_believed(key) -> None:
    assert (await a_verifier().verify(shown(a_token(key)), NOW)).client_id == "permit-office"


VICTIM, THIEF = Prover(), Prover()
STOLEN = VICTIM.token()
OTHER_TOKEN = VICTIM.token(jti="2")


def proven(**changes: Any) -> Presented:
    """The stolen token with a proof by its holder's key that is good but for the changes."""
    return shown(STOLEN, VICTIM.proof(STOLEN, **changes))


def headed(**members: Any) -> Presented:
    """Likewise, with other members in the proof's header."""
    return shown(STOLEN, VICTIM.proof(STOLEN, head=VICTIM.header(**members)))


SHARED = {"kty": "oct", "k": "AA"}
BY_SHARED_SECRET = signed(VICTIM.header(alg="HS256", jwk=SHARED), {}, OctKey.import_key(b"k" * 32))
THEFTS = {
    "shown as Bearer": (shown(STOLEN), "with a proof"),
    "shown as Bearer beside a proof": (replace(proven(), scheme=Scheme.BEARER), "with a proof"),
    "proof by another key": (shown(STOLEN, THIEF.proof(STOLEN)), "another key"),
    "an unbound token with a proof": (shown(GOOD, THIEF.proof(GOOD)), "bound to no key"),
}
PROOFS = {
    "missing": (shown(STOLEN, scheme=Scheme.DPOP), "proof of possession is needed"),
    "by another key in the holder's name": (shown(STOLEN, THIEF.proof(STOLEN, head=VICTIM.header())), "signature"),
    "wrong htm": (proven(htm="GET"), "another method"),
    "htm in small letters": (proven(htm="post"), "another method"),
    "htm missing": (proven(htm=None), "another method"),
    "wrong htu": (proven(htu="https://other.example/graphql"), "another address"),
    "htu of another path": (proven(htu="https://gateway.example/oauth/token"), "another address"),
    "htu without TLS": (proven(htu="http://gateway.example/graphql"), "another address"),
    "htu missing": (proven(htu=None), "another address"),
    "wrong ath": (shown(STOLEN, VICTIM.proof(OTHER_TOKEN)), "another token"),
    "ath missing": (shown(STOLEN, VICTIM.proof()), "another token"),
    "too old": (proven(iat=NOW - 66), "too old"),
    "from the future": (proven(iat=NOW + 6), "too old"),
    "without time": (proven(iat=None), "when it was made"),
    "without name": (proven(jti=None), "no name"),
    "with a very long name": (proven(jti="j" * 201), "no name"),
    "alg none": (shown(STOLEN, forged(VICTIM.header(alg="none"))), "in a way"),
    "by a shared secret": (shown(STOLEN, BY_SHARED_SECRET), "in a way"),
    "with a private key": (headed(jwk=VICTIM.key.as_dict(private=True)), "has to be public"),
    "with a symmetric key": (headed(jwk=SHARED), "has to be public"),
    "with a remote key": (headed(jku="https://attacker.example"), "has to hold"),
    "with a critical header": (headed(crit=["b64"], b64=True), "has to hold"),
    "of another type": (headed(typ="JWT"), "not a proof"),
    "an access token": (shown(STOLEN, STOLEN), "has to hold"),
    "oversized": (proven(more="x" * 8192), "is needed"),
}
CASES = [(*case, "invalid_token") for case in THEFTS.values()]
CASES += [(*case, "invalid_dpop_proof") for case in PROOFS.values()]


@pytest.mark.parametrize(("presented", "reason", "error"), CASES, ids=[*THEFTS, *(f"proof {name}" for name in PROOFS)])
async def test_a_stolen_token_is_worth_nothing(presented: Presented, reason: str, error: str) -> None:
    tally = a_tally()
    verifier = a_verifier(proofs=a_reader(tally, asks_nonce=False))
    with pytest.raises(TokenRefused, match=reason) as caught:
        await verifier.verify(presented, NOW)
    assert (caught.value.error, caught.value.scheme) == (error, Scheme.DPOP)
    assert (await verifier.verify(proven(), NOW)).key == VICTIM.thumbprint
    await tally.aclose()


async def test_a_replayed_proof_is_refused_by_the_same_process_and_by_another(cache_url: str) -> None:
    here, there = a_tally(cache_url), a_tally(cache_url)
    if cache_url == "memory://":  # nothing is shared by two processes without a server
        there = here
    proof = VICTIM.proof(STOLEN)
    verifiers = [a_verifier(proofs=a_reader(tally, asks_nonce=False)) for tally in (here, here, there)]
    await verifiers[0].verify(shown(STOLEN, proof), NOW)
    for verifier in verifiers:
        with pytest.raises(TokenRefused, match="used before") as caught:
            await verifier.verify(shown(STOLEN, proof), NOW + 1)
        assert caught.value.error == "invalid_dpop_proof"
    await here.aclose()
    await there.aclose()


@pytest.mark.parametrize(
    "nonce",
    [None, "", 5, "x" * 24, a_reader(a_tally()).nonce(NOW - 120), a_reader(a_tally()).nonce(NOW + 120)],
    ids=["missing", "empty", "a number", "invented", "old", "of another hour"],
)
async def test_a_proof_repeats_a_nonce_of_ours(nonce) -> None:
    tally = a_tally()
    verifier = a_verifier(proofs=a_reader(tally))
    with pytest.raises(TokenRefused) as caught:
        await verifier.verify(shown(STOLEN, VICTIM.proof(STOLEN, nonce=nonce)), NOW)
    assert (caught.value.error, caught.value.scheme) == ("use_dpop_nonce", Scheme.DPOP)
    fresh = caught.value.extra["DPoP-Nonce"]
    for hour in (NOW, NOW + 60):  # the second time it is the one before
        proof = VICTIM.proof(STOLEN, nonce=fresh, iat=hour, jti=f"p{hour}")
        assert await verifier.verify(shown(STOLEN, proof), hour)
    await tally.aclose()


CERTIFICATE = "c" * 43


@pytest.mark.parametrize("certificate", ["", "d" * 43], ids=["without a certificate", "with another certificate"])
@pytest.mark.parametrize("proves", [False, True], ids=["bound by TLS", "bound by TLS and key"])
async def test_a_token_bound_to_a_certificate(certificate: str, proves: bool) -> None:
    tally = a_tally()
    verifier = a_verifier(proofs=a_reader(tally, asks_nonce=False))
    cnf = {"x5t#S256": CERTIFICATE} | ({"jkt": VICTIM.thumbprint} if proves else {})
    token = a_token(cnf=cnf)
    proof = VICTIM.proof(token) if proves else ""
    with pytest.raises(TokenRefused, match="certificate") as caught:
        await verifier.verify(shown(token, proof, certificate=certificate), NOW)
    assert caught.value.error == "invalid_token"
    assert await verifier.verify(shown(token, proof, certificate=CERTIFICATE), NOW)
    await tally.aclose()


ACTIVE = {"active": True, "client_id": "bank", "scope": "credit:read"}
OPAQUE = {
    "inactive": ({"active": False}, "not active"),
    "active in words only": (ACTIVE | {"active": "true"}, None),
    "says nothing": ({}, None),
    "foreign audience": (ACTIVE | {"aud": "https://other.example"}, "somebody else"),
    "foreign issuer": (ACTIVE | {"iss": "https://other.example"}, "issuer"),
    "expired": (ACTIVE | {"exp": NOW - 6}, "expired"),
    "not yet valid": (ACTIVE | {"nbf": NOW + 6}, "not valid yet"),
    "of nobody": ({"active": True, "scope": "credit:read"}, "who holds"),
    "bound without a key": (ACTIVE | {"token_type": "DPoP"}, "does not hold"),
    "bound, shown as Bearer": (ACTIVE | {"cnf": {"jkt": VICTIM.thumbprint}}, "with a proof"),
    "bound in an unknown way": (ACTIVE | {"cnf": {"kid": "x"}}, "not known"),
}


@pytest.mark.parametrize(("answer", "reason"), OPAQUE.values(), ids=OPAQUE.keys())
async def test_an_opaque_token(answer, reason: str | None) -> None:
    async with issuer_stage() as stage, outside(stage.asked_settings()) as issuer:
        stage.active["opaque"] = answer
        verifier = a_verifier(trusted(), issuer)
        with pytest.raises(TokenRefused if reason else IssuerUnreachable, match=reason):
            await verifier.verify(shown("opaque"), NOW)


async def test_an_opaque_token_of_an_issuer_that_cannot_be_reached_is_neither_believed_nor_refused() -> None:
    async with issuer_stage() as stage:
        settings = stage.asked_settings()
    async with outside(settings) as issuer:
        with pytest.raises(IssuerUnreachable):
            await a_verifier(trusted(), issuer).verify(shown("opaque"), NOW)


async def test_an_unsigned_token_is_never_taken_elsewhere_to_ask() -> None:
    async with issuer_stage() as stage, outside(stage.asked_settings()) as issuer:
        for name in ("alg none", "signature empty", "key confusion with PEM"):
            with pytest.raises(TokenRefused):
                await a_verifier(trusted(), issuer).verify(shown(TOKENS[name][0]), NOW)
        assert stage.questions == []
