"""Reading the processor's clock: for a crowd of requests, for a stage of the corridor, for a single step."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

Job = TypeVar("Job")

WIDTH = 16
"""Requests under way at once."""


@dataclass(slots=True)
class Crowd:
    """What a number of requests cost."""

    requests: int = 0
    cpu_us: float = 0.0
    """Of the process that served them, for each."""
    rps: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)


async def crowd(
    work: Callable[[Job], Awaitable[object]],
    jobs: Iterable[Job],
    *,
    width: int = WIDTH,
    cpu_s: Callable[[], float] = time.process_time,
) -> Crowd:
    """Do all jobs, at most `width` at once; `cpu_s` reads the clock of the process that does the work."""
    waiting = list(jobs)
    waiting.reverse()
    done = Crowd(len(waiting))

    async def worker() -> None:
        while waiting:
            job = waiting.pop()
            began = time.perf_counter()
            await work(job)
            done.latencies_ms.append((time.perf_counter() - began) * 1e3)

    cpu, began = cpu_s(), time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(width)))
    done.rps = done.requests / (time.perf_counter() - began)
    done.cpu_us = (cpu_s() - cpu) / done.requests * 1e6
    return done


class StageClock:
    """A `Watch`: seconds of processor per stage. Right only while one request is under way at a time."""

    def __init__(self) -> None:
        self.spent_s: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        began = time.process_time()
        try:
            yield
        finally:
            self.spent_s[stage] = self.spent_s.get(stage, 0.0) + time.process_time() - began

    def take_us(self, requests: int) -> dict[str, float]:
        """Microseconds per request and stage since the last time."""
        taken, self.spent_s = self.spent_s, {}
        return {stage: spent / requests * 1e6 for stage, spent in taken.items()}


def cpu_us(work: Callable[[], object], *, times: int) -> float:
    """Microseconds of processor that `work` takes: the median of five series, `times` in all."""
    series = []
    each = max(1, times // 5)
    for _ in range(5):
        began = time.process_time()
        for _ in range(each):
            work()
        series.append((time.process_time() - began) / each * 1e6)
    return sorted(series)[2]
