"""What watches a gateway at work: its numbers and its spans, opened by the settings; without any, nothing watches.

The door serves requests inside `request`, the corridor runs stages inside `watch`, and whoever identifies callers and
judges tells what came of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from functools import lru_cache
from importlib.metadata import version
from time import perf_counter
from typing import Final

from opentelemetry.trace import Span
from opentelemetry.util.types import AttributeValue

from gateway.setting_telemetry import Telemetry
from gateway.telemetry.meters import Meters
from gateway.telemetry.scrubbing import scrubbed
from gateway.telemetry.stages import Identifying, TimedStage, TracedStage
from gateway.telemetry.tracing import Tracing, exporter_to, failed
from gateway.telemetry.under_way import UnderWay, get_under_way, reset_span, reset_under_way, set_span, set_under_way
from policies.verdict import DecisionSheet
from schema.vocabulary.caller import Caller

_METHODS: Final = frozenset({"GET", "POST"})
_IDENTIFY: Final = "identify"
_NAME: Final = "creditgraph"
_HOUSE_AT_FAULT: Final = 500
_NOT_WATCHED: Final = nullcontext()


class Sight:
    """Everything that watches; for one event loop."""

    def __init__(self, meters: Meters | None = None, tracing: Tracing | None = None) -> None:
        self.meters = meters
        self.tracing = tracing

    @contextmanager
    def request(self, method: str, traceparent: str, *, edition: str) -> Iterator[UnderWay]:
        """Serve one request inside this; what is told of it meanwhile is counted and traced when it ends.

        Shape:   `traceparent` as the caller's header states it, "" if it states none
        """
        under_way = UnderWay(span=self._root(method, traceparent))
        was, span_was = set_under_way(under_way), set_span(under_way.span)
        began = perf_counter()
        try:
            yield under_way
        finally:
            took_s = perf_counter() - began
            reset_span(span_was)
            reset_under_way(was)
            if self.meters is not None and under_way.status:
                self.meters.request_ended(under_way, took_s)
            if under_way.span is not None:
                _end(under_way.span, under_way, edition)

    def watch(self, stage: str) -> AbstractContextManager[object]:
        """Run a stage of the corridor inside this; satisfies `gateway.pipeline.house.Watch`."""
        spread = self.meters.stages.of(stage) if self.meters is not None else None
        watched: AbstractContextManager[object] = _NOT_WATCHED
        if self.tracing is not None:
            watched = TracedStage(stage, self.tracing, spread)
        elif spread is not None:
            watched = TimedStage(spread)
        return Identifying(watched) if stage == _IDENTIFY else watched

    def judged(self, sheets: Sequence[DecisionSheet], subjects: int) -> None:
        """Tell how a request was judged: every sheet, and how many subjects; `gateway.pipeline.house.Judged`."""
        under_way = get_under_way()
        if under_way is not None:
            under_way.subjects = subjects
        if self.meters is not None:
            self.meters.judged(sheets)

    def _root(self, method: str, traceparent: str) -> Span | None:
        if self.tracing is None:
            return None
        known = method if method in _METHODS else "_OTHER"  # a caller may write anything
        return self.tracing.root(f"{known} /graphql", traceparent, {"http.request.method": known})


def tell_caller(caller: Caller) -> None:
    """Tell who sends the request under way."""
    under_way = get_under_way()
    if under_way is not None:
        under_way.caller, under_way.caller_class = caller, caller.caller_class.value


@asynccontextmanager
async def open_sight(settings: Telemetry) -> AsyncIterator[Sight | None]:
    """What the settings want watched; None where that is nothing. What is left of spans is sent when the block ends."""
    release = version(_NAME)
    meters = Meters(release) if settings.metrics else None
    collector = settings.collector
    tracing = None
    if collector is not None:
        tracing = Tracing(exporter_to(collector), version=release, share=settings.traces_share)
    is_on = meters is not None or tracing is not None or settings.log_format == "json"
    try:
        yield Sight(meters, tracing) if is_on else None
    finally:
        if tracing is not None:
            await tracing.aclose()


def _end(span: Span, under_way: UnderWay, edition: str) -> None:
    told: dict[str, AttributeValue] = {
        "creditgraph.request_id": under_way.request_id,
        "creditgraph.caller_class": under_way.caller_class,
        "creditgraph.catalog_edition": edition,
        "creditgraph.subjects": under_way.subjects,
    }
    if under_way.status:
        told["http.response.status_code"] = under_way.status
    if under_way.fault:
        told["creditgraph.fault_code"] = under_way.fault
    caller = under_way.caller
    if caller is not None and caller.own_subject is None:  # a subject that asks about itself is not named
        told["creditgraph.organisation"] = _without_codes(caller.organisation)
        told["creditgraph.client_id"] = _without_codes(caller.client_id)
    span.set_attributes(told)
    if under_way.status >= _HOUSE_AT_FAULT or not under_way.status:
        failed(span)
    span.end()


@lru_cache(maxsize=4096)
def _without_codes(registered_id: str) -> str:
    """An id of the register of callers; a unit's may be its credit code, and a unit may be a subject."""
    return scrubbed(registered_id)
