"""Loopback doors: several ASGI apps served by uvicorn in one process, opened and closed together."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Iterator, Mapping

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HOST = "127.0.0.1"


class PortTaken(OSError):
    """The port asked for cannot be had; the message is one sentence for people."""


class _CuttingProtocol(HttpToolsProtocol):
    """Lets an app cut its own connection: `scope["extensions"]["sandbox.cut"]()`."""

    def on_message_begin(self) -> None:
        """Add the cutter to each new request."""
        super().on_message_begin()
        extensions: dict[str, object] = {"sandbox.cut": self.transport.abort}
        self.scope["extensions"] = extensions  # type: ignore[typeddict-item]  # reason: an extension of our own


class QuietServer(uvicorn.Server):
    """A server that leaves signals to whoever started it, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as any server does, then say so."""
        await super().startup(sockets)
        self.listens.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signal handlers."""
        yield


@contextlib.asynccontextmanager
async def open_doors(
    apps: Mapping[str, ASGIApp], ports: Mapping[str, int] | None = None
) -> AsyncIterator[dict[str, str]]:
    """Serve every app on loopback until the block ends; yields name → `http://127.0.0.1:PORT`.

    `ports` names fixed ports; an app without one gets any free port. Every door answers when the block starts.

    Errors:  PortTaken
    """
    sockets: dict[str, socket.socket] = {}
    servers: list[QuietServer] = []
    tasks: list[asyncio.Task[None]] = []
    try:
        for name in apps:
            sockets[name] = bind(name, (ports or {}).get(name, 0))
        for name, app in apps.items():
            server = QuietServer(_config(app))
            servers.append(server)
            tasks.append(asyncio.create_task(server.serve(sockets=[sockets[name]]), name=f"sandbox {name}"))
        for server in servers:
            await server.listens.wait()
        yield {name: f"http://{HOST}:{bound.getsockname()[1]}" for name, bound in sockets.items()}
    finally:
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*tasks, return_exceptions=True)
        for bound in sockets.values():
            bound.close()


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_CuttingProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=1,
    )


def port_number(text: str) -> int:
    """A port as a command line states it.

    Errors:  ArgumentTypeError, which argparse tells in a line
    """
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"`{text}` is no port; a port is a number from 0 to 65535")
    return int(text)


def bind(name: str, port: int) -> socket.socket:
    """A loopback socket on `port` (0: any free one) for whoever `name` says.

    Errors:  PortTaken
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError as refusal:
        bound.close()
        why = "is taken" if refusal.errno == errno.EADDRINUSE else f"cannot be used: {refusal.strerror}"
        raise PortTaken(f"port {port} for {name} {why}") from refusal
    return bound
