"""`creditgraph catalog check`: do regulation, catalog and graph agree? Every fault with its place."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any

import typer
from graphql import GraphQLObjectType

from gateway.cli.exits import Exit, end_with, print_json
from schema.catalog.catalog import Catalog
from schema.catalog.coverage import coverage_faults, not_offered
from schema.catalog.data_file import CatalogFault
from schema.catalog.jurisdiction_loader import load_jurisdiction
from schema.catalog.loader import load_catalog
from schema.graph.assemble import Graph, assemble


def check_catalog(
    jurisdiction: Annotated[str, typer.Option(help="Code of the jurisdiction.")] = "TJ",
    entries: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder of entries instead of the shipped one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check the data files, and that every field of the graph has exactly one item.

    Exit codes: 0 all agree; 1 faults, one `file:line: sentence` each.
    """
    folder: Traversable = entries or files("schema.catalog")
    graph = assemble()
    try:
        catalog = load_catalog(load_jurisdiction(jurisdiction), folder)
    except CatalogFault as fault:
        end_with(fault.faults, as_json=as_json, code=Exit.FINDINGS)
    faults = [f"{_place(sentence, graph, folder)}: {sentence}" for sentence in _coverage(catalog, graph)]
    if faults:
        end_with(faults, as_json=as_json, code=Exit.FINDINGS)
    summary = _summary(catalog)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "faults": [], **summary})
        return
    typer.echo(
        f"catalog {summary['edition']} of {summary['jurisdiction']}: {summary['items']} items, "
        f"{summary['fields']} fields, {summary['records']} kinds of record; catalog and graph agree"
    )


def _coverage(catalog: Catalog, graph: Graph) -> Iterator[str]:
    yield from coverage_faults(catalog, graph.coordinates())


def _summary(catalog: Catalog) -> dict[str, Any]:
    law = catalog.jurisdiction
    return {
        "edition": catalog.edition,
        "jurisdiction": f"{law.name} {law.chinese}",
        "items": len({entry.item.code for entry in catalog.entries.values()}),
        "fields": len(catalog.entries) - len(catalog.records),
        "notOffered": len(not_offered(catalog)),
        "records": len(catalog.records),
    }


def _place(sentence: str, graph: Graph, folder: Traversable) -> str:
    """Where the coordinate that a sentence begins with is written: in a data file, or else in the graph."""
    coordinate = sentence.split("`")[1]
    for path in sorted((folder / "national").iterdir(), key=lambda one: one.name):
        if path.name.endswith(".toml"):
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
