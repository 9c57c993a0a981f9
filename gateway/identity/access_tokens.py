"""Access tokens of the built-in issuer: made, and read back for those who ask about one or revoke it.

Whether somebody may use a token is not decided here but in `tokens`.

Source: RFC 9068 (JWT profile), RFC 9396 §9.1 (authorization details), RFC 7800 (`cnf`).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from joserfc import jws

from gateway.identity.authorization_details import DETAILS_TYPE
from gateway.identity.keys import ALGORITHMS, SigningKey, algorithm_of
from gateway.identity.oauth_ports import Keys
from gateway.identity.signed_text import SignedTextFault, read_header, verified_claims
from schema.vocabulary.identifiers import SubjectId

_TYPE: Final = "at+jwt"


@dataclass(frozen=True, slots=True)
class Granted:
    """What a token shall say."""

    client_id: str
    scopes: frozenset[str]
    subject: SubjectId | None = None
    """Who has granted it; None where a client asks by itself."""
    grant: str = ""
    officer: str = ""
    consents: Mapping[str, SubjectId] = field(default_factory=dict)
    """Ids of the consents that it carries, each with the subject whose it is."""
    key: str = ""
    """Thumbprint of the key that it is bound to; "" for none."""
    certificate: str = ""
    """Thumbprint of the certificate that it is bound to; "" for none."""


class TokenMaker:
    """Signs tokens with the key of the moment, so that a rotation is felt at once."""

    def __init__(self, keys: Keys, *, issuer: str, audience: str, lifetime: timedelta) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self.lifetime_s = int(lifetime.total_seconds())
        self._registry = jws.JWSRegistry(algorithms=ALGORITHMS)

    def make(self, granted: Granted, *, now: datetime) -> str:
        """A signed token that says what was granted.

        Shape:  JWS compact; names that do not apply are absent
        """
        key, begins = self._keys.sign_with, int(now.timestamp())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": granted.subject or granted.client_id,
            "client_id": granted.client_id,
            "iat": begins,
            "exp": begins + self.lifetime_s,
            "jti": secrets.token_urlsafe(16),
            "scope": " ".join(sorted(granted.scopes)),
        }
        where_they_apply = {
            "grant": granted.grant,
            "officer": granted.officer,
            "authorization_details": details_of_consents(granted.consents),
            "cnf": {"jkt": granted.key} if granted.key else {"x5t#S256": granted.certificate},
        }
        if not granted.key and not granted.certificate:
            del where_they_apply["cnf"]
        claims |= {name: value for name, value in where_they_apply.items() if value}
        header = {"alg": algorithm_of(key), "kid": key.kid, "typ": _TYPE}
        return jws.serialize_compact(header, orjson.dumps(claims), key, registry=self._registry)

    def read(self, token: str, *, now: datetime) -> Mapping[str, Any] | None:
        """What a token of this issuer says; None if it is none of ours, or has ended."""
        try:
            signed = read_header(token)
            key = self._keys.find(str(signed.header.get("kid")))
            if not isinstance(key, SigningKey) or signed.header.get("typ") != _TYPE:
                return None
            claims = verified_claims(signed, key)
        except SignedTextFault:
            return None
        return claims if claims["iss"] == self._issuer and claims["exp"] > now.timestamp() else None


def details_of_consents(consents: Mapping[str, SubjectId]) -> Sequence[Mapping[str, str]]:
    """The consents as authorization details, in the order of their ids."""
    return [{"type": DETAILS_TYPE, "consent_id": name, "subject": consents[name]} for name in sorted(consents)]
