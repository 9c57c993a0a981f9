"""The verifier's commands under the gateway's name: they are the verifier's own, and nothing is added."""

from __future__ import annotations

from pathlib import Path

import typer
from typer.testing import CliRunner

from gateway.cli.audit_verify import add_audit_verify, add_receipt_commands
from tests.verifier_builders import LogBuilder, key_set, written


def command() -> typer.Typer:
    whole = typer.Typer()
    for name, add in (("audit", add_audit_verify), ("receipt", add_receipt_commands)):
        group = typer.Typer()
        group.callback()(lambda: None)
        add(group)
        whole.add_typer(group, name=name)
    return whole


def test_an_export_and_a_receipt_are_verified(tmp_path: Path) -> None:
    log = LogBuilder()
    receipt = log.append("entry")
    log.checkpoint()
    export, keys = written(tmp_path, log.export()), written(tmp_path, [key_set(log.key)], "keys.json")
    audit = CliRunner().invoke(command(), ["audit", "verify", str(export), "--keys", str(keys)])
    assert (audit.exit_code, audit.output.splitlines()[0]) == (0, "verified: log a-log")
    arguments = ["receipt", "verify", receipt, "--keys", str(keys), "--log", str(export)]
    shown = CliRunner().invoke(command(), arguments)
    assert (shown.exit_code, "in the log" in shown.output) == (0, True)
