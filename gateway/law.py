"""The law that the gateway judges by, read from files: its own catalog, and those of regions that share data with it.

A new edition is read beside the one in force and takes its place whole, or not at all.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gateway.settings import CatalogSettings
from schema.catalog.catalog import Catalog
from schema.catalog.coverage import coverage_faults
from schema.catalog.data_file import CatalogFault
from schema.catalog.jurisdiction_loader import load_jurisdiction
from schema.catalog.loader import load_catalog
from schema.catalog.national_base import read_national_base
from schema.catalog.national_loader import load_national
from schema.graph.assemble import Graph

_LOG = logging.getLogger("creditgraph.law")


@dataclass(frozen=True, slots=True)
class Law:
    """What is judged by from one moment on."""

    catalog: Catalog
    neighbours: Mapping[str, Catalog]
    """Catalogs of the other regions, by the code of their jurisdiction."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which law should be in force: what it follows from, so that equal ones are read once."""

    edition: str | None
    day: date
    files: tuple[tuple[str, int], ...] = ()
    """Names and times of the files of a folder outside the package."""


def wanted_law(settings: CatalogSettings, day: date) -> Wanted:
    """The edition that the operator has activated, else the one that the settings name, else the newest of the day."""
    edition = settings.edition
    if settings.active is not None and settings.active.is_file():
        edition = settings.active.read_text("utf-8").strip() or edition
    return Wanted(edition, day, _files(settings.folder))


def read_law(settings: CatalogSettings, wanted: Wanted, graph: Graph) -> Law:
    """Read and check everything anew.

    Errors:  CatalogFault with every fault of the catalogs, or every field that stands in graph or catalog alone
    """
    national, source = load_national(), settings.folder
    base = read_national_base(source)
    read: dict[str, Catalog] = {}
    faults: list[str] = []
    for code in dict.fromkeys((settings.jurisdiction, *settings.neighbours)):
        try:
            pack = load_jurisdiction(code, configured=settings.configured, national=national)
            edition = wanted.edition if code == settings.jurisdiction else None
            read[code] = load_catalog(
                pack, source, national=national, base=base, edition=edition, as_of=None if edition else wanted.day
            )
        except CatalogFault as fault:
            faults += fault.faults
            if code != settings.jurisdiction:
                faults.append(f"without `{code}` in `catalog.neighbours` its law is not asked for")
    if faults:
        raise CatalogFault(dict.fromkeys(faults))
    own = read.pop(settings.jurisdiction)
    apart = tuple(coverage_faults(own, graph.coordinates()))
    if apart:
        raise CatalogFault(apart)
    return Law(own, read)


def activate(settings: CatalogSettings, edition: str, day: date, *, graph: Graph) -> Law:
    """Check an edition and name it as the one in force; running gateways take it over by themselves.

    Errors:  CatalogFault if it is not whole, and then the one before stays; OSError if it cannot be named
    """
    if settings.active is None:
        raise CatalogFault(["`catalog.active` is not set: no file says which edition is in force"])
    law = read_law(settings, Wanted(edition, day), graph)
    draft = settings.active.with_name(f".{settings.active.name}.new")
    draft.write_text(f"{edition}\n", "utf-8")
    draft.replace(settings.active)
    return law


async def renew(
    settings: CatalogSettings,
    graph: Graph,
    today: Callable[[], date],
    *,
    first: Wanted,
    put: Callable[[Law], Awaitable[None]],
) -> None:
    """Look again and again, and put a new law in force; one with faults is refused, and told of once."""
    seen = first
    while True:
        await asyncio.sleep(settings.refresh.total_seconds())
        try:
            wanted = await asyncio.to_thread(wanted_law, settings, today())
            if wanted == seen:
                continue
            seen = wanted
            law = await asyncio.to_thread(read_law, settings, wanted, graph)
        except CatalogFault as fault:
            _LOG.error("an edition of the catalog is refused, the one before stays: %s", "; ".join(fault.faults))
            continue
        except OSError as fault:
            _LOG.error("the files of the catalog cannot be read, the edition before stays: %s", fault.strerror)
            continue
        await put(law)
        _LOG.info("edition %s of the catalog is in force", law.catalog.edition)


def _files(folder: Path | None) -> tuple[tuple[str, int], ...]:
    if folder is None:
        return ()
    return tuple((str(path), path.stat().st_mtime_ns) for path in sorted(folder.rglob("*.toml")))
