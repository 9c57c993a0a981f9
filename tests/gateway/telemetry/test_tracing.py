"""Spans arrive at a real collector; a dead one, or one that never answers, keeps nobody waiting."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from gateway.setting_telemetry import Telemetry
from gateway.telemetry.tracing import Tracing, exporter_to, failed
from tests.collector import open_collector

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAMPLED, NOT_SAMPLED = f"00-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-00"


def a_tracing(address: str, share: float = 1.0) -> Tracing:
    collector = Telemetry(traces=address).collector
    assert collector is not None
    return Tracing(exporter_to(collector), version="1", share=share)


async def test_spans_arrive_when_it_closes():
    with open_collector() as collector:
        tracing = a_tracing(collector.address)
        root = tracing.root("POST /graphql", "", {"http.request.method": "POST"})
        assert root is not None
        child = tracing.child(root, "seal")
        tracing.done(child, "TAX CX01", {"creditgraph.agency": "TAX"}, took_s=0.25)
        failed(child)
        child.end()
        root.end()
        await tracing.aclose()
    assert {span.name: span.has_failed for span in collector.spans} == {
        "POST /graphql": False,
        "seal": True,
        "TAX CX01": False,
    }
    (call,) = collector.named("TAX CX01")
    assert collector.path(call) == ["POST /graphql", "seal", "TAX CX01"]
    assert len({span.trace for span in collector.spans}) == 1


@pytest.mark.parametrize(
    ("stated", "continues"),
    [
        (SAMPLED, True),
        (NOT_SAMPLED, False),
        ("", False),
        ("nonsense", False),
        (f"00-{'0' * 32}-{SPAN}-01", False),
        (f"ff-{TRACE}-{SPAN}-01", False),
        (f"00-{TRACE}-{SPAN}-01-more", False),
    ],
)
async def test_a_callers_trace_is_continued_if_it_is_sampled(stated, continues):
    with open_collector() as collector:
        everybody, nobody = a_tracing(collector.address), a_tracing(collector.address, share=0.0)
        for tracing in (everybody, nobody):
            root = tracing.root("POST /graphql", stated, {})
            if root is not None:
                root.end()
            await tracing.aclose()
    assert len(collector.spans) == (2 if continues else 1)
    assert {(span.trace, span.parent) == (TRACE, SPAN) for span in collector.spans} == {continues}


class Stuck(SpanExporter):
    """Sends nothing until it may."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.may_go_on.wait()
        return SpanExportResult.SUCCESS


async def test_whoever_makes_spans_never_waits_for_those_that_are_sent(caplog):
    caplog.set_level(logging.CRITICAL, "opentelemetry")
    stuck = Stuck()
    tracing = Tracing(stuck, version="1")
    for _ in range(6000):  # more than are kept
        root = tracing.root("POST /graphql", "", {})
        assert root is not None
        root.end()
    assert not stuck.may_go_on.is_set()
    stuck.may_go_on.set()
    await tracing.aclose()


async def test_a_collector_that_never_answers_does_not_keep_the_end_waiting(caplog):
    caplog.set_level(logging.CRITICAL, "opentelemetry")

    with socket.create_server(("127.0.0.1", 0)) as deaf:  # the system takes connections in its name
        tracing = a_tracing(f"otlp+http://127.0.0.1:{deaf.getsockname()[1]}")
        for _ in range(3000):
            root = tracing.root("POST /graphql", "", {})
            assert root is not None
            root.end()
        async with asyncio.timeout(15):
            await tracing.aclose()
    for thread in threading.enumerate():
        if thread.name in {"last spans", "OtelBatchSpanRecordProcessor"}:
            await asyncio.to_thread(thread.join, 15)
