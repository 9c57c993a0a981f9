"""`creditgraph settings show`: every setting in force, secrets hidden."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from gateway.cli.exits import end_with, print_json
from gateway.setting_sources import SettingsFault
from gateway.settings import Settings, load_settings, shown

SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help="Settings file; otherwise the one CREDITGRAPH_SETTINGS names.")
]


def read_settings(path: Path | None, *, as_json: bool) -> Settings:
    """The settings, or the end of the command with every fault."""
    try:
        return load_settings(path)
    except SettingsFault as fault:
        end_with(fault.faults, as_json=as_json)


def show_settings(
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print every setting with its value. Exit codes: 0 done; 2 the settings are wrong."""
    settings = dict(shown(read_settings(settings_file, as_json=as_json)))
    if as_json:
        print_json(settings)
        return
    width = max(map(len, settings))
    for name, value in settings.items():
        typer.echo(f"{name:{width}}  {_written(value)}")


def _written(value: object) -> str:
    if value is None:
        return "not set"
    return value if isinstance(value, str) else orjson.dumps(value).decode()
