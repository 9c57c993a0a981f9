"""Asks a gateway one fixed question over HTTP, as a permit officer's desk does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from schema.vocabulary.caller import Inquiry

_TYPES = "application/graphql-response+json, application/json;q=0.9"


class Unreachable(Exception):
    """No gateway answered; the message says what happened instead."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where and as whom to ask."""

    url: str
    token: str | None
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What the gateway answered."""

    status: int
    subject: Mapping[str, Any] | None
    errors: Sequence[Mapping[str, Any]]
    request_id: str

    @property
    def codes(self) -> set[str]:
        """The codes of all errors."""
        return {str(error.get("extensions", {}).get("code", "")) for error in self.errors}


def check_document() -> str:
    """The one document that is asked."""
    return (files("gateway.cli") / "check_document.graphql").read_text("utf-8")


def ask(code: str, inquiry: Inquiry, desk: Desk) -> Reply:
    """Ask about one subject.

    Errors:  Unreachable
    """
    body = {"query": check_document(), "operationName": "Check", "variables": {"code": code}}
    try:
        with httpx.Client(timeout=desk.timeout_s, trust_env=not _is_loopback(desk.url)) as client:
            response = client.post(desk.url, json=body, headers=_headers(inquiry, desk.token))
            return _read(response)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as fault:
        raise Unreachable(f"{_shown(desk.url)} does not answer ({_kind(fault)})") from fault


def _headers(inquiry: Inquiry, token: str | None) -> dict[str, str]:
    stated = {
        "Accept": _TYPES,
        "Authorization": f"Bearer {token}" if token else "",
        "Inquiry-Purpose": inquiry.purpose.value if inquiry.purpose else "",
        "Inquiry-Matter": quote(inquiry.matter or "", safe=""),
        "Inquiry-Case-Reference": quote(inquiry.case_reference or "", safe=""),
    }
    return {name: value for name, value in stated.items() if value}


def _read(response: httpx.Response) -> Reply:
    try:
        content: Any = response.json()
    except ValueError as fault:
        raise Unreachable(f"what answers there is no gateway (status {response.status_code})") from fault
    content = content if isinstance(content, dict) else {}
    data, given = content.get("data"), content.get("errors") or []
    if not isinstance(given, list) or not (isinstance(data, dict) or given):
        raise Unreachable(f"what answers there is no gateway (status {response.status_code})")
    subject = data.get("subject") if isinstance(data, dict) else None
    errors = [error for error in given if isinstance(error, dict)]
    return Reply(response.status_code, subject, errors, response.headers.get("x-request-id", ""))


def _is_loopback(url: str) -> bool:
    """A proxy of the environment never stands between this machine and itself."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _kind(fault: Exception) -> str:
    match fault:
        case httpx.TimeoutException():
            return "too slow"
        case httpx.ConnectError():
            return "no connection"
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return "not an address"
        case _:
            return "the connection broke"
