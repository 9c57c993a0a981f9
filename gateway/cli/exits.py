"""How commands end: four exit codes that stay what they are, and how a fault is told."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any, NoReturn

import orjson
import typer

HELP = (
    "Exit codes: 0 all is well; 1 an answer with findings (something refused, missing or wrong); "
    "2 the command, its settings or the question is wrong; 3 the gateway cannot be reached or is broken."
)


class Exit(IntEnum):
    """The exit codes; scripts rely on them."""

    OK = 0
    FINDINGS = 1
    FAULT = 2
    UNREACHABLE = 3


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def end_with(faults: Sequence[str], *, as_json: bool, code: Exit = Exit.FAULT) -> NoReturn:
    """Tell every fault, one line each, and end."""
    if as_json:
        print_json({"exitCode": int(code), "faults": list(faults)})
    else:
        for fault in faults:
            typer.echo(f"creditgraph: {fault}", err=True)
    raise typer.Exit(code)
