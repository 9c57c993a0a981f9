"""The doors of the built-in issuer: tokens, keys and what it says about itself."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.identity.issuer import TokenIssuer
from gateway.identity.oauth_flow import TokenRequestRefused

LONGEST_BODY: Final = 16 * 1024
SLOWEST_BODY_S: Final = 5.0
_MOST_FIELDS: Final = 20
_NEVER_KEPT: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_KEPT_SHORTLY: Final = {"Cache-Control": "public, max-age=300"}
_FORM: Final = re.compile(r"application/x-www-form-urlencoded\s*(;.*)?", re.IGNORECASE)


def oauth_routes(issuer: TokenIssuer) -> Sequence[Route]:
    """`POST /oauth/token`, `/.well-known/jwks.json` and `/.well-known/oauth-authorization-server`."""
    keys, metadata = issuer.jwks, issuer.metadata()

    async def token(request: Request) -> Response:
        try:
            form = _form(request, await _body(request))
            issued = issuer.answer(form, _authorization(request), now=_now())
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except TokenRequestRefused as refusal:
            return _refused(refusal)
        answer = {"access_token": issued.access_token, "token_type": "Bearer", "expires_in": issued.expires_in_s}
        return JSONResponse(answer | {"scope": " ".join(sorted(issued.scopes))}, headers=_NEVER_KEPT)

    async def jwks(_request: Request) -> Response:
        return JSONResponse(keys, headers=_KEPT_SHORTLY, media_type="application/jwk-set+json")

    async def about(_request: Request) -> Response:
        return JSONResponse(metadata, headers=_KEPT_SHORTLY)

    return (
        Route("/oauth/token", token, methods=["POST"]),
        Route("/.well-known/jwks.json", jwks, methods=["GET"]),
        Route("/.well-known/oauth-authorization-server", about, methods=["GET"]),
    )


def _now() -> float:
    return time.time()  # noqa: TID251 - a token's hour; no judgement about a subject depends on it


async def _body(request: Request) -> bytes:
    body = b""
    try:
        async with asyncio.timeout(SLOWEST_BODY_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LONGEST_BODY:
                    raise TokenRequestRefused("invalid_request")
    except TimeoutError as fault:
        raise TokenRequestRefused("invalid_request") from fault
    return body


def _form(request: Request, body: bytes) -> Mapping[str, str]:
    """Each name once, as RFC 6749 §3.2 demands; parameters without a value count as absent."""
    if not _FORM.fullmatch(request.headers.get("content-type", "").strip()):
        raise TokenRequestRefused("invalid_request")
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise TokenRequestRefused("invalid_request") from error
    form = dict(fields)
    if len(form) != len(fields):
        raise TokenRequestRefused("invalid_request")
    return {name: value for name, value in form.items() if value}


def _authorization(request: Request) -> str | None:
    stated = request.headers.getlist("authorization")
    if len(stated) > 1:
        raise TokenRequestRefused("invalid_request")
    return stated[0] if stated else None


def _refused(refusal: TokenRequestRefused) -> Response:
    body: dict[str, Any] = {"error": refusal.error, "error_description": refusal.description}
    headers = dict(_NEVER_KEPT)
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="token", charset="UTF-8"'
    return JSONResponse(body, status_code=refusal.status, headers=headers)
