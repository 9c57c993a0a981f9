"""The request that is under way where the code stands, for whoever watches it; the corridor never asks."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from opentelemetry.trace import Span

from schema.vocabulary.caller import Caller

NOBODY_YET: Final = "UNKNOWN"
"""In the place of a caller's class until somebody has identified the caller."""


@dataclass(slots=True)
class UnderWay:
    """What is known of a request so far."""

    request_id: str = ""
    span: Span | None = None
    """None where nobody traces it."""
    caller: Caller | None = None
    caller_class: str = NOBODY_YET
    subjects: int = 0
    status: int = 0
    """The HTTP status of its answer; 0 while there is none."""
    fault: str = ""
    """The code of the fault by which it failed as a whole; "" if it did not."""
    reason: str = ""
    """Why its token was refused, as RFC 6750 §3.1 or RFC 9449 §7.1 name it; "" if it was not."""


_UNDER_WAY: Final[ContextVar[UnderWay | None]] = ContextVar("creditgraph_under_way", default=None)
_SPAN: Final[ContextVar[Span | None]] = ContextVar("creditgraph_span", default=None)

get_under_way = _UNDER_WAY.get
"""The request, or None outside of one or where nobody watches."""
set_under_way = _UNDER_WAY.set
reset_under_way = _UNDER_WAY.reset
get_span = _SPAN.get
"""The span in which the code stands; None where nobody traces."""
set_span = _SPAN.set
reset_span = _SPAN.reset


def tell_name(request_id: str) -> None:
    """Tell how the request under way is named, as soon as it is."""
    under_way = get_under_way()
    if under_way is not None:
        under_way.request_id = request_id


def tell_end(fault: str, reason: str = "") -> None:
    """Tell how the request under way ends; "" for a fault: it is answered."""
    under_way = get_under_way()
    if under_way is not None:
        under_way.fault, under_way.reason = fault, reason
