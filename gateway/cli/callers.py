"""`creditgraph callers load`: organisations, clients and officers from one file, all or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.callers_acts import AsJson, operator, with_callers
from gateway.cli.callers_file import CallersFile, read_callers
from gateway.cli.clients import UNBOUND
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.pipeline.admit import hour
from gateway.registers.callers import CallersFault, CallersRegister
from gateway.registers.callers_book import Identity, Kind, identity_of
from gateway.registers.callers_entry import Binding, Client
from schema.catalog.data_file import DataFile


def load_callers(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="TOML with [[organisation]], [[client]] and [[officer]] tables.")
    ],
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Register everything that stands in FILE, or nothing; what is told again takes the place of what was told before.

    What is suspended stays so until it is resumed by name.

    Exit codes: 0 registered; 1 the file has faults, one `file:line: sentence` each; 2 the file or the settings cannot
    be read; 3 the register cannot be written.
    """
    settings = read_settings(settings_file, as_json=as_json)
    try:
        data = DataFile.of(file.name, file.read_bytes())
    except OSError as fault:
        end_with([f"`{file}` cannot be read: {fault.strerror}"], as_json=as_json)
    read = read_callers(data, frozenset(settings.catalog.code_exceptions))
    changed, suspended = with_callers(
        settings, lambda register: _put(register, read), as_json=as_json, code=Exit.FINDINGS
    )
    unbound = [one.client_id for one in read.entries if isinstance(one, Client) and one.binding is Binding.NONE]
    counts = Counter(identity_of(entry).kind for entry in read.entries)
    if as_json:
        told = {f"{kind}s": counts[kind] for kind in Kind}
        paths = [{one.kind.value: one.path} for one in suspended]
        print_json({"exitCode": int(Exit.OK), **told, "changed": changed, "suspended": paths, "unbound": unbound})
        return
    numbers = ", ".join(f"{counts[kind]} {kind}s" for kind in Kind)
    typer.echo(f"registered: {numbers}; {changed} of them new or changed")
    for identity in suspended:
        typer.echo(f"{identity} stays suspended")
    for name in unbound:
        typer.echo(f"creditgraph: warning: client `{name}`: {UNBOUND}", err=True)


async def _put(register: CallersRegister, read: CallersFile) -> tuple[int, Sequence[Identity]]:
    """How many are new or changed, and who is suspended."""
    read.check_against(register.book)
    if read.data.faults:
        raise CallersFault(read.data.faults)
    changed = await register.put(read.entries, at=hour(), who=operator())
    names = [identity_of(entry) for entry in read.entries]
    suspended = [name for name in names if (kept := register.book.entry(name)) and not kept.is_active]
    return len(changed), suspended
