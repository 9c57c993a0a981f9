"""Stage 2: a bearer token becomes a caller; no token is the public, a bad token is nobody."""

from __future__ import annotations

from gateway.faults import Unauthenticated
from gateway.identity.tokens import TokenRefused, TokenVerifier
from gateway.pipeline.admit import AdmittedRequest
from schema.vocabulary.caller import PUBLIC_CALLER, Caller


def identify(admitted: AdmittedRequest, verifier: TokenVerifier) -> Caller:
    """Who asks.

    Errors:  Unauthenticated for any token that does not hold; it never falls back to the public tier
    """
    if admitted.bearer is None:
        return PUBLIC_CALLER
    try:
        return verifier.verify(admitted.bearer, admitted.as_of.timestamp())
    except TokenRefused as refusal:
        raise Unauthenticated(refusal.description, error=refusal.error) from refusal
