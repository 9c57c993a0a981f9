"""An answer as a table: records by agency, where each comes from, what was refused and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from gateway.cli.ask import Reply
from gateway.cli.labels import Labels
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


def show(code: str, reply: Reply) -> None:
    """Print the answer; in colour and to the terminal's width only where there is a terminal."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, no_color=True, width=_UNWRAPPED, legacy_windows=False)
    labels = Labels(assemble())
    if reply.subject is not None:
        console.print(_heading(code, reply.subject))
        view = _View(reply, labels, console)
        for agency in SECTIONS:
            view.agency(agency)
        if not any(reply.subject.values()) and not _problems(reply, _OUTAGES.keys()):
            console.print("\nNo agency has anything to show about this code. 未查询到可展示的信息。")
    _print_problems(reply, console)
    if reply.request_id:
        console.print(Text(f"\nrequest {safe(reply.request_id)}", style="dim"))


def _heading(code: str, subject: Mapping[str, Any]) -> Text:
    name = (subject.get("legalPerson") or {}).get("registeredName") or ""
    return Text(f"{safe(code.strip().upper())}  {safe(name)}".rstrip(), style="bold")


class _View:
    """The records of one answer."""

    def __init__(self, reply: Reply, labels: Labels, console: Console) -> None:
        self._subject = reply.subject or {}
        self._labels = labels
        self._console = console
        self._troubles = {tuple(_plain_path(error)): _code(error) for error in reply.errors}

    def agency(self, agency: AgencyId) -> None:
        """One agency: its records, then in one line what it has nothing on."""
        title = str(self._labels.value("Agency", agency))
        if self._console.is_terminal:
            self._console.print(Rule(Text(title, style="bold cyan"), align="left", style="cyan"))
        else:
            self._console.print(f"\n== {title} ==")
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
            self._console.print(Text(f"nothing on record 无记录: {', '.join(empty)}", style="dim"))

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
            yield label, Text(trouble, style="yellow") if text == NOTHING and trouble else Text(text)
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


def _print_problems(reply: Reply, console: Console) -> None:
    refused = [error for error in reply.errors if "catalogItem" in error.get("extensions", {})]
    others = [error for error in reply.errors if error not in refused]
    if refused:
        rows = [
            (_detail(one, "coordinate"), _code(one), _detail(one, "catalogItem"), _detail(one, "article"))
            for one in refused
        ]
        _print_table("Refused 不予提供", ("field", "code", "catalog item", "article"), rows, console=console)
        for advice in dict.fromkeys(_detail(one, "help") for one in refused if _detail(one, "help")):
            console.print(Text(f"help: {advice}", style="dim"))
    if others:
        rows = [
            (_code(one), _detail(one, "agency") or NOTHING, safe(str(one.get("message", ""))), _detail(one, "help"))
            for one in others
        ]
        _print_table("Problems 问题", ("code", "agency", "message", "help"), rows, console=console)


def _print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, console: Console) -> None:
    box = SIMPLE_HEAD if console.is_terminal else None
    table = Table(title=title, title_justify="left", title_style="bold yellow", box=box)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print()
    console.print(table)


def _problems(reply: Reply, codes: Any) -> bool:
    return bool(reply.codes & set(codes))


def _plain_path(error: Mapping[str, Any]) -> Iterator[str]:
    """Response keys alone; positions in lists hold for every record alike."""
    yield from (str(step) for step in error.get("path") or () if not isinstance(step, int))


def _code(error: Mapping[str, Any]) -> str:
    return safe(str(error.get("extensions", {}).get("code", "")))


def _detail(error: Mapping[str, Any], name: str) -> str:
    return safe(str(error.get("extensions", {}).get(name) or ""))
