"""What is counted, under which names, and how it is read: Prometheus' own formats, from a registry of our own.

Labels come from closed lists (codes, classes, stages, agencies and their operations, articles of the law in force), so
that nothing a caller sends can make a new line. What stays back silently is not counted at all: a count that rises
with one request would tell its reader what that request's answer hides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder

from connectors.port import Exchanged
from gateway.telemetry.cells import SUBJECTS, Counts, Spreads
from gateway.telemetry.under_way import UnderWay
from policies.verdict import DecisionSheet, Effect
from schema.vocabulary.identifiers import AgencyId

_REASONS: Final = frozenset({"invalid_token", "invalid_request", "invalid_dpop_proof", "use_dpop_nonce"})
_STATES: Final = ("closed", "half-open", "open")
"""Of a circuit breaker."""


class DeskSeen(Protocol):
    """One agency's counter as it stands."""

    @property
    def agency(self) -> AgencyId: ...
    @property
    def operations(self) -> Mapping[str, str]:
        """State of the breaker by operation."""

    @property
    def calls_under_way(self) -> int: ...


class CacheSeen(Protocol):
    """How the cache of records fared since the start, in orders and failures."""

    @property
    def hits(self) -> int: ...
    @property
    def misses(self) -> int: ...
    @property
    def failures(self) -> int: ...


class LogSeen(Protocol):
    """The log of requests as it stands."""

    @property
    def is_writable(self) -> bool: ...
    @property
    def commits(self) -> int: ...
    @property
    def entries_committed(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """What is looked at when the numbers are read, and costs a request nothing."""

    desks: Callable[[], Iterable[DeskSeen]]
    cache: CacheSeen
    log: LogSeen
    edition: Callable[[], str]


class Meters:
    """Every number of one gateway process; used by its event loop alone."""

    def __init__(self, version: str) -> None:
        self.requests = Counts("creditgraph_requests", "Requests answered.", ("status", "class"))
        self.request_seconds = Spreads("creditgraph_request_seconds", "From the head to the sealed answer.", ())
        self.refused = Counts("creditgraph_refused_requests", "Requests that failed as a whole.", ("code", "class"))
        self.tokens = Counts("creditgraph_refused_tokens", "Tokens and proofs not believed, by reason.", ("reason",))
        self.stages = Spreads("creditgraph_stage_seconds", "Stages of the corridor.", ("stage",))
        self.withheld = Counts(
            "creditgraph_withheld_fields", "Fields refused by the law, once per sheet.", ("code", "article")
        )
        self.calls = Counts("creditgraph_agency_calls", "Operations at agencies.", ("agency", "operation", "outcome"))
        self.call_seconds = Spreads(
            "creditgraph_agency_seconds", "Operations at agencies, retries included.", ("agency", "operation")
        )
        self.batches = Spreads(
            "creditgraph_batch_subjects", "Subjects that share a call.", ("agency",), bounds=SUBJECTS
        )
        self._request_spread = self.request_seconds.of()
        self._version = version
        self._standing: Standing | None = None
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def look_at(self, standing: Standing | None) -> None:
        """What stands behind the doors; None once they are closed."""
        self._standing = standing

    def request_ended(self, ended: UnderWay, took_s: float) -> None:
        """One request has its answer."""
        self.requests.add(str(ended.status), ended.caller_class)
        self._request_spread.add(took_s)
        if ended.fault:
            self.refused.add(ended.fault, ended.caller_class)
        if ended.reason:
            self.tokens.add(ended.reason if ended.reason in _REASONS else "other")

    def judged(self, sheets: Iterable[DecisionSheet]) -> None:
        """What the law refused; a sheet that judged many subjects counts once."""
        for sheet in {id(sheet): sheet for sheet in sheets}.values():
            for labels, count in _withheld(sheet):
                self.withheld.add(*labels, by=count)

    def exchanged(self, agency: AgencyId, exchanged: Exchanged) -> None:
        """One operation at an agency has ended."""
        self.calls.add(agency, exchanged.operation, exchanged.outcome)
        self.call_seconds.of(agency, exchanged.operation).add(exchanged.took_s)

    def read(self, accept: str) -> tuple[bytes, str]:
        """All numbers in the format that the `Accept` header asks for, and its media type."""
        encoder, media_type = choose_encoder(accept)
        return encoder(self._registry), media_type

    def collect(self) -> Iterator[Metric]:
        """As the library's registry wants it."""
        for numbers in (self.requests, self.refused, self.tokens, self.withheld, self.calls):
            yield from numbers.collect()
        for spreads in (self.request_seconds, self.stages, self.call_seconds, self.batches):
            yield from spreads.collect()
        if self._standing is not None:
            yield from _seen(self._standing, self._version)


@lru_cache(maxsize=2048)
def _withheld(sheet: DecisionSheet) -> Sequence[tuple[tuple[str, str], int]]:
    """How many fields each code and article keeps back; counted once per sheet, as sheets are kept."""
    kept = (verdict.findings[0] for verdict in sheet.verdicts.values() if verdict.effect is Effect.WITHHOLD)
    return tuple(Counter((finding.code.value, str(finding.article)) for finding in kept).items())


def _seen(standing: Standing, version: str) -> Iterator[Metric]:
    info = GaugeMetricFamily("creditgraph_info", "The gateway and the catalog in force.", labels=("version", "edition"))
    info.add_metric((version, standing.edition()), 1.0)
    yield info
    yield from _desks(standing.desks())
    cache = CounterMetricFamily("creditgraph_cache_orders", "Orders looked up in the cache.", labels=("result",))
    cache.add_metric(("hit",), float(standing.cache.hits))
    cache.add_metric(("miss",), float(standing.cache.misses))
    yield cache
    yield _count("creditgraph_cache_failures", "Times that the cache could not be asked.", standing.cache.failures)
    log = standing.log
    yield _count("creditgraph_log_commits", "Commits of the log of requests.", log.commits)
    yield _count("creditgraph_log_entries", "Entries of the log of requests.", log.entries_committed)
    writable = GaugeMetricFamily("creditgraph_log_writable", "Whether the record could be written last (1) or not (0).")
    writable.add_metric((), float(log.is_writable))
    yield writable


def _desks(desks: Iterable[DeskSeen]) -> Iterator[Metric]:
    breakers = GaugeMetricFamily(
        "creditgraph_breaker",
        "1 in the state that an operation's breaker is in.",
        labels=("agency", "operation", "state"),
    )
    under_way = GaugeMetricFamily("creditgraph_agency_calls_under_way", "Calls under way.", labels=("agency",))
    for desk in desks:
        under_way.add_metric((desk.agency,), float(desk.calls_under_way))
        for (operation, state), value in _states(desk.operations).items():
            breakers.add_metric((desk.agency, operation, state), value)
    yield breakers
    yield under_way


def _states(operations: Mapping[str, str]) -> Mapping[tuple[str, str], float]:
    return {(operation, state): float(state == now) for operation, now in operations.items() for state in _STATES}


def _count(name: str, text: str, count: int) -> Metric:
    return CounterMetricFamily(name, text, value=float(count))
