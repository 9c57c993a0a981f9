"""What writing down costs: the entry's text, its place and signature in the log, and the commit that many share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from statistics import mean, median
from typing import Any

from gateway.log_room import open_log
from gateway.pipeline.admit import AdmittedRequest, hour
from gateway.pipeline.house import House
from gateway.pipeline.run import run
from gateway.pipeline.seal import Asked, Outcome, seal
from gateway.registers.engine import open_engine
from gateway.registers.log import AuditLog
from gateway.registers.log_entry import NewEntry, Placed
from gateway.settings import Settings
from schema.vocabulary.caller import Caller
from tests.bench.clock import crowd
from tests.bench.inside import Inside
from tests.bench.piece import Piece
from tests.bench.stand import PERMIT_CHECK
from tests.services import PostgresService

_MOST_US = 60.0
"""Of processor for the whole stage, 16 requests at once."""
_WIDTH = 16
SEALINGS = 48
"""Of as many subjects, so that no two requests of one commit are about the same."""
_SERIES = 5
"""Of which the median is told, as one stall of the disk or of the machine is in every figure of its series."""


@dataclass
class _Sealed:
    """The arguments of sealings, and what each handed to the log."""

    arguments: list[tuple[AdmittedRequest, Caller, Asked, Outcome]] = field(default_factory=list)
    entries: list[NewEntry] = field(default_factory=list)


class _Copyist:
    """Stands before the log and keeps a copy of what is written."""

    def __init__(self, log: Any, sealed: _Sealed) -> None:
        self._log = log
        self._sealed = sealed

    async def append(self, entry: NewEntry) -> Placed:
        self._sealed.entries.append(entry)
        placed: Placed = await self._log.append(entry)
        return placed


class _Waiting:
    """The log's writer, with a clock beside it."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer
        self.commits_ms: list[float] = []

    async def write(self, lay: Callable[..., Any], *, keep: bool = True) -> Any:
        began = time.perf_counter()
        laid = await self._writer.write(lay, keep=keep)
        self.commits_ms.append((time.perf_counter() - began) * 1e3)
        return laid

    async def aclose(self) -> None:
        await self._writer.aclose()

    def p99_ms(self) -> float:
        ranked = sorted(self.commits_ms)
        return ranked[min(len(ranked) - 1, int(0.99 * len(ranked)))]


async def record_pieces(
    inside: Inside, settings: Settings, codes: Sequence[str], *, times: int
) -> AsyncIterator[Piece]:
    """The log in the embedded database and in PostgreSQL, alone and in a crowd; then the whole stage."""
    sealed = await _sealings(inside, codes)
    size = round(mean(len(entry.text) for entry in sealed.entries))
    urls: Mapping[str, str] = {"SQLite": f"sqlite+aiosqlite:///{settings.identity.keys.parent / 'record.db'}"}
    service = await asyncio.to_thread(PostgresService)
    try:
        urls = {**urls, "PostgreSQL": service.url(await asyncio.to_thread(service.fresh_database))}
        for name, url in urls.items():
            async with AsyncExitStack() as rooms:
                engine = open_engine(url)
                rooms.push_async_callback(engine.dispose)
                log = await rooms.enter_async_context(open_log(settings, engine, inside.opened.desks.keys, hour))
                async for piece in _in_database(name, log, sealed, inside, times=times, size=size):
                    yield piece
    finally:
        await asyncio.to_thread(service.stop)


async def _in_database(
    name: str, log: AuditLog, sealed: _Sealed, inside: Inside, *, times: int, size: int
) -> AsyncIterator[Piece]:
    house = replace(inside.house, audit=log)
    waiting = log._writer = _Waiting(log._writer)
    entries, arguments, count = sealed.entries, sealed.arguments, len(sealed.entries)
    works: Mapping[str, tuple[int, Callable[[int], Any]]] = {
        f"log in {name}, one at a time": (1, lambda number: log.append(entries[number % count])),
        f"log in {name}, {_WIDTH} at once": (_WIDTH, lambda number: log.append(entries[number % count])),
        f"seal in {name}, {_WIDTH} at once": (_WIDTH, lambda number: seal(*arguments[number % count], house=house)),
    }
    for title, (width, work) in works.items():
        await crowd(work, range(_WIDTH * 4), width=width)
        before = log.commits
        waiting.commits_ms.clear()
        series = [await crowd(work, range(max(_WIDTH * 4, times)), width=width) for _ in range(_SERIES)]
        cpu_us = median(done.cpu_us for done in series)
        each = sum(done.requests for done in series) / (log.commits - before)
        note = f"{each:.1f} entries a commit, its p99 {waiting.p99_ms():.1f} ms, {size} bytes an entry"
        if title.startswith("seal"):
            met = "met" if cpu_us <= _MOST_US else "NOT MET"
            note = f"aim: at most {_MOST_US:.0f} us; here {cpu_us:.0f}, {met}; {note}"
        yield Piece(title, cpu_us, note)


async def _sealings(inside: Inside, codes: Sequence[str]) -> _Sealed:
    """The permit check about each, with an ear at its last stage."""
    sealed = _Sealed()
    house: Any = replace(inside.house, audit=_Copyist(inside.house.audit, sealed))  # type: ignore[arg-type]  # a log all the same

    async def overheard(*given: Any, house: House) -> tuple[bytes, str]:
        sealed.arguments.append(given)
        return await seal(*given, house=house)

    before, run.__globals__["seal"] = run.__globals__["seal"], overheard
    try:
        for code in codes:
            await run(inside.admitted(PERMIT_CHECK, {"code": code}), house)
    finally:
        run.__globals__["seal"] = before
    return sealed
