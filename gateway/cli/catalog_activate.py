"""`creditgraph catalog activate`: name the edition in force; running gateways follow within moments."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.law import activate
from gateway.pipeline.admit import hour
from schema.catalog.data_file import CatalogFault
from schema.graph.assemble import assemble


def activate_edition(
    edition: Annotated[str, typer.Argument(help="Code of the edition, for example TJ-2026-2.")],
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check an edition whole and put it in force.

    Exit codes: 0 done; 1 the edition has faults, and the one before stays; 2 the settings cannot be used.
    """
    settings = read_settings(settings_file, as_json=as_json).catalog
    try:
        law = activate(settings, edition, hour().date(), graph=assemble())
    except CatalogFault as fault:
        end_with(fault.faults, as_json=as_json, code=Exit.FINDINGS)
    except OSError as fault:
        end_with([f"`{settings.active}` cannot be written: {fault.strerror}"], as_json=as_json)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "edition": law.catalog.edition, "digest": law.catalog.digest})
        return
    patience = f"{settings.refresh.total_seconds():g} seconds"
    typer.echo(f"edition {law.catalog.edition} is in force; running gateways follow within {patience}")
