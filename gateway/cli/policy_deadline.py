"""`creditgraph policy deadline`: by when a duty of the regulation must be done, counted in the official calendar."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from gateway.cli.catalog_options import Configure, read_configured
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.show_settings import read_settings
from gateway.official_calendar import CalendarFault, load_calendar
from schema.catalog.data_file import CatalogFault
from schema.catalog.jurisdiction import Deadline
from schema.catalog.jurisdiction_loader import load_jurisdiction
from schema.catalog.switches import LimitKind
from schema.vocabulary.periods import Term
from schema.vocabulary.working_days import PROMPTLY, DueDate, Interval, Stopped, WorkingDays, due_on

_Suspended: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FIRST..LAST", help="Days that do not count, such as of an inspection; without LAST: not yet over."
    ),
]
_Settings: TypeAlias = Annotated[
    Path | None,
    typer.Option("--settings", help="Settings file: values that texts have lost, and the calendar's overrides."),
]


def tell_deadline(
    code: Annotated[str, typer.Argument(help="The duty, for example D-TJ-43a.")],
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="The day of the event, which does not count.")],
    suspended: _Suspended = None,
    calendar: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Days of notices that the calendar lacks, instead of the settings' file."
        ),
    ] = None,
    settings_file: _Settings = None,
    configure: Configure = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell the last day of a duty's limit.

    Exit codes: 0 told; 1 the state sets the limit, or the clock stands still; 2 the question cannot be read.
    """
    duty = _duty(code, read_configured(configure, settings_file, as_json=as_json), as_json=as_json)
    if calendar is None and settings_file is not None:
        calendar = read_settings(settings_file, as_json=as_json).catalog.calendar_overrides
    try:
        days = load_calendar(calendar)
        pauses = tuple(_interval(one) for one in suspended or ())
        begins = date.fromisoformat(start)
    except CalendarFault as fault:
        end_with(fault.faults, as_json=as_json)
    except ValueError:
        end_with(["a day is written 2026-01-31, an interval 2026-01-31..2026-02-05 or 2026-01-31.."], as_json=as_json)
    limit = _limit(duty)
    due = due_on(begins, limit, calendar=days, suspended=pauses) if limit is not None else None
    _tell(duty, due, as_json=as_json)


def _duty(code: str, configured: dict[str, str], *, as_json: bool) -> Deadline:
    region = code.split("-")[1] if code.count("-") >= 2 else code
    try:
        deadlines = load_jurisdiction(region, configured=configured).deadlines
    except CatalogFault as fault:
        end_with(fault.faults, as_json=as_json)
    if code not in deadlines:
        end_with([f"`{code}` is no duty of {region}; there are {', '.join(sorted(deadlines))}"], as_json=as_json)
    return deadlines[code]


def _limit(duty: Deadline) -> WorkingDays | Term | None:
    """The limit in the form that can be counted; None where the state sets it."""
    match duty.limit.kind:
        case LimitKind.AT_ONCE:
            return PROMPTLY
        case LimitKind.WORKING_DAYS:
            return WorkingDays(duty.limit.working_days)
        case LimitKind.TERM:
            return duty.limit.term
        case _:
            return None


def _interval(text: str) -> Interval:
    first, dots, last = text.partition("..")
    if not dots:
        raise ValueError("an interval has two dots")
    return Interval(date.fromisoformat(first), date.fromisoformat(last) if last else None)


def _tell(duty: Deadline, due: DueDate | Stopped | None, *, as_json: bool) -> None:
    day = due.day.isoformat() if isinstance(due, DueDate) else None
    is_provisional = isinstance(due, DueDate) and due.is_provisional
    outcome = Exit.OK if day is not None else Exit.FINDINGS
    if as_json:
        stopped = due.since.isoformat() if isinstance(due, Stopped) else None
        told = {"due": day, "isProvisional": is_provisional, "stoppedSince": stopped, "limit": str(duty.limit)}
        print_json({"exitCode": int(outcome), "duty": duty.code, "article": str(duty.article), **told})
    else:
        typer.echo(f"{duty.code} ({duty.article}): {duty.event}: {duty.act}; limit {duty.limit}")
        if isinstance(due, Stopped):
            typer.echo(f"the clock stands still since {due.since}")
        elif due is None:
            typer.echo("the state sets this limit; the regulation names no number")
        else:
            note = (
                "; provisional: the calendar of that year is not announced, this is the earliest day"
                if is_provisional
                else ""
            )
            typer.echo(f"due by the end of {day}{note}")
    raise typer.Exit(outcome)
