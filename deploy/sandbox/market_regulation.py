"""The simulated market-regulation authority: exchange tables in a database, filled, audited and broken on demand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from deploy.sandbox.market_regulation_faults import FileTrouble
from deploy.sandbox.market_regulation_load import Progress, collect, load_postgresql, load_sqlite
from deploy.sandbox.panel import AgencyDesk
from deploy.sandbox.world import World


class ExchangeDesk(AgencyDesk):
    """The desk of an authority whose readers cannot be counted from outside.

    Readers are obliged to append one JSON line per statement to `statement_log`; the desk counts those.
    """

    def __init__(self, name: str, statement_log: Path) -> None:
        super().__init__(name)
        self.statement_log = statement_log
        self._read_to = 0

    @property
    def calls(self) -> dict[str, object]:
        """As every desk; `asked` are columns, written `TABLE.COLUMN`."""
        self._read()
        return super().calls

    def reset(self) -> None:
        """Forget what was counted and what was written up to now."""
        self._read()
        super().reset()

    def _read(self) -> None:
        """Count the whole lines that were appended since the last look."""
        if not self.statement_log.exists():
            return
        with self.statement_log.open("rb") as file:
            file.seek(self._read_to)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._read_to += len(line)
                entry = json.loads(line)
                self.count(str(entry["operation"]), [str(column) for column in entry["columns"]])


@asynccontextmanager
async def prepare(
    world: World, url: str, desk: AgencyDesk | None = None, progress: Progress | None = None
) -> AsyncIterator[str]:
    """Fill the exchange tables at `url` and keep them, with the desk's faults, until the block ends; yields `url`.

    An SQLite file is replaced; a PostgreSQL database must be empty. `progress` is called from a thread with
    the number of subjects done and of all. Faults are played on SQLite only.

    Errors:  ValueError for any other database
    """
    parts = make_url(url)
    backend = parts.get_backend_name()
    if backend not in {"sqlite", "postgresql"} or not parts.database:
        raise ValueError("exchange tables live in an SQLite file or a PostgreSQL database")
    rows = await asyncio.to_thread(collect, world, progress or _unseen)
    if backend == "postgresql":
        await load_postgresql(parts.set(drivername="postgresql").render_as_string(hide_password=False), rows)
        yield url
        return
    path = Path(parts.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    await asyncio.to_thread(load_sqlite, path, rows)
    trouble = FileTrouble(path)
    if desk is not None:
        desk.on_change = trouble.apply
        trouble.apply(desk.faults)
    try:
        yield url
    finally:
        if desk is not None:
            desk.on_change = None
        await asyncio.to_thread(trouble.close)


def _unseen(_done: int, _of: int) -> None:
    """Nobody watches."""
