"""The exhaustive table asks everything that can be asked, and says what the judge says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from policies.decide import decide
from policies.question import DemandedField, Question
from policies.table import NO_PURPOSE, first_day, label, name_of, policy_table
from policies.table_circumstances import circumstances
from policies.table_records import answer
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.records import RecordKind
from tests.policies.tables import DEFAULTER, HOLDERS, REPRESENTATIVE, a_catalog, a_table, changed

CATALOG = (RecordKind.LEGAL_PERSON, RecordKind.TAXPAYER_PROFILE)


@pytest.fixture(scope="module")
def catalog():
    return a_catalog(*CATALOG)


@pytest.fixture(scope="module")
def table(catalog):
    return a_table(catalog)


def test_every_field_is_asked_for_by_every_class_to_every_end(catalog, table) -> None:
    moments = {at.name for at in circumstances(catalog, table.as_of)}
    for field in table.fields.values():
        before_fetch = {row: dict(cells) for row, cells in field.rows.items() if not row[0].startswith("RECORD")}
        assert before_fetch.keys() == {(moment, caller) for moment in moments for caller in CallerClass}
        assert all(cells.keys() == {NO_PURPOSE, *Purpose} for cells in before_fetch.values())


def test_every_catalogued_field_stands_in_the_table_under_its_item(catalog, table) -> None:
    assert {name.partition(" ")[0] for name in table.fields} == catalog.entries.keys()
    for name, field in table.fields.items():
        assert field.item == catalog.entries[FieldCoordinate(name.partition(" ")[0])].item.code


def test_a_persons_field_stands_under_each_catalogued_field_that_leads_to_a_person(table) -> None:
    both = policy_table(a_catalog(RecordKind.LEGAL_PERSON, RecordKind.JUDGMENT_DEFAULTER), HOLDERS).fields
    assert {f"PersonRef.name below {REPRESENTATIVE}", f"PersonRef.name below {DEFAULTER}"} <= both.keys()
    assert f"PersonRef.name below {DEFAULTER}" not in table.fields
    assert "PersonRef.name" not in both


@pytest.mark.parametrize("caller", [CallerClass.PUBLIC, CallerClass.STATE_ORGAN, CallerClass.FINANCIAL_INSTITUTION])
def test_each_cell_is_what_the_judge_says_of_that_very_field(catalog, table, caller) -> None:
    holder = {name: FieldCoordinate(name.partition(" below ")[2]) or None for name in table.fields}
    asked = {name: DemandedField(FieldCoordinate(name.partition(" ")[0]), holder[name]) for name in table.fields}
    for at in circumstances(catalog, table.as_of):
        for purpose in (None, Purpose.INSPECTION, Purpose.CREDIT_GRANTING):
            question = Question(at.asker(caller, purpose), tuple(asked.values()), table.as_of)
            verdicts = decide(question, catalog, at.evidence).verdicts
            for name, field in asked.items():
                said = dict(table.fields[name].rows[at.name, caller])[label(purpose)]
                assert said == answer(verdicts[field]), (name, at.name, purpose)


def test_the_same_catalog_gives_the_same_table(catalog, table) -> None:
    backwards = replace(catalog, entries=dict(reversed(catalog.entries.items())))
    assert a_table(backwards) == table


def test_a_table_is_of_the_first_day_on_which_all_of_the_edition_is_in_force(catalog, table) -> None:
    assert table.as_of == first_day(catalog)
    later = changed(catalog, "TaxpayerProfile.taxpayerStatus", item={"effective_from": date(2027, 5, 1)})
    assert first_day(later) == date(2027, 5, 1)


def test_a_table_can_be_of_another_day(catalog) -> None:
    past = policy_table(catalog, HOLDERS, as_of=date(1999, 1, 1))
    answers = {said for field in past.fields.values() for cells in field.rows.values() for _, said in cells}
    assert answers == {"WITHHOLD NOT_IN_CATALOG"}


def test_a_persons_field_is_named_with_its_holder() -> None:
    name = FieldCoordinate("PersonRef.name")
    assert name_of(DemandedField(name, DEFAULTER)) == "PersonRef.name below JudgmentDefaulter.responsiblePerson"
    assert name_of(DemandedField(name)) == "PersonRef.name"
