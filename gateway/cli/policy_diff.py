"""`creditgraph policy diff` and `table`: whom a change of law, catalog or rule lets see more, and who has signed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.catalog_options import CatalogReader, Configure, Entries, read_configured
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.policy_tables import TableReader, read_table, table_text
from gateway.cli.show_settings import SettingsFile
from gateway.cli.sign_off import Signed, SignOff, SignOffFault, hold_against, read_sign_offs
from policies.table import NO_PURPOSE, PolicyTable
from policies.table_diff import Change, Direction, compare, grouped
from policies.table_form import TableFault
from schema.catalog.data_file import CatalogFault
from schema.graph.assemble import assemble
from schema.vocabulary.caller import CallerClass, Purpose

SignedOff = Annotated[
    Path | None, typer.Option("--signed-off", metavar="FILE", help="Widenings that somebody has answered for.")
]
_CLASSES = frozenset(CallerClass)
_PURPOSES = frozenset((NO_PURPOSE, *Purpose))


def diff_tables(
    old: Annotated[str, typer.Argument(help="Code of an edition, or file of a stored table.")],
    new: Annotated[str, typer.Argument(help="Code of the newer edition, or file of its table.")],
    signed_off: SignedOff = None,
    entries: Entries = None,
    configure: Configure = None,
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what the newer edition lets more people see, and what fewer: by class, purpose, field and moment.

    Exit codes: 0 done; 1 with --signed-off a widening that is not listed there, or an edition has faults; 2 a file
    cannot be used or the command is wrong.
    """
    sign_offs = _sign_offs(signed_off, as_json=as_json)
    reader = _reader(entries, read_configured(configure, settings_file, as_json=as_json))
    try:
        before, after = reader.pair(old, new)
    except CatalogFault as fault:
        end_with(fault.faults, as_json=as_json, code=Exit.FINDINGS)
    except TableFault as fault:
        end_with([str(fault)], as_json=as_json)
    changes = compare(before, after)
    signed = hold_against(sign_offs or (), changes, edition=after.edition)
    code = Exit.FINDINGS if sign_offs is not None and signed.missing else Exit.OK
    narrowed = [change for change in changes if change.direction is Direction.NARROWED]
    if as_json:
        print_json(_document((before, after), signed, narrowed=narrowed, code=code))
    else:
        for line in _lines((before, after), signed, narrowed=narrowed, is_held=sign_offs is not None):
            typer.echo(line)
    raise typer.Exit(code)


def write_table(
    edition: Annotated[str, typer.Argument(help="Code of the edition, for example TJ-2026-2.")],
    write: Annotated[Path | None, typer.Option(metavar="FILE", help="Store it here instead of printing it.")] = None,
    signed_off: SignedOff = None,
    entries: Entries = None,
    configure: Configure = None,
    settings_file: SettingsFile = None,
) -> None:
    """Make the whole table of an edition as it is judged now.

    Exit codes: 0 done; 1 the stored table would be written over by a wider one that nobody has signed, or the edition
    has faults; 2 a file cannot be used.
    """
    sign_offs = _sign_offs(signed_off, as_json=False) or ()
    reader = _reader(entries, read_configured(configure, settings_file, as_json=False))
    try:
        table = reader.table(edition)
        stored = read_table(write) if write is not None and write.exists() else None
    except CatalogFault as fault:
        end_with(fault.faults, as_json=False, code=Exit.FINDINGS)
    except TableFault as fault:
        end_with([str(fault)], as_json=False)
    if write is None:
        typer.echo(table_text(table), nl=False)
        return
    if stored is not None:
        missing = hold_against(sign_offs, compare(stored, table), edition=table.edition).missing
        if missing:
            told = [line for change in grouped(missing) for line in _told(change, "not signed off")]
            end_with([f"`{write}` stays: it would become wider", *told], as_json=False, code=Exit.FINDINGS)
    try:
        write.write_text(table_text(table), "utf-8")
    except OSError as fault:
        end_with([f"`{write}` cannot be written: {fault.strerror}"], as_json=False)
    typer.echo(f"{len(table.fields)} fields of {table.edition}, judged on {table.as_of}, stored in {write}")


def _sign_offs(path: Path | None, *, as_json: bool) -> tuple[SignOff, ...] | None:
    try:
        return read_sign_offs(path) if path is not None else None
    except SignOffFault as fault:
        end_with(fault.faults, as_json=as_json)


def _reader(entries: Path | None, configured: dict[str, str]) -> TableReader:
    return TableReader(CatalogReader(entries, configured), assemble())


def _document(
    tables: tuple[PolicyTable, PolicyTable], signed: Signed, *, narrowed: Sequence[Change], code: Exit
) -> dict[str, Any]:
    told = [(grouped(signed.missing), False), (grouped(signed.covered), True), (grouped(narrowed), None)]
    return {
        "exitCode": int(code),
        **{
            name: {"edition": table.edition, "asOf": table.as_of}
            for name, table in zip(("old", "new"), tables, strict=True)
        },
        "changes": [
            {
                "direction": change.direction,
                "item": change.item,
                "fields": change.fields,
                "moments": change.moments,
                "classes": change.callers,
                "purposes": change.purposes,
                "from": change.before,
                "to": change.after,
                "isSignedOff": is_signed,
            }
            for changes, is_signed in told
            for change in changes
        ],
        "unusedSignOffs": [str(one) for one in signed.unused],
    }


def _lines(
    tables: tuple[PolicyTable, PolicyTable], signed: Signed, *, narrowed: Sequence[Change], is_held: bool
) -> Iterator[str]:
    missing, covered, less = grouped(signed.missing), grouped(signed.covered), grouped(narrowed)
    for changes, mark in ((missing, "not signed off" if is_held else ""), (covered, "signed off"), (less, "")):
        for change in changes:
            yield from _told(change, mark)
    for one in signed.unused:
        yield f"matches nothing: {one}"
    before, after = tables
    wider = f"{len(missing) + len(covered)} widened" + (f" ({len(missing)} not signed off)" if is_held else "")
    yield f"{before.edition} on {before.as_of} -> {after.edition} on {after.as_of}: {wider}, {len(less)} narrowed"


def _told(change: Change, mark: str) -> Iterator[str]:
    """A change for people, five lines."""
    yield f"{change.direction}  {change.item}  {change.before} -> {change.after}{f'  [{mark}]' if mark else ''}"
    yield f"  fields    {', '.join(change.fields)}"
    yield f"  classes   {_named(change.callers, _CLASSES)}"
    yield f"  purposes  {_named(change.purposes, _PURPOSES)}"
    yield f"  moments   {', '.join(change.moments)}"


def _named(names: Sequence[str], every: frozenset[str]) -> str:
    """The names, or those that are not among them where these are fewer."""
    others = sorted(every - set(names))
    if not others:
        return "all"
    return f"all but {', '.join(others)}" if len(others) < len(every) // 3 else ", ".join(names)
