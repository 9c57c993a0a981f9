"""`creditgraph catalog editions` and `compare`: which editions there are, and what one says otherwise than another."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from gateway.cli.catalog_options import ALL, CatalogReader, Configure, Entries, Region, read_configured, regions
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.show_settings import SettingsFile
from schema.catalog.comparison import Change, ChangeKind, Plain, compare
from schema.catalog.data_file import CatalogFault
from schema.catalog.edition_reader import EditionHead
from schema.catalog.loader import editions

_COLUMNS = ("edition", "from", "until before", "based on", "adopted by")
_MARKS = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-", ChangeKind.CHANGED: "~"}


def list_editions(
    jurisdiction: Region = ALL,
    entries: Entries = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the editions of each region by their beginning.

    Exit codes: 0 done; 1 an edition's head is faulty, or editions contradict one another.
    """
    heads: list[EditionHead] = []
    faults: list[str] = []
    for code in regions(jurisdiction, entries):
        try:
            heads += editions(code, entries)
        except CatalogFault as fault:
            faults += fault.faults
    if faults:
        end_with(faults, as_json=as_json, code=Exit.FINDINGS)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "editions": [_head(head) for head in heads]})
        return
    rows = [_COLUMNS, *(tuple(str(value or "-") for value in _head(head).values()) for head in heads)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    for row in rows:
        typer.echo("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


def compare_editions(
    old: Annotated[str, typer.Argument(help="Code of an edition, for example TJ-2026-2.")],
    new: Annotated[str, typer.Argument(help="Code of another one, also of another region.")],
    entries: Entries = None,
    configure: Configure = None,
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what the second edition adds, removes and changes, item by item and field by field.

    Exit codes: 0 done, whether they differ or not; 1 an edition has faults; 2 the command is wrong.
    """
    configured = read_configured(configure, settings_file, as_json=as_json)
    try:
        reader = CatalogReader(entries, configured)
        changes = compare(*(reader.read(code.partition("-")[0], code) for code in (old, new)))
    except CatalogFault as fault:
        end_with(fault.faults, as_json=as_json, code=Exit.FINDINGS)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "changes": [_change(change) for change in changes]})
        return
    for line in _table(changes):
        typer.echo(line)
    typer.echo(f"{len(changes)} differences from {old} to {new}")


def _head(head: EditionHead) -> dict[str, Any]:
    return {
        "edition": head.code,
        "effectiveFrom": head.effective_from,
        "effectiveTo": head.effective_to,
        "basedOn": head.based_on,
        "adoptedBy": head.adopted_by,
    }


def _change(change: Change) -> dict[str, Any]:
    """One difference for programs."""
    told: dict[str, Any] = {"kind": change.kind, "at": change.at}
    if change.attribute:
        told |= {"attribute": change.attribute, "old": change.old, "new": change.new}
    return told


def _table(changes: tuple[Change, ...]) -> list[str]:
    """One line per difference; the name of an item or field stands at its first one."""
    width = max((len(change.at) for change in changes), default=0)
    attribute = max((len(change.attribute) for change in changes), default=0)
    lines, before = [], ""
    for change in changes:
        name = change.at if change.at != before else ""
        before = change.at
        lines.append(f"{_MARKS[change.kind]} {name:{width}}  {change.attribute:{attribute}}  {_shift(change)}".rstrip())
    return lines


def _shift(change: Change) -> str:
    """What a set has gained and lost; of anything else the old value and the new one."""
    if change.kind is not ChangeKind.CHANGED:
        return ""
    if change.gained or change.lost:
        return ", ".join([f"+{part}" for part in change.gained] + [f"-{part}" for part in change.lost])
    return f"{_text(change.old)} -> {_text(change.new)}"


def _text(value: Plain) -> str:
    return value if isinstance(value, str) else ", ".join(value) or "nothing"
