"""Proofs of possession as the token endpoint and the graph read them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import RSAKey

from gateway.identity.dpop import ProofReader, ProofRules
from gateway.identity.refusals import ProofRefused
from gateway.registers.engine import RegisterFault
from tests.gateway.identity.showing import AUDIENCE, EDWARDS_KEY, NONCE_KEY, NOW, RSA_KEY, Prover

PROVER = Prover()


class Marks:
    """Remembers what it was asked."""

    def __init__(self, *, is_first: bool = True) -> None:
        self.is_first = is_first
        self.asked: list[tuple[str, str, float]] = []

    async def first_time(self, kind: str, name: str, *, for_s: float) -> bool:
        self.asked.append((kind, name, for_s))
        return self.is_first


def reader(marks: Marks | None = None, **rules: Any) -> ProofReader:
    return ProofReader(ProofRules(**{"asks_nonce": False} | rules), marks or Marks(), NONCE_KEY)


async def read(proof: str, proofs: ProofReader | None = None, *, now: float = NOW, token: str = "") -> str:
    return await (proofs or reader()).check(proof, method="POST", address=AUDIENCE, now=now, token=token)


@pytest.mark.parametrize("key", [PROVER.key, EDWARDS_KEY, RSA_KEY], ids=["ES256", "Ed25519", "PS256"])
async def test_a_proof_tells_whose_key_made_it(key) -> None:
    assert await read(Prover(key).proof()) == key.thumbprint()


async def test_large_keys_fit_into_a_proof() -> None:
    key = RSAKey.generate_key(4096)
    assert await read(Prover(key).proof()) == key.thumbprint()


async def test_each_name_is_taken_once_for_each_key_and_remembered_as_long_as_it_would_hold() -> None:
    marks = Marks()
    await read(PROVER.proof(jti="name"), reader(marks))
    assert marks.asked == [("dpop-proof", f"{PROVER.thumbprint}.name", 75.0)]
    with pytest.raises(ProofRefused, match="used before"):
        await read(PROVER.proof(), reader(Marks(is_first=False)))


async def test_what_does_not_hold_uses_up_no_name() -> None:
    marks = Marks()
    for proof in (PROVER.proof(htm="GET"), PROVER.proof(iat=0), PROVER.proof(jti=5), "x.y.z"):
        with pytest.raises(ProofRefused):
            await read(proof, reader(marks))
    with pytest.raises(ProofRefused):
        await read(PROVER.proof(), reader(marks, asks_nonce=True))
    assert marks.asked == []


async def test_a_proof_for_a_token_is_none_for_another_but_may_be_shown_where_no_token_is() -> None:
    assert await read(PROVER.proof("one"), token="one")
    assert await read(PROVER.proof("one"))
    for proof in (PROVER.proof("two"), PROVER.proof()):
        with pytest.raises(ProofRefused, match="another token"):
            await read(proof, token="one")


@pytest.mark.parametrize("made", [NOW - 65, NOW + 5, int(NOW), NOW + 0.5])
async def test_times_within_bounds(made: float) -> None:
    assert await read(PROVER.proof(iat=made))


@pytest.mark.parametrize("made", [NOW - 65.1, NOW + 5.1, True, "now", None, [NOW], 1e300])
async def test_times_beyond(made: object) -> None:
    with pytest.raises(ProofRefused, match=r"made|old"):
        await read(PROVER.proof(iat=made))


async def test_a_nonce_holds_for_its_minute_and_the_next_on_every_process() -> None:
    here, there = reader(asks_nonce=True), reader(asks_nonce=True)
    nonce = here.nonce(NOW)
    assert nonce == here.nonce(NOW + 59)
    assert nonce != here.nonce(NOW + 60)
    for hour in (NOW, NOW + 59, NOW + 119):
        assert await read(PROVER.proof(nonce=nonce, iat=hour), there, now=hour)
    with pytest.raises(ProofRefused) as caught:
        await read(PROVER.proof(nonce=nonce, iat=NOW + 120), there, now=NOW + 120)
    assert (caught.value.error, caught.value.nonce) == ("use_dpop_nonce", here.nonce(NOW + 120))


async def test_a_process_whose_clock_is_a_little_ahead_gives_nonces_that_hold() -> None:
    proofs = reader(asks_nonce=True)
    assert await read(PROVER.proof(nonce=proofs.nonce(NOW + 60), iat=NOW + 57), proofs, now=NOW + 57)


async def test_another_key_makes_other_nonces() -> None:
    other = ProofReader(ProofRules(), Marks(), b"other" * 20)
    assert other.nonce(NOW) != reader(asks_nonce=True).nonce(NOW)


async def test_every_refusal_brings_a_nonce_where_nonces_are_asked_for() -> None:
    proofs = reader(asks_nonce=True)
    for proof in ("", "x", "x.y.z", PROVER.proof(htm="GET"), PROVER.proof(jti=None, nonce=proofs.nonce(NOW))):
        with pytest.raises(ProofRefused) as caught:
            await read(proof, proofs)
        assert caught.value.nonce == proofs.nonce(NOW)
    with pytest.raises(ProofRefused) as caught:
        await read("")
    assert (caught.value.nonce, reader().nonce(NOW)) == ("", "")


async def test_marks_that_cannot_be_asked_for_are_no_answer() -> None:
    class Gone(Marks):
        async def first_time(self, kind: str, name: str, *, for_s: float) -> bool:
            raise RegisterFault("gone")

    with pytest.raises(RegisterFault):
        await read(PROVER.proof(), reader(Gone()))


@given(st.text(max_size=200))
async def test_whatever_the_text(text: str) -> None:
    with pytest.raises(ProofRefused):
        await read(text)
