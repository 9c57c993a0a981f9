"""A small agency on a loopback port for the tests of the line: it does what the request's path says."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import uvicorn


@dataclass
class Agency:
    """What the simulated agency saw and does next."""

    url: str = ""
    calls: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    """Answers to give in turn; the last one is repeated."""
    gone: int = 0
    """Callers who hung up while they were kept waiting at `/hang`."""
    open_now: Callable[[], int] = lambda: 0
    """Connections open at this moment."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, message = b"", {"more_body": True}
        while message.get("more_body"):
            message = await receive()
            body += message.get("body", b"")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.calls.append((scope["method"], scope["raw_path"].decode(), headers, body))
        if scope["path"] == "/hang":
            while (await receive())["type"] != "http.disconnect":
                pass
            self.gone += 1
            return
        status, answer_headers, content = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        raw = [(name.encode(), value.encode()) for name, value in answer_headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": content})


class Running:
    """An agency being served on this event loop; an asynchronous context manager."""

    def __init__(self) -> None:
        self.agency = Agency(answers=[(200, {}, b"fine")])
        config = uvicorn.Config(
            self.agency, log_level="critical", lifespan="off", access_log=False, ws="none", date_header=False
        )
        self._server = uvicorn.Server(config)

    async def __aenter__(self) -> Agency:
        # The protocol number matters: without it asyncio does not switch Nagle's algorithm off (40 ms a call).
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.bind(("127.0.0.1", 0))
        self.agency.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self.agency.open_now = lambda: len(self._server.server_state.connections)
        self._serving = asyncio.create_task(self._server._serve([listening]))
        while not self._server.started:
            await asyncio.sleep(0.005)
        return self.agency

    async def __aexit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        await self._serving


async def until(condition: Callable[[], bool], within_s: float = 5.0) -> None:
    """Wait for something that is about to happen."""
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.002)


async def raw_server(answer: bytes) -> tuple[asyncio.Server, str]:
    """A server that says `answer` to whoever writes to it, whatever HTTP thinks of it, and hangs up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
