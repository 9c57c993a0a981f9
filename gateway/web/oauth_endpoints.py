"""The doors of the built-in authorization server: each reads a form, and answers what the server says.

Source: RFC 6749 §3.2 and 5, RFC 7009, RFC 7662, RFC 8414, RFC 9126, RFC 9449 §8.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.identity.issuer import AuthorizationServer
from gateway.identity.oauth_ports import Brought
from gateway.identity.oauth_refusal import OAuthRefused
from gateway.setting_identity import Proxy
from gateway.web.client_certificate import certificate_of

LONGEST_BODY: Final = 16 * 1024
LONGEST_PUSHED_BODY: Final = 128 * 1024
"""A pushed request may name hundreds of catalog items."""
SLOWEST_BODY_S: Final = 5.0
_MOST_FIELDS: Final = 30
_NEVER_KEPT: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_KEPT_SHORTLY: Final = {"Cache-Control": "public, max-age=300"}
_FORM: Final = re.compile(r"application/x-www-form-urlencoded\s*(;.*)?", re.IGNORECASE)
_CHALLENGE: Final = 'private_key_jwt realm="oauth"'
"""A 401 has to name a way (RFC 9110 §11.6.1); this is not one of HTTP's own, and there is no other here."""

_Answer: TypeAlias = Callable[[Brought, datetime], Awaitable[Response]]


def oauth_routes(server: AuthorizationServer, proxy: Proxy | None = None) -> Sequence[Route]:
    """All doors but the page on which subjects answer.

    Shape:   `proxy` is the one whose word about client certificates is taken; None: nobody's
    """
    believed = proxy or Proxy()

    async def push(brought: Brought, now: datetime) -> Response:
        return _told(await server.push(brought, now=now), 201)

    async def token(brought: Brought, now: datetime) -> Response:
        return _told(await server.token(brought, now=now))

    async def revoke(brought: Brought, now: datetime) -> Response:
        await server.revoke(brought, now=now)
        return Response(headers=_NEVER_KEPT)

    async def introspect(brought: Brought, now: datetime) -> Response:
        return _told(await server.introspect(brought, now=now))

    async def jwks(_request: Request) -> Response:
        return JSONResponse(server.jwks(), headers=_KEPT_SHORTLY, media_type="application/jwk-set+json")

    async def about(_request: Request) -> Response:
        return JSONResponse(server.metadata, headers=_KEPT_SHORTLY)

    def door(path: str, answer: _Answer, longest: int = LONGEST_BODY) -> Route:
        async def enter(request: Request) -> Response:
            now = _now()
            try:
                response = await answer(await _brought(request, believed, longest), now)
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it
            except OAuthRefused as refusal:
                response = _refused(refusal)
            if nonce := server.nonce(now):
                response.headers["DPoP-Nonce"] = nonce
            return response

        return Route(path, enter, methods=["POST"])

    return (
        door("/oauth/par", push, LONGEST_PUSHED_BODY),
        door("/oauth/token", token),
        door("/oauth/revoke", revoke),
        door("/oauth/introspect", introspect),
        Route("/.well-known/jwks.json", jwks, methods=["GET"]),
        Route("/.well-known/oauth-authorization-server", about, methods=["GET"]),
    )


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)  # noqa: TID251 - a token's hour; no judgement depends on it


async def _brought(request: Request, proxy: Proxy, longest: int) -> Brought:
    proofs = request.headers.getlist("dpop")
    if len(proofs) > 1:
        raise OAuthRefused("invalid_dpop_proof", "the request holds more than one proof of possession")
    if "authorization" in request.headers:
        raise OAuthRefused("invalid_client", "clients prove who they are by key or certificate, not by Authorization")
    form = _form(request, await _body(request, longest))
    return Brought(form, proof=proofs[0] if proofs else "", certificate=certificate_of(request, proxy))


async def _body(request: Request, longest: int) -> bytes:
    body = b""
    try:
        async with asyncio.timeout(SLOWEST_BODY_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > longest:
                    raise OAuthRefused("invalid_request")
    except TimeoutError as fault:
        raise OAuthRefused("invalid_request") from fault
    return body


def _form(request: Request, body: bytes) -> Mapping[str, str]:
    """Each name once, as RFC 6749 §3.2 demands; parameters without a value count as absent."""
    if request.url.query or not _FORM.fullmatch(request.headers.get("content-type", "").strip()):
        raise OAuthRefused("invalid_request")
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise OAuthRefused("invalid_request") from error
    form = dict(fields)
    if len(form) != len(fields):
        raise OAuthRefused("invalid_request")
    return {name: value for name, value in form.items() if value}


def _told(body: Mapping[str, Any], status: int = 200) -> Response:
    return JSONResponse(body, status_code=status, headers=_NEVER_KEPT)


def _refused(refusal: OAuthRefused) -> Response:
    body = {"error": refusal.error, "error_description": refusal.description}
    headers = dict(_NEVER_KEPT)
    if refusal.status == 401:
        headers["WWW-Authenticate"] = _CHALLENGE
    if refusal.status in {429, 503}:
        headers["Retry-After"] = str(refusal.retry_after_s)
    return JSONResponse(body, status_code=refusal.status, headers=headers)
