"""A stage of the corridor as it is watched: how long it takes, and its span below that of the request."""

from __future__ import annotations

from contextlib import AbstractContextManager
from contextvars import Token
from time import perf_counter
from types import TracebackType

from opentelemetry.trace import Span

from gateway.telemetry.cells import Spread
from gateway.telemetry.tracing import Tracing, failed
from gateway.telemetry.under_way import get_span, get_under_way, reset_span, set_span
from schema.vocabulary.caller import CallerClass


class TimedStage:
    """Adds the time to the stage's spread."""

    __slots__ = ("_began", "_spread")

    def __init__(self, spread: Spread) -> None:
        self._spread = spread

    def __enter__(self) -> None:
        self._began = perf_counter()

    def __exit__(self, _kind: type[BaseException] | None, _fault: object, _trace: TracebackType | None) -> None:
        self._spread.add(perf_counter() - self._began)


class TracedStage:
    """Makes the stage's span, and adds the time to its spread where there is one."""

    __slots__ = ("_before", "_began", "_span", "_spread", "_stage", "_tracing")

    def __init__(self, stage: str, tracing: Tracing, spread: Spread | None) -> None:
        self._stage, self._tracing, self._spread = stage, tracing, spread
        self._span: Span | None = None
        self._before: Token[Span | None] | None = None

    def __enter__(self) -> None:
        parent = get_span()
        if parent is not None:
            self._span = self._tracing.child(parent, self._stage)
            self._before = set_span(self._span)
        self._began = perf_counter()

    def __exit__(self, kind: type[BaseException] | None, _fault: object, _trace: TracebackType | None) -> None:
        if self._spread is not None:
            self._spread.add(perf_counter() - self._began)
        if self._span is not None and self._before is not None:
            reset_span(self._before)
            if kind is not None:
                failed(self._span)
            self._span.end()


class Identifying:
    """Around the stage that identifies: whoever passes it without having been told of is the public."""

    __slots__ = ("_inside",)

    def __init__(self, inside: AbstractContextManager[object]) -> None:
        self._inside = inside

    def __enter__(self) -> None:
        self._inside.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._inside.__exit__(kind, fault, trace)
        under_way = get_under_way()
        if kind is None and under_way is not None and under_way.caller is None:
            under_way.caller_class = CallerClass.PUBLIC.value
