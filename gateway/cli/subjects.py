"""`creditgraph subjects`: who may sign in to answer consent requests for itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from gateway.cli.callers_acts import let_go
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.identity.sign_in import digest_of, make_secret
from gateway.registers.accounts import Account, AccountRegister
from gateway.registers.engine import RegisterFault, open_engine
from gateway.settings import Settings
from schema.vocabulary.identifiers import InvalidCode, SubjectId

Found = TypeVar("Found")
Code = Annotated[str, typer.Argument(metavar="CODE", help="Unified social credit code.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_subject_commands(group: typer.Typer) -> None:
    """Put every command here into the group."""
    group.command("add")(add_subject)
    group.command("list")(list_subjects)
    group.command("suspend")(suspend_subject)
    group.command("resume")(resume_subject)


def add_subject(
    code: Code,
    is_renewal: Annotated[
        bool, typer.Option("--renew", help="Make a new secret for a subject that has an account; the old one ends.")
    ] = False,
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Let a subject sign in, and print its sign-in secret; it is shown this once and kept nowhere.

    Exit codes: 0 done; 1 the subject has an account already, or with --renew has none; 2 the code or the settings are
    wrong; 3 the register cannot be written.
    """
    settings = read_settings(settings_file, as_json=as_json)
    subject = _subject(code, settings, as_json=as_json)
    secret = make_secret()
    digest = digest_of(secret)
    is_done = _with_register(
        settings,
        lambda register: register.renew(subject, digest) if is_renewal else register.add(Account(subject, digest)),
        as_json=as_json,
    )
    if not is_done:
        end_with([_NO_ACCOUNT if is_renewal else _HAS_ACCOUNT], as_json=as_json, code=Exit.FINDINGS)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "subject": str(subject), "secret": secret})
    else:
        typer.echo(f"{subject} can sign in now; hand over this secret, it is not shown again:\n{secret}")


def list_subjects(settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """Show every subject with an account.

    Exit codes: 0 shown, also if there is none; 2 the settings are wrong; 3 the register cannot be read.
    """
    settings = read_settings(settings_file, as_json=as_json)
    accounts = _with_register(settings, lambda register: register.listed(), as_json=as_json)
    if as_json:
        listed = [{"subject": str(account.subject), "isActive": account.is_active} for account in accounts]
        print_json({"exitCode": int(Exit.OK), "subjects": listed})
        return
    for account in accounts:
        typer.echo(str(account.subject) if account.is_active else f"{account.subject}  suspended")
    if not accounts:
        typer.echo("no subject has an account")


def suspend_subject(code: Code, settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """Let a subject sign in no longer; pages that it has open end at once in every running gateway.

    Exit codes: 0 done; 1 the subject has no account; 2 the code or the settings are wrong; 3 the register cannot be
    written.
    """
    _switch(code, settings_file, is_active=False, as_json=as_json)


def resume_subject(code: Code, settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """Let a suspended subject sign in again, with the secret that it had.

    Exit codes: as for `suspend`.
    """
    _switch(code, settings_file, is_active=True, as_json=as_json)


_HAS_ACCOUNT = "the subject has an account already; `--renew` makes a new secret for it"
_NO_ACCOUNT = "the subject has no account"


def _switch(code: str, settings_file: SettingsFile, *, is_active: bool, as_json: bool) -> None:
    settings = read_settings(settings_file, as_json=as_json)
    subject = _subject(code, settings, as_json=as_json)
    is_known = _with_register(settings, lambda register: register.switch(subject, is_active=is_active), as_json=as_json)
    if not is_known:
        end_with([_NO_ACCOUNT], as_json=as_json, code=Exit.FINDINGS)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "subject": str(subject), "isActive": is_active})
    elif is_active:
        typer.echo(f"{subject} can sign in again, with the secret that it had")
    else:
        typer.echo(f"{subject} can no longer sign in; this acts at once in every running gateway")


def _subject(code: str, settings: Settings, *, as_json: bool) -> SubjectId:
    try:
        return SubjectId.parse(code, frozenset(settings.catalog.code_exceptions))
    except InvalidCode as fault:
        end_with([str(fault)], as_json=as_json)


def _with_register(settings: Settings, act: Callable[[AccountRegister], Awaitable[Found]], *, as_json: bool) -> Found:
    """Open the register, do one thing, close it; or end the command."""

    async def opened() -> Found:
        before = frozenset(threading.enumerate())
        engine = open_engine(settings.database.url.get_secret_value())
        try:
            register = AccountRegister(engine)
            await register.start()
            return await act(register)
        finally:
            await engine.dispose()
            await let_go(before)

    try:
        return asyncio.run(opened())
    except RegisterFault as fault:
        end_with([str(fault)], as_json=as_json, code=Exit.UNREACHABLE)
