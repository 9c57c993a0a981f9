"""Which media type a response takes (GraphQL over HTTP §6, RFC 9110 §12.5.1)."""

from __future__ import annotations

from gateway.faults import ClientFault, FaultCode

RESPONSE_TYPE = "application/graphql-response+json"
JSON_TYPE = "application/json"
_OFFERED = (RESPONSE_TYPE, JSON_TYPE)


def best_type(accept: str | None) -> str:
    """The offered type that the caller likes best; at equal liking the newer one.

    Errors:  ClientFault NOT_ACCEPTABLE
    """
    if not accept:
        return RESPONSE_TYPE
    ranges = [_read(part) for part in accept.split(",")]
    liked = {
        offered: max((quality for name, quality in ranges if _covers(name, offered)), default=0.0)
        for offered in _OFFERED
    }
    named = {offered: any(name == offered for name, quality in ranges if quality > 0) for offered in _OFFERED}
    best = max(_OFFERED, key=lambda offered: (liked[offered], named[offered], offered == RESPONSE_TYPE))
    if liked[best] == 0:
        raise ClientFault(FaultCode.NOT_ACCEPTABLE, f"answers are `{RESPONSE_TYPE}` or `{JSON_TYPE}`")
    return best


def _read(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return name, float(value)
            except ValueError:
                return name, 0.0
    return name, 1.0


def _covers(name: str, offered: str) -> bool:
    return name in {"*/*", "application/*", offered}
