"""How a client proves who it is: by a signed assertion (`private_key_jwt`) or by its certificate; no shared secrets.

Source: RFC 7523 §2.2 and 3, RFC 8705 §2.2, RFC 8725, FAPI 2.0 Security Profile §5.3.2.1.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import orjson

from gateway.identity.keys import SigningKey
from gateway.identity.oauth_ports import Brought, Callers, Once, is_standing
from gateway.identity.oauth_refusal import OAuthRefused
from gateway.identity.public_keys import KeyRefused, public_key
from gateway.identity.signed_text import SignedTextFault, read_header, unverified_claims, verified_claims
from gateway.registers.callers_entry import Client

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
AUTH_METHODS: Final = ("private_key_jwt", "self_signed_tls_client_auth")
ASSERTION_ALGORITHMS: Final = ("ES256", "PS256", "EdDSA", "Ed25519")
LONGEST_LIFE_S: Final = 300.0
"""How far ahead an assertion's end may lie."""

_KIND: Final = "client-assertion"
_LONGEST: Final = 8192
_LONGEST_ID: Final = 200
_HEADER_NEEDED: Final = frozenset({"alg", "kid"})
_HEADER_ALLOWED: Final = _HEADER_NEEDED | {"typ"}
_TYPES: Final = frozenset({"jwt", "client-authentication+jwt"})


class ClientGate:
    """Says which client a request comes from; what is asserted once is not believed a second time."""

    def __init__(self, callers: Callers, once: Once, issuer: str, *, leeway_s: float = 5.0) -> None:
        self._callers = callers
        self._once = once
        self._issuer = issuer
        self._leeway_s = leeway_s

    async def client(self, brought: Brought, *, now: datetime) -> Client:
        """The client that the request comes from; the register of callers has to be fresh.

        Errors:  OAuthRefused `invalid_client`, alike for a client that is unknown, suspended or somebody else;
                 RegisterFault
        """
        if "client_secret" in brought.form:
            raise OAuthRefused("invalid_client", "clients prove who they are by key or certificate, not by a secret")
        if brought.form.keys() & {"client_assertion", "client_assertion_type"}:
            return await self._by_assertion(brought.form, now.timestamp())
        return self._by_certificate(brought)

    def _by_certificate(self, brought: Brought) -> Client:
        client = self._callers.client(brought.form.get("client_id", ""))
        known = "" if client is None else client.certificate
        if not brought.certificate or not hmac.compare_digest(known.encode(), brought.certificate.encode()):
            raise OAuthRefused("invalid_client")
        return self._standing(client)

    async def _by_assertion(self, form: Mapping[str, str], now: float) -> Client:
        assertion = form.get("client_assertion", "")
        if form.get("client_assertion_type") != ASSERTION_TYPE or not assertion.isascii() or len(assertion) > _LONGEST:
            raise OAuthRefused("invalid_client", "the assertion is not one of RFC 7523")
        client = self._callers.client(_said_by(assertion))
        if client is None or form.get("client_id", client.client_id) != client.client_id:
            raise OAuthRefused("invalid_client")
        claims = self._verified(assertion, client)
        ends = self._checked(claims, client, now)
        name = f"{client.client_id} {claims['jti']}"
        if not await self._once.first_time(_KIND, name, for_s=ends - now + self._leeway_s):
            raise OAuthRefused("invalid_client", "the assertion was used before")
        return self._standing(client)

    def _verified(self, assertion: str, client: Client) -> Mapping[str, Any]:
        try:
            signed = read_header(assertion)
            header = signed.header
            texts = all(isinstance(value, str) for value in header.values())
            if not texts or not _HEADER_NEEDED <= header.keys() <= _HEADER_ALLOWED:
                message = "the assertion's header has to hold `alg` and `kid`, may hold `typ`, and nothing else"
                raise OAuthRefused("invalid_client", message)
            if header.get("typ", "JWT").lower() not in _TYPES:
                raise OAuthRefused("invalid_client", "this is not a client's assertion")
            key = _keys(client.keys).get(header["kid"])
            if key is None:
                raise OAuthRefused("invalid_client")
            return verified_claims(signed, key)
        except SignedTextFault as fault:
            raise OAuthRefused("invalid_client", f"the assertion {fault}") from fault

    def _checked(self, claims: Mapping[str, Any], client: Client, now: float) -> float:
        """When the assertion ends, if what it says holds."""
        if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
            raise OAuthRefused("invalid_client", "the assertion has to name the client as iss and as sub")
        if claims.get("aud") != self._issuer:
            raise OAuthRefused(
                "invalid_client", "the assertion is meant for somebody else; aud is this issuer, as text"
            )
        jti = claims.get("jti")
        if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_ID:
            raise OAuthRefused("invalid_client", f"the assertion needs a jti of 1 to {_LONGEST_ID} characters")
        ends, begins = _time(claims, "exp"), [_time(claims, name) for name in ("iat", "nbf") if name in claims]
        if ends is None or None in begins:
            raise OAuthRefused("invalid_client", "the assertion has to say when it ends")
        if now >= ends + self._leeway_s or any(begin is not None and begin > now + self._leeway_s for begin in begins):
            raise OAuthRefused("invalid_client", "the assertion has ended or has not begun")
        if ends > now + LONGEST_LIFE_S + self._leeway_s:
            raise OAuthRefused("invalid_client", f"the assertion may live {LONGEST_LIFE_S:.0f} seconds and no longer")
        return ends

    def _standing(self, client: Client | None) -> Client:
        if client is None or not is_standing(self._callers, client):
            raise OAuthRefused("invalid_client")
        return client


def _said_by(assertion: str) -> str:
    """Whose keys have to verify it; nothing is believed yet."""
    try:
        stated = unverified_claims(read_header(assertion)).get("sub")
    except SignedTextFault as fault:
        raise OAuthRefused("invalid_client", f"the assertion {fault}") from fault
    return stated if isinstance(stated, str) else ""


@lru_cache(maxsize=1024)
def _keys(text: str) -> Mapping[str, SigningKey]:
    """The public keys of a client's JWK set by name; what may not be used is passed over."""
    found: dict[str, SigningKey] = {}
    for members in orjson.loads(text)["keys"] if text else ():
        try:
            key = public_key(members)
        except KeyRefused:
            continue
        found[str(members.get("kid") or key.thumbprint())] = key
    return found


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
