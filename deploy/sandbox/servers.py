"""The simulated agencies and their fault panel, opened and closed together in one process."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from starlette.types import ASGIApp

from deploy.sandbox import courts, enterprise_disclosure, market_regulation, tax
from deploy.sandbox.doors import open_doors
from deploy.sandbox.market_regulation import ExchangeDesk
from deploy.sandbox.panel import AgencyDesk, build_panel
from deploy.sandbox.world import World, build_world

Build = Callable[[World, AgencyDesk, Mapping[str, object]], ASGIApp]

MARKET_REGULATION = "market_regulation"
PANEL = "panel"
_SERVICES: Mapping[str, tuple[Build, Mapping[str, str]]] = MappingProxyType(
    {
        "tax": (tax.build, tax.CREDENTIALS),
        "courts": (courts.build, courts.CREDENTIALS),
        "enterprise_disclosure": (enterprise_disclosure.build, enterprise_disclosure.CREDENTIALS),
    }
)
SERVICES = tuple(_SERVICES)
"""Agencies that answer over HTTP."""
AGENCIES = (*SERVICES, MARKET_REGULATION)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to open."""

    data_dir: Path
    """Where the exchange database of market regulation is made."""
    agencies: tuple[str, ...] = AGENCIES
    seed: int = 20260401
    size: int = 2000
    ports: Mapping[str, int] = field(default_factory=dict)
    """Fixed ports by agency name or `panel`; any free one otherwise."""
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Options of single agencies, such as `requests_per_second`."""
    market_regulation_url: str = ""
    """An empty PostgreSQL database in place of the SQLite file."""
    progress: Callable[[int, int], None] | None = None
    """Called from a thread while the exchange tables are filled, with subjects done and subjects in all."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What is open."""

    world: World
    desks: Mapping[str, AgencyDesk]
    urls: Mapping[str, str]
    """By agency; market regulation's is a database URL."""
    panel: str
    statement_log: Path
    """Where readers of the exchange tables note their statements."""

    @property
    def credentials(self) -> Mapping[str, Mapping[str, str]]:
        """What a caller of each agency needs to know."""
        return {name: dict(_SERVICES[name][1]) for name in self.urls if name in _SERVICES}

    def as_json(self) -> Mapping[str, object]:
        """The ready line."""
        return {
            "agencies": {
                name: {"url": url, "credentials": self.credentials.get(name, {})} for name, url in self.urls.items()
            },
            "panel": self.panel,
            "statement_log": str(self.statement_log),
            "subjects": dict(self.world.named),
        }


@contextlib.asynccontextmanager
async def open_sandbox(plan: Plan) -> AsyncIterator[Sandbox]:
    """Open what `plan` says; everything is closed when the block ends.

    Errors:  PortTaken; ValueError for a size or a database that cannot be
    """
    world = build_world(seed=plan.seed, size=plan.size)
    plan.data_dir.mkdir(parents=True, exist_ok=True)
    log = plan.data_dir / "market_regulation.statements.jsonl"
    log.unlink(missing_ok=True)
    desks = {name: _desk(name, log) for name in plan.agencies}
    apps = {name: _app(name, world, desk=desks[name], plan=plan) for name in plan.agencies if name in _SERVICES}
    async with contextlib.AsyncExitStack() as open_now:
        urls = await open_now.enter_async_context(open_doors({**apps, PANEL: build_panel(desks)}, plan.ports))
        panel = urls.pop(PANEL)
        if MARKET_REGULATION in plan.agencies:
            url = plan.market_regulation_url or f"sqlite+aiosqlite:///{plan.data_dir.resolve() / 'exchange.db'}"
            desk = desks[MARKET_REGULATION]
            prepared = market_regulation.prepare(world, url, desk, plan.progress)
            urls[MARKET_REGULATION] = await open_now.enter_async_context(prepared)
        yield Sandbox(world, desks, urls, panel, log)


def _desk(name: str, log: Path) -> AgencyDesk:
    return ExchangeDesk(name, log) if name == MARKET_REGULATION else AgencyDesk(name)


def _app(name: str, world: World, *, desk: AgencyDesk, plan: Plan) -> ASGIApp:
    build, _ = _SERVICES[name]
    return build(world, desk, plan.options.get(name, {}))
