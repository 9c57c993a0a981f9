"""Spans of requests, batch-exported to a collector (OTLP over HTTP, protobuf) by a thread of its own.

A collector that is slow or dead costs spans, never a request. Spans hold what `under_way` and the counters know:
classes, ids of organisations and clients, codes, counts. No exception is recorded, as its text might quote somebody.
Source: W3C Trace Context (traceparent; tracestate is not read, since anybody may write anything into it)
"""

from __future__ import annotations

import asyncio
import random
import secrets
import threading
import time
from collections.abc import Mapping
from typing import Final, TypeAlias

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Span, SpanKind, StatusCode, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

Attributes: TypeAlias = Mapping[str, AttributeValue]

_QUEUE: Final = 4096
_BATCH: Final = 512
_EVERY_MS: Final = 2000
_PATIENCE_S: Final = 3.0
"""Of one export, repetitions included; and of the end, which sends what is left."""
_NEW_TRACE: Final = Context()


class Tracing:
    """Makes spans. Close it with `aclose`."""

    def __init__(self, exporter: SpanExporter, *, version: str, share: float = 1.0) -> None:
        named = {"service.name": "creditgraph", "service.version": version, "service.instance.id": secrets.token_hex(8)}
        self._share = share
        self._exporter = exporter
        self._batches = BatchSpanProcessor(
            exporter, max_queue_size=_QUEUE, max_export_batch_size=_BATCH, schedule_delay_millis=_EVERY_MS
        )
        self._provider = TracerProvider(sampler=ALWAYS_ON, resource=Resource(named), shutdown_on_exit=False)
        self._provider.add_span_processor(self._batches)
        self._tracer = self._provider.get_tracer("creditgraph", version)
        self._parents = TraceContextTextMapPropagator()

    def root(self, name: str, traceparent: str, attributes: Attributes) -> Span | None:
        """The span of a request: of its caller's trace if that one is sampled, else of a new trace, or of none."""
        context = _NEW_TRACE
        if traceparent:
            stated = self._parents.extract({"traceparent": traceparent}, context)
            if get_current_span(stated).get_span_context().trace_flags.sampled:
                context = stated
        if context is _NEW_TRACE and random.random() >= self._share:  # noqa: S311 - a sample, guards nothing
            return None
        return self._tracer.start_span(name, context, SpanKind.SERVER, dict(attributes), record_exception=False)

    def child(self, parent: Span, name: str, attributes: Attributes | None = None) -> Span:
        """A span below another one; to be ended by the caller."""
        context = set_span_in_context(parent, _NEW_TRACE)
        return self._tracer.start_span(name, context, attributes=attributes, record_exception=False)

    def done(self, parent: Span, name: str, attributes: Attributes, *, took_s: float) -> None:
        """A span of something that has just ended."""
        ended = time.time_ns()
        context = set_span_in_context(parent, _NEW_TRACE)
        began = ended - int(took_s * 1e9)
        self._tracer.start_span(name, context, SpanKind.CLIENT, attributes, start_time=began).end(ended)

    async def aclose(self) -> None:
        """Send what is left, as far as the collector takes it in time."""
        closing = threading.Thread(target=self._batches.shutdown, name="last spans", daemon=True)
        closing.start()
        await asyncio.to_thread(closing.join, _PATIENCE_S)
        if closing.is_alive():
            self._exporter.shutdown()  # wakes the thread out of its pause between two attempts


def failed(span: Span) -> None:
    """Mark a span whose work ended by a fault; which one it was, others tell."""
    span.set_status(StatusCode.ERROR)


def exporter_to(collector: str) -> SpanExporter:
    """Sends spans to a collector; headers or certificates that it needs are given by OpenTelemetry's own variables."""
    return OTLPSpanExporter(endpoint=collector, timeout=_PATIENCE_S)
