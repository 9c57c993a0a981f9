"""A gateway in front of a running sandbox, for tests and benchmarks: the demo's own papers, with settings laid over."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from deploy.sandbox.demo_papers import make_personas, write_papers
from deploy.sandbox.demo_standing import file_standing, write_standing
from gateway.identity.clients import ClientRecord, load_clients
from gateway.pipeline.admit import hour
from gateway.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class GatewayFiles:
    """Where everything lies, and the secrets that only this sandbox knows."""

    folder: Path
    settings: Settings
    secrets: Mapping[str, str]
    """Client secret by persona; a persona's name is its client id."""
    clients: Mapping[str, ClientRecord]


def write_gateway_files(
    folder: Path, ready: Mapping[str, Any], *, port: int, overrides: Mapping[str, Mapping[str, Any]] | None = None
) -> GatewayFiles:
    """Make keys, clients and settings for the sandbox that printed `ready` (its ready line), and file its consents.

    Shape:   `overrides` are sections of settings laid over the sandbox's own, for example another database;
             a section may hold sections, as `agencies` does
    Errors:  OSError; SettingsFault for overrides that are none; RegisterFault for a database that cannot be written
    """
    folder.mkdir(parents=True, exist_ok=True)
    personas = make_personas(ready["subjects"])
    path = write_papers(folder, personas, sandbox=ready, port=port, overrides=dict(_tables(overrides or {})))
    given = {persona.name: persona.secret for persona in personas if persona.secret}
    settings = load_settings(path, environ={})
    filing = file_standing(write_standing(folder, ready["subjects"], hour().date()), settings)
    with ThreadPoolExecutor(max_workers=1) as apart:  # whoever calls may run in a loop of its own
        apart.submit(asyncio.run, filing).result()
    return GatewayFiles(folder, settings, MappingProxyType(given), load_clients(folder / "clients.toml"))


def _tables(sections: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Sections in sections as TOML names them: `agencies.tax`."""
    for name, section in sections.items():
        values = {key: value for key, value in section.items() if not isinstance(value, Mapping)}
        if values:
            yield f"{above}{name}", values
        yield from _tables(
            {key: value for key, value in section.items() if isinstance(value, Mapping)}, f"{above}{name}."
        )
