"""The whole house for journeys: the sandbox's agencies and real gateways on loopback ports, asked over HTTP.

Servers run on one event loop in a thread of their own, so that tests can be plain functions.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import orjson
import uvicorn

from deploy.sandbox.doors import HOST, bind
from deploy.sandbox.gateway_files import GatewayFiles, write_gateway_files
from deploy.sandbox.servers import Plan, Sandbox, open_sandbox
from gateway.app import build_app

T = TypeVar("T")
SIZE = 200
"""Subjects of the journeys' world."""
PATIENCE_S = 20.0
"""Of a test for an answer; far beyond every deadline of the gateway's."""
NO_CACHE: Mapping[str, Mapping[str, Any]] = {"cache": {"ttl": "0s"}}
"""Every question goes to the agencies."""
Overrides = Mapping[str, Mapping[str, Any]]


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


@dataclass(frozen=True)
class Reply:
    """What came back over the wire."""

    status: int
    text: str
    headers: httpx.Headers
    elapsed_s: float

    @property
    def body(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.text)

    @property
    def data(self) -> Any:
        return self.body.get("data")

    @property
    def errors(self) -> list[dict[str, Any]]:
        return list(self.body.get("errors", []))

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]

    def problems(self, code: str) -> set[str]:
        """Where a code is reported, as dotted response paths."""
        return {".".join(map(str, e.get("path", ()))) for e in self.errors if e["extensions"]["code"] == code}

    @property
    def is_sealed(self) -> bool:
        """Whether it came out of the corridor, so that the record must tell of it."""
        return self.headers["x-request-id"] != "" and self.status in {200, 400, 403} and not self._is_turned_away

    @property
    def _is_turned_away(self) -> bool:
        """Refused at the door, before anybody knows who asks for what."""
        at_the_door = {"MALFORMED", "CROSS_SITE", "NOT_ACCEPTABLE", "UNSUPPORTED_MEDIA_TYPE", "METHOD_NOT_ALLOWED"}
        return bool(at_the_door & set(self.codes)) or ("PURPOSE_UNKNOWN" in self.codes and self.by_header)

    by_header: bool = False


@dataclass
class Gateway:
    """One gateway of the journeys, and everything that it was asked."""

    url: str
    files: GatewayFiles
    replies: list[Reply] = field(default_factory=list)
    _tokens: dict[str, str] = field(default_factory=dict)
    _client: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=PATIENCE_S))

    def token(self, persona: str) -> str:
        """A token from the gateway's own issuer, asked for once."""
        if persona not in self._tokens:
            answer = self._client.post(
                f"{self.url}/oauth/token",
                data={"grant_type": "client_credentials"},
                auth=(persona, self.files.secrets[persona]),
            )
            assert answer.status_code == 200, answer.text
            self._tokens[persona] = answer.json()["access_token"]
        return self._tokens[persona]

    @property
    def tokens(self) -> Sequence[str]:
        """Every token given so far."""
        return tuple(self._tokens.values())

    def ask(
        self, query: str, persona: str = "public", *, purpose: str | None = None, matter: str = "", **variables: Any
    ) -> Reply:
        """One question as a persona; the purpose goes into a header."""
        headers = {} if persona == "public" else {"Authorization": f"Bearer {self.token(persona)}"}
        if purpose:
            headers["Inquiry-Purpose"] = purpose
        if matter:
            headers["Inquiry-Matter"] = matter
        return self.send("POST", json={"query": query, "variables": variables}, headers=headers)

    def send(self, method: str = "POST", **request: Any) -> Reply:
        """One request to `/graphql` as it stands."""
        answer = self._client.request(method, f"{self.url}/graphql", **request)
        by_header = "inquiry-purpose" in {name.lower() for name in request.get("headers") or {}}
        reply = Reply(
            answer.status_code, answer.text, answer.headers, answer.elapsed.total_seconds(), by_header=by_header
        )
        self.replies.append(reply)
        return reply

    def get(self, path: str) -> httpx.Response:
        """Another door of the gateway's."""
        return self._client.get(f"{self.url}{path}")

    def close(self) -> None:
        """Close the client's connections."""
        self._client.close()


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


@asynccontextmanager
async def serve_gateway(folder: Path, sandbox: Sandbox, overrides: Overrides | None = None) -> AsyncIterator[Gateway]:
    """A gateway on a free port, with its settings, keys and clients in `folder`."""
    listening = bind("gateway", 0)
    port = listening.getsockname()[1]
    files = write_gateway_files(folder, sandbox.as_json(), port=port, overrides=overrides)
    config = uvicorn.Config(
        build_app(files.settings),
        lifespan="on",
        log_config=None,
        log_level="info",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="gateway")
    try:
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        assert server.started, "the gateway did not start"
        yield Gateway(f"http://{HOST}:{port}", files)
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving
        listening.close()
