"""Agencies as they are watched: each request's wait for one, each call that serves several, each operation of a call.

The counter and the clerks are worn like a coat: what is inside does not know, and what is outside sees the same shape.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from opentelemetry.trace import Span

from connectors.port import (
    Connector,
    Errand,
    Exchanged,
    Fetched,
    FetchOrder,
    NameIndex,
    NamePage,
    NameSearch,
    Observe,
    Outcome,
    Unavailable,
    Unreadable,
    outcome_name,
)
from connectors.transport.wire import Clerk
from gateway.telemetry.sight import Sight
from gateway.telemetry.tracing import Attributes, Tracing, failed
from gateway.telemetry.under_way import get_span, reset_span, set_span
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind

_FROM_MILD_TO_BAD: Final = ("fetched", "unreadable", "unavailable")


class AgencyWatch:
    """Makes the coats; one for a gateway."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._waits: dict[tuple[str, AgencyId], Span] = {}
        """The spans under which requests wait, by attribution; a call stands below the one that caused it."""

    def connector(self, connector: Connector) -> Connector:
        """The counter, with a span for each request that waits there."""
        tracing = self._sight.tracing
        return connector if tracing is None else _WatchedConnector(connector, tracing, self._waits)

    def index(self, index: NameIndex, agency: AgencyId) -> NameIndex:
        """The index of names, likewise."""
        tracing = self._sight.tracing
        return index if tracing is None else _WatchedIndex(index, tracing, agency)

    def clerk(self, clerk: Clerk) -> Clerk:
        """The clerk, with sizes of batches, and a span for each call."""
        return _WatchedClerk(clerk, self._sight, self._waits)

    def operations(self, agency: AgencyId) -> Observe:
        """Is told of each operation at an agency."""
        meters, tracing = self._sight.meters, self._sight.tracing

        def observe(exchanged: Exchanged) -> None:
            if meters is not None:
                meters.exchanged(agency, exchanged)
            parent = get_span()
            if tracing is not None and parent is not None:
                told = {"creditgraph.agency": agency.value, "creditgraph.outcome": exchanged.outcome}
                tracing.done(parent, f"{agency} {exchanged.operation}", told, took_s=exchanged.took_s)

        return observe


class _WatchedConnector:
    """A counter at which each request's wait is a span."""

    def __init__(self, inside: Connector, tracing: Tracing, waits: dict[tuple[str, AgencyId], Span]) -> None:
        self._inside = inside
        self._tracing = tracing
        self._waits = waits

    @property
    def agency(self) -> AgencyId:
        return self._inside.agency

    async def fetch(self, orders: Sequence[FetchOrder], errand: Errand) -> Sequence[Outcome]:
        parent = get_span()
        if parent is None:
            return await self._inside.fetch(orders, errand)
        agency = self._inside.agency
        kinds = tuple(sorted({order.kind.value for order in orders}))
        told: Attributes = {
            "creditgraph.agency": agency.value,
            "creditgraph.kinds": kinds,
            "creditgraph.orders": len(orders),
        }
        span, place = self._tracing.child(parent, f"agency {agency}", told), (errand.attribution, agency)
        self._waits[place] = span
        outcomes: Sequence[Outcome] = ()
        try:
            outcomes = await self._inside.fetch(orders, errand)
            return outcomes
        finally:
            if self._waits.get(place) is span:
                del self._waits[place]
            _end(span, outcomes)


class _WatchedIndex:
    """An index of names at which each search is a span."""

    def __init__(self, inside: NameIndex, tracing: Tracing, agency: AgencyId) -> None:
        self._inside = inside
        self._tracing = tracing
        self._agency = agency

    async def search(self, wanted: NameSearch, errand: Errand) -> NamePage | Unavailable | Unreadable:
        parent = get_span()
        if parent is None:
            return await self._inside.search(wanted, errand)
        span = self._tracing.child(parent, f"agency {self._agency} search", {"creditgraph.agency": self._agency.value})
        before = set_span(span)
        page: NamePage | Unavailable | Unreadable = Unavailable("called away")
        try:
            page = await self._inside.search(wanted, errand)
            return page
        finally:
            reset_span(before)
            _end(span, [page])


class _WatchedClerk:
    """A clerk of whose calls the size is counted, and who makes a span of each."""

    def __init__(self, inside: Clerk, sight: Sight, waits: Mapping[tuple[str, AgencyId], Span]) -> None:
        self._inside = inside
        self._tracing = sight.tracing
        self._batches = sight.meters.batches.of(inside.agency) if sight.meters is not None else None
        self._waits = waits

    @property
    def agency(self) -> AgencyId:
        return self._inside.agency

    @property
    def batch_size(self) -> int:
        return self._inside.batch_size

    async def ask(
        self, subjects: Sequence[SubjectId], wanted: Mapping[RecordKind, frozenset[str]], errand: Errand
    ) -> Mapping[tuple[SubjectId, RecordKind], Outcome]:
        if self._batches is not None:
            self._batches.add(len(subjects))
        if self._tracing is None:
            return await self._inside.ask(subjects, wanted, errand)
        parent = self._waits.get((errand.attribution, self._inside.agency))
        if parent is None:
            before = set_span(None)  # the task may stand in the span of a request that has nothing to do with the call
            try:
                return await self._inside.ask(subjects, wanted, errand)
            finally:
                reset_span(before)
        agency = self._inside.agency
        told: Attributes = {
            "creditgraph.agency": agency.value,
            "creditgraph.kinds": tuple(sorted(kind.value for kind in wanted)),
            "creditgraph.batch_size": len(subjects),
        }
        span = self._tracing.child(parent, f"call {agency}", told)
        before = set_span(span)
        outcomes: Mapping[tuple[SubjectId, RecordKind], Outcome] = {}
        try:
            outcomes = await self._inside.ask(subjects, wanted, errand)
            return outcomes
        finally:
            reset_span(before)
            _end(span, outcomes.values())


def _end(span: Span, outcomes: Collection[object]) -> None:
    """The worst outcome names the whole; of the answers nothing is told, not even how many records they hold."""
    counted = Counter(outcome_name(outcome) for outcome in outcomes)
    worst = next((name for name in reversed(_FROM_MILD_TO_BAD) if counted[name]), "none")
    kept = sum(isinstance(outcome, Fetched) and outcome.from_cache for outcome in outcomes)
    span.set_attributes({"creditgraph.outcome": worst, "creditgraph.from_cache": kept})
    if worst != "fetched":
        failed(span)
    span.end()
