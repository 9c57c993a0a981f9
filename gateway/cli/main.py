"""The command `creditgraph`: serves the gateway, asks it, and shows what it stands on."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from gateway.cli.audit_acts import add_audit_commands
from gateway.cli.audit_verify import add_receipt_commands
from gateway.cli.callers import load_callers
from gateway.cli.catalog import check_catalog
from gateway.cli.catalog_activate import activate_edition
from gateway.cli.catalog_editions import compare_editions, list_editions
from gateway.cli.check import check
from gateway.cli.clients import add_client_commands
from gateway.cli.consents import add_consent_commands
from gateway.cli.exits import HELP
from gateway.cli.export import export_sdl
from gateway.cli.inquiries import add_inquiry_commands
from gateway.cli.keys import add_key_commands
from gateway.cli.officers import add_officer_commands
from gateway.cli.orgs import add_organisation_commands
from gateway.cli.policy import add_policy_commands
from gateway.cli.sandbox import add_sandbox_commands
from gateway.cli.serve import serve
from gateway.cli.show_settings import show_settings
from gateway.cli.standing import list_standing, load_standing
from gateway.cli.subjects import add_subject_commands
from gateway.cli.withholdings import add_withholding_commands


class WholeSentences(TyperGroup):
    """Commands whose first sentence is told whole, on as many lines as it takes; else it is cut off at one."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands below this one."""
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, command.get_short_help_str(limit=500)) for name, command in found if command is not None]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def build() -> typer.Typer:
    """The command with all its parts."""
    command = _group(f"One graph over four agencies. {HELP}")
    command.command("serve")(serve)
    command.command("check")(check)
    command.command("export-sdl")(export_sdl)
    catalog = _group("The public credit information catalog.")
    catalog.command("check")(check_catalog)
    catalog.command("editions")(list_editions)
    catalog.command("compare")(compare_editions)
    catalog.command("activate")(activate_edition)
    settings = _group("The settings.")
    settings.command("show")(show_settings)
    policy = _group("The judge, asked without a gateway.")
    add_policy_commands(policy)
    command.add_typer(catalog, name="catalog")
    command.add_typer(policy, name="policy")
    standing = _group("Consents of subjects, and marks on their records.")
    standing.command("load")(load_standing)
    standing.command("list")(list_standing)
    consents = _group("Consents of subjects, each a chain of signed statements.")
    add_consent_commands(consents)
    command.add_typer(consents, name="consents")
    inquiries = _group("Who has looked at a subject, and what of it the subject is not told yet.")
    add_inquiry_commands(inquiries)
    add_withholding_commands(inquiries)
    command.add_typer(inquiries, name="inquiries")
    _add_log(command)
    sandbox = _group("Walks on a running demo.")
    add_sandbox_commands(sandbox)
    command.add_typer(sandbox, name="sandbox")
    subjects = _group("Subjects who may sign in to answer consent requests.")
    add_subject_commands(subjects)
    command.add_typer(subjects, name="subjects")
    _add_callers(command)
    command.add_typer(settings, name="settings")
    command.add_typer(standing, name="standing")
    return command


def run() -> None:
    """What the console script calls."""
    build()()


def _add_callers(command: typer.Typer) -> None:
    """The commands about who may ask, and about the keys that sign what they are given."""
    for name, about, add in (
        ("orgs", "The organisations that may ask.", add_organisation_commands),
        ("clients", "The systems that ask for them, or for a subject itself.", add_client_commands),
        ("officers", "The persons who ask for them.", add_officer_commands),
        ("keys", "The keys that sign tokens and consents.", add_key_commands),
    ):
        group = _group(about)
        add(group)
        command.add_typer(group, name=name)
    callers = _group("Organisations, clients and officers together.")
    callers.command("load")(load_callers)
    command.add_typer(callers, name="callers")


def _add_log(command: typer.Typer) -> None:
    """The commands about the log of requests."""
    audit = _group("The log of requests: what outsiders verify, alerts about callers, and what the operator does.")
    add_audit_commands(audit)
    command.add_typer(audit, name="audit")
    receipt = _group("Receipts that callers were given.")
    add_receipt_commands(receipt)
    command.add_typer(receipt, name="receipt")


def _group(about: str) -> typer.Typer:
    """Commands under one name, also where there is only one; a crash never prints the values at hand."""
    group = typer.Typer(
        cls=WholeSentences,
        help=about,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    group.callback()(lambda: None)
    return group
