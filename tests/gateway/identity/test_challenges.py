"""Challenges in the words of the RFCs."""

from __future__ import annotations

from gateway.identity.challenges import challenges
from gateway.identity.presented import Scheme
from gateway.identity.refusals import TokenRefused


def test_who_came_with_a_bearer_token_is_told_of_both_schemes() -> None:
    assert challenges(TokenRefused("the token has expired")) == (
        'Bearer error="invalid_token", error_description="the token has expired"',
        'DPoP algs="ES256 PS256 EdDSA"',
    )


def test_who_has_to_prove_a_key_is_told_how() -> None:
    refusal = TokenRefused("the proof was used before", error="invalid_dpop_proof", scheme=Scheme.DPOP)
    assert challenges(refusal) == (
        'DPoP error="invalid_dpop_proof", error_description="the proof was used before", algs="ES256 PS256 EdDSA"',
    )
