"""`/metrics`: the gateway's numbers, for networks that may read them; for everybody else there is no such door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gateway.setting_identity import Proxy
from gateway.web.peer import address_of, is_proxy, is_within

_ON_BEHALF: Final = frozenset(
    {"forwarded", "via", "cdn-loop", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"}
)
_FORWARDED: Final = "x-forwarded-"
"""Whoever sends one of these, or one that begins so, asks for somebody else."""

Read = Callable[[str], tuple[bytes, str]]
"""Given an `Accept` header, the numbers and their media type."""


def metrics(read: Read, networks: Sequence[str], proxy: Proxy) -> Callable[[Request], Awaitable[Response]]:
    """A route that answers 200 with the numbers, or 404 to an address outside of `networks`.

    A stranger behind a proxy of this machine has the machine's own address; what such a proxy says of it is enough to
    refuse it, though not enough to believe it.
    """

    async def answer(request: Request) -> Response:
        if not _may_read(request, tuple(networks), proxy):
            return PlainTextResponse("Not Found", 404)
        body, media_type = read(request.headers.get("accept", ""))
        return Response(body, headers={"Content-Type": media_type, "Cache-Control": "no-store"})

    return answer


def _may_read(request: Request, networks: tuple[str, ...], proxy: Proxy) -> bool:
    is_on_behalf = any(name in _ON_BEHALF or name.startswith(_FORWARDED) for name in request.headers)
    if is_on_behalf and not is_proxy(request, proxy):
        return False
    return is_within(address_of(request, proxy), networks)
