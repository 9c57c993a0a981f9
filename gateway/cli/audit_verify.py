"""`creditgraph audit verify` and `creditgraph receipt verify`: the verifier's own commands under the gateway's name."""

from __future__ import annotations

import typer

from gateway.verifier.commands import verify_export, verify_receipt


def add_audit_verify(group: typer.Typer) -> None:
    """The command below `audit` that verifies an export."""
    group.command("verify")(verify_export)


def add_receipt_commands(group: typer.Typer) -> None:
    """The commands below `receipt`."""
    group.command("verify")(verify_receipt)
