"""An answer as a table: records by agency, and where each comes from; facts that nobody states take no line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any, Final

import typer
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from gateway.cli.ask import Reply
from gateway.cli.labels import Labels
from gateway.cli.problem_tables import code_of, plain_path, print_problems
from gateway.cli.values import NOTHING, safe, value_text
from schema.graph.assemble import assemble
from schema.vocabulary.identifiers import AgencyId

SECTIONS: Final[Mapping[AgencyId, tuple[str, ...]]] = {
    AgencyId.MARKET_REGULATION: (
        "legalPerson",
        "shareholders",
        "pledgeRegistrations",
        "administrativePenalties",
        "creditPledges",
    ),
    AgencyId.ENTERPRISE_DISCLOSURE: (
        "administrativeLicenses",
        "abnormalOperationListings",
        "seriouslyUntrustworthyListings",
        "annualReports",
        "commendations",
    ),
    AgencyId.TAX: ("taxpayerProfile", "taxCreditRatings", "taxArrears", "majorTaxViolations"),
    AgencyId.COURTS: ("judgmentDefaults", "enforcementCases"),
}
"""Under which agency each part is shown: the first that the catalog names as contributor."""
_UNWRAPPED = 4000
_OUTAGES = {"SOURCE_UNAVAILABLE": "agency cannot be reached 无法连接", "SOURCE_UNREADABLE": "cannot be read 无法读取"}


def show(code: str, reply: Reply, *, is_full: bool) -> None:
    """Print the answer; in colour and to the terminal's width only where there is a terminal."""
    console = Console(highlight=False)
    if console.is_terminal:
        _show(code, reply, is_full=is_full, console=console)
        return
    plain = Console(file=StringIO(), highlight=False, no_color=True, width=_UNWRAPPED)
    with plain.capture() as captured:
        _show(code, reply, is_full=is_full, console=plain)
    for line in captured.get().splitlines():
        typer.echo(line.rstrip())


def _show(code: str, reply: Reply, *, is_full: bool, console: Console) -> None:
    labels = Labels(assemble())
    if reply.subject is not None:
        console.print(_heading(code, reply.subject))
        view = _View(reply, labels, console)
        for agency in SECTIONS:
            view.agency(agency)
        if not any(reply.subject.values()) and not reply.codes & _OUTAGES.keys():
            console.print("\nNo agency has anything to show about this code. 未查询到可展示的信息。")
    print_problems(reply, console)
    request = f" · request {safe(reply.request_id)}" if reply.request_id else ""
    console.print(Text(f"\n{_ending(reply, is_full=is_full)}{request}", style="dim"))


def _ending(reply: Reply, *, is_full: bool) -> str:
    if reply.subject is None:
        return "not answered 未能查询"
    if is_full:
        return "answered in full 查询完整"
    return "not answered in full 查询不完整" if reply.errors else "nothing to show 查询无结果"


def _heading(code: str, subject: Mapping[str, Any]) -> Text:
    name = (subject.get("legalPerson") or {}).get("registeredName") or ""
    return Text(f"{safe(code.strip().upper())}  {safe(name)}".rstrip(), style="bold")


class _View:
    """The records of one answer."""

    def __init__(self, reply: Reply, labels: Labels, console: Console) -> None:
        self._subject = reply.subject or {}
        self._labels = labels
        self._console = console
        self._troubles = {plain_path(error): code_of(error) for error in reply.errors}

    def agency(self, agency: AgencyId) -> None:
        """One agency: its records, then in one line what it has nothing on."""
        title = str(self._labels.value("Agency", agency))
        self._console.print()
        if self._console.is_terminal:
            self._console.print(Rule(Text(title, style="bold cyan"), align="left", style="cyan"))
        else:
            self._console.print(f"== {title} ==")
        empty = []
        for name in SECTIONS[agency]:
            records = self._subject.get(name)
            label = str(self._labels.field("CreditSubject", name))
            trouble = self._trouble(("subject", name))
            if records:
                self._records(name, label, records if isinstance(records, list) else [records])
            elif trouble is None:
                empty.append(label)
            if trouble is not None:
                self._console.print(Text(f"{label}: {trouble}", style="yellow"))
        if empty:
            self._console.print(Text(f"nothing to show 无可展示记录: {', '.join(empty)}", style="dim"))

    def _records(self, name: str, label: str, records: Sequence[Mapping[str, Any]]) -> None:
        kind = getattr(self._labels.type_of("CreditSubject", name), "name", "")
        count = f" — {len(records)}" if len(records) > 1 else ""
        table = Table(title=f"{label}{count}", title_justify="left", title_style="bold", show_header=False, box=None)
        table.add_column(style="cyan", no_wrap=True)
        table.add_column(overflow="fold")
        for place, record in enumerate(records):
            if place:
                table.add_row("", "")
            for left, right in self._lines(kind, name, record):
                table.add_row(left, right)
        self._console.print(table)

    def _lines(self, kind: str, place: str, record: Mapping[str, Any]) -> Iterator[tuple[Text, Text]]:
        for name, value in record.items():
            if name == "provenance":
                continue
            label = Text(str(self._labels.field(kind, name)))
            trouble = self._trouble(("subject", place, name))
            text = value_text(value, getattr(self._labels.type_of(kind, name), "name", ""), self._labels)
            if text != NOTHING:
                yield label, Text(text)
            elif trouble is not None:
                yield label, Text(trouble, style="yellow")
        source = record.get("provenance")
        if isinstance(source, dict):
            yield Text("source 来源", style="dim"), Text(_source(source), style="dim")

    def _trouble(self, path: tuple[str, ...]) -> str | None:
        code = self._troubles.get(path)
        if code is None:
            return None
        return _OUTAGES.get(code) or f"refused 不予提供: {code}"


def _source(source: Mapping[str, Any]) -> str:
    """`MARKET_REGULATION, as of 2026-06-01 09:12, current, from cache; TAX differs on registeredName`."""
    hour = str(source.get("asOf") or "")[:16].replace("T", " ")
    parts = [str(source.get("agency") or ""), f"as of {hour}", str(source.get("freshness") or "").lower()]
    if source.get("fromCache"):
        parts.append("from cache")
    differs = [f"{one.get('agency')} differs on {one.get('field')}" for one in source.get("disagreements") or ()]
    return safe("; ".join([", ".join(part for part in parts if part), *differs]))
