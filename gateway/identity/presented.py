"""What a request brings along to say who sends it, and what a verified token says; forms only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from schema.vocabulary.identifiers import SubjectId


class Scheme(StrEnum):
    """How a token is presented (RFC 6750 §2.1, RFC 9449 §7.1)."""

    BEARER = "Bearer"
    DPOP = "DPoP"


@dataclass(frozen=True, slots=True)
class Presented:
    """A token and what proves that its sender may use it."""

    token: str
    scheme: Scheme = Scheme.BEARER
    proof: str = ""
    """The `DPoP` header; "" without."""
    certificate: str = ""
    """SHA-256 thumbprint of the client's certificate, base64url without padding; "" without (RFC 8705 §3.1)."""
    method: str = "POST"
    address: str = ""
    """The address that was asked, as the world knows it, without query and fragment."""


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What a verified token says; who that is, the register of callers says."""

    issuer: str
    """"" for the built-in one, so that no outside issuer can speak for it."""
    client_id: str
    token_id: str
    """Its `jti`."""
    scopes: frozenset[str] = frozenset()
    grant: str = ""
    """The grant it came from: all tokens of one grant can be revoked at once."""
    officer: str = ""
    consents: frozenset[str] = frozenset()
    bound_to: frozenset[SubjectId] = frozenset()
    key: str = ""
    """Thumbprint of the key that its holder has to prove (RFC 9449 §6.1 `jkt`); "" for none."""
    certificate: str = ""
    """Thumbprint of the certificate that its holder has to use (RFC 8705 §3.1 `x5t#S256`); "" for none."""
