"""`creditgraph keys`: makes, changes and lists the keys that sign tokens and consents; never shows private halves."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from joserfc.jwk import KeySet

from gateway.cli.callers_acts import AsJson
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.identity.keys import KeyFault, algorithm_of, generate_key_set, load_key_set, rotate, save_key_set, without


def add_key_commands(group: typer.Typer) -> None:
    """The commands below `keys`."""
    group.command("make")(make_keys)
    group.command("rotate")(rotate_keys)
    group.command("list")(list_keys)
    group.command("drop")(drop_key)


def make_keys(settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """Make the file that `identity.keys` names: a key that signs, and the next one.

    Exit codes: 0 made; 2 the file is there already or cannot be written, or the settings are wrong.
    """
    path = read_settings(settings_file, as_json=as_json).identity.keys
    if path.exists():
        end_with([f"`{path}` is there already; `creditgraph keys rotate` renews it"], as_json=as_json)
    keys = generate_key_set(2)
    try:
        save_key_set(path, keys)
    except KeyFault as fault:
        end_with([str(fault)], as_json=as_json)
    _tell(keys, f"made `{path}`, readable by its owner alone", as_json=as_json)


def rotate_keys(settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """Let the next key sign from now on, make a new next one, and keep the public half of the one before.

    Exit codes: 0 done; 2 the file cannot be used, or the settings are wrong.
    """
    identity = read_settings(settings_file, as_json=as_json).identity
    try:
        keys = rotate(load_key_set(identity.keys))
        save_key_set(identity.keys, keys)
    except KeyFault as fault:
        end_with([str(fault)], as_json=as_json)
    patience = f"{identity.keys_refresh.total_seconds():g} seconds"
    _tell(keys, f"running gateways follow within {patience}; wait as long before the next change", as_json=as_json)


def drop_key(
    kid: Annotated[str, typer.Argument(metavar="KID", help="Name of the key, as `keys list` shows it.")],
    settings_file: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Believe a key no longer, because somebody else may have it: tokens and consents that it signed count no more.

    Exit codes: 0 done; 2 there is no such key, it is the one that signs, or the file or the settings are wrong.
    """
    identity = read_settings(settings_file, as_json=as_json).identity
    try:
        keys = without(load_key_set(identity.keys), kid)
        save_key_set(identity.keys, keys)
    except KeyFault as fault:
        end_with([str(fault)], as_json=as_json)
    patience = f"{identity.keys_refresh.total_seconds():g} seconds"
    _tell(keys, f"within {patience} no running gateway believes what this key has signed", as_json=as_json)


def list_keys(settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
    """Show every key by its name and what it is for.

    Exit codes: 0 shown; 2 the file cannot be used, or the settings are wrong.
    """
    path = read_settings(settings_file, as_json=as_json).identity.keys
    try:
        _tell(load_key_set(path), "", as_json=as_json)
    except KeyFault as fault:
        end_with([str(fault)], as_json=as_json)


def _tell(keys: KeySet, sentence: str, *, as_json: bool) -> None:
    told = _roles(keys)
    if as_json:
        print_json({"exitCode": int(Exit.OK), "keys": told})
        return
    for key in told:
        typer.echo(f"{key['kid']}  {key['algorithm']}  {key['role']}")
    if sentence:
        typer.echo(sentence)


def _roles(keys: KeySet) -> list[dict[str, Any]]:
    """Each key with its role, by the order of the file."""
    roles = iter(("signs", "next"))
    return [
        {
            "kid": key.kid,
            "algorithm": algorithm_of(key),
            "role": next(roles, "verifies") if key.is_private else "verifies",
        }
        for key in keys.keys
    ]
