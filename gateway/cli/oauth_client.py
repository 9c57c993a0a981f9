"""A client of an authorization server, as FAPI 2.0 wants one: it proves itself by its key, and what it is given, too.

Source: RFC 7523 (private_key_jwt), RFC 9449 (DPoP), RFC 9126 (pushed requests), RFC 7636 (PKCE).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
import orjson
from joserfc import jws

from gateway.base64url import base64url_text
from gateway.identity.client_assertion import ASSERTION_TYPE
from gateway.identity.keys import ALGORITHMS, SigningKey, algorithm_of
from gateway.pipeline.admit import hour

_LIFE_S: Final = 60
_REGISTRY: Final = jws.JWSRegistry(algorithms=ALGORITHMS)


class OAuthTrouble(Exception):
    """The server says no; the message is its own."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}" if description else error)
        self.status = status
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who a client is, and by what it proves it."""

    client_id: str
    key: SigningKey = field(repr=False)
    """Private."""

    def assertion(self, issuer: str, now: float) -> str:
        """A signed statement that the client itself asks this issuer, good for one request (RFC 7523 §3)."""
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": issuer,
            "jti": secrets.token_urlsafe(16),
            "iat": int(now),
            "exp": int(now) + _LIFE_S,
        }
        return signed({"kid": self.key.kid, "typ": "JWT"}, claims, self.key)


class ProofMaker:
    """Proofs that a request comes from whoever holds a key (RFC 9449 §4), with the nonce that was told last."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        self.nonce = ""

    @property
    def thumbprint(self) -> str:
        """Of the public half (RFC 7638)."""
        return self._key.thumbprint()

    def proof(self, method: str, address: str, *, now: float, token: str = "") -> str:
        """A proof for one request to this address, and for this token where one is shown."""
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": address,
            "iat": int(now),
        }
        if token:
            claims["ath"] = base64url_text(sha256(token.encode()).digest())
        if self.nonce:
            claims["nonce"] = self.nonce
        return signed({"typ": "dpop+jwt", "jwk": self._key.as_dict(private=False)}, claims, self._key)

    def hear(self, response: httpx.Response) -> bool:
        """Note the nonce of an answer; whether it is another one than before."""
        told = response.headers.get("DPoP-Nonce", "")
        is_new = bool(told) and told != self.nonce
        self.nonce = told or self.nonce
        return is_new


@dataclass(frozen=True, slots=True)
class Pkce:
    """The secret that only who has asked for a code can use it with (RFC 7636)."""

    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)

    @property
    def challenge(self) -> str:
        """S256 of the verifier."""
        return base64url_text(sha256(self.verifier.encode()).digest())


class OAuthClient:
    """One client at one server. The HTTP client stays its opener's."""

    def __init__(
        self,
        http: httpx.Client,
        credentials: Credentials,
        *,
        address: str,
        issuer: str = "",
        proofs: ProofMaker | None = None,
    ) -> None:
        self._http = http
        self._credentials = credentials
        self._address = address.rstrip("/")
        """Where the server is reached."""
        self._issuer = issuer or self._address
        """How it calls itself, if that is something else."""
        self._proofs = proofs

    def push(self, form: Mapping[str, str]) -> str:
        """Push an authorization request; returns its `request_uri`. Raises OAuthTrouble, httpx.HTTPError."""
        told = self._post("/oauth/par", form)
        return str(told["request_uri"])

    def authorization_address(self, request_uri: str) -> str:
        """Where the subject's browser goes to answer a pushed request (RFC 9126 §4)."""
        query = urlencode({"client_id": self._credentials.client_id, "request_uri": request_uri})
        return f"{self._address}/oauth/authorize?{query}"

    def token(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        """Ask for a token (RFC 6749 §5.1). Raises OAuthTrouble, httpx.HTTPError."""
        return self._post("/oauth/token", form, is_proved=self._proofs is not None)

    def _post(self, path: str, form: Mapping[str, str], *, is_proved: bool = False) -> Mapping[str, Any]:
        response = self._sent(path, form, is_proved=is_proved)
        if _error(response) == "use_dpop_nonce" and is_proved:
            response = self._sent(path, form, is_proved=True)
        if response.is_success:
            told: Mapping[str, Any] = response.json()
            return told
        raise OAuthTrouble(response.status_code, _error(response), _member(response, "error_description"))

    def _sent(self, path: str, form: Mapping[str, str], *, is_proved: bool) -> httpx.Response:
        now = hour().timestamp()
        proves = {
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._credentials.assertion(self._issuer, now),
        }
        headers = {}
        if is_proved and self._proofs is not None:
            headers["DPoP"] = self._proofs.proof("POST", f"{self._issuer}{path}", now=now)
        response = self._http.post(
            f"{self._address}{path}", data={"client_id": self._credentials.client_id, **form, **proves}, headers=headers
        )
        if self._proofs is not None:
            self._proofs.hear(response)
        return response


def signed(header: Mapping[str, Any], claims: Mapping[str, Any], key: SigningKey) -> str:
    """A JWS, compact, with the one algorithm of the key."""
    told = {"alg": algorithm_of(key), **header}
    return jws.serialize_compact(told, orjson.dumps(claims), key, registry=_REGISTRY)


def origin_of(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _error(response: httpx.Response) -> str:
    return _member(response, "error") or f"HTTP {response.status_code}"


def _member(response: httpx.Response, name: str) -> str:
    try:
        told = response.json()
    except ValueError:
        return ""
    return str(told.get(name, "")) if isinstance(told, dict) else ""
