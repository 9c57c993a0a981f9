"""Orders under way: who still waits for each, and how they are put together into calls."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from connectors.port import Errand, FetchOrder, Outcome
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.records import RecordKind

Wants: TypeAlias = Mapping[RecordKind, frozenset[str]]


class SharedErrand(Errand):
    """The errand of a call that several requests wait for: it lasts as long as the most patient of them.

    The attribution is that of the request which caused the call.
    """

    __slots__ = ("_latest",)

    def __init__(self, attribution: str, deadline: float) -> None:
        object.__setattr__(self, "attribution", attribution)
        object.__setattr__(self, "_latest", deadline)

    @property
    def deadline(self) -> float:
        """The latest deadline among those who ever joined."""
        return float(self._latest)  # type: ignore[attr-defined]

    def last_until(self, deadline: float) -> None:
        """Note one more waiter."""
        if deadline > self.deadline:
            object.__setattr__(self, "_latest", deadline)


@dataclass(slots=True, eq=False)
class Flight:
    """One order on its way; joined by every request that orders the same."""

    order: FetchOrder
    attribution: str
    deadline: float
    landed: asyncio.Future[Outcome]
    waiters: int = 0
    call: Call | None = None
    """None while it waits to be put together with others."""

    def join(self, errand: Errand) -> None:
        """One more request waits."""
        self.waiters += 1
        self.deadline = max(self.deadline, errand.deadline)
        if self.call is not None:
            self.call.errand.last_until(errand.deadline)

    def land(self, outcome: Outcome) -> None:
        """Tell everybody who waits; a second outcome is ignored."""
        if not self.landed.done():
            self.landed.set_result(outcome)


@dataclass(slots=True, eq=False)
class Call:
    """One `ask` of a clerk: the same wants for each of its subjects."""

    subjects: tuple[SubjectId, ...]
    wants: Wants
    flights: tuple[Flight, ...]
    errand: SharedErrand
    task: asyncio.Task[None] | None = field(default=None)

    @property
    def is_deserted(self) -> bool:
        """Whether nobody waits for any part of it."""
        return not any(flight.waiters for flight in self.flights)


def calls_for(flights: Sequence[Flight], batch_size: int) -> list[Call]:
    """Put flights together into as few calls as the agency's batch allows.

    Invariant:  a call asks of each subject exactly the facts that its flights order, so subjects share
                a call only if they want the same (tests/connectors/transport/test_flights.py)
    """
    layers: dict[tuple[SubjectId, int], dict[RecordKind, Flight]] = {}
    for flight in flights:
        depth = 0
        while flight.order.kind in (layer := layers.setdefault((flight.order.subject, depth), {})):
            depth += 1
        layer[flight.order.kind] = flight
    alike: dict[frozenset[tuple[RecordKind, frozenset[str]]], list[dict[RecordKind, Flight]]] = {}
    for layer in layers.values():
        signature = frozenset((kind, flight.order.facts) for kind, flight in layer.items())
        alike.setdefault(signature, []).append(layer)
    return [
        _call(same[start : start + batch_size]) for same in alike.values() for start in range(0, len(same), batch_size)
    ]


def _call(layers: Sequence[Mapping[RecordKind, Flight]]) -> Call:
    flights = tuple(flight for layer in layers for flight in layer.values())
    call = Call(
        subjects=tuple(next(iter(layer.values())).order.subject for layer in layers),
        wants={kind: flight.order.facts for kind, flight in layers[0].items()},
        flights=flights,
        errand=SharedErrand(flights[0].attribution, max(flight.deadline for flight in flights)),
    )
    for flight in flights:
        flight.call = call
    return call
