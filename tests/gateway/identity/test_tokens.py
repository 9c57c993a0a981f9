"""The verifier: what a good token says, what is remembered and for how long, and when keys change."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey

from gateway.identity.presented import Scheme, TokenFacts
from gateway.identity.refusals import IssuerUnreachable, TokenRefused, TokenUndecided
from gateway.identity.trust import TrustedIssuer
from gateway.registers.engine import RegisterFault
from tests.builders import SOME_CODE
from tests.gateway.identity.showing import (
    AUDIENCE,
    EDWARDS_KEY,
    ISSUER,
    KEY,
    NOW,
    HeldKeys,
    Prover,
    a_reader,
    a_tally,
    a_token,
    a_verifier,
    header,
    shown,
    signed,
    trusted,
)


async def test_a_token_says_everything_that_the_register_needs() -> None:
    details = [
        {"type": "credit_information", "consent_id": "c-1", "subject": str(SOME_CODE)},
        {"type": "payment_initiation", "amount": 5},
    ]
    token = a_token(grant="g-1", officer="17", authorization_details=details, surname="unknown claims are passed over")
    assert await a_verifier().verify(shown(token), NOW) == TokenFacts(
        issuer="",
        client_id="permit-office",
        token_id="1",
        scopes=frozenset({"credit:read", "graph.introspect"}),
        grant="g-1",
        officer="17",
        consents=frozenset({"c-1"}),
        bound_to=frozenset({SOME_CODE}),
    )


@pytest.mark.parametrize("named", ["Ed25519", "EdDSA"])
async def test_both_names_of_one_signature(named: str) -> None:
    key = OKPKey.import_key(EDWARDS_KEY.as_dict(private=True))
    content: dict[str, Any] = {"iss": ISSUER, "aud": [AUDIENCE, "other"], "sub": "a", "client_id": "a", "jti": "1"}
    content |= {"iat": NOW, "exp": NOW + 5}
    token = signed(header(key, alg="Ed25519"), content, key)
    if named == "EdDSA":
        head = base64.urlsafe_b64encode(
            b'{"alg":"EdDSA","typ":"application/AT+JWT","kid":"%s"}' % str(key.kid).encode()
        )
        signing_input = f"{head.decode().rstrip('=')}.{token.split('.')[1]}"
        signature = key.get_op_key("sign").sign(signing_input.encode())  # type: ignore[union-attr]
        token = f"{signing_input}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
    assert (await a_verifier().verify(shown(token), NOW)).client_id == "a"


async def test_another_issuers_token_bears_its_name() -> None:
    key = ECKey.generate_key("P-256", auto_kid=True)
    elsewhere = TrustedIssuer("elsewhere", "https://outside.example", "us", HeldKeys(key))
    token = a_token(key, iss="https://outside.example", aud="us")
    assert (await a_verifier(trusted(), elsewhere).verify(shown(token), NOW)).issuer == "elsewhere"


@given(st.text(max_size=300) | st.lists(st.text("abcXYZ012-_=", max_size=40), min_size=3, max_size=3).map(".".join))
def test_whatever_the_text(text: str) -> None:
    with pytest.raises(TokenRefused):
        asyncio.run(a_verifier().verify(shown(text), NOW))


@given(st.binary(max_size=120), st.binary(max_size=120), st.binary(max_size=70))
def test_whatever_the_bytes(head: bytes, payload: bytes, signature: bytes) -> None:
    token = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (head, payload, signature))
    with pytest.raises(TokenRefused):
        asyncio.run(a_verifier().verify(shown(token), NOW))


async def test_a_remembered_token_still_ends() -> None:
    verifier, token = a_verifier(), a_token()
    first = await verifier.verify(shown(token), NOW)
    assert await verifier.verify(shown(token), NOW + 604) is first
    with pytest.raises(TokenRefused, match="expired"):
        await verifier.verify(shown(token), NOW + 605)
    assert not verifier._seen


async def test_memory_is_bounded_and_keeps_what_is_used() -> None:
    verifier = a_verifier(remembered=2)
    tokens = [a_token(jti=str(number)) for number in range(3)]
    first = await verifier.verify(shown(tokens[0]), NOW)
    await verifier.verify(shown(tokens[1]), NOW)
    await verifier.verify(shown(tokens[0]), NOW)
    await verifier.verify(shown(tokens[2]), NOW)
    assert len(verifier._seen) == 2
    assert await verifier.verify(shown(tokens[0]), NOW) is first


async def test_what_a_vanished_key_has_signed_is_believed_no_longer() -> None:
    keys = HeldKeys(KEY)
    verifier, token = a_verifier(trusted(keys=keys)), a_token()
    await verifier.verify(shown(token), NOW)
    for others, complaint in (((), "not known"), ((ECKey.generate_key("P-256", {"kid": str(KEY.kid)}),), "signature")):
        keys.by_kid = HeldKeys(*others).by_kid
        with pytest.raises(TokenRefused, match=complaint):
            await verifier.verify(shown(token), NOW)
    assert not verifier._seen
    keys.by_kid = {str(KEY.kid): KEY}
    assert await verifier.verify(shown(token), NOW)


async def test_a_remembered_token_needs_its_proof_each_time() -> None:
    tally, prover = a_tally(), Prover()
    verifier, token = a_verifier(proofs=a_reader(tally, asks_nonce=False)), prover.token()
    await verifier.verify(shown(token, prover.proof(token)), NOW)
    with pytest.raises(TokenRefused):
        await verifier.verify(shown(token), NOW)
    with pytest.raises(TokenRefused):
        await verifier.verify(shown(token, Prover().proof(token)), NOW)
    await tally.aclose()


async def test_without_a_reader_of_proofs_none_holds() -> None:
    prover, verifier = Prover(), a_verifier()
    token = prover.token()
    with pytest.raises(TokenRefused, match="not read here"):
        await verifier.verify(shown(token, prover.proof(token)), NOW)
    assert verifier.nonce(NOW) == ""


async def test_if_nobody_can_say_whether_it_is_a_replay_nothing_is_decided() -> None:
    class Broken:
        async def first_time(self, kind: str, name: str, *, for_s: float) -> bool:
            raise RegisterFault(f"{kind}, {len(name)}, {for_s}")

    prover = Prover()
    verifier, token = a_verifier(proofs=a_reader(Broken(), asks_nonce=False)), prover.token()  # type: ignore[arg-type]
    with pytest.raises(TokenUndecided):
        await verifier.verify(shown(token, prover.proof(token)), NOW)


class Asked:
    """An issuer's word about opaque tokens."""

    answers_kept_s = 10.0

    def __init__(self, **answer: object) -> None:
        self.answer = {"active": True, "client_id": "bank"} | answer
        self.asked = 0

    async def ask(self, token: str) -> dict[str, object]:
        self.asked += 1
        await asyncio.sleep(0)
        if token == "unreachable":
            raise IssuerUnreachable("away")
        return self.answer


def asking(asked: Asked) -> TrustedIssuer:
    return TrustedIssuer("elsewhere", "https://outside.example", "us", introspection=asked)


async def test_an_answer_is_believed_for_a_while_and_asked_for_once() -> None:
    asked = Asked(scope="credit:read", exp=NOW + 8)
    verifier = a_verifier(trusted(), asking(asked))
    found = await asyncio.gather(*(verifier.verify(shown("opaque"), NOW) for _ in range(10)))
    assert (asked.asked, found[0].issuer, found[0].scopes) == (1, "elsewhere", frozenset({"credit:read"}))
    asked.answer = {"active": True, "client_id": "bank", "jti": "2"}
    assert (await verifier.verify(shown("opaque"), NOW + 9)).token_id == ""
    assert (await verifier.verify(shown("opaque"), NOW + 10)).token_id == "2"
    assert asked.asked == 2
    with pytest.raises(IssuerUnreachable):
        await verifier.verify(shown("unreachable"), NOW)
    await verifier.aclose()


async def test_an_issuer_without_keys_is_asked_about_its_signed_tokens_too() -> None:
    asked = Asked()
    verifier = a_verifier(trusted(), asking(asked))
    token = a_token(iss="https://outside.example")
    assert (await verifier.verify(shown(token), NOW)).client_id == "bank"


async def test_a_bound_opaque_token_needs_its_proof() -> None:
    tally, prover = a_tally(), Prover()
    asked = Asked(token_type="DPoP", cnf={"jkt": prover.thumbprint})
    verifier = a_verifier(trusted(), asking(asked), proofs=a_reader(tally, asks_nonce=False))
    assert await verifier.verify(shown("opaque", prover.proof("opaque")), NOW)
    with pytest.raises(TokenRefused) as caught:
        await verifier.verify(shown("opaque"), NOW)
    assert caught.value.scheme is Scheme.DPOP
    await tally.aclose()
