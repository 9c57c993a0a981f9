"""Explanations as people read them: a small table for each field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.cli.labels import Labels
from gateway.cli.values import safe
from schema.graph.assemble import assemble

_UNWRAPPED: Final = 4000
_STYLES: Final = {"SHOW": "green", "MASK": "yellow", "WITHHOLD": "red"}
_WORDS: Final = {"SHOW": "shown 展示", "MASK": "desensitised 脱敏展示", "WITHHOLD": "withheld 不予提供"}


def show(told: Sequence[Mapping[str, Any]], law: str) -> None:
    """Print the explanations; in colour and to the terminal's width only where there is a terminal."""
    console = Console(highlight=False)
    if console.is_terminal:
        _show(told, law, console)
        return
    plain = Console(file=StringIO(), highlight=False, no_color=True, width=_UNWRAPPED)
    with plain.capture() as captured:
        _show(told, law, plain)
    for line in captured.get().splitlines():
        typer.echo(line.rstrip())


def _show(told: Sequence[Mapping[str, Any]], law: str, console: Console) -> None:
    labels = Labels(assemble())
    console.print(Text(law, style="dim"))
    for one in told:
        console.print()
        console.print(Text(_title(one["field"], labels), style="bold"))
        table = Table(show_header=False, box=None, padding=(0, 1))
        table.add_column(style="cyan", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in _lines(one, labels):
            table.add_row(name, value)
        console.print(table)


def _title(field: str, labels: Labels) -> str:
    kind, _, name = field.rpartition(">")[2].partition(".")
    label = labels.field(kind, name)
    return safe(f"{field}  {label}" if label.chinese else field)


def _lines(one: Mapping[str, Any], labels: Labels) -> Iterator[tuple[str, Text]]:
    effect = one["effect"]
    word = " ".join(part for part in (_WORDS[effect], one["mask"] or "") if part)
    yield "verdict 结果", Text(f"{word} ({one['code']})" if one["code"] else word, style=_STYLES[effect])
    if one["rule"]:
        yield "rule 规则", Text(f"{one['rule']}, {one['article']}")
    if one["catalogItem"]:
        yield "catalog item 目录事项", Text(one["catalogItem"])
    for finding in one["findings"][1:]:
        yield "also 其他理由", Text(f"{finding['code']} ({finding['rule']}, {finding['article']})")
    for missing in one["missing"]:
        yield "missing 缺少", Text(str(labels.value("Missing", missing)))
    for sentence in (one["help"] or "").split("; "):
        if sentence:
            yield "how 办理", Text(safe(sentence))
    rules = [f"{rule['rule']} ({rule['article']})" for rule in one["mayBeKeptBackBy"]]
    if rules:
        yield "records 记录", Text(f"may still be kept back, each by its own facts: {', '.join(rules)}", style="dim")
