"""`creditgraph standing`: file consents and marks, and see what is on file about a subject."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.cli.standing_file import read_standing
from gateway.registers.engine import RegisterFault, open_engine
from gateway.registers.standing import StandingRegister
from gateway.registers.standing_entry import Filed, FiledConsent, FiledMark
from gateway.settings import Settings
from schema.catalog.data_file import DataFile
from schema.vocabulary.identifiers import InvalidCode, SubjectId

Found = TypeVar("Found")


def load_standing(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="TOML with [[consent]] and [[mark]] tables.")],
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """File everything that stands in FILE, or nothing; what is told again takes the place of what was told before.

    Exit codes: 0 filed; 1 the file has faults, one `file:line: sentence` each; 2 the file or the settings cannot be
    read; 3 the register cannot be written.
    """
    settings = read_settings(settings_file, as_json=as_json)
    try:
        data = DataFile.of(file.name, file.read_bytes())
    except OSError as fault:
        end_with([f"`{file}` cannot be read: {fault.strerror}"], as_json=as_json)
    entries = read_standing(data, frozenset(settings.catalog.code_exceptions))
    if data.faults:
        end_with(data.faults, as_json=as_json, code=Exit.FINDINGS)
    _with_register(settings, lambda register: register.file(entries), as_json=as_json)
    marks = sum(isinstance(entry, FiledMark) for entry in entries)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "consents": len(entries) - marks, "marks": marks})
    else:
        typer.echo(f"filed: {len(entries) - marks} consents, {marks} marks")


def list_standing(
    subject: Annotated[str, typer.Option(metavar="CODE", help="Unified social credit code.")],
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what is on file about one subject.

    Exit codes: 0 shown, also if it is nothing; 2 the code or the settings are wrong; 3 the register cannot be read.
    """
    settings = read_settings(settings_file, as_json=as_json)
    try:
        code = SubjectId.parse(subject, frozenset(settings.catalog.code_exceptions))
    except InvalidCode as fault:
        end_with([str(fault)], as_json=as_json)
    filed: Sequence[Filed] = _with_register(settings, lambda register: register.filed(code), as_json=as_json)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "subject": str(code), "filed": [_as_json(entry) for entry in filed]})
        return
    for entry in filed:
        typer.echo(_line(entry))
    if not filed:
        typer.echo("nothing is on file")


def _with_register(settings: Settings, act: Callable[[StandingRegister], Awaitable[Found]], *, as_json: bool) -> Found:
    """Open the register, do one thing, close it; or end the command."""

    async def opened() -> Found:
        engine = open_engine(settings.database.url.get_secret_value())
        register = StandingRegister(engine)
        try:
            await register.start()
            return await act(register)
        finally:
            await register.aclose()
            await engine.dispose()

    try:
        return asyncio.run(opened())
    except RegisterFault as fault:
        end_with([str(fault)], as_json=as_json, code=Exit.UNREACHABLE)


def _as_json(entry: Filed) -> dict[str, Any]:
    if isinstance(entry, FiledConsent):
        told = entry.consent
        return {
            "consent": {
                "organisation": entry.organisation or None,
                "clientId": entry.client_id or None,
                "items": sorted(told.items),
                "purposes": sorted(told.purposes),
                "givenOn": told.given_on,
                "endsOn": told.ends_on,
                "withdrawnOn": told.withdrawn_on,
                "isWritten": told.is_written,
                "wasWarned": told.was_warned,
            }
        }
    mark = entry.mark
    return {
        "mark": {
            "mark": mark.mark,
            "kind": mark.kind,
            "key": mark.key or None,
            "since": mark.since,
            "until": mark.until,
        }
    }


def _line(entry: Filed) -> str:
    if isinstance(entry, FiledConsent):
        told = entry.consent
        grantee = entry.organisation or f"client {entry.client_id}"
        form = ("written" if told.is_written else "not written") + (", warned before" if told.was_warned else "")
        withdrawn = f", withdrawn on {told.withdrawn_on}" if told.withdrawn_on else ""
        return (
            f"consent to {grantee} ({form}), {_span(told.given_on, told.ends_on)}{withdrawn}: "
            f"{', '.join(sorted(told.items))} for {', '.join(sorted(told.purposes))}"
        )
    mark = entry.mark
    records = f"{mark.kind} {mark.key}" if mark.key else f"every {mark.kind}"
    return f"{mark.mark} {records}, {_span(mark.since, mark.until)}"


def _span(begins: date, ends: date | None) -> str:
    return f"{begins} to {ends}" if ends else f"since {begins}"
