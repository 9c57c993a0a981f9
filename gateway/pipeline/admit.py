"""Stage 1: an HTTP request that was read in full becomes an admitted request, stamped with its hour."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from gateway.faults import ClientFault, FaultCode
from gateway.identity.presented import Presented
from schema.vocabulary.caller import Inquiry, Purpose

SHANGHAI = ZoneInfo("Asia/Shanghai")
_LONGEST_STATEMENT = 200


@dataclass(frozen=True, slots=True)
class GraphQLParams:
    """The parameters of one GraphQL request (GraphQL over HTTP §5)."""

    query: str
    operation_name: str | None
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AdmittedRequest:
    """A well-formed request and what surrounds it; nothing later reads the clock again."""

    params: GraphQLParams
    presented: Presented | None
    """What says who asks; None for the public."""
    stated: Inquiry
    """What the headers state about the inquiry; the document may state it instead."""
    request_id: str
    as_of: datetime
    """The hour of arrival, aware, Asia/Shanghai; the one clock of the whole request."""
    deadline: float
    """On the event loop's clock."""
    address: str = ""
    """Where the request comes from; "" where nobody knows."""
    method: str = "POST"
    """The HTTP method; by a safe one nothing may be changed (RFC 9110 §9.2.1)."""
    raw: bytes = b""
    """What came over the wire: the body of a POST, the query string of a GET; empty where nothing did."""

    @property
    def sent(self) -> bytes:
        """What a receipt is about: the bytes that came, else the document itself."""
        return self.raw or self.params.query.encode("utf-8", "replace")


def read_params(payload: Any) -> GraphQLParams:
    """Check the shape of a request body or query string.

    Errors:  ClientFault MALFORMED with what is wrong and how it should be
    """
    if isinstance(payload, list):
        raise ClientFault(FaultCode.MALFORMED, "batched requests are not served", advice="send one operation at a time")
    if not isinstance(payload, dict):
        raise ClientFault(FaultCode.MALFORMED, "the body must be a JSON object")
    query = payload.get("query")
    if not isinstance(query, str) or not query.strip():
        raise ClientFault(FaultCode.MALFORMED, "`query` must be a text that is not empty")
    name = payload.get("operationName")
    if name is not None and not isinstance(name, str):
        raise ClientFault(FaultCode.MALFORMED, "`operationName` must be a text")
    variables = payload.get("variables")
    if variables is not None and not isinstance(variables, dict):
        raise ClientFault(FaultCode.MALFORMED, "`variables` must be a JSON object")
    extensions = payload.get("extensions")
    if extensions is not None and not isinstance(extensions, dict):
        raise ClientFault(FaultCode.MALFORMED, "`extensions` must be a JSON object")
    return GraphQLParams(query, name or None, variables or {})


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is stamped on a request when it comes in."""

    request_id: str
    as_of: datetime
    deadline: float


def stamp(timeout: timedelta) -> Arrival:
    """The hour, the name and the deadline of a request; taken once.

    Names begin with the millisecond, so that the log's index of them grows at its end alone (as RFC 9562 §5.7 does it).
    """
    deadline, now = asyncio.get_running_loop().time() + timeout.total_seconds(), hour()
    return Arrival(f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(10)}", now, deadline)


def read_inquiry(headers: Mapping[str, str]) -> Inquiry:
    """What the headers state: `Inquiry-Purpose`, `-Matter`, `-Case-Reference`, `-Workflow`, percent-encoded UTF-8.

    Errors:  ClientFault PURPOSE_UNKNOWN
    """
    purpose = headers.get("inquiry-purpose")
    if purpose is not None and purpose not in Purpose.__members__:
        raise unknown_purpose()
    return Inquiry(
        Purpose(purpose) if purpose is not None else None,
        statement(unquote(headers.get("inquiry-matter", ""))),
        statement(unquote(headers.get("inquiry-case-reference", ""))),
        statement(unquote(headers.get("inquiry-workflow", ""))),
    )


def unknown_purpose() -> ClientFault:
    """What is answered to a purpose that no law names."""
    advice = f"purposes: {', '.join(Purpose)}"
    return ClientFault(FaultCode.PURPOSE_UNKNOWN, "the purpose of inquiry is not one that the law names", advice=advice)


def statement(text: str | None) -> str | None:
    """A matter or a reference as far as it is kept; an empty one is none."""
    return text[:_LONGEST_STATEMENT] if text else None


def hour() -> datetime:
    """The hour by the gateway's own clock, aware, Asia/Shanghai; the one place that reads it."""
    return datetime.now(SHANGHAI)  # noqa: TID251 - the one clock of the house
