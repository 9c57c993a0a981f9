"""A gateway as people start it, in a process of its own, that can be killed at any moment and started again."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]  # it brings no types

from tests.gateway.cli.conftest import COMMAND, environment
from tests.journeys.gateways import PATIENCE_S
from tests.services import PostgresService


@dataclass
class GatewayProcess:
    """One of them; `url` is where it was last."""

    settings: Path
    name: str
    url: str = ""
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int:
        """Of the process that runs now."""
        assert self._process is not None, "it does not run"
        return self._process.pid

    @property
    def log(self) -> Path:
        """All that it has said, over all its lives."""
        return self.settings.with_name(f"{self.name}.log")

    def start(self) -> None:
        """Start it and wait until its doors are open; RuntimeError with what it said if they stay shut."""
        with self.log.open("a", encoding="utf-8") as heard:
            self._process = subprocess.Popen(
                [*COMMAND, "serve", "--settings", str(self.settings), "--json"],
                cwd=self.settings.parent,
                env=environment(),
                stdout=subprocess.PIPE,
                stderr=heard,
                text=True,
            )
        self.url = self._address()

    def kill(self) -> None:
        """End it as a loss of power would: nothing that it wanted to do is done."""
        if self._process is not None:
            self._process.kill()
            self._gone()

    def stop(self) -> None:
        """End it well."""
        if self._process is not None:
            self._process.terminate()
            self._gone()

    def may_write(self, file_bytes: int) -> None:
        """From now on no file may grow beyond this, as on a disk that is full; -1: any may."""
        psutil.Process(self.pid).rlimit(psutil.RLIMIT_FSIZE, (file_bytes, psutil.RLIM_INFINITY))

    def memory(self) -> int:
        """Bytes that it holds."""
        return int(psutil.Process(self.pid).memory_info().rss)

    def is_ready(self) -> bool:
        """Whether it would be given requests."""
        try:
            return httpx.get(f"{self.url}/readyz", trust_env=False, timeout=PATIENCE_S).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def until_ready(self, *, is_so: bool = True) -> float:
        """Wait until it is ready, or is not; returns the seconds that it took."""
        began = time.monotonic()
        while self.is_ready() is not is_so:
            assert time.monotonic() - began < PATIENCE_S, f"{self.name}: ready should be {is_so}"
            time.sleep(0.02)
        return time.monotonic() - began

    def _gone(self) -> None:
        assert self._process is not None
        self._process.communicate(timeout=PATIENCE_S)
        self._process = None

    def _address(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        said = ""
        for line in iter(self._process.stdout.readline, ""):
            said += line
            if line.startswith("}"):
                break
        told = json.loads(said) if said else {}
        if "graphql" not in told:
            raise RuntimeError(f"the gateway did not start: {said}")
        return str(told["graphql"]).removesuffix("/graphql")


def kill_database(service: PostgresService) -> None:
    """End the server and every process of it, as a loss of power would; `service.up()` starts it on the same files."""
    server = psutil.Process(service._server.get_postmaster_info().pid)
    everybody = [server, *server.children(recursive=True)]
    for process in everybody:
        try:
            process.kill()
        except psutil.NoSuchProcess:  # a connection that has just ended
            continue
    _, alive = psutil.wait_procs(everybody, timeout=PATIENCE_S)
    assert alive == []
