"""The counter: what the gateway may order from an agency, and what can come of it.

The one seam of this room. An order names a subject, a kind of record and the facts wanted; it does
not say who asks, except as an opaque attribution that agencies may log. Every order has exactly one
outcome; no exception crosses this counter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind, SourceRecord


@dataclass(frozen=True, slots=True)
class FetchOrder:
    """The records of one kind about one subject, with only the facts named.

    Shape: `facts` holds graph field names; a fact inside a person is written `legalRepresentative.name`.
    """

    agency: AgencyId
    subject: SubjectId
    kind: RecordKind
    facts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Errand:
    """What surrounds a set of orders: how long there is, and what agencies may write in their logs."""

    attribution: str
    """Opaque: the gateway's own code and the request id."""
    deadline: float
    """Seconds on the event loop's clock (`loop.time()`) after which nobody waits any more."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The agency answered; no records means that it knows of none."""

    records: tuple[SourceRecord, ...]
    from_cache: bool = False


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The agency could not be asked: down, too slow, refusing for now. `cause` is for operators only."""

    cause: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The agency answered something that cannot be trusted or understood. `cause` is for operators only."""

    cause: str


Outcome: TypeAlias = Fetched | Unavailable | Unreadable


@dataclass(frozen=True, slots=True)
class Exchanged:
    """How one operation at an agency went, for whoever measures: nothing of what was asked or answered."""

    operation: str
    """The unit of a circuit breaker; a fixed few for each agency, never made from input."""
    outcome: str
    """`fetched`, `unavailable` or `unreadable`."""
    took_s: float
    """Retries and pauses included."""


Observe: TypeAlias = Callable[[Exchanged], None]
"""Is told of each operation when it has ended; it must not raise."""


def outcome_name(outcome: object) -> str:
    """The one word for an outcome; whatever is no trouble was fetched."""
    if isinstance(outcome, Unavailable):
        return "unavailable"
    return "unreadable" if isinstance(outcome, Unreadable) else "fetched"


class Connector(Protocol):
    """One agency as the gateway sees it."""

    @property
    def agency(self) -> AgencyId:
        """Which agency this is."""

    async def fetch(self, orders: Sequence[FetchOrder], errand: Errand) -> Sequence[Outcome]:
        """One outcome per order, in the order of `orders`; never raises."""


@dataclass(frozen=True, slots=True)
class NamePage:
    """One page of a search by registered name: codes in the agency's stable order."""

    codes: tuple[SubjectId, ...]
    names: Mapping[SubjectId, str]
    positions: Mapping[SubjectId, str]
    """Where each code stands, in the agency's own words; a page may start after any of them."""
    has_next: bool
    total: int


@dataclass(frozen=True, slots=True)
class NameSearch:
    """A search by registered name; `position` is one of an earlier page's `positions`, and the page starts after it."""

    text: str
    first: int
    position: str | None = None


class NameIndex(Protocol):
    """An agency that can search by registered name."""

    async def search(self, wanted: NameSearch, errand: Errand) -> NamePage | Unavailable | Unreadable:
        """One page; never raises."""
