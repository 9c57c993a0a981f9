"""Stage 1: an HTTP request that was read in full becomes an admitted request, stamped with its hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.faults import ClientFault, FaultCode
from schema.vocabulary.caller import Inquiry


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
    bearer: str | None
    stated: Inquiry
    """What the headers state about the inquiry; the document may state it instead."""
    request_id: str
    as_of: datetime
    """The hour of arrival, aware, Asia/Shanghai; the one clock of the whole request."""
    deadline: float
    """On the event loop's clock."""


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
