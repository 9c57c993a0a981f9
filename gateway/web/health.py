"""Liveness and readiness: is the process there, and may it be given requests?

An agency that is down is shown and does not fail readiness, because its fields alone suffer; a record
that cannot be written does, because then nothing may leave.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

AgencyStates = Callable[[], Mapping[str, Mapping[str, object]]]


async def healthz(_request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


def readyz(
    agencies: AgencyStates, is_writable: Callable[[], Awaitable[bool]]
) -> Callable[[Request], Awaitable[Response]]:
    """A route that answers 200 while the record can be written, else 503; with every agency's state."""

    async def answer(_request: Request) -> Response:
        writable = await is_writable()
        body = {
            "status": "ready" if writable else "not ready",
            "record": "writable" if writable else "unwritable",
            "agencies": agencies(),
        }
        return JSONResponse(body, 200 if writable else 503)

    return answer
