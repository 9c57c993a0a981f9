"""What the commands about callers share: one act on the register, and how it is told."""

from __future__ import annotations

import asyncio
import os
import pwd
import threading
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from gateway.cli.callers_told import json_of, line_of
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.show_settings import read_settings
from gateway.identity.caller_checks import public_key_faults
from gateway.pipeline.admit import hour
from gateway.registers.callers import CallersFault, CallersRegister
from gateway.registers.callers_book import CallerBook, Identity, Kind, identity_of
from gateway.registers.callers_entry import Registered
from gateway.registers.engine import RegisterFault, open_engine
from gateway.settings import Settings

Found = TypeVar("Found")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_SQLITE_THREAD = "_connection_worker_thread"  # as aiosqlite names them
_PATIENCE_S = 5.0
AT_ONCE = "this acts at once in every running gateway"


def with_callers(
    settings: Settings,
    act: Callable[[CallersRegister], Awaitable[Found]],
    *,
    as_json: bool,
    code: Exit = Exit.FAULT,
) -> Found:
    """Open the register, do one thing, close it; or end the command, with `code` if the register does not want it."""

    async def opened() -> Found:
        before = frozenset(threading.enumerate())
        engine = open_engine(settings.database.url.get_secret_value())
        register = CallersRegister(engine, check_keys=public_key_faults)
        try:
            await register.start()
            return await act(register)
        finally:
            await engine.dispose()
            await let_go(before)

    try:
        return asyncio.run(opened())
    except CallersFault as fault:
        end_with(fault.faults, as_json=as_json, code=code)
    except RegisterFault as fault:
        end_with([str(fault)], as_json=as_json, code=Exit.UNREACHABLE)


def operator() -> str:
    """By which account of this machine the command runs; the history keeps it."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # an account without a name, as containers have them
        return str(os.getuid())


def add_entry(entry: Registered, settings: Settings, *, as_json: bool, warnings: Sequence[str] = ()) -> None:
    """Register one entry and tell it; what is suspended stays so."""

    async def put(register: CallersRegister) -> Registered | None:
        await register.put([entry], at=hour(), who=operator())
        return register.book.entry(identity_of(entry))

    kept = with_callers(settings, put, as_json=as_json) or entry
    notes = list(warnings)
    if not kept.is_active and entry.is_active:
        notes.append(f"{identity_of(entry)} stays suspended until it is resumed")
    if as_json:
        print_json({"exitCode": int(Exit.OK), "registered": json_of(kept), "warnings": notes})
        return
    typer.echo(f"registered: {line_of(kept)}")
    for note in notes:
        typer.echo(f"creditgraph: warning: {note}", err=True)


def list_entries(
    kind: Kind, settings_file: Path | None, *, as_json: bool, holds: Callable[[Registered], bool] = lambda _: True
) -> None:
    """Tell every entry of a kind for which `holds`."""
    settings = read_settings(settings_file, as_json=as_json)

    async def read(register: CallersRegister) -> CallerBook:
        return register.book

    book = with_callers(settings, read, as_json=as_json)
    found = [entry for entry in book.entries() if identity_of(entry).kind is kind and holds(entry)]
    if as_json:
        print_json({"exitCode": int(Exit.OK), f"{kind}s": [json_of(entry) for entry in found]})
        return
    for entry in found:
        typer.echo(line_of(entry))
    if not found:
        typer.echo(f"no {kind} is registered")


def suspend(identity: Identity, settings_file: Path | None, *, as_json: bool) -> None:
    """Suspend and tell what that stops."""
    settings = read_settings(settings_file, as_json=as_json)

    async def act(register: CallersRegister) -> tuple[bool, str]:
        return await register.suspend(identity, at=hour(), who=operator()), _stopped(identity, register.book)

    is_new, stopped = with_callers(settings, act, as_json=as_json)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "isActive": False, "changed": is_new})
    elif is_new:
        typer.echo(f"{identity} is suspended: {stopped}; {AT_ONCE}")
    else:
        typer.echo(f"{identity} was suspended before")


def resume(identity: Identity, settings_file: Path | None, *, as_json: bool) -> None:
    """End a suspension and tell it."""
    settings = read_settings(settings_file, as_json=as_json)
    is_new = with_callers(
        settings, lambda register: register.resume(identity, at=hour(), who=operator()), as_json=as_json
    )
    if as_json:
        print_json({"exitCode": int(Exit.OK), "isActive": True, "changed": is_new})
    elif is_new:
        typer.echo(f"{identity} may ask again; {AT_ONCE}")
    else:
        typer.echo(f"{identity} was not suspended")


async def let_go(before: Collection[threading.Thread]) -> None:
    """Wait for SQLite's threads: one whose database could not be opened speaks to the loop once more as it ends."""
    for thread in threading.enumerate():
        if thread not in before and _SQLITE_THREAD in thread.name:
            await asyncio.to_thread(thread.join, _PATIENCE_S)


def _stopped(identity: Identity, book: CallerBook) -> str:
    match identity.kind:
        case Kind.ORGANISATION:
            clients = sum(client.organisation_id == identity.name for client in book.clients.values())
            officers = sum(officer.organisation_id == identity.name for officer in book.officers.values())
            return f"none of its {clients} clients and {officers} officers gets a token or an answer"
        case Kind.CLIENT:
            return "it gets no token, and the tokens that it has are not believed any more"
        case Kind.OFFICER:
            return "no token that names this officer is believed any more"
