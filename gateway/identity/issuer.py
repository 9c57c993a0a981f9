"""The built-in issuer: signs access tokens for the clients of its register."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from gateway.identity.clients import ClientRecord
from gateway.identity.keys import algorithm_of, public_jwks, signing_key
from gateway.identity.oauth_flow import AUTH_METHODS, GRANT_TYPE, ClientCredentialsFlow, Granted
from gateway.identity.tokens import CALLER_CLAIM


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as it goes to its client."""

    access_token: str
    expires_in_s: int
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class IssuerRules:
    """What every token of this issuer says."""

    issuer: str
    audience: str
    lifetime_s: int = 600


class TokenIssuer:
    """Gives tokens; raises KeyFault at once if it has no private key."""

    def __init__(self, keys: KeySet, clients: Mapping[str, ClientRecord], rules: IssuerRules) -> None:
        self._key = signing_key(keys)
        self._header = {"alg": algorithm_of(self._key), "kid": self._key.kid, "typ": "at+jwt"}
        self._rules = rules
        self._flow = ClientCredentialsFlow(clients)
        self._clients = clients
        self.jwks = public_jwks(keys)
        """What `/.well-known/jwks.json` shows."""

    def answer(self, form: Mapping[str, str], authorization: str | None, *, now: float) -> IssuedToken:
        """Answer a token request.

        Shape:   `form` as sent, each name once; `authorization` is the header's value
        Units:   `now` in seconds since 1970
        Errors:  TokenRequestRefused
        """
        return self.issue(self._flow.decide(form, authorization), now=now)

    def issue(self, granted: Granted, *, now: float) -> IssuedToken:
        """Sign a token for what was granted."""
        client = granted.client
        caller: dict[str, Any] = {
            "class": client.caller_class.value,
            "organisation": client.organisation,
            "jurisdiction": client.jurisdiction,
        }
        where_they_apply = {
            "subject": client.subject and str(client.subject),
            "designated": sorted(client.designated),
            "officer_items": sorted(client.officer_items),
        }
        claims: dict[str, Any] = {
            "iss": self._rules.issuer,
            "aud": self._rules.audience,
            "sub": client.client_id,
            "client_id": client.client_id,
            "iat": int(now),
            "exp": int(now) + self._rules.lifetime_s,
            "jti": secrets.token_urlsafe(16),
            "scope": " ".join(sorted(granted.scopes)),
            CALLER_CLAIM: caller | {name: value for name, value in where_they_apply.items() if value},
        }
        token = jwt.encode(self._header, claims, self._key, algorithms=[str(self._header["alg"])], default_type=None)
        return IssuedToken(token, self._rules.lifetime_s, granted.scopes)

    def metadata(self) -> dict[str, Any]:
        """What RFC 8414 asks an issuer to say about itself."""
        address = self._rules.issuer
        return {
            "issuer": address,
            "token_endpoint": f"{address}/oauth/token",
            "jwks_uri": f"{address}/.well-known/jwks.json",
            "grant_types_supported": [GRANT_TYPE],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
            "scopes_supported": sorted({scope for client in self._clients.values() for scope in client.scopes}),
        }
