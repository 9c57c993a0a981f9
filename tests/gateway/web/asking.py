"""Requests as the door gets them, without a door; and answers as a caller reads them."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
from starlette.requests import Request

from gateway.pipeline.seal_receipt import without_receipt


def a_request(*headers: tuple[str, str], client: str | None = "203.0.113.9", **scope: Any) -> Request:
    """A request to the graph from this address."""
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    where = None if client is None else (client, 4711)
    return Request({"type": "http", "method": "POST", "path": "/graphql", "headers": raw, "client": where} | scope)


def told(response: httpx.Response) -> Any:
    """The body of a sealed answer without its receipt, which is another one each time and stands in the head too."""
    bare, receipt = without_receipt(response.content)
    assert receipt == response.headers["inquiry-receipt"]
    return orjson.loads(bare)
