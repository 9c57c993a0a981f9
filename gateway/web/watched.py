"""The graph's door as it is watched: each request from its head to the last byte of its answer."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.telemetry.sight import Sight


class WatchedDoor:
    """An ASGI application inside which the request is known to everybody who watches."""

    def __init__(self, inside: ASGIApp, sight: Sight, edition: str) -> None:
        self._inside = inside
        self._sight = sight
        self._edition = edition

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        traceparent = Headers(scope=scope).get("traceparent", "")
        with self._sight.request(scope["method"], traceparent, edition=self._edition) as under_way:

            async def told(message: Message) -> None:
                if message["type"] == "http.response.start":
                    under_way.status = message["status"]
                await send(message)

            await self._inside(scope, receive, told)
