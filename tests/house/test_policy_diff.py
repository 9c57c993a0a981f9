"""Nobody sees more than before unless somebody has signed it: each edition that ships is held against its stored table.

The stored tables (`deploy/policy/tables`) are what was last looked at; the sign-offs stand beside them. Both are held
against the judge as it is now, so that a change of catalog, law or rule that widens anything does not pass unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from gateway.cli.policy_tables import person_fields, read_table
from gateway.cli.sign_off import SignOff, hold_against, read_sign_offs
from policies.rules import RECORD_RULES
from policies.table import PolicyTable, policy_table
from policies.table_diff import Change, compare, grouped
from schema.catalog.catalog import Catalog
from schema.catalog.edition_reader import EditionHead
from schema.catalog.entry import Sensitivity
from schema.catalog.jurisdiction_loader import jurisdiction_codes
from schema.catalog.loader import editions, load_catalog
from schema.graph.assemble import assemble
from schema.vocabulary.identifiers import FieldCoordinate
from tests.builders import the_law
from tests.house.rooms import HOUSE

TABLES = HOUSE / "deploy" / "policy" / "tables"
SIGN_OFFS = HOUSE / "deploy" / "policy" / "sign_off.toml"
HEADS = {head.code: head for code in jurisdiction_codes() for head in editions(code)}
CONDITIONAL = FieldCoordinate("AdministrativePenalty.procedureType")


@cache
def catalog(edition: str) -> Catalog:
    return load_catalog(the_law(HEADS[edition].jurisdiction), edition=edition)


def judged(given: Catalog, *, like: PolicyTable | None = None) -> PolicyTable:
    return policy_table(given, person_fields(assemble()), as_of=like.as_of if like is not None else None)


@cache
def stored(edition: str) -> PolicyTable:
    return read_table(TABLES / f"{edition}.json")


@cache
def as_judged_now(edition: str) -> PolicyTable:
    return judged(catalog(edition))


def unsigned(old: PolicyTable, new: PolicyTable, sign_offs: tuple[SignOff, ...] | None = None) -> list[Change]:
    signatures = read_sign_offs(SIGN_OFFS) if sign_offs is None else sign_offs
    return grouped(hold_against(signatures, compare(old, new), edition=new.edition).missing)


def predecessors() -> Iterator[tuple[str, str]]:
    """Each edition with the one that it is based on, or else the one of its region that it follows."""
    for code in jurisdiction_codes():
        before: EditionHead | None = None
        for head in editions(code):
            older = head.based_on or (before.code if before is not None else "")
            if older:
                yield older, head.code
            before = head


def refresh(edition: str) -> str:
    path = f"deploy/policy/tables/{edition}.json"
    return f"creditgraph policy table {edition} --write {path} --signed-off deploy/policy/sign_off.toml"


def test_every_edition_that_ships_has_a_stored_table_and_nothing_else_has() -> None:
    assert {path.stem for path in TABLES.glob("*")} == HEADS.keys()


@pytest.mark.parametrize("edition", HEADS)
def test_nobody_sees_more_than_in_the_stored_table_unless_it_is_signed(edition: str) -> None:
    assert unsigned(stored(edition), as_judged_now(edition)) == [], "sign it in deploy/policy/sign_off.toml, or undo it"


@pytest.mark.parametrize("edition", HEADS)
def test_the_stored_table_is_what_is_judged_now(edition: str) -> None:
    assert stored(edition) == as_judged_now(edition), f"look at the changes, then: {refresh(edition)}"


@pytest.mark.parametrize("edition", HEADS)
def test_no_rule_fails_on_a_catalog_that_ships(edition: str) -> None:
    said = {answer for field in stored(edition).fields.values() for row in field.rows.values() for _, answer in row}
    assert "WITHHOLD RULE_FAILED" not in said


def test_a_newer_edition_is_no_wider_than_the_one_before_unless_it_is_signed() -> None:
    for old, new in predecessors():
        after = as_judged_now(new)
        assert unsigned(judged(catalog(old), like=after), after) == [], f"{old} -> {new}"


def test_stored_tables_stay_small() -> None:
    assert all(path.stat().st_size < 400_000 for path in TABLES.glob("*.json"))


def test_a_planted_value_of_the_catalog_is_found() -> None:
    shipped = catalog("TJ-2026-2")
    planted = replace(shipped.entries[CONDITIONAL], sensitivity=Sensitivity.PUBLIC)
    wider = judged(replace(shipped, entries={**shipped.entries, CONDITIONAL: planted}))
    found = unsigned(stored("TJ-2026-2"), wider)
    assert {field for change in found for field in change.fields} == {CONDITIONAL}


def test_a_rule_that_is_lost_is_found_and_a_signature_lets_it_pass(monkeypatch, tmp_path: Path) -> None:
    fewer = tuple(rule for rule in RECORD_RULES if rule[0] != "restored")
    monkeypatch.setattr("policies.review.RECORD_RULES", fewer)
    wider = judged(catalog("TJ-2026-2"))
    found = unsigned(stored("TJ-2026-2"), wider)
    assert {moment for change in found for moment in change.moments} >= {"RECORD/restored"}
    path = tmp_path / "sign_off.toml"
    path.write_text(
        '[[widening]]\nedition = "TJ-2026-2"\nitem = "*"\nfield = "*"\nclass = "*"\npurpose = "*"\n'
        'moment = "RECORD/restored*"\nbecause = "a test"\nsigned_by = "a test"\non = 2026-06-01\n',
        "utf-8",
    )
    assert unsigned(stored("TJ-2026-2"), wider, read_sign_offs(path)) == []
