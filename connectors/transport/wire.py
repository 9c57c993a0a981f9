"""What crosses the wire between an agency's clerk and the transport: requests, answers, complaints.

A clerk (`connectors/<agency>/connector.py`) builds a `WireRequest` and a reader; the transport
(`Line.ask`) sends it within the deadline, retries what is safe, keeps the breaker and hands the
answer to the reader. A reader complains by raising; nobody else raises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from connectors.port import Errand, Outcome
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One HTTP request to an agency; `operation` is the unit of the circuit breaker."""

    operation: str
    method: str
    path: str
    """Absolute path, with query string if any."""
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    is_safe: bool = True
    """Whether sending it twice does no harm; every look-up is safe, whatever its method."""


@dataclass(frozen=True, slots=True)
class WireResponse:
    """The answer as it came; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class MalformedAnswer(Exception):
    """Raised by a reader: the answer cannot be understood or its signature does not fit."""


class AgencyRefusal(Exception):
    """Raised by a reader: the agency answered that it will not serve this now (maintenance, captcha, quota)."""

    def __init__(self, cause: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(cause)
        self.retry_after_s = retry_after_s


class Clerk(Protocol):
    """One agency's own knowledge: which calls answer which wants. Wrapped by the transport's desk."""

    @property
    def agency(self) -> AgencyId:
        """Which agency."""

    @property
    def batch_size(self) -> int:
        """How many subjects one `ask` may carry so that they share calls; 1 if the agency has no batch."""

    async def ask(
        self, subjects: Sequence[SubjectId], wanted: Mapping[RecordKind, frozenset[str]], errand: Errand
    ) -> Mapping[tuple[SubjectId, RecordKind], Outcome]:
        """Fetch the wanted facts; one outcome per pair of subject and kind. Never raises for what an agency does."""
