"""A collector of spans on a loopback port: takes what OTLP exporters post (HTTP, protobuf) and keeps it."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Seen:
    """One span as it arrived."""

    name: str
    trace: str
    span: str
    parent: str
    attributes: Mapping[str, Any]
    has_failed: bool


@dataclass
class Collector:
    """Where spans arrive; ask `spans` after the exporter was closed."""

    address: str = ""
    spans: list[Seen] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    """As they came, for whoever looks for what must not be there."""

    def take(self, body: bytes) -> None:
        """One post."""
        self.bodies.append(body)
        told = ExportTraceServiceRequest.FromString(body)
        for of_resource in told.resource_spans:
            for of_scope in of_resource.scope_spans:
                self.spans += [_seen(span) for span in of_scope.spans]

    def named(self, name: str) -> list[Seen]:
        """Spans of this name."""
        return [span for span in self.spans if span.name == name]

    def path(self, span: Seen) -> Sequence[str]:
        """Names from the root down to a span."""
        by_id = {one.span: one for one in self.spans}
        names = [span.name]
        while span.parent in by_id:
            span = by_id[span.parent]
            names.append(span.name)
        return names[::-1]


@contextmanager
def open_collector() -> Iterator[Collector]:
    """A collector that listens until the block ends."""
    collector = Collector()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            collector.take(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quietly."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        server.daemon_threads = True
        serving = threading.Thread(target=server.serve_forever, name="collector", daemon=True)
        serving.start()
        collector.address = f"otlp+http://127.0.0.1:{server.server_address[1]}"
        try:
            yield collector
        finally:
            server.shutdown()
            serving.join()


def _seen(span: Any) -> Seen:
    attributes = {one.key: _value(one.value) for one in span.attributes}
    ids = span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()
    return Seen(span.name, *ids, attributes, has_failed=span.status.code == 2)


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(one) for one in value.array_value.values]
    return getattr(value, kind)
