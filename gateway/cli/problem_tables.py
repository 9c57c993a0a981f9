"""What was refused, with item and article, and what went wrong: the two tables below an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.cli.ask import Reply
from gateway.cli.values import NOTHING, safe


def print_problems(reply: Reply, console: Console) -> None:
    """Both tables, as far as there is something in them; what is said alike is said once."""
    refused = [error for error in reply.errors if "catalogItem" in error.get("extensions", {})]
    others = [error for error in reply.errors if "catalogItem" not in error.get("extensions", {})]
    rows = [
        (_detail(one, "coordinate"), code_of(one), _detail(one, "catalogItem"), _detail(one, "article"))
        for one in refused
    ]
    _print_table("Refused 不予提供", ("field", "code", "catalog item", "article"), rows, console=console)
    for advice in dict.fromkeys(_detail(one, "help") for one in refused):
        if advice:
            console.print(Text(f"help: {advice}", style="dim"))
    if any(code_of(one) == "PURPOSE_REQUIRED" for one in refused):
        console.print(Text("with this command: --purpose NAME", style="dim"))
    rows = [
        (code_of(one), _detail(one, "agency") or NOTHING, safe(str(one.get("message", ""))), _detail(one, "help"))
        for one in others
    ]
    _print_table("Problems 问题", ("code", "agency", "message", "help"), rows, console=console)


def plain_path(error: Mapping[str, Any]) -> tuple[str, ...]:
    """Response keys alone; positions in lists hold for every record alike."""
    return tuple(str(step) for step in error.get("path") or () if not isinstance(step, int))


def code_of(error: Mapping[str, Any]) -> str:
    """The stable code of an error."""
    return safe(str(error.get("extensions", {}).get("code", "")))


def _print_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, console: Console) -> None:
    box = SIMPLE_HEAD if console.is_terminal else None
    table = Table(title=title, title_justify="left", title_style="bold yellow", box=box)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in dict.fromkeys(tuple(row) for row in rows):
        table.add_row(*(Text(cell) for cell in row))
    if table.row_count:
        console.print()
        console.print(table)


def _detail(error: Mapping[str, Any], name: str) -> str:
    return safe(str(error.get("extensions", {}).get(name) or ""))
