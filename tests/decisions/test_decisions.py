"""Every case of the decision tables ends as the law says, by the rule and article that it says, at all four doors."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli.decision_case import DecisionCase, Outcome, Ruling
from gateway.cli.main import build
from schema.catalog.data_file import CatalogFault
from schema.catalog.entry import MaskKind
from schema.vocabulary.caller import CallerClass
from tests.builders import CONFIGURED, the_catalog
from tests.decisions.case import BAD, TABLES, all_cases, read_tables, tables
from tests.decisions.documents import is_in_graph
from tests.decisions.doors import Answer, at_gateway, pure
from tests.schema.catalog.packs import LOST

CASES = all_cases()
OUTSIDE = [case for case in CASES if not is_in_graph(case)]
"""Their field is not in the graph: what may never be held, what is not listed, what the catalog lists for later.
Corridor and HTTP are asked about it by `explainAccess`."""


def by_code(case: DecisionCase) -> str:
    return case.code


@pytest.fixture(scope="session")
def at_doors(tmp_path_factory: pytest.TempPathFactory):
    """The answers of corridor and HTTP, one gateway a region."""

    @cache
    def of(region: str) -> dict[str, tuple[Answer, Answer]]:
        cases = [case for case in CASES if case.jurisdiction == region]
        return at_gateway(region, cases, tmp_path_factory.mktemp(region))

    return of


def assert_ends_as_expected(case: DecisionCase, answer: Answer) -> None:
    assert answer.ruling == case.expected, case.note
    if case.has_value:
        assert answer.value == case.value, case.note
    if answer.ruling.outcome in {Outcome.WITHHOLD, Outcome.SILENT}:
        assert answer.value is None, case.note
    assert not answer.orders_refused, "what is refused is never ordered"


@pytest.mark.parametrize("case", CASES, ids=by_code)
def test_the_pure_function(case: DecisionCase) -> None:
    assert_ends_as_expected(case, pure(case))


@pytest.mark.parametrize("case", CASES, ids=by_code)
def test_the_corridor_and_http(case: DecisionCase, at_doors) -> None:
    corridor, http = at_doors(case.jurisdiction)[case.code]
    assert_ends_as_expected(case, corridor)
    assert_ends_as_expected(case, http)


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.stem)
def test_the_command(table: Path) -> None:
    given = [part for key, value in CONFIGURED.items() for part in ("--configured", f"{key}={value}")]
    ended = CliRunner().invoke(build(), ["policy", "decide", str(table), "--json", *given])
    assert ended.exit_code == 0, ended.output[:2000]
    told = {one["id"]: one for one in json.loads(ended.stdout)["cases"]}
    for case in read_tables([table]):
        one = told[case.code]
        mask = MaskKind(one["mask"])
        ruling = Ruling(Outcome(one["verdict"]), one["code"], one["rule"], one["article"], mask, one["objected"])
        assert ruling == case.expected, case.code


def test_fields_outside_the_graph_are_those_that_nobody_may_or_can_ask_for_yet() -> None:
    for case in OUTSIDE:
        entry = the_catalog(case.jurisdiction).entries.get(case.field.coordinate)
        is_later = entry is not None and bool(entry.not_offered)
        is_never = case.expected.code in {"NOT_IN_CATALOG", "PROHIBITED_CATEGORY"}
        assert is_later or is_never, case.code


def test_the_tables_are_many_and_speak_of_every_caller_and_every_region() -> None:
    assert len(CASES) >= 300
    regions = Counter(case.jurisdiction for case in CASES)
    assert all(regions[region] >= 60 for region in ("TJ", "SH", "HL", "LN")), regions
    for region in ("TJ", "SH", "HL", "LN"):
        asked = {case.caller.caller_class for case in CASES if case.jurisdiction == region}
        assert asked == set(CallerClass), set(CallerClass) - asked
    assert LOST == CONFIGURED


@pytest.mark.parametrize("case", CASES, ids=by_code)
def test_what_is_expected_names_the_article_that_the_region_gives_the_rule(case: DecisionCase) -> None:
    expected, law = case.expected, the_catalog(case.jurisdiction).jurisdiction
    if not expected.rule or case.subject_division:
        return
    articles = {str(law.articles[expected.rule])}
    rule = law.purpose_rules.get(case.caller.purpose) if case.caller.purpose is not None else None
    if expected.rule == "purpose" and rule is not None:
        articles.add(str(rule.article))
    assert expected.article in articles


def test_two_files_may_not_hold_the_same_case(tmp_path: Path) -> None:
    first = tables()[0]
    (tmp_path / "again.toml").write_text(first.read_text("utf-8"), "utf-8")
    with pytest.raises(CatalogFault, match="stands in two files"):
        read_tables([first, tmp_path / "again.toml"])


def expected_faults(table: Path) -> set[tuple[int, str]]:
    """What the table itself says is wrong with it, by line."""
    lines = table.read_text("utf-8").splitlines()
    return {(number, fault.strip()) for number, line in enumerate(lines, 1) for fault in line.split("# fault:")[1:]}


@pytest.mark.parametrize("table", sorted(TABLES.glob(f"*{BAD}")), ids=lambda table: table.stem)
def test_a_bad_table_is_refused_with_every_fault_at_its_line(table: Path) -> None:
    with pytest.raises(CatalogFault) as caught:
        read_tables([table])
    wanted, faults = expected_faults(table), list(caught.value.faults)
    for number, fault in wanted:
        told = [one for one in faults if one.startswith(f"{table.name}:{number}: ") and fault in one]
        assert told, (number, fault, faults)
        faults.remove(told[0])
    assert not (faults and wanted), faults
    assert wanted or "not TOML" in faults[0]
