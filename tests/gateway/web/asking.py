"""Requests as the door gets them, without a door."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request


def a_request(*headers: tuple[str, str], client: str | None = "203.0.113.9", **scope: Any) -> Request:
    """A request to the graph from this address."""
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    where = None if client is None else (client, 4711)
    return Request({"type": "http", "method": "POST", "path": "/graphql", "headers": raw, "client": where} | scope)
