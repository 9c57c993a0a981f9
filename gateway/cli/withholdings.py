"""`creditgraph inquiries withhold`: keeps inquiries of an open investigation from their subjects until a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import typer

from gateway.cli.callers_acts import AsJson, operator
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.inquiry_office import InquiryOffice, day_of, subject_of, with_inquiries
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.cli.values import safe
from gateway.pipeline.admit import hour, statement
from gateway.pipeline.seal_statement import desensitised
from gateway.registers.withholding_entry import Withholding
from gateway.rights.withholding import Wanted
from schema.vocabulary.caller import Purpose


def add_withholding_commands(group: typer.Typer) -> None:
    """The commands below `inquiries` that keep something back."""
    group.command("withhold")(withhold_inquiries)
    group.command("list-withheld")(list_withheld)
    group.command("lift")(lift_withholding)


def withhold_inquiries(
    organisation: Annotated[str, typer.Option(metavar="ID", help="Whose inquiries.")],
    until: Annotated[str, typer.Option(metavar="DAY", help="The last day, included; at most a year ahead.")],
    basis: Annotated[str, typer.Option(metavar="ARTICLE", help="The article that it rests on.")],
    purpose: Annotated[Purpose | None, typer.Option(metavar="PURPOSE", help="Only those for this purpose.")] = None,
    case: Annotated[str, typer.Option(metavar="TEXT", help="Only those with this case reference.")] = "",
    client: Annotated[str, typer.Option(metavar="ID", help="Only those through this client.")] = "",
    subject: Annotated[str, typer.Option(metavar="CODE", help="Only those about this subject.")] = "",
    first_day: Annotated[
        str, typer.Option("--from", metavar="DAY", help="Only those of this day or a later one.")
    ] = "",
    last_day: Annotated[
        str, typer.Option("--to", metavar="DAY", help="Only those of this day or an earlier one.")
    ] = "",
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Leave inquiries out of what their subjects are told, those to come as well; everything that is named has to hold.

    Lists, totals and pages are then as if these inquiries had never been. From the day after the last they are told.

    Exit codes: 0 filed; 1 it is refused; 2 the command, the keys or the settings are wrong; 3 the register cannot be
    written.
    """
    settings = read_settings(settings_file, as_json=as_json)
    wanted = Wanted(
        organisation,
        _day(until, as_json=as_json),
        basis,
        operator(),
        client=client,
        purpose=purpose,
        case=_case(case, as_json=as_json),
        subject=subject_of(subject, settings, as_json=as_json) if subject else None,
        first_day=day_of(first_day, "--from", as_json=as_json),
        last_day=day_of(last_day, "--to", as_json=as_json),
    )

    async def file(office: InquiryOffice) -> Withholding:
        return await office.withholding.withhold(wanted, now=hour())

    filed = with_inquiries(settings, file, as_json=as_json)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "withholding": _json(filed)})
    else:
        typer.echo(f"{_line(filed)}; this acts at once in every running gateway")


def list_withheld(settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """Show every withholding that was ever filed, the latest first, and which of them are in force.

    Exit codes: 0 shown, also if there is none; 2 the keys or the settings are wrong; 3 the register cannot be read.
    """
    settings = read_settings(settings_file, as_json=as_json)

    async def read(office: InquiryOffice) -> Sequence[Withholding]:
        return await office.withholding.listed()

    found, today = with_inquiries(settings, read, as_json=as_json), hour().date()
    if as_json:
        told = [{**_json(one), "isInForce": one.is_in_force(today)} for one in found]
        print_json({"exitCode": int(Exit.OK), "withholdings": told})
        return
    for one in found:
        state = "" if one.is_in_force(today) else "  lifted" if one.lifted_at is not None else "  over"
        typer.echo(_line(one) + state)
    if not found:
        typer.echo("nothing was ever withheld")


def lift_withholding(
    withholding_id: Annotated[str, typer.Argument(metavar="ID", help="The withholding's id.")],
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """End a withholding before its time: the inquiries are told from now on.

    Exit codes: 0 done; 1 there is no such withholding, or it was lifted before; 2 the keys or the settings are wrong;
    3 the register cannot be written.
    """
    settings = read_settings(settings_file, as_json=as_json)

    async def lift(office: InquiryOffice) -> None:
        await office.withholding.lift(withholding_id, by=operator(), now=hour())

    with_inquiries(settings, lift, as_json=as_json)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "lifted": withholding_id})
    else:
        typer.echo(f"{safe(withholding_id)} is lifted; this acts at once in every running gateway")


def _case(text: str, *, as_json: bool) -> str:
    """The reference as the log has it, which has to name one case: struck texts of several cases are the same."""
    kept = desensitised(statement(text)) or ""
    if "*" in kept:
        message = "the log keeps this case reference with a part struck out, by which no case is told from others"
        end_with([f"{message}; name a client or a purpose, and the days"], as_json=as_json)
    return kept


def _day(text: str, *, as_json: bool) -> date:
    day = day_of(text, "--until", as_json=as_json)
    if day is None:
        end_with(["--until has to be a calendar day: YYYY-MM-DD"], as_json=as_json)
    return day


def _line(one: Withholding) -> str:
    chosen = one.selection
    named = [
        chosen.organisation,
        f"client {chosen.client}" if chosen.client else "",
        chosen.purpose,
        "one case" if chosen.case else "",
        "one subject" if chosen.subject else "",
    ]
    days = f"{chosen.first_day or '…'} to {chosen.last_day or '…'}"
    which = ", ".join(name for name in named if name)
    return safe(f"{one.withholding_id}  {which}  {days}  until {one.until}  by {one.basis}  filed by {one.filed_by}")


def _json(one: Withholding) -> Mapping[str, Any]:
    chosen = one.selection
    return {
        "id": one.withholding_id,
        "organisation": chosen.organisation,
        "client": chosen.client or None,
        "purpose": chosen.purpose or None,
        "namesCase": bool(chosen.case),
        "namesSubject": bool(chosen.subject),
        "from": chosen.first_day,
        "to": chosen.last_day,
        "until": one.until,
        "basis": one.basis,
        "filedBy": one.filed_by,
        "filedAt": one.filed_at,
        "liftedAt": one.lifted_at,
        "liftedBy": one.lifted_by or None,
    }
