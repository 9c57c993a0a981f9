"""`creditgraph export-sdl`: the graph as text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.catalog_notes import notes
from gateway.cli.exits import end_with, print_json
from schema.catalog.data_file import CatalogFault
from schema.catalog.jurisdiction_loader import load_jurisdiction
from schema.catalog.loader import load_catalog
from schema.graph.assemble import assemble


def export_sdl(
    output: Annotated[Path | None, typer.Option(help="File to write instead of standard output.")] = None,
    with_catalog: Annotated[
        str | None, typer.Option(metavar="JURISDICTION", help="Add what this catalog says about each field, e.g. TJ.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the schema definition. Exit codes: 0 done; 2 the file cannot be written or the catalog is faulty."""
    try:
        added = notes(load_catalog(load_jurisdiction(with_catalog))) if with_catalog else None
    except CatalogFault as fault:
        end_with(fault.faults, as_json=as_json)
    text = assemble(added).sdl()
    if output is None:
        print_json({"sdl": text}) if as_json else typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as fault:
        end_with([f"`{output}` cannot be written: {fault.strerror}"], as_json=as_json)
    if as_json:
        print_json({"output": str(output)})
