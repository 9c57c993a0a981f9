"""`creditgraph orgs`: the organisations that may ask, and what follows from who they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from gateway.cli.callers_acts import AsJson, add_entry, list_entries, resume, suspend
from gateway.cli.exits import end_with
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.registers.callers_book import Identity, Kind
from gateway.registers.callers_entry import Level, Organisation
from schema.vocabulary.caller import CallerClass, Purpose

_Id = Annotated[str, typer.Argument(metavar="ID", help="The organisation's id; its credit code where it has one.")]


def add_organisation_commands(group: typer.Typer) -> None:
    """The commands below `orgs`."""
    group.command("add")(add_organisation)
    group.command("list")(list_organisations)
    group.command("suspend")(suspend_organisation)
    group.command("resume")(resume_organisation)


def add_organisation(
    organisation_id: _Id,
    name: Annotated[str, typer.Option("--name", help="Its name.")],
    caller_class: Annotated[CallerClass, typer.Option("--class", case_sensitive=False, help="Its class of caller.")],
    jurisdiction: Annotated[str, typer.Option(metavar="DIGITS", help="Division code of its seat, GB/T 2260.")] = "",
    level: Annotated[Level, typer.Option(case_sensitive=False, help="Its administrative level.")] = Level.NONE,
    designated: Annotated[
        list[Purpose] | None, typer.Option(case_sensitive=False, help="A purpose whose matters it has published.")
    ] = None,
    case_reference_for: Annotated[
        list[Purpose] | None, typer.Option(case_sensitive=False, help="A purpose for which it names its cases.")
    ] = None,
    agreement: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER=ITEM,ITEM…", help="An agreement with the catalog items that it reaches."),
    ] = None,
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Register an organisation, or tell it anew; without agreements its class alone says what it may see.

    Exit codes: 0 registered; 2 the entry or the settings are wrong; 3 the register cannot be written.
    """
    entry = Organisation(
        organisation_id,
        name,
        caller_class,
        jurisdiction=jurisdiction,
        level=level,
        designated=frozenset(designated or ()),
        case_reference_for=frozenset(case_reference_for or ()),
        agreements=_agreements(agreement or (), as_json=as_json),
    )
    add_entry(entry, read_settings(settings_file, as_json=as_json), as_json=as_json)


def list_organisations(settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """Show every organisation.

    Exit codes: 0 shown; 2 the settings are wrong; 3 the register cannot be read.
    """
    list_entries(Kind.ORGANISATION, settings_file, as_json=as_json)


def suspend_organisation(organisation_id: _Id, settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """Stop an organisation with all its clients and officers, at once and in every running gateway.

    Exit codes: 0 suspended; 2 nobody is registered so, or the settings are wrong; 3 the register cannot be written.
    """
    suspend(Identity(Kind.ORGANISATION, organisation_id), settings_file, as_json=as_json)


def resume_organisation(organisation_id: _Id, settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """End the suspension of an organisation; clients and officers suspended by themselves stay so.

    Exit codes: 0 done; 2 nobody is registered so, or the settings are wrong; 3 the register cannot be written.
    """
    resume(Identity(Kind.ORGANISATION, organisation_id), settings_file, as_json=as_json)


def _agreements(written: Sequence[str], *, as_json: bool) -> Mapping[str, frozenset[str]]:
    read: dict[str, frozenset[str]] = {}
    for one in written:
        number, equals, items = one.partition("=")
        if not equals or not items:
            end_with(["write an agreement as NUMBER=ITEM,ITEM, or NUMBER=* for every item"], as_json=as_json)
        read[number.strip()] = read.get(number.strip(), frozenset()) | {item.strip() for item in items.split(",")}
    return read
