"""`creditgraph policy`: the judge, asked without a gateway."""

from __future__ import annotations

import typer

from gateway.cli.policy_deadline import tell_deadline
from gateway.cli.policy_decide import decide_cases
from gateway.cli.policy_diff import diff_tables, write_table
from gateway.cli.policy_explain import explain_fields


def add_policy_commands(group: typer.Typer) -> None:
    """The commands below `policy`."""
    group.command("deadline")(tell_deadline)
    group.command("decide")(decide_cases)
    group.command("diff")(diff_tables)
    group.command("explain")(explain_fields)
    group.command("table")(write_table)
