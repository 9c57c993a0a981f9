"""`creditgraph inquiries`: who has looked at a subject, as the subject is told it, and the same as a signed text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.consent_proof import BelievedKeys
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.inquiry_office import InquiryOffice, day_of, subject_of, with_inquiries
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.cli.values import safe
from gateway.identity.keys import KeyFault, load_key_set
from gateway.identity.statements import StatementFault, StatementSigner
from gateway.pipeline.admit import hour
from gateway.pipeline.inquiry_export import EXPORT_TYPE, export_claims
from gateway.rights.inquiries import Asking, Days

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Subject = Annotated[str, typer.Option("--subject", metavar="CODE", help="Unified social credit code.")]
FirstDay = Annotated[str, typer.Option("--from", metavar="DAY", help="Only inquiries of this day or a later one.")]
LastDay = Annotated[str, typer.Option("--to", metavar="DAY", help="Only inquiries of this day or an earlier one.")]


def add_inquiry_commands(group: typer.Typer) -> None:
    """The commands below `inquiries` that read."""
    group.command("show")(show_inquiries)
    group.command("export")(export_inquiries)
    group.command("verify")(verify_inquiries)


def show_inquiries(
    subject: Subject,
    first_day: FirstDay = "",
    last_day: LastDay = "",
    most: Annotated[int, typer.Option("--most", min=1, max=1000, help="How many, the latest first.")] = 50,
    with_withheld: Annotated[
        bool, typer.Option("--with-withheld", help="Also those that the subject is not told of yet, marked.")
    ] = False,
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Show who has looked at a subject: what the subject itself is told on the graph.

    Exit codes: 0 shown, also if nobody has; 2 the command, the keys or the settings are wrong; 3 the log cannot be
    read.
    """
    settings = read_settings(settings_file, as_json=as_json)
    code = subject_of(subject, settings, as_json=as_json)
    days = Days(day_of(first_day, "--from", as_json=as_json), day_of(last_day, "--to", as_json=as_json))
    asking = Asking(code, hour().date(), days)

    async def read(office: InquiryOffice) -> Sequence[tuple[Mapping[str, Any], bool]]:
        desk = office.teller.desk
        if with_withheld:
            marked = await desk.withheld(asking, first=most)
        else:
            marked = [(one, False) for one in (await desk.page(asking, first=most)).entries]
        facts = await office.teller.facts([one for one, _ in marked], code, office.catalog())
        return [(told, is_withheld) for told, (_, is_withheld) in zip(facts, marked, strict=True)]

    found = with_inquiries(settings, read, as_json=as_json)
    if as_json:
        told = [{**facts, **({"withheld": mark} if with_withheld else {})} for facts, mark in found]
        print_json({"exitCode": int(Exit.OK), "subject": str(code), "inquiries": told})
        return
    for facts, is_withheld in found:
        typer.echo(_line(facts) + ("  (withheld)" if is_withheld else ""))
    if not found:
        typer.echo("no inquiry is told")


def export_inquiries(
    subject: Subject,
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write it to a file.")] = None,
    first_day: FirstDay = "",
    last_day: LastDay = "",
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Sign what a subject is told of the inquiries about it: of the last twelve months, or of the days that are given.

    Exit codes: 0 done; 2 the command, the keys, the settings or the file are wrong; 3 the log cannot be read.
    """
    settings = read_settings(settings_file, as_json=as_json)
    code = subject_of(subject, settings, as_json=as_json)
    given = Days(day_of(first_day, "--from", as_json=as_json), day_of(last_day, "--to", as_json=as_json))
    days = given if given != Days() else None

    async def sign(office: InquiryOffice) -> tuple[str, Mapping[str, Any]]:
        claims = await export_claims(code, office.catalog(), teller=office.teller, now=hour(), days=days)
        return office.teller.signed(claims), claims

    signed, claims = with_inquiries(settings, sign, as_json=as_json)
    if output is not None:
        try:
            output.write_text(signed + "\n", "ascii")
        except OSError as fault:
            end_with([f"`{output}` cannot be written: {fault.strerror}"], as_json=as_json)
    if as_json:
        where = {"output": str(output)} if output is not None else {"signed": signed}
        print_json({"exitCode": int(Exit.OK), **where, "inquiries": len(claims["inquiries"])})
    elif output is None:
        typer.echo(signed)
    else:
        typer.echo(f"`{output}` holds {len(claims['inquiries'])} inquiries, signed")


def verify_inquiries(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The signed text.")],
    keys: Annotated[Path, typer.Option(metavar="FILE", help="The gateway's public keys (JWK set).")],
    as_json: AsJson = False,
) -> None:
    """Check a signed list of inquiries against the gateway's public keys, and print what it says. No gateway is needed.

    Exit codes: 0 it holds; 1 it does not; 2 a file cannot be used.
    """
    try:
        text, believed = file.read_text("ascii").strip(), BelievedKeys(load_key_set(keys))
    except (OSError, UnicodeDecodeError):
        end_with([f"`{file}` cannot be read"], as_json=as_json)
    except KeyFault as fault:
        end_with([str(fault)], as_json=as_json)
    try:
        claims = StatementSigner(believed).verify(text, EXPORT_TYPE)
    except StatementFault as fault:
        end_with([f"this proves nothing: {fault}"], as_json=as_json, code=Exit.FINDINGS)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "claims": claims})
        return
    for facts in claims["inquiries"]:
        typer.echo(_line(facts))
    which = "all" if claims["complete"] else "the latest"
    typer.echo(
        safe(
            f"the signature fits: {which} {len(claims['inquiries'])} inquiries about {claims['sub']}, "
            f"{claims['from'] or '…'} to {claims['to'] or '…'}, told by {claims['iss']}"
        )
    )


def _line(facts: Mapping[str, Any]) -> str:
    """One inquiry: when, who, to what end, what became of it, of what something was shown, and by what right."""
    unit = facts["organisation"]
    who = f"{unit['name'] or unit['id']} ({facts['callerClass']})" if unit is not None else facts["callerClass"]
    parts = [facts["at"][:16].replace("T", " "), who, facts["purpose"] or "no purpose", facts["outcome"]]
    items = ", ".join(item["code"] or item["name"] for item in facts["items"])
    basis = "; ".join(facts["legalBasis"])
    shown = f": {items} by {basis}" if items else ""
    consents = f", with consent {', '.join(facts['consents'])}" if facts["consents"] else ""
    return safe(f"{'  '.join(parts)}{shown}{consents}")
