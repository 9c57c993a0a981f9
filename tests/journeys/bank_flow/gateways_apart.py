"""Gateways as people start them: each a process of its own, all on one database and one cache, behind one address."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import subprocess
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any, TypeVar

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from typer.testing import CliRunner

from deploy.sandbox.demo_callers import open_accounts
from deploy.sandbox.doors import HOST, bind
from deploy.sandbox.gateway_files import GatewayFiles, write_gateway_files
from gateway.cli.main import build
from tests.gateway.cli.conftest import COMMAND, environment
from tests.journeys.gateways import PATIENCE_S, Overrides, Reply
from tests.journeys.stage import Stage

T = TypeVar("T")
ACCOUNTS = ("clean", "penalised", "arrears", "rating-c", "defaulter", "abnormal")
"""Subjects that can sign in; a page opens for each only once in a second."""
FOLLOWS: Mapping[str, Any] = {"identity": {"keys_refresh": "100ms"}}
"""Keys that are changed are known to every process at once, as far as a test can wait for it."""


@dataclass(frozen=True)
class Process:
    """One gateway."""

    url: str
    log: Path


@dataclass
class Gateways:
    """One or two of them; the first is number 0, and numbers go round."""

    files: GatewayFiles
    public_url: str
    """Where the world finds them: whoever listens there hands connections to one after the other."""
    processes: Sequence[Process]
    named: Mapping[str, str]
    """The hand-made subjects: name → code."""
    secrets: Mapping[str, str] = field(repr=False)
    """Of those who can sign in, by the same name."""
    replies: list[Reply] = field(default_factory=list)
    http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=PATIENCE_S))

    @property
    def graph(self) -> str:
        """The graph's address as the world knows it, whichever process is asked."""
        return f"{self.public_url}/graphql"

    def at(self, number: int) -> str:
        """Where one of them really is."""
        return self.processes[number % len(self.processes)].url

    def send(self, number: int, query: str, headers: Mapping[str, str], variables: Mapping[str, Any]) -> Reply:
        """One question to one of them."""
        body = {"query": query, "variables": variables}
        answer = self.http.post(f"{self.at(number)}/graphql", json=body, headers=headers)
        reply = Reply(answer.status_code, answer.text, answer.headers, answer.elapsed.total_seconds())
        self.replies.append(reply)
        return reply

    def are_ready(self) -> list[bool]:
        """Whether each would be given requests."""
        return [self.http.get(f"{one.url}/readyz").status_code == httpx.codes.OK for one in self.processes]

    def command(self, *arguments: str) -> Any:
        """What a `creditgraph` command on the same settings tells; it is one more process, as far as they can see."""
        settings = str(self.files.folder / "settings.toml")
        ended = CliRunner().invoke(build(), [*arguments, "--settings", settings, "--json"])
        assert ended.exit_code == 0, ended.output
        return json.loads(ended.stdout)

    def sql(self, statement: str, *before: str, **values: Any) -> Sequence[Mapping[str, Any]]:
        """What the database itself answers, after other statements on the same connection."""
        return _apart(_rows(self.files.settings.database.url.get_secret_value(), (*before, statement), values))

    def log(self) -> str:
        """All that they have said."""
        return "\n".join(one.log.read_text(encoding="utf-8") for one in self.processes)


@contextmanager
def gateways_apart(stage: Stage, folder: Path, overrides: Overrides, *, count: int) -> Iterator[Gateways]:
    """So many gateways before the sandbox, until the block ends."""
    listening = bind("the front", 0)
    public_url = f"http://{HOST}:{listening.getsockname()[1]}"
    laid = {**overrides, "server": {"public_url": public_url}}
    laid["identity"] = {**FOLLOWS["identity"], **laid.get("identity", {})}
    files = write_gateway_files(folder, stage.sandbox.as_json(), port=0, overrides=laid)
    with ExitStack() as rooms:
        started = [rooms.enter_context(_process(folder, number)) for number in range(count)]
        processes = [Process(_told(process), log) for process, log in started]
        ports = [httpx.URL(one.url).port or 0 for one in processes]
        rooms.enter_context(stage.backstage.opened(_front(listening, ports)))
        secrets = _apart(open_accounts(stage.named, ACCOUNTS, files.settings))
        gateways = Gateways(files, public_url, processes, stage.named, secrets)
        rooms.callback(gateways.http.close)
        yield gateways


def _apart(work: Coroutine[Any, Any, T]) -> T:
    """Run it on a loop of its own; a browser that is driven from this thread has one already."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _rows(url: str, statements: Sequence[str], values: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            for statement in statements[:-1]:
                await connection.execute(text(statement))
            found = await connection.execute(text(statements[-1]), values)
            return [dict(row) for row in found.mappings()] if found.returns_rows else ()
    finally:
        await engine.dispose()


@contextmanager
def _process(folder: Path, number: int) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    log, settings = folder / f"gateway-{number}.log", folder / "settings.toml"
    with log.open("w", encoding="utf-8") as heard:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--settings", str(settings), "--json"],
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=heard,
            text=True,
        )
        with process:
            try:
                yield process, log
            finally:
                process.terminate()
                process.communicate(timeout=PATIENCE_S)


def _told(process: subprocess.Popen[str]) -> str:
    """The address that it tells when it is up."""
    assert process.stdout is not None
    text = ""
    for line in iter(process.stdout.readline, ""):
        text += line
        if line.startswith("}"):
            return str(json.loads(text)["graphql"]).removesuffix("/graphql")
    raise AssertionError("the gateway did not start")


@asynccontextmanager
async def _front(listening: socket.socket, ports: Sequence[int]) -> AsyncIterator[None]:
    """Hands each connection to the next one, byte for byte, as the simplest of all balancers does."""
    turns, under_way = cycle(ports), set[asyncio.Task[None]]()

    async def hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(HOST, next(turns))
        async with asyncio.TaskGroup() as both:
            for source, into in ((reader, inner_writer), (inner_reader, writer)):
                pouring = both.create_task(_pour(source, into))
                under_way.add(pouring)
                pouring.add_done_callback(under_way.discard)

    async with await asyncio.start_server(hand_on, sock=listening):
        yield
        for pouring in [*under_way]:
            pouring.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _pour(source: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
    try:
        with contextlib.suppress(ConnectionError):
            while piece := await source.read(65536):
                into.write(piece)
                await into.drain()
    finally:
        into.close()
