"""Whose tokens are believed, and by which keys or questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from joserfc.jwk import Key


class KeySource(Protocol):
    """An issuer's keys as they are at this moment."""

    def find(self, kid: str) -> Key | None:
        """The key of this name; the same object as long as the key is the same."""


@runtime_checkable
class FollowedKeys(KeySource, Protocol):
    """Keys that somebody else changes."""

    def is_old(self, now: float) -> bool:
        """Whether it is time to ask for them again. Units: seconds since 1970."""

    async def refresh(self, now: float) -> None:
        """Ask for them, unless they were asked for a moment ago; those at hand stay if nobody answers."""

    @property
    def is_out_of_touch(self) -> bool:
        """Whether nobody answered when they were last asked for."""


class Introspector(Protocol):
    """Asks an issuer about tokens that say nothing themselves (RFC 7662)."""

    answers_kept_s: float

    async def ask(self, token: str) -> Mapping[str, Any] | None:
        """What the issuer says of an active token; None for any other.

        Errors:  IssuerUnreachable
        """


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """One issuer; its keys and its answers hold for its own tokens alone."""

    name: str
    """What `TokenFacts.issuer` says; "" for the built-in one."""
    issuer: str
    """What `iss` has to say, character by character."""
    audience: str
    """What `aud` has to name."""
    keys: KeySource | None = None
    introspection: Introspector | None = None


@dataclass(frozen=True, slots=True)
class TokenRules:
    """What holds for the tokens of every issuer."""

    leeway_s: float = 5.0
    longest: int = 8192
    """Characters; longer ones are refused unread."""
    remembered: int = 10_000
    """Verified tokens that are kept until they end."""
    code_exceptions: frozenset[str] = frozenset()
    """Codes that are accepted although their check character is wrong."""
