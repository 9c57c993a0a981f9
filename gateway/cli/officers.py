"""`creditgraph officers`: the persons who ask for an organisation, by its own ids."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.callers_acts import AsJson, add_entry, list_entries, resume, suspend
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.registers.callers_book import Identity, Kind
from gateway.registers.callers_entry import Officer

_Organisation = Annotated[str, typer.Argument(metavar="ORGANISATION", help="The organisation's id.")]
_Id = Annotated[str, typer.Argument(metavar="ID", help="The officer's id in the organisation; never a name.")]


def add_officer_commands(group: typer.Typer) -> None:
    """The commands below `officers`."""
    group.command("add")(add_officer)
    group.command("list")(list_officers)
    group.command("suspend")(suspend_officer)
    group.command("resume")(resume_officer)


def add_officer(
    organisation_id: _Organisation,
    officer_id: _Id,
    item: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="A catalog item to use; `*` for all of the unit's.")
    ] = None,
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Register an officer, or tell the officer's authority anew.

    Exit codes: 0 registered; 2 the entry or the settings are wrong; 3 the register cannot be written.
    """
    entry = Officer(organisation_id, officer_id, frozenset(item or ()))
    add_entry(entry, read_settings(settings_file, as_json=as_json), as_json=as_json)


def list_officers(
    organisation: Annotated[str | None, typer.Option(metavar="ID", help="Of one organisation only.")] = None,
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the officers.

    Exit codes: 0 shown; 2 the settings are wrong; 3 the register cannot be read.
    """
    list_entries(
        Kind.OFFICER,
        settings_file,
        as_json=as_json,
        holds=lambda entry: isinstance(entry, Officer) and organisation in (None, entry.organisation_id),
    )


def suspend_officer(
    organisation_id: _Organisation, officer_id: _Id, settings_file: SettingsFile = None, as_json: AsJson = False
) -> None:
    """Stop an officer, at once and in every running gateway.

    Exit codes: 0 suspended; 2 nobody is registered so, or the settings are wrong; 3 the register cannot be written.
    """
    suspend(Identity(Kind.OFFICER, officer_id, organisation_id), settings_file, as_json=as_json)


def resume_officer(
    organisation_id: _Organisation, officer_id: _Id, settings_file: SettingsFile = None, as_json: AsJson = False
) -> None:
    """End the suspension of an officer.

    Exit codes: 0 done; 2 nobody is registered so, or the settings are wrong; 3 the register cannot be written.
    """
    resume(Identity(Kind.OFFICER, officer_id, organisation_id), settings_file, as_json=as_json)
