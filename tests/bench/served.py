"""One gateway process as it is run in earnest (`creditgraph serve`), asked over loopback."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import orjson
import psutil  # type: ignore[import-untyped]  # it brings no types

from gateway.pipeline.seal_receipt import without_receipt

_SERVE = "from gateway.cli.main import run; run()"
_ADDRESS = re.compile(r"http://\S+/graphql")


class Served:
    """A client of the gateway process."""

    def __init__(self, address: str, token: str, *, pid: int, session: aiohttp.ClientSession) -> None:
        self._address = address
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._process = psutil.Process(pid)
        self._session = session

    def cpu_s(self) -> float:
        """Seconds of processor the gateway has used, in all its threads."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    async def one(self, query: str, code: str) -> bytes:
        """Ask about one subject."""
        return await self._ask(query, {"code": code})

    async def many(self, query: str, codes: Sequence[str]) -> bytes:
        """Ask about many subjects."""
        return await self._ask(query, {"codes": codes})

    async def _ask(self, query: str, variables: dict[str, object]) -> bytes:
        body = orjson.dumps({"query": query, "variables": variables})
        async with self._session.post(self._address, data=body, headers=self._headers) as response:
            answer = await response.read()
        check(answer, response.status)
        return without_receipt(answer)[0]


def check(answer: bytes, status: int) -> None:
    """A measurement of requests that fail measures nothing.

    Errors:  RuntimeError with what the gateway said
    """
    if status != 200 or b'"errors"' in answer:
        msg = f"the gateway answered {status}: {answer[:500]!r}"
        raise RuntimeError(msg)


@contextmanager
def gateway_process(settings: Path) -> Iterator[subprocess.Popen[str]]:
    """The gateway with the settings in a file, on its way up; it ends with the block."""
    gateway = subprocess.Popen(
        [sys.executable, "-c", _SERVE, "serve", "--settings", str(settings)], stdout=subprocess.PIPE, text=True
    )
    try:
        yield gateway
    finally:
        gateway.terminate()
        gateway.wait(timeout=10)


@asynccontextmanager
async def asking(gateway: subprocess.Popen[str], token: str) -> AsyncIterator[Served]:
    """A client of the gateway; waits until it is up."""
    assert gateway.stdout is not None
    said = gateway.stdout.readline()
    found = _ADDRESS.search(said)
    if found is None:
        msg = f"the gateway did not start: {said}"
        raise RuntimeError(msg)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield Served(found.group(), token, pid=gateway.pid, session=session)
