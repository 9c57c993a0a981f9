"""Stage 2: what is presented becomes a caller; no token is the public, a bad token is nobody."""

from __future__ import annotations

from typing import Protocol

from gateway.faults import FaultCode, GatewayFault, Unauthenticated
from gateway.identity.challenges import challenges
from gateway.identity.presented import TokenFacts
from gateway.identity.refusals import IssuerUnreachable, TokenRefused, TokenUndecided
from gateway.identity.tokens import TokenVerifier
from gateway.pipeline.admit import AdmittedRequest
from gateway.registers.engine import RegisterFault
from schema.vocabulary.caller import PUBLIC_CALLER, Caller


class Callers(Protocol):
    """The register of callers as it is at this moment."""

    def caller_of(self, facts: TokenFacts) -> Caller:
        """Who holds a token that says this.

        Errors:  TokenRefused if nobody does, or nobody may at present
        """

    async def fresh(self) -> object:
        """Read it anew if another process has changed it; raises RegisterFault."""


async def identify(admitted: AdmittedRequest, verifier: TokenVerifier, callers: Callers) -> Caller:
    """Who asks.

    Errors:  Unauthenticated for any token that does not hold, and GatewayFault if nobody can say whether it does;
             it never falls back to the public tier
    """
    if admitted.presented is None:
        return PUBLIC_CALLER
    try:
        return await _caller(await verifier.verify(admitted.presented, admitted.as_of.timestamp()), callers)
    except TokenRefused as refusal:
        raise unauthenticated(refusal) from refusal
    except IssuerUnreachable as fault:
        raise GatewayFault(FaultCode.ISSUER_UNREACHABLE, str(fault)) from fault
    except TokenUndecided as fault:
        raise GatewayFault(FaultCode.REGISTER_UNREADABLE, str(fault)) from fault
    except RegisterFault as fault:
        raise GatewayFault(FaultCode.REGISTER_UNREADABLE, "callers cannot be read") from fault


def unauthenticated(refusal: TokenRefused) -> Unauthenticated:
    """The refusal as it leaves."""
    return Unauthenticated(refusal.description, challenges=challenges(refusal), headers=refusal.extra)


async def _caller(facts: TokenFacts, callers: Callers) -> Caller:
    """Nobody is refused by what this process has read of the register before it has looked again."""
    try:
        return callers.caller_of(facts)
    except TokenRefused:
        await callers.fresh()
        return callers.caller_of(facts)
