"""Questions about opaque tokens to the issuer that made them.

Source: RFC 7662 §2; the gateway shows who it is by HTTP Basic (RFC 6749 §2.3.1)
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote_plus

import orjson

from gateway.identity.refusals import IssuerUnreachable

Ask = Callable[[Mapping[str, str], Mapping[str, str]], Awaitable[bytes]]
"""Given a form and headers, what the issuer's endpoint answers; raises IssuerUnreachable."""


class Introspection:
    """Satisfies `gateway.identity.trust.Introspector`."""

    def __init__(self, ask: Ask, authorization: str, *, answers_kept_s: float) -> None:
        self._ask = ask
        self._authorization = authorization
        self.answers_kept_s = answers_kept_s

    async def ask(self, token: str) -> Mapping[str, Any] | None:
        """What the issuer says of an active token; None for any other.

        Errors:  IssuerUnreachable, also for an answer that cannot be read
        """
        form = {"token": token, "token_type_hint": "access_token"}
        answer = _object(await self._ask(form, {"Authorization": self._authorization}))
        if not isinstance(answer.get("active"), bool):
            raise IssuerUnreachable("its answer about a token does not say whether it is active")
        return answer if answer["active"] else None


def basic_credentials(client_id: str, secret: str) -> str:
    """The `Authorization` header of a client; both parts are form-encoded first (RFC 6749 §2.3.1)."""
    return f"Basic {base64.b64encode(f'{quote_plus(client_id)}:{quote_plus(secret)}'.encode()).decode()}"


def _object(text: bytes) -> Mapping[str, Any]:
    try:
        answer = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise IssuerUnreachable("its answer about a token is not JSON") from error
    if not isinstance(answer, dict):
        raise IssuerUnreachable("its answer about a token is no JSON object")
    return answer
