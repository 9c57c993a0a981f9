"""`creditgraph catalog check`: do regulation, catalog and graph agree? Every fault with its place."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from graphql import GraphQLObjectType

from gateway.cli.catalog_options import CatalogReader, Configure, Entries, Region, read_configured, regions
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.show_settings import SettingsFile
from schema.catalog.catalog import Catalog
from schema.catalog.coverage import coverage_faults, not_offered
from schema.catalog.data_file import CatalogFault
from schema.catalog.loader import editions
from schema.catalog.national_base import catalog_folder, toml_files
from schema.graph.assemble import Graph, assemble


def check_catalog(
    jurisdiction: Region = "TJ",
    entries: Entries = None,
    configure: Configure = None,
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check the data files of every edition, and that every field of the graph has exactly one item.

    Exit codes: 0 all agree; 1 faults, one `file:line: sentence` each; 2 the command is wrong.
    """
    configured = read_configured(configure, settings_file, as_json=as_json)
    graph = assemble()
    faults: list[str] = []
    read: list[Catalog] = []
    try:
        reader = CatalogReader(entries, configured)
        for code in regions(jurisdiction, entries):
            read += _editions(code, reader, graph, faults)
    except CatalogFault as fault:
        faults += fault.faults
    if faults:
        end_with(list(dict.fromkeys(faults)), as_json=as_json, code=Exit.FINDINGS)
    summaries = [_summary(catalog) for catalog in read]
    if as_json:
        print_json({"exitCode": int(Exit.OK), "faults": [], "catalogs": summaries})
        return
    for summary in summaries:
        typer.echo(_sentence(summary))


def _editions(code: str, reader: CatalogReader, graph: Graph, faults: list[str]) -> Iterator[Catalog]:
    """Every edition of a region that holds; what is wrong with the others goes to `faults`."""
    try:
        known: list[str | None] = [head.code for head in editions(code, reader.entries)]
    except CatalogFault as fault:
        faults += fault.faults
        known = []
    for edition in known or [None]:  # where no head can be read, the loader says what else is wrong
        try:
            catalog = reader.read(code, edition)
        except CatalogFault as fault:
            faults += fault.faults
            continue
        apart = list(coverage_faults(catalog, graph.coordinates()))
        faults += [f"{_place(sentence, graph, reader.entries)}: {sentence}" for sentence in apart]
        yield catalog


def _sentence(summary: dict[str, Any]) -> str:
    return (
        f"catalog {summary['edition']} of {summary['jurisdiction']}: {summary['items']} items, "
        f"{summary['fields']} fields, {summary['notOffered']} of them not offered yet, "
        f"{summary['records']} kinds of record; catalog and graph agree"
    )


def _summary(catalog: Catalog) -> dict[str, Any]:
    law = catalog.jurisdiction
    return {
        "edition": catalog.edition,
        "jurisdiction": f"{law.name} {law.chinese}",
        "items": len({id(entry.item) for entry in catalog.entries.values()}),
        "fields": len(catalog.entries) - len(catalog.records),
        "notOffered": len(not_offered(catalog)),
        "records": len(catalog.records),
        "digest": catalog.digest,
    }


def _place(sentence: str, graph: Graph, entries: Path | None) -> str:
    """Where the coordinate that a sentence begins with is written: in a data file, or else in the graph."""
    coordinate = sentence.split("`")[1]
    for path in toml_files((entries or catalog_folder()) / "national"):
        before, found, _ = path.read_text("utf-8").partition(f'at = "{coordinate}"')
        if found:
            return f"{path.name}:{before.count(chr(10)) + 1}"
    type_name, _, field_name = coordinate.partition(".")
    return _place_in_graph(graph.core.type_map.get(type_name), field_name)


def _place_in_graph(kind: object, field_name: str) -> str:
    origin = None
    if isinstance(kind, GraphQLObjectType):
        origin = getattr(kind.extensions.get("strawberry-definition"), "origin", None)
    if origin is None:
        return "graph:1"
    lines, first = inspect.getsourcelines(origin)
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in field_name)
    offset = next((place for place, line in enumerate(lines) if line.strip().startswith(f"{name}:")), 0)
    return f"{Path(inspect.getfile(origin)).name}:{first + offset}"
