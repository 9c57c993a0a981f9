"""Purposes, deadlines and the articles of the rules: each stands once and cites an article that exists."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.catalog.jurisdiction import RULE_NAMES
from tests.schema.catalog.builders import line_of
from tests.schema.catalog.packs import changed, faults_of, load_text, pack_text

TEXT = pack_text("tianjin")
GRANTING = 'code = "CREDIT_GRANTING"'
INSPECTION = 'code = "INSPECTION"'
PERMIT = 'code = "ADMINISTRATIVE_PERMIT"'
BASIS = 'code = "D-TJ-43a"'
ANSWER = 'code = "D-TJ-41d"'
NO_ARTICLE = "`TJ 67` is not an article of Tianjin Social Credit Regulation, which has 1 to 66"


@pytest.mark.parametrize(
    ("after", "old", "new", "sentence"),
    [
        (PERMIT, PERMIT, 'code = "FUN"', "`FUN` is not a valid purpose"),
        (PERMIT, PERMIT, 'code = "INSPECTION"', None),
        (PERMIT, '["STATE_ORGAN"]', '["KING"]', "`KING` is not a valid caller class"),
        (PERMIT, '["STATE_ORGAN"]', "[]", "nobody may state this purpose by its own article"),
        (PERMIT, '["STATE_ORGAN"]', '"STATE_ORGAN"', "`callers` must be a list"),
        (PERMIT, '"TJ 19(1)"', '"TJ 67"', NO_ARTICLE),
        (PERMIT, '"TJ 19(1)"', '"TJ 19(1)"\ncondition = ""', "`condition` must be a text"),
        (PERMIT, '"TJ 19(1)"', '"TJ 19(1)"\ncolour = "red"', "unknown key `colour`"),
        (GRANTING, "AUTHORISED_PARTY", "KING", "`KING` is not a valid caller class"),
        (GRANTING, '"TJ 20" }', '"TJ 67" }', NO_ARTICLE),
        (
            GRANTING,
            "AUTHORISED_PARTY =",
            "FINANCIAL_INSTITUTION =",
            "`FINANCIAL_INSTITUTION` is admitted by two articles",
        ),
        (BASIS, '"basis_revoked.unit"', '"basis_revoked.nobody"', "`basis_revoked.nobody` is not a limit of a switch"),
        (BASIS, '"basis_revoked.unit"', '"query_period.term"', "`query_period.term` is not a limit of a switch"),
        (
            BASIS,
            '"basis_revoked.unit"',
            '"decision_other_unit.helper"',
            "`decision_other_unit` states no `helper` here",
        ),
        (BASIS, '"basis_revoked.unit"', "3", "`limit_of` must be a text"),
        (ANSWER, '"AT_ONCE"', '"soon"', "`soon` is not a valid limit"),
        (ANSWER, '"AT_ONCE"', '"P0M"', "`P0M` is not a valid limit"),
        (ANSWER, '"AT_ONCE"', "3", "`3` is not a valid limit"),
        (ANSWER, '"TJ 41¶1"', '"TJ 67"', NO_ARTICLE),
        (ANSWER, '"TJ 41¶1"', '"TJ 41¶1"\ncolour = "red"', "unknown key `colour`"),
        ("[articles]", '"TJ 10"', '"TJ 67"', NO_ARTICLE),
        ("[articles]", '"TJ 10"', '"TJ silent"', NO_ARTICLE.replace("67", "silent")),
        (
            "[articles]",
            'masking = "TJ 4"',
            'masking = "TJ 4"\nsmiling = "TJ 4"',
            "`smiling` is not a rule of the judge",
        ),
    ],
)
def test_one_mistake(tmp_path: Path, after: str, old: str, new: str, sentence: str | None) -> None:
    text = changed(TEXT, old, new, after=after)
    line = TEXT.count("\n", 0, TEXT.index(old, TEXT.index(after))) + 1 + new.count("\n")
    told = faults_of(tmp_path, text)
    if sentence is None:
        assert told == (f"pack.toml:{line_of(text, INSPECTION, last=True)}: the purpose `INSPECTION` stands twice",)
    else:
        assert f"pack.toml:{line}: {sentence}" in told


@pytest.mark.parametrize(
    ("after", "line", "sentence"),
    [
        (PERMIT, PERMIT + "\n", "`code` is missing"),
        (PERMIT, 'callers = ["STATE_ORGAN"]\n', "`callers` is missing"),
        (PERMIT, 'article = "TJ 19(1)"\n', "`article` is missing"),
        (ANSWER, ANSWER + "\n", "`code` is missing"),
        (ANSWER, 'limit = "AT_ONCE"\n', "a deadline states either `limit` or `limit_of`"),
        (ANSWER, 'article = "TJ 41¶1"\n', "`article` is missing"),
        (ANSWER, "event = ", "`event` is missing"),
        (ANSWER, "act = ", "`act` is missing"),
    ],
)
def test_a_missing_key_is_told_at_the_head_of_its_table(tmp_path: Path, after: str, line: str, sentence: str) -> None:
    text = changed(TEXT, line, "# " if "\n" not in line else "", after=after)
    assert f"pack.toml:{line_of(TEXT, after) - 1}: {sentence}" in faults_of(tmp_path, text)


def test_a_deadline_has_one_limit_and_stands_once(tmp_path: Path) -> None:
    both = changed(TEXT, 'limit = "AT_ONCE"', 'limit = "AT_ONCE"\nlimit_of = "basis_revoked.unit"', after=ANSWER)
    told = (f"pack.toml:{line_of(TEXT, ANSWER) - 1}: a deadline states either `limit` or `limit_of`",)
    assert faults_of(tmp_path, both) == told
    twice = changed(TEXT, '"D-TJ-46"', '"D-TJ-45"')
    line = line_of(TEXT, '"D-TJ-46"')
    assert faults_of(tmp_path, twice) == (f"pack.toml:{line}: the deadline `D-TJ-45` stands twice",)


def test_a_limit_that_a_faulty_switch_should_state_is_no_second_fault(tmp_path: Path) -> None:
    text = changed(TEXT, 'unit = "3wd"', 'unit = "soon"', after='code = "basis_revoked"')
    line = line_of(text, 'unit = "soon"')
    assert faults_of(tmp_path, text) == (f"pack.toml:{line}: `soon` is not a valid limit",)


@pytest.mark.parametrize("name", RULE_NAMES)
def test_no_rule_is_without_its_article(tmp_path: Path, name: str) -> None:
    text = changed(TEXT, f"\n{name} = ", f"\n# {name} = ", after="[articles]")
    line = line_of(TEXT, "[articles]")
    assert faults_of(tmp_path, text) == (f"pack.toml:{line}: the rule `{name}` has no article",)


def test_a_regulation_that_names_no_purpose_is_none(tmp_path: Path) -> None:
    start, end = TEXT.index("[[purpose]]"), TEXT.index("[[switch]]")
    told = faults_of(tmp_path, TEXT[:start] + TEXT[end:])
    assert "pack.toml:1: no purpose of inquiry is named" in told
    assert "pack.toml:1: `purpose` is missing" in told


def test_a_caller_admitted_by_another_article_is_told_that_one(tmp_path: Path) -> None:
    tianjin = load_text(tmp_path, TEXT)
    for rule in tianjin.purpose_rules.values():
        assert rule.admitted.keys() <= rule.callers
        assert {str(rule.article_for(caller)) for caller in rule.callers - rule.admitted.keys()} == {str(rule.article)}
