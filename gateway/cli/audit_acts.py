"""`creditgraph audit`: the operator signs how far the log is, lets go of what is over, and grants its use."""

from __future__ import annotations

import re
from typing import Annotated, Final

import typer

from gateway.cli.audit_alerts import list_alerts
from gateway.cli.audit_export import export_log
from gateway.cli.audit_office import AuditOffice, with_audit
from gateway.cli.audit_verify import add_audit_verify
from gateway.cli.callers_acts import AsJson
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.pipeline.admit import hour
from gateway.registers.grants import gateway_grants
from gateway.registers.log_latest import latest_statement

_PERIOD: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_Yes = Annotated[bool, typer.Option("--yes", help="Do not ask back.")]


def add_audit_commands(group: typer.Typer) -> None:
    """The commands below `audit`."""
    group.command("export")(export_log)
    add_audit_verify(group)
    group.command("alerts")(list_alerts)
    group.command("checkpoint")(sign_checkpoint)
    group.command("drop-segment")(drop_segment)
    group.command("destroy-key")(destroy_key)
    group.command("grants")(print_grants)


def sign_checkpoint(settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """Sign how far the log has come, now instead of within the minute, and print the statement to be kept elsewhere.

    Exit codes: 0 printed, also if there was nothing new; 1 the log is empty; 2 the keys or the settings are wrong; 3
    the log cannot be written.
    """
    settings = read_settings(settings_file, as_json=as_json)

    async def sign(office: AuditOffice) -> str | None:
        async with office.writing() as log:
            await log.checkpoint(hour())
            return await latest_statement(log, await log.head())

    statement = with_audit(settings, sign, as_json=as_json)
    if statement is None:
        end_with(["the log is empty"], as_json=as_json, code=Exit.FINDINGS)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "checkpoint": statement})
    else:
        typer.echo(statement)


def drop_segment(
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="A closed segment, as an export counts them.")],
    yes: _Yes = False,
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Delete a closed segment's entries whole, with the alerts that rest on them; what is left still verifies.

    On PostgreSQL for the tables' owner: name its account in CREDITGRAPH__DATABASE__URL.

    Exit codes: 0 deleted, or it was before; 1 the segment is not closed; 2 the settings are wrong, or nobody said yes;
    3 the database refuses.
    """
    settings = read_settings(settings_file, as_json=as_json)
    _ask_back(f"delete the entries of segment {number} for ever?", yes=yes, as_json=as_json)

    async def drop(office: AuditOffice) -> tuple[int, int]:
        async with office.writing() as log:
            entries = await log.drop_segment(number, hour())
        await office.alerts.start()
        return entries, await office.alerts.forget_dropped()

    entries, alerts = with_audit(settings, drop, as_json=as_json)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "segment": number, "entries": entries, "alerts": alerts})
    else:
        typer.echo(f"segment {number} is dropped: {entries} entries, {alerts} alerts; its closing statement stays")


def destroy_key(
    period: Annotated[str, typer.Argument(metavar="PERIOD", help="A calendar month that has ended: 2026-01.")],
    yes: _Yes = False,
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Destroy the key under which the log names subjects in a month: nobody can find or link them there any more.

    Copies in backups are for their keeper to destroy. On PostgreSQL for the tables' owner: name its account in
    CREDITGRAPH__DATABASE__URL.

    Exit codes: 0 destroyed; 1 there is none, or its month has not ended; 2 the settings are wrong, or nobody said yes;
    3 the database refuses.
    """
    settings = read_settings(settings_file, as_json=as_json)
    if not _PERIOD.fullmatch(period):
        end_with(["a period is a calendar month: YYYY-MM"], as_json=as_json)
    _ask_back(f"destroy the key of {period} for ever?", yes=yes, as_json=as_json)

    async def destroy(office: AuditOffice) -> bool:
        await office.subject_keys.start()
        return await office.subject_keys.destroy(period, hour())

    if not with_audit(settings, destroy, as_json=as_json):
        end_with([f"there is no key of {period}"], as_json=as_json, code=Exit.FINDINGS)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "period": period})
    else:
        typer.echo(f"the key of {period} is destroyed; a running gateway forgets it when it next tells of inquiries")


def print_grants(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="The PostgreSQL role by which gateways are to run.")],
) -> None:
    """Print what the tables' owner has to tell PostgreSQL so that a gateway can run by a role that owns nothing.

    It may add to the log and to consents and change nothing in them, and only read who may ask.

    Exit codes: 0 printed.
    """
    for statement in gateway_grants(role):
        typer.echo(f"{statement};")


def _ask_back(question: str, *, yes: bool, as_json: bool) -> None:
    if yes:
        return
    if as_json or not typer.confirm(question):
        end_with(["nothing was done; say --yes to have it done without asking back"], as_json=as_json)
