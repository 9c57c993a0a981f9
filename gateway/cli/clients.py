"""`creditgraph clients`: the systems that ask for tokens, by what they prove themselves and what they may ask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.callers_acts import AsJson, add_entry, list_entries, resume, suspend
from gateway.cli.client_proofs import ProofFault, made_key, public_keys, thumbprint
from gateway.cli.exits import end_with
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.registers.callers_book import Identity, Kind
from gateway.registers.callers_entry import Binding, Client, Grant
from gateway.settings import Settings
from schema.vocabulary.identifiers import InvalidCode, SubjectId

_Id = Annotated[str, typer.Argument(metavar="ID", help="The client's id.")]
UNBOUND = "without a binding, whoever steals a token of this client can use it"


def add_client_commands(group: typer.Typer) -> None:
    """The commands below `clients`."""
    group.command("add")(add_client)
    group.command("list")(list_clients)
    group.command("suspend")(suspend_client)
    group.command("resume")(resume_client)


def add_client(
    client_id: _Id,
    organisation: Annotated[str, typer.Option(metavar="ID", help="The organisation whose it is.")] = "",
    subject: Annotated[str, typer.Option(metavar="CODE", help="Or the subject that asks about itself by it.")] = "",
    scope: Annotated[list[str] | None, typer.Option(help="A scope that it may have.")] = None,
    grant: Annotated[
        list[Grant] | None, typer.Option(help="A way to a token; client_credentials unless given.")
    ] = None,
    redirect_uri: Annotated[list[str] | None, typer.Option(help="An address that codes are sent to.")] = None,
    keys: Annotated[Path | None, typer.Option(metavar="FILE", help="JWK set of its public keys.")] = None,
    make_key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Make a new private key for it (JWK set, for its owner alone).")
    ] = None,
    certificate: Annotated[Path | None, typer.Option(metavar="FILE", help="Its certificate, PEM.")] = None,
    binding: Annotated[
        Binding, typer.Option(case_sensitive=False, help="To what its tokens are bound.")
    ] = Binding.DPOP,
    issuer: Annotated[str, typer.Option(metavar="NAME", help="The outside issuer whose tokens name it.")] = "",
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Register a client, or tell it anew.

    Exit codes: 0 registered; 2 the entry, a file or the settings are wrong; 3 the register cannot be written.
    """
    settings = read_settings(settings_file, as_json=as_json)
    if keys is not None and make_key is not None:
        end_with(["give the client's keys with --keys, or have one made with --make-key, not both"], as_json=as_json)
    if issuer == "" and (keys, make_key, certificate) == (None, None, None):
        end_with(["a client proves itself: give --keys, --make-key or --certificate"], as_json=as_json)
    if issuer and issuer not in settings.identity.outside:
        end_with(["no such issuer stands in the settings, below `identity.outside`"], as_json=as_json)
    entry = Client(
        client_id,
        organisation,
        _subject(subject, settings, as_json=as_json),
        issuer=issuer,
        scopes=frozenset(scope or ()),
        grants=frozenset(grant or {Grant.CLIENT_CREDENTIALS}),
        redirect_uris=tuple(redirect_uri or ()),
        binding=binding,
    )
    warnings = [UNBOUND] if binding is Binding.NONE else []
    try:
        with made_key(make_key) as made:
            entry = replace(
                entry,
                keys=made or (public_keys(keys) if keys else ""),
                certificate=thumbprint(certificate) if certificate else "",
            )
            add_entry(entry, settings, as_json=as_json, warnings=warnings)
    except ProofFault as fault:
        end_with([str(fault)], as_json=as_json)


def list_clients(
    organisation: Annotated[str | None, typer.Option(metavar="ID", help="Of one organisation only.")] = None,
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the clients.

    Exit codes: 0 shown; 2 the settings are wrong; 3 the register cannot be read.
    """
    list_entries(
        Kind.CLIENT,
        settings_file,
        as_json=as_json,
        holds=lambda entry: isinstance(entry, Client) and organisation in (None, entry.organisation_id),
    )


def suspend_client(client_id: _Id, settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """Stop a client, at once and in every running gateway.

    Exit codes: 0 suspended; 2 nobody is registered so, or the settings are wrong; 3 the register cannot be written.
    """
    suspend(Identity(Kind.CLIENT, client_id), settings_file, as_json=as_json)


def resume_client(client_id: _Id, settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """End the suspension of a client.

    Exit codes: 0 done; 2 nobody is registered so, or the settings are wrong; 3 the register cannot be written.
    """
    resume(Identity(Kind.CLIENT, client_id), settings_file, as_json=as_json)


def _subject(code: str, settings: Settings, *, as_json: bool) -> SubjectId | None:
    if not code:
        return None
    try:
        return SubjectId.parse(code, frozenset(settings.catalog.code_exceptions))
    except InvalidCode as fault:
        end_with([str(fault)], as_json=as_json)
