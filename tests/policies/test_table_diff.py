"""Comparing two tables finds every widening: of the catalog, of the law, and of the judge himself."""

from __future__ import annotations

import importlib
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from policies.rules import FACT_RULES, RECORD_RULES
from policies.rules import RULES as DOCUMENT_RULES
from policies.table import PolicyTable, TableField
from policies.table_diff import Change, Direction, compare, direction_of, grouped
from schema.catalog.entry import DataCategory, DisplayTerm, MaskKind, Sensitivity, UseAuthority
from schema.catalog.switches import SwitchName
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.periods import Term
from schema.vocabulary.records import RecordKind
from tests.policies.tables import a_catalog, a_table, changed, penalties

ON_CONDITION = "AdministrativePenalty.procedureType"


def directions(changes: list[Change]) -> set[Direction]:
    return {change.direction for change in changes}


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ("SHOW", "SHOW", None),
        ("WITHHOLD PURPOSE_REQUIRED", "SHOW", Direction.WIDENED),
        ("WITHHOLD PURPOSE_REQUIRED", "MASK M1", Direction.WIDENED),
        ("MASK M1", "SHOW", Direction.WIDENED),
        ("SHOW", "MASK M1", Direction.NARROWED),
        ("MASK M1", "WITHHOLD MASKED", Direction.NARROWED),
        ("MASK M1", "MASK M2", Direction.CHANGED),
        ("MASK M1", "MASK M1", None),
        ("WITHHOLD PURPOSE_REQUIRED", "WITHHOLD CONSENT_REQUIRED", None),
    ],
)
def test_which_way_an_answer_goes(before, after, direction) -> None:
    assert direction_of(before, after) is direction


def test_another_mask_needs_a_signature_as_a_widening_does() -> None:
    assert {direction for direction in Direction if direction.needs_signature} == {
        Direction.WIDENED,
        Direction.CHANGED,
    }


def test_a_table_does_not_differ_from_itself() -> None:
    assert compare(penalties(), penalties()) == []


@pytest.mark.parametrize(
    ("at", "change"),
    [
        (ON_CONDITION, {"sensitivity": Sensitivity.PUBLIC}),
        (ON_CONDITION, {"use_authority": (UseAuthority(CallerClass.STATE_ORGAN, frozenset(Purpose)),)}),
        ("AdministrativePenalty.penaltyContent", {"mask": MaskKind.M0}),
    ],
)
def test_a_wider_value_in_the_catalog_is_found(at, change) -> None:
    planted = a_table(changed(a_catalog(RecordKind.ADMINISTRATIVE_PENALTY), at, **change))
    wider, back = compare(penalties(), planted), compare(planted, penalties())
    assert Direction.WIDENED in directions(wider)
    assert Direction.NARROWED in directions(back)
    assert {change.fields for change in wider} == {(at,)}


def test_a_longer_display_is_found() -> None:
    shipped = a_catalog(RecordKind.JUDGMENT_DEFAULTER)
    longer = {"display": DisplayTerm(Term(years=3), "publicationDate")}
    wider = compare(a_table(shipped), a_table(changed(shipped, "CreditSubject.judgmentDefaults", item=longer)))
    assert directions(wider) == {Direction.WIDENED}
    assert {moment for change in wider for moment in change.moments} == {"RECORD/30-months"}


def test_another_mask_is_told_as_a_change() -> None:
    planted = changed(
        a_catalog(RecordKind.ADMINISTRATIVE_PENALTY), "AdministrativePenalty.penaltyContent", mask=MaskKind.M1
    )
    assert Direction.CHANGED in directions(compare(penalties(), a_table(planted)))


def test_a_regulation_that_asks_for_less_is_found() -> None:
    shipped = a_catalog(RecordKind.ADMINISTRATIVE_PENALTY)
    silent = replace(shipped.jurisdiction.switches[SwitchName.STAFF_AUTHORITY], value="NOT_SAID")
    switches = {**shipped.jurisdiction.switches, SwitchName.STAFF_AUTHORITY: silent}
    law = replace(shipped.jurisdiction, switches=switches)
    wider = compare(penalties(), a_table(replace(shipped, jurisdiction=law)))
    assert {change.moments for change in wider} == {("EVIDENCE/officer-without-items",)}


RULES = [
    ("decide.RULES", "sharing_scope", "TJ", RecordKind.SHAREHOLDER, None, {}),
    ("decide.RULES", "authority", "TJ", RecordKind.ADMINISTRATIVE_PENALTY, None, {}),
    ("decide.RULES", "staff_authority", "TJ", RecordKind.ADMINISTRATIVE_PENALTY, None, {}),
    ("decide.RULES", "purpose", "TJ", RecordKind.ADMINISTRATIVE_PENALTY, None, {}),
    ("decide.RULES", "published_matter", "TJ", RecordKind.ADMINISTRATIVE_PENALTY, None, {}),
    ("decide.RULES", "region_scope", "HL", RecordKind.ADMINISTRATIVE_PENALTY, None, {}),
    ("decide.RULES", "consent", "TJ", RecordKind.ADMINISTRATIVE_PENALTY, None, {}),
    (
        "decide.RULES",
        "written_consent",
        "TJ",
        RecordKind.ADMINISTRATIVE_PENALTY,
        ON_CONDITION,
        {"category": DataCategory.FINANCIAL_PERSONAL},
    ),
    ("decide.RULES", "masking", "TJ", RecordKind.ADMINISTRATIVE_PENALTY, None, {}),
    ("review.RECORD_RULES", "display_period", "TJ", RecordKind.ADMINISTRATIVE_PENALTY, None, {}),
    (
        "review.RECORD_RULES",
        "retention",
        "TJ",
        RecordKind.JUDGMENT_DEFAULTER,
        "CreditSubject.judgmentDefaults",
        {"item": {"retention": Term(years=1)}},
    ),
    ("review.RECORD_RULES", "restored", "TJ", RecordKind.ADMINISTRATIVE_PENALTY, None, {}),
    ("review.RECORD_RULES", "revoked", "TJ", RecordKind.ADMINISTRATIVE_PENALTY, None, {}),
    ("review.RECORD_RULES", "hidden_at_request", "TJ", RecordKind.COMMENDATION_RECORD, None, {}),
    ("review.RECORD_RULES", "simplified_procedure", "TJ", RecordKind.ADMINISTRATIVE_PENALTY, None, {}),
    ("review.RECORD_RULES", "legal_document", "TJ", RecordKind.ADMINISTRATIVE_PENALTY, None, {}),
    ("review.FACT_RULES", "natural_person", "TJ", RecordKind.SHAREHOLDER, None, {}),
    ("review.FACT_RULES", "record_flag", "TJ", RecordKind.ADMINISTRATIVE_PENALTY, None, {}),
    ("review.FACT_RULES", "value_condition", "TJ", RecordKind.TAX_CREDIT_RATING, None, {}),
]
"""Each rule that can be taken away, and a catalog where that lets somebody see more."""


@pytest.mark.parametrize(("where", "rule", "region", "kind", "at", "change"), RULES, ids=[one[1] for one in RULES])
def test_a_rule_that_is_taken_away_is_found(where, rule, region, kind, at, change, monkeypatch) -> None:
    catalog = a_catalog(kind, region=region)
    catalog = changed(catalog, at, **change) if at is not None else catalog
    before = a_table(catalog)
    module, _, name = where.partition(".")
    rules = getattr(importlib.import_module(f"policies.{module}"), name)
    fewer = tuple(one for one in rules if one[0] != rule)
    assert len(fewer) == len(rules) - 1
    monkeypatch.setattr(f"policies.{where}", fewer)
    assert Direction.WIDENED in directions(compare(before, a_table(catalog)))


def test_every_rule_is_among_those_taken_away() -> None:
    assert {one[1] for one in RULES} == {name for name, _ in (*DOCUMENT_RULES, *RECORD_RULES, *FACT_RULES)}


CELLS = {"SHOW": (("NONE", "SHOW"),), "HIDE": (("NONE", "WITHHOLD DISPLAY_EXPIRED"),)}


def a_small_table(**fields: dict[tuple[str, str], str]) -> PolicyTable:
    """A table of these fields, with rows that show or hide to those without a purpose."""
    rows: dict[str, Any] = {
        name: TableField("T-1", {row: CELLS[said] for row, said in given.items()}) for name, given in fields.items()
    }
    return PolicyTable("E-1", "TJ", penalties().as_of, rows)


def told(old: PolicyTable, new: PolicyTable) -> list[tuple[str, str]]:
    return [(change.direction.value, change.moments[0]) for change in compare(old, new)]


def test_a_field_that_comes_is_a_widening_and_one_that_goes_a_narrowing() -> None:
    empty, one = a_small_table(), a_small_table(a={("DOCUMENT", "PUBLIC"): "SHOW"})
    assert told(empty, one) == [("WIDENED", "DOCUMENT")]
    assert told(one, empty) == [("NARROWED", "DOCUMENT")]
    assert compare(empty, one)[0].item == compare(one, empty)[0].item == "T-1"


def test_a_class_of_caller_that_a_stored_table_does_not_know_saw_nothing_then() -> None:
    old = a_small_table(a={("DOCUMENT", "PUBLIC"): "SHOW"})
    new = a_small_table(a={("DOCUMENT", "PUBLIC"): "SHOW", ("DOCUMENT", "ASSOCIATION"): "SHOW"})
    assert told(old, new) == [("WIDENED", "DOCUMENT")]


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("DOCUMENT", "EVIDENCE/person/consent"),
        ("EVIDENCE/person", "EVIDENCE/person/consent"),
        ("RECORD/plain", "RECORD/4-months"),
        ("RECORD/4-months", "RECORD/4-months/FINE"),
        ("RECORD/4-months/FINE", "RECORD/4-months/FINE/newest-rule"),
    ],
)
def test_a_moment_that_a_table_does_not_tell_apart_is_answered_as_the_nearest_that_it_knows(known, asked) -> None:
    old = a_small_table(a={(known, "PUBLIC"): "HIDE"})
    assert told(old, a_small_table(a={(known, "PUBLIC"): "HIDE", (asked, "PUBLIC"): "HIDE"})) == []
    assert told(old, a_small_table(a={(known, "PUBLIC"): "HIDE", (asked, "PUBLIC"): "SHOW"})) == [("WIDENED", asked)]


def test_people_read_few_changes_that_say_all_that_many_say() -> None:
    planted = a_table(
        changed(a_catalog(RecordKind.ADMINISTRATIVE_PENALTY), ON_CONDITION, sensitivity=Sensitivity.PUBLIC)
    )
    rows = compare(penalties(), planted)
    few = grouped(rows)
    assert len(few) < len(rows) / 10

    def cells(changes: list[Change]) -> set[tuple[str, ...]]:
        return {
            (one.direction, one.item, one.before, one.after, *cell)
            for one in changes
            for cell in product(one.fields, one.moments, one.callers, one.purposes)
        }

    assert cells(few) == cells(rows)
