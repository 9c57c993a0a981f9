"""The command, its output caught, and a gateway for it to ask."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gateway.cli.main import build
from tests.gateway.cli.catalog_draft import a_draft
from tests.gateway.web.graphiql_stage import Stage, staged

ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-c", "from gateway.cli.main import run; run()")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


Creditgraph = Callable[..., Ended]


def environment(**more: str) -> dict[str, str]:
    """Little more than a path: nothing of the machine's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}  # noqa: TID251 - a child's environment
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | more


@pytest.fixture
def creditgraph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Creditgraph:
    """Runs the command in an empty folder, in this process; `test_serve` starts it as people do."""
    monkeypatch.chdir(tmp_path)
    runner, command = CliRunner(), build()

    def run(*arguments: str, **variables: str) -> Ended:
        done = runner.invoke(command, list(arguments), env=variables, prog_name="creditgraph")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ended(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """The catalog's files, to be spoilt."""
    return a_draft(tmp_path / "draft")


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A gateway to ask; its courts are down."""
    with staged(tmp_path_factory.mktemp("stage")) as opened:
        yield opened


class Answering:
    """A server that says one thing once and closes."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self.heard = b""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}/graphql"

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._listening.close()

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection:
            self.heard = connection.recv(65536)
            connection.sendall(self._answer)
