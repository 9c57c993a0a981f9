"""`python -m gateway.verifier FILE`: the verifier as a program of its own."""

from __future__ import annotations

import typer

from gateway.verifier.commands import verify_export


def program() -> typer.Typer:
    """One command, without a name."""
    command = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    command.command()(verify_export)
    return command


if __name__ == "__main__":
    program()(prog_name="python -m gateway.verifier")
