"""Stage 2: everything that goes wrong on the way to a caller has its answer, and none of them is the public."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.faults import FaultCode, GatewayFault, Unauthenticated
from gateway.identity.presented import Presented, Scheme, TokenFacts
from gateway.identity.refusals import IssuerUnreachable, TokenRefused, TokenUndecided
from gateway.identity.tokens import TokenRules, TokenVerifier
from gateway.pipeline.admit import AdmittedRequest, GraphQLParams
from gateway.pipeline.identify import identify
from gateway.registers.engine import RegisterFault
from schema.vocabulary.caller import PUBLIC_CALLER, Caller, CallerClass, Inquiry
from tests.builders import NOW
from tests.gateway.identity.showing import Prover, a_reader, a_tally, a_token, a_verifier, shown

ADMITTED = AdmittedRequest(
    params=GraphQLParams("{ __typename }", None, {}),
    presented=None,
    stated=Inquiry(),
    request_id="0" * 32,
    as_of=NOW,
    deadline=0.0,
)


class Register:
    """Knows one client, and a second one once it has looked again."""

    def __init__(self, fault: RegisterFault | None = None) -> None:
        self._known = {"permit-office"}
        self._fault = fault
        self.looks = 0

    def caller_of(self, facts: TokenFacts) -> Caller:
        if facts.client_id not in self._known:
            raise TokenRefused("the client is suspended")
        return Caller(CallerClass.STATE_ORGAN, facts.client_id)

    async def fresh(self) -> None:
        self.looks += 1
        if self._fault is not None:
            raise self._fault
        self._known.add("new-office")


def a_fresh_token(**changes: Any) -> str:
    return a_token(iat=NOW.timestamp(), exp=NOW.timestamp() + 60, **changes)


async def asked(
    presented: Presented | None, verifier: TokenVerifier | None = None, register: Register | None = None
) -> Caller:
    return await identify(replace(ADMITTED, presented=presented), verifier or a_verifier(), register or Register())


async def test_no_token_is_the_public() -> None:
    assert await asked(None) is PUBLIC_CALLER


async def test_a_token_is_whom_the_register_says() -> None:
    assert (await asked(shown(a_fresh_token()))).caller_class is CallerClass.STATE_ORGAN


async def test_who_was_registered_or_resumed_meanwhile_is_found_by_looking_again() -> None:
    register, token = Register(), a_fresh_token(client_id="new-office", sub="new-office")
    assert (await asked(shown(token), register=register)).client_id == "new-office"
    await asked(shown(token), register=register)
    await asked(shown(a_fresh_token()), register=register)
    assert register.looks == 1
    with pytest.raises(GatewayFault) as caught:
        await asked(shown(token), register=Register(RegisterFault("the database is away")))
    assert caught.value.code is FaultCode.REGISTER_UNREADABLE


@pytest.mark.parametrize("token", ["x", a_token(exp=1), a_fresh_token(client_id="suspended", sub="a")])
async def test_a_bad_token_is_nobody(token: str) -> None:
    with pytest.raises(Unauthenticated) as caught:
        await asked(shown(token))
    assert caught.value.challenges[0].startswith('Bearer error="invalid_token", error_description="')


async def test_a_missing_nonce_comes_with_the_challenge() -> None:
    tally, prover = a_tally(), Prover()
    token = a_fresh_token(cnf={"jkt": prover.thumbprint})
    verifier = a_verifier(proofs=a_reader(tally))
    with pytest.raises(Unauthenticated) as caught:
        await asked(shown(token, prover.proof(token, iat=NOW.timestamp()), scheme=Scheme.DPOP), verifier)
    assert ("DPoP-Nonce", verifier.nonce(NOW.timestamp())) in caught.value.headers
    assert caught.value.challenges[0].startswith('DPoP error="use_dpop_nonce"')
    await tally.aclose()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (IssuerUnreachable("away"), FaultCode.ISSUER_UNREACHABLE),
        (TokenUndecided("gone"), FaultCode.REGISTER_UNREADABLE),
    ],
    ids=["issuer", "register"],
)
async def test_what_nobody_can_say_is_the_houses_fault(error: Exception, code: FaultCode) -> None:
    class Undecided(TokenVerifier):
        async def verify(self, presented: Presented, now: float) -> TokenFacts:
            raise error

    with pytest.raises(GatewayFault) as caught:
        await asked(shown("opaque"), Undecided((), TokenRules()))
    assert caught.value.code is code
