"""The whole house for journeys: the sandbox's agencies and real gateways on loopback ports, asked over HTTP.

Servers run on one event loop in a thread of their own, so that tests can be plain functions.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from deploy.sandbox.servers import Plan, Sandbox, open_sandbox
from tests.journeys.gateways import PATIENCE_S, Gateway, Overrides, serve_gateway

T = TypeVar("T")
SIZE = 200
"""Subjects of the journeys' world."""


class Backstage:
    """One event loop in a thread; everything that serves runs here."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="backstage", daemon=True)
        self.thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run to the end, and return what comes of it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE_S)

    @contextmanager
    def opened(self, manager: AbstractAsyncContextManager[T]) -> Iterator[T]:
        """Hold an asynchronous context open, in one task from beginning to end."""
        entered: asyncio.Future[T] = self.loop.create_future()
        over = asyncio.Event()

        async def hold() -> None:
            try:
                async with manager as value:
                    entered.set_result(value)
                    await over.wait()
            except Exception as fault:
                if entered.done():
                    raise
                entered.set_exception(fault)

        async def enter() -> T:
            return await entered

        holding = asyncio.run_coroutine_threadsafe(hold(), self.loop)
        value = self.run(enter())
        try:
            yield value
        finally:
            self.loop.call_soon_threadsafe(over.set)
            holding.result(PATIENCE_S)

    def close(self) -> None:
        """Stop the loop and its thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE_S)
        self.loop.close()


class Overheard(logging.Handler):
    """Every line that a server's side has logged: ours down to DEBUG, other libraries' down to INFO."""

    OURS = ("gateway", "connectors", "policies", "schema", "creditgraph")

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        if record.threadName == "MainThread" or (record.threadName or "").startswith("asker"):  # the test's own client
            return
        if record.name.partition(".")[0] in self.OURS or record.levelno >= logging.INFO:
            self.lines.append(self.format(record))


@dataclass
class Stage:
    """The sandbox, and whatever gateways stand before it."""

    backstage: Backstage
    sandbox: Sandbox
    overheard: Overheard
    _panel: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=PATIENCE_S))

    @property
    def named(self) -> Mapping[str, str]:
        """The hand-made subjects: name → code."""
        return self.sandbox.world.named

    def fault(self, agency: str, **faults: Any) -> None:
        """Turn switches of the fault panel."""
        answer = self._panel.put(f"{self.sandbox.panel}/agencies/{agency}", json=faults)
        assert answer.status_code == 200, answer.text

    def calm(self) -> None:
        """Everything works again, and nothing was counted."""
        for agency in self.sandbox.desks:
            self.fault(agency, latency_ms=0, error_rate=0, malformed=False, hang=False, down=False)
        self.forget()

    def forget(self) -> None:
        """Nothing was counted."""
        self._panel.delete(f"{self.sandbox.panel}/calls")

    def calls(self) -> dict[str, dict[str, Any]]:
        """What each agency was asked since the last `forget`."""
        counted: dict[str, dict[str, Any]] = self._panel.get(f"{self.sandbox.panel}/calls").json()
        return counted

    def totals(self) -> dict[str, int]:
        """Calls by agency."""
        return {name: counted["total"] for name, counted in self.calls().items()}

    @contextmanager
    def gateway(self, folder: Path, overrides: Overrides | None = None) -> Iterator[Gateway]:
        """A gateway before this sandbox, until the block ends."""
        with self.backstage.opened(serve_gateway(folder, self.sandbox, overrides)) as gateway:
            try:
                yield gateway
            finally:
                gateway.close()


@contextmanager
def open_stage(folder: Path, *, market_regulation_url: str = "", size: int = SIZE) -> Iterator[Stage]:
    """The sandbox with its panel; closed when the block ends."""
    backstage, overheard, root = Backstage(), Overheard(), logging.getLogger()
    loud = {root: logging.INFO, **{logging.getLogger(name): logging.DEBUG for name in Overheard.OURS}}
    levels = {logger: logger.level for logger in loud}
    root.addHandler(overheard)
    for logger, level in loud.items():
        logger.setLevel(level)
    plan = Plan(folder / "sandbox", size=size, market_regulation_url=market_regulation_url)
    try:
        with backstage.opened(open_sandbox(plan)) as sandbox:
            stage = Stage(backstage, sandbox, overheard)
            yield stage
            stage._panel.close()
    finally:
        backstage.close()
        for logger, level in levels.items():
            logger.setLevel(level)
        root.removeHandler(overheard)
