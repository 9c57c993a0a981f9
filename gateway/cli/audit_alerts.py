"""`creditgraph audit alerts`: whom somebody should look at again, as on file, and what is raised while one waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final

import orjson
import typer

from gateway.cli.audit_office import AuditOffice, with_audit
from gateway.cli.callers_acts import AsJson
from gateway.cli.exits import Exit, print_json
from gateway.cli.inquiry_office import day_of
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.cli.values import safe
from gateway.registers.alerts import AlertRegister
from gateway.registers.alerts_entry import AlertQuery, FiledAlert
from schema.vocabulary.alerts import AlertRule, Watched

_PORTION: Final = 500
_PAUSE_S: Final = 1.0


def list_alerts(
    since: Annotated[str, typer.Option(metavar="DAY", help="Only those that ended on this day or later.")] = "",
    rule: Annotated[
        AlertRule | None, typer.Option(metavar="RULE", case_sensitive=False, help="Only those of this rule.")
    ] = None,
    organisation: Annotated[str, typer.Option(metavar="ID", help="Only those about this organisation.")] = "",
    follow: Annotated[bool, typer.Option("--follow", help="Go on with what is raised, until Ctrl-C.")] = False,
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Show alerts, the oldest first; with --follow and --json one JSON object a line.

    Exit codes: 0 shown, also if there is none; 2 the command or the settings are wrong; 3 the register cannot be read.
    """
    settings = read_settings(settings_file, as_json=as_json)
    query = AlertQuery(rule, organisation or None, from_day=day_of(since, "--since", as_json=as_json))
    found: list[Mapping[str, Any]] = []

    def tell(filed: FiledAlert) -> None:
        if not as_json:
            typer.echo(line_of(filed))
        elif follow:
            typer.echo(orjson.dumps(json_of(filed)).decode())
        else:
            found.append(json_of(filed))

    async def read(office: AuditOffice) -> int:
        return await tell_alerts(office.alerts, query, tell, pause=_pause if follow else None)

    try:
        count = with_audit(settings, read, as_json=as_json)
    except KeyboardInterrupt:
        return
    if as_json:
        print_json({"exitCode": int(Exit.OK), "alerts": found})
    elif not count:
        typer.echo("no alert is on file")


async def tell_alerts(
    register: AlertRegister,
    query: AlertQuery,
    tell: Callable[[FiledAlert], None],
    *,
    pause: Callable[[], Awaitable[None]] | None = None,
) -> int:
    """Tell those on file; with a `pause` then those that come, again and again. How many there were without one.

    Errors:  RegisterFault
    """
    number = count = 0
    while True:
        while found := await register.after(number, query, first=_PORTION):
            for filed in found:
                tell(filed)
            number, count = found[-1].number, count + len(found)
        if pause is None:
            return count
        await pause()


async def _pause() -> None:
    await asyncio.sleep(_PAUSE_S)


def line_of(filed: FiledAlert) -> str:
    """One alert on one line."""
    alert = filed.alert
    span = f"{alert.begins:%Y-%m-%d %H:%M:%S} to {alert.ends:%H:%M:%S}"
    what = f"{alert.count} counted, positions {alert.first} to {alert.last}"
    return safe(f"{filed.name}  {span}  {alert.rule.value} ({alert.article})  {_person(alert.who)}  {what}")


def json_of(filed: FiledAlert) -> dict[str, Any]:
    """One alert as JSON tells it, keyed as on the graph."""
    alert = filed.alert
    return {
        "id": filed.name,
        "rule": alert.rule.value,
        "article": str(alert.article),
        "organisation": alert.who.organisation or None,
        "client": alert.who.client or None,
        "officer": alert.who.officer or None,
        "begins": alert.begins.isoformat(),
        "ends": alert.ends.isoformat(),
        "count": alert.count,
        "firstPosition": alert.first,
        "lastPosition": alert.last,
        "raisedAt": filed.raised_at.isoformat(),
        "position": filed.position,
    }


def _person(who: Watched) -> str:
    named = f"officer {who.officer}" if who.officer else f"client {who.client}"
    if not (who.officer or who.client):
        return "the public"
    return f"{named} of {who.organisation}" if who.organisation else named
