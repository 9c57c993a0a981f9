"""Which media type a response takes (GraphQL over HTTP §6, RFC 9110 §12.5.1)."""

from __future__ import annotations

import re

from gateway.faults import ClientFault, FaultCode

RESPONSE_TYPE = "application/graphql-response+json"
JSON_TYPE = "application/json"
_OFFERED = (RESPONSE_TYPE, JSON_TYPE)
_QUALITY = re.compile(r"0(?:\.\d{0,3})?|1(?:\.0{0,3})?")


def best_type(accept: str | None) -> str:
    """The offered type that the caller likes best; at equal liking the newer one.

    Errors:  ClientFault NOT_ACCEPTABLE
    """
    if not accept:
        return RESPONSE_TYPE
    ranges = dict(_read(part) for part in accept.split(","))
    liked = {
        offered: next((ranges[name] for name in _ranges_over(offered) if name in ranges), 0.0) for offered in _OFFERED
    }
    best = max(_OFFERED, key=lambda offered: (liked[offered], offered in ranges, offered == RESPONSE_TYPE))
    if liked[best] <= 0:
        raise ClientFault(FaultCode.NOT_ACCEPTABLE, f"answers are `{RESPONSE_TYPE}` or `{JSON_TYPE}`")
    return best


def _read(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            return name, float(value) if _QUALITY.fullmatch(value.strip()) else 0.0
    return name, 1.0


def _ranges_over(offered: str) -> tuple[str, ...]:
    """Ranges that cover a type, the narrowest first, because its word counts."""
    return (offered, "application/*", "*/*")
