"""How tokens and proofs are refused, and how it is said that nobody can tell at present; forms only."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.identity.presented import Scheme


class TokenRefused(Exception):
    """The token is not believed. `error` is of RFC 6750 §3.1 or RFC 9449 §7.1; `description` is safe to show."""

    def __init__(
        self,
        description: str,
        *,
        error: str = "invalid_token",
        scheme: Scheme = Scheme.BEARER,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(description)
        self.description = description
        self.error = error
        self.scheme = scheme
        """In which scheme the challenge is told."""
        self.extra = dict(extra or {})
        """Headers that the answer carries besides."""


class ProofRefused(Exception):
    """The proof of possession does not hold. `error` is of RFC 9449 §5, §7.1, §8; `description` is safe to show."""

    def __init__(self, description: str, *, error: str = "invalid_dpop_proof", nonce: str = "") -> None:
        super().__init__(description)
        self.description = description
        self.error = error
        self.nonce = nonce
        """What the next proof has to repeat; "" where nothing is to be repeated."""


class TokenUndecided(Exception):
    """Nobody can say at present whether the token holds, so it is neither believed nor refused."""


class IssuerUnreachable(TokenUndecided):
    """An issuer elsewhere does not answer, or not in a way that can be read; the message names no address."""
