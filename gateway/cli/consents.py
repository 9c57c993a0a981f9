"""`creditgraph consents`: what stands on file, its signatures verified, and an end to it by the operator."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.consent_office import Office, with_office
from gateway.cli.consent_proof import ProofFault, read_statements, verified
from gateway.cli.consent_told import chain_of, json_of_consent, line_of_consent
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.cli.standing import consents_of
from gateway.pipeline.admit import hour
from gateway.registers.consents_entry import ConsentFile, Party
from gateway.rights.consents import Actor
from schema.vocabulary.consents import ConsentAct
from schema.vocabulary.identifiers import InvalidCode, SubjectId

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Id = Annotated[str, typer.Argument(metavar="ID", help="The consent's id.")]
_AT_ONCE = "no running gateway answers on it any more"


def add_consent_commands(group: typer.Typer) -> None:
    """The commands below `consents`."""
    group.command("list")(list_consents)
    ids = {"ignore_unknown_options": True}  # an id may begin with a hyphen
    group.command("revoke", context_settings=ids)(revoke_consent)
    group.command("verify", context_settings=ids)(verify_consent)


def list_consents(
    subject: Annotated[str, typer.Option(metavar="CODE", help="Of this subject.")] = "",
    organisation: Annotated[str, typer.Option(metavar="ID", help="Or to this organisation.")] = "",
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Show consents, the one that was asked for last first.

    Exit codes: 0 shown, also if there is none; 1 a consent on file was altered; 2 the command, the keys or the settings
    are wrong; 3 the register cannot be read.
    """
    settings = read_settings(settings_file, as_json=as_json)
    if bool(subject) == bool(organisation):
        end_with(["name a subject or an organisation: --subject CODE or --organisation ID"], as_json=as_json)
    try:
        code = SubjectId.parse(subject, frozenset(settings.catalog.code_exceptions)) if subject else None
    except InvalidCode as fault:
        end_with([str(fault)], as_json=as_json)

    async def read(office: Office) -> Sequence[ConsentFile]:
        return await consents_of(office, subject=code, organisation=organisation)

    found, now = with_office(settings, read, as_json=as_json), hour()
    if as_json:
        print_json({"exitCode": int(Exit.OK), "consents": [json_of_consent(file, now) for file in found]})
        return
    for file in found:
        typer.echo(line_of_consent(file, now))
    if not found:
        typer.echo("no consent is on file")


def revoke_consent(consent_id: _Id, settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """Withdraw a consent for its subject; every running gateway knows it with the next request.

    Exit codes: 0 withdrawn; 1 there is none of this id, it had ended before, or it was altered; 2 the keys or the
    settings are wrong; 3 the register cannot be written.
    """
    settings = read_settings(settings_file, as_json=as_json)
    actor = Actor(Party.OPERATOR, evidence={"door": "operator"})

    async def revoke(office: Office) -> ConsentFile:
        return await office.consents.act(consent_id, ConsentAct.REVOKE, actor=actor, now=hour())

    file = with_office(settings, revoke, as_json=as_json)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "consent": json_of_consent(file, hour())})
    else:
        typer.echo(f"consent {file.consent_id} is {file.state_at(hour()).value}; {_AT_ONCE}")


def verify_consent(
    named: Annotated[str, typer.Argument(metavar="ID|FILE", help="A consent on file, or a file of signed statements.")],
    keys: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Public keys (JWK set) that a file is held against.")
    ] = None,
    issuer: Annotated[str, typer.Option(metavar="URL", help="Whose statements a file has to hold.")] = "",
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Check every signature of a consent and the chain between them, and print what it proves.

    A file holds statements as the graph's `signed` tells them: a JSON list, an object with `signed`, or one a line.
    With --keys and --issuer nothing else of the gateway is needed; without, the settings name them.

    Exit codes: 0 all of it holds; 1 it does not, or there is no such consent; 2 the file, the keys or the settings
    cannot be used; 3 the register cannot be read.
    """
    try:
        if Path(named).is_file():
            file = _of_file(Path(named), keys, issuer=issuer, settings_file=settings_file, as_json=as_json)
        else:
            file = _on_file(named, settings_file, as_json=as_json)
    except ProofFault as fault:
        end_with([str(fault)], as_json=as_json, code=Exit.FINDINGS if fault.is_finding else Exit.FAULT)
    now = hour()
    if as_json:
        print_json({"exitCode": int(Exit.OK), "consent": json_of_consent(file, now)})
        return
    typer.echo(line_of_consent(file, now))
    for line in chain_of(file):
        typer.echo(line)
    typer.echo(f"all {len(file.statements)} signatures fit, and each statement names the one before it")


def _of_file(path: Path, keys: Path | None, *, issuer: str, settings_file: Path | None, as_json: bool) -> ConsentFile:
    if keys is None or not issuer:
        identity = read_settings(settings_file, as_json=as_json).identity
        keys, issuer = keys or identity.keys, issuer or identity.issuer
    return verified(read_statements(path), keys, issuer)


def _on_file(consent_id: str, settings_file: Path | None, *, as_json: bool) -> ConsentFile:
    settings = read_settings(settings_file, as_json=as_json)

    async def read(office: Office) -> ConsentFile | None:
        return (await office.consents.files([consent_id])).get(consent_id)

    file = with_office(settings, read, as_json=as_json)
    if file is None:
        raise ProofFault("there is no such consent, and no such file", is_finding=True)
    return file
