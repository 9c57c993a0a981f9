"""`creditgraph policy decide`: the cases of a decision table judged offline, each with rule and article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.decision_case import DecisionCase, Outcome, Ruling
from gateway.cli.decision_file import read_decision_file
from gateway.cli.exits import Exit, end_with, print_json
from gateway.cli.policy_judge import Judged, judge_case
from schema.catalog.catalog import Catalog
from schema.catalog.data_file import CatalogFault
from schema.catalog.jurisdiction import NationalLaw
from schema.catalog.jurisdiction_loader import jurisdiction_codes, load_jurisdiction
from schema.catalog.loader import load_catalog
from schema.catalog.national_base import read_national_base
from schema.catalog.national_loader import load_national


def decide_cases(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Decision table (TOML).")],
    case: Annotated[str | None, typer.Option(help="The case of this id alone.")] = None,
    configured: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="A value that a regulation's text has lost; may be repeated."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge the cases of a decision table by the shipped law, without asking any agency.

    Exit codes: 0 every case is answered as the table expects; 1 some are not; 2 the table or the law cannot be read.
    """
    try:
        national = load_national()
        cases = read_decision_file(file, national.regulations)
        known = dict(one.partition("=")[::2] for one in configured or ())
        catalogs = _catalogs(cases, national, known)
    except CatalogFault as fault:
        end_with(fault.faults, as_json=as_json)
    chosen = [one for one in cases if case in {None, one.code}]
    if not chosen:
        end_with([f"{file.name} has no case `{case}`"], as_json=as_json)
    judged = [(one, judge_case(one, catalogs[one.jurisdiction], catalogs)) for one in chosen]
    outcome = Exit.OK if all(one.expected == answer.ruling for one, answer in judged) else Exit.FINDINGS
    if as_json:
        print_json({"exitCode": int(outcome), "cases": [_as_json(one, answer) for one, answer in judged]})
    else:
        for one, answer in judged:
            typer.echo(_line(one, answer))
    raise typer.Exit(outcome)


def _catalogs(
    cases: Iterable[DecisionCase], national: NationalLaw, configured: Mapping[str, str]
) -> dict[str, Catalog]:
    """The catalog of the table's jurisdiction, and those of the regions where its subjects are registered."""
    cases, base = tuple(cases), read_national_base()
    own = cases[0].jurisdiction
    packs = {own: load_jurisdiction(own, configured=configured, national=national)}
    if any(case.subject_division for case in cases):
        for code in jurisdiction_codes():
            packs.setdefault(code, load_jurisdiction(code, configured=configured, national=national))
    return {code: load_catalog(pack, national=national, base=base) for code, pack in packs.items()}


def _as_json(case: DecisionCase, answer: Judged) -> dict[str, Any]:
    ruling = answer.ruling
    return {
        "id": case.code,
        "verdict": ruling.outcome.value,
        "code": ruling.code,
        "rule": ruling.rule,
        "article": ruling.article,
        "mask": ruling.mask.value,
        "objected": ruling.is_objected,
        "value": answer.value,
        "help": answer.help,
        "asExpected": ruling == case.expected,
    }


def _line(case: DecisionCase, answer: Judged) -> str:
    expected = "" if answer.ruling == case.expected else f"   the table expects {_in_words(case.expected)}"
    return f"{case.code}  {_in_words(answer.ruling)}{expected}"


def _in_words(ruling: Ruling) -> str:
    marked = ", marked as objected" if ruling.is_objected else ""
    if ruling.outcome is Outcome.SHOW:
        return f"SHOW{marked}"
    what = ruling.mask.value if ruling.outcome is Outcome.MASK else ruling.code
    return f"{ruling.outcome.value} {what} ({ruling.rule}, {ruling.article}){marked}"
