"""Where it happens: gateways in processes of their own before the sandbox, a crowd before them, the log exported."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from typer.testing import CliRunner, Result

from deploy.sandbox.gateway_files import GatewayFiles, write_gateway_files
from gateway.cli.main import build
from gateway.identity.key_ring import KeyRing
from tests.journeys.books.crowd import QUESTIONS, Crowd
from tests.journeys.books.ledger import Ledger, read_ledger
from tests.journeys.books.processes import GatewayProcess
from tests.journeys.books.role import become
from tests.journeys.gateways import PATIENCE_S, UNBOUND, Overrides
from tests.journeys.stage import Backstage, Stage

OFTEN: Overrides = {"audit": {"checkpoint_every": "200ms", "segment_entries": 120}}
"""So that there are many checkpoints and closings for the violence to fall between."""
CLIENTS = 12


@dataclass
class Arena:
    """One log, and all who write it."""

    files: GatewayFiles
    processes: Sequence[GatewayProcess]
    crowd: Crowd
    backstage: Backstage
    """Where the crowd lives; the agencies have another one."""
    kept: list[str] = field(default_factory=list)
    """Checkpoints that somebody outside has kept."""

    @property
    def settings(self) -> Path:
        """The file that all processes were started with."""
        return self.files.folder / "settings.toml"

    @property
    def public_keys(self) -> bytes:
        """JWK set of the gateway, as anybody may have it."""
        return orjson.dumps(dict(KeyRing(self.files.settings.identity.keys).public()))

    @contextmanager
    def load(self, clients: int = CLIENTS) -> Iterator[None]:
        """The crowd asks until the block ends."""
        with self.backstage.opened(self.crowd.asking(clients)):
            yield

    def until_more(self, count: int) -> None:
        """Wait until the crowd has so many more receipts."""
        wanted, ends = self.crowd.receipts + count, time.monotonic() + PATIENCE_S
        while self.crowd.receipts < wanted:
            assert time.monotonic() < ends, "nobody is answered"
            time.sleep(0.01)

    def until_covered(self) -> None:
        """Wait until a signed statement covers all that is written."""
        ends = time.monotonic() + PATIENCE_S
        while self.sql("SELECT 1 FROM log_head WHERE checkpoint < position AND size > 0"):
            assert time.monotonic() < ends, "no checkpoint is made"
            time.sleep(0.05)

    def sql(self, statement: str, **values: Any) -> Sequence[Any]:
        """What the database itself answers, as its owner."""
        with ThreadPoolExecutor(max_workers=1) as apart:
            url = self.files.settings.database.url.get_secret_value()
            return apart.submit(asyncio.run, _rows(url, statement, values)).result()

    def keep_checkpoint(self) -> None:
        """Keep the latest statement of the log, as an auditor does who will come back."""
        rows = self.sql("SELECT statement FROM log_checkpoint ORDER BY position DESC LIMIT 1")
        self.kept += [row[0] for row in rows]

    def positions(self) -> int:
        """How far the log has come."""
        [(position,)] = self.sql("SELECT position FROM log_head")
        return int(position)

    def ledger(self, name: str = "export") -> Ledger:
        """The log exported as it is now."""
        path = self.files.folder / f"{name}.jsonl"
        path.unlink(missing_ok=True)
        reached = self.positions()
        told = creditgraph("audit", "export", "--settings", str(self.settings), "--output", str(path))
        assert told.exit_code == 0, told.output
        return read_ledger(path, self.public_keys, reached=reached)


def creditgraph(*arguments: str) -> Result:
    """What the command says, in this process."""
    return CliRunner().invoke(build(), arguments)


@contextmanager
def open_arena(
    stage: Stage, folder: Path, overrides: Overrides, *, gateways: int = 1, role: str = ""
) -> Iterator[Arena]:
    """So many gateways, all up; they end with the block. With a `role`, that is who they are to PostgreSQL."""
    laid: dict[str, Mapping[str, Any]] = {**OFTEN, **overrides}
    files = write_gateway_files(folder, stage.sandbox.as_json(), port=0, overrides=laid)
    if role:
        become(files, role)
    personas = {question.persona for question in QUESTIONS} - {"public"}
    tokens = {persona: files.token_made_here(persona.removesuffix(UNBOUND)) for persona in sorted(personas)}
    processes = [GatewayProcess(files.folder / "settings.toml", f"gateway-{number}") for number in range(gateways)]
    codes = [*stage.named.values(), *stage.sandbox.world.codes[:60]]
    crowd = Crowd(lambda: [one.url for one in processes], tokens, codes, random.Random(str(folder)))
    with ExitStack() as rooms:
        for process in processes:
            process.start()
            rooms.callback(process.stop)
        backstage = Backstage()
        rooms.callback(backstage.close)
        yield Arena(files, processes, crowd, backstage)


async def _rows(url: str, statement: str, values: Mapping[str, Any]) -> Sequence[Any]:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            found = await connection.execute(text(statement), values)
            return found.all() if found.returns_rows else ()
    finally:
        await engine.dispose()
