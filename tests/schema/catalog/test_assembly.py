"""Each item that an edition takes over is made whole, or everything that it lacks is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.catalog.entry import Sensitivity
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate
from tests.builders import the_law
from tests.schema.catalog.builders import (
    FIELD,
    HEAD,
    RECORD,
    SETS,
    an_edition,
    an_item,
    faults,
    line_of,
    load,
    stated,
)

AT = FieldCoordinate("TaxArrears.announcementDate")
PLACE = FieldCoordinate("CreditSubject.taxArrears")


def test_a_field_takes_over_what_it_does_not_state(tmp_path: Path) -> None:
    entry = load(tmp_path, HEAD + an_item()).entries[AT]
    assert (entry.sources, entry.sensitivity) == ((AgencyId.TAX,), Sensitivity.PUBLIC)
    assert (entry.sharing_scope, entry.use_authority) == (entry.item.sharing_scope, entry.item.use_authority)
    assert entry.chinese == "公告日期"


def test_a_field_that_is_not_shared_names_nobody(tmp_path: Path) -> None:
    entry = load(tmp_path, HEAD + an_item(RECORD + FIELD + 'sensitivity = "NOT_SHARED"\n')).entries[AT]
    assert (entry.sharing_scope, entry.use_authority) == (frozenset(), ())


def test_a_field_may_be_shared_otherwise_than_its_item(tmp_path: Path) -> None:
    own = 'sensitivity = "CONDITIONAL"\nsharing_scope = "ORGANS"\n'
    assert load(tmp_path, HEAD + an_item(RECORD + FIELD + own)).entries[AT].sharing_scope == {CallerClass.STATE_ORGAN}


def test_a_place_of_records_takes_over_scope_and_authority(tmp_path: Path) -> None:
    item = an_item(publicity='"ON_APPLICATION"', sharing='"CONDITIONAL"', sharing_scope='"ORGANS"')
    entry = load(tmp_path, HEAD + item).records[PLACE].entry
    assert entry.sensitivity is Sensitivity.CONDITIONAL
    assert entry.sharing_scope == {CallerClass.STATE_ORGAN}
    assert entry.use_authority == entry.item.use_authority


def test_an_item_that_is_not_shared_needs_no_scope(tmp_path: Path) -> None:
    item = an_item(publicity='"NOT_PUBLIC"', sharing='"NOT_SHARED"', sharing_scope=None, use_authority=None)
    entry = load(tmp_path, HEAD + item).entries[AT]
    assert (entry.sensitivity, entry.sharing_scope, entry.use_authority) == (Sensitivity.NOT_SHARED, frozenset(), ())


def test_items_that_no_edition_takes_over_are_not_in_the_catalog(tmp_path: Path) -> None:
    other = an_item(FIELD.replace("announcementDate", "taxKind"), code='"T-2"')
    assert load(tmp_path, HEAD + an_item() + other).entries.keys() == {AT, PLACE}


@pytest.mark.parametrize(("key", "value"), [("code", '"T-9"'), ("agency", '"COURTS"')])
def test_an_item_that_the_base_does_not_have(tmp_path: Path, key: str, value: str) -> None:
    text = an_edition(stated(), stated(**{key: value}))
    (told,) = faults(tmp_path, HEAD + an_item(), editions=[text])
    assert told.startswith(f"TJ-1.toml:{line_of(text, 'code = ', last=True)}: the national base has no item `T-")


@pytest.mark.parametrize("name", ["publicity", "sharing_scope", "use_authority", "data_source", "update_cycle"])
def test_what_the_regulation_demands_is_told_with_its_article(tmp_path: Path, name: str) -> None:
    assert name in the_law("TJ").demanded_attributes
    absent: dict[str, str | None] = {name: None}
    text = an_edition()
    assert faults(tmp_path, HEAD + an_item(**absent), editions=[text]) == (
        f"TJ-1.toml:{line_of(text, 'T-1')}: item `T-1` does not state `{name}`, which TJ 10 demands",
    )


@pytest.mark.parametrize("name", ["name", "chinese", "character", "source", "category_no", "consent_basis", "sharing"])
def test_what_the_house_needs_is_told_without_an_article(tmp_path: Path, name: str) -> None:
    absent: dict[str, str | None] = {name: None}
    text = an_edition()
    assert faults(tmp_path, HEAD + an_item(**absent), editions=[text]) == (
        f"TJ-1.toml:{line_of(text, 'T-1')}: item `T-1` does not state `{name}`",
    )


def test_a_unit_and_a_legal_basis_may_be_missing_altogether(tmp_path: Path) -> None:
    text = an_edition(stated(legal_basis=None), sets=SETS.partition("[units]")[0])
    told = faults(tmp_path, HEAD + an_item(legal_basis=None), editions=[text])
    assert {fault.partition("does not state ")[2] for fault in told} == {
        "`legal_basis`, which TJ 10 demands",
        "`providing_unit`, which TJ 10 demands",
    }


@pytest.mark.parametrize("name", ["sharing_scope", "use_authority"])
def test_a_set_that_the_edition_does_not_know(tmp_path: Path, name: str) -> None:
    text = HEAD + an_item(**{name: '"KINGS"'})
    assert faults(tmp_path, text) == (f"a.toml:{line_of(text, name)}: edition `TJ-1` has no `KINGS` for `{name}`",)
    text = HEAD + an_item(RECORD + FIELD + f'{name} = "KINGS"\n')
    assert faults(tmp_path, text) == (
        f"a.toml:{line_of(text, name, last=True)}: edition `TJ-1` has no `KINGS` for `{name}`",
    )


def test_purposes_lie_within_those_of_the_regulation(tmp_path: Path) -> None:
    text = an_edition(sets=SETS.replace('["INSPECTION"]', '["INSPECTION", "PROOF_MATTER"]\nPUBLIC = ["TENDERING"]'))
    line = line_of(text, "[authority.ORGANS]")
    assert faults(tmp_path, HEAD + an_item(), editions=[text]) == (
        f"TJ-1.toml:{line}: authority `ORGANS`: TJ 19 lets no `STATE_ORGAN` inquire for `PROOF_MATTER`",
        f"TJ-1.toml:{line}: authority `ORGANS`: TJ 19 lets no `PUBLIC` inquire for `TENDERING`",
    )


def test_an_article_that_does_not_exist_is_told_where_it_is_cited(tmp_path: Path) -> None:
    national = HEAD + an_item(consent_basis='"TJ 11, 67"')
    text = an_edition(stated(legal_basis='"TJ 10; LN 56"'))
    none = "`{}` is not an article of {} Social Credit Regulation, which has 1 to {}"
    assert faults(tmp_path, national, editions=[text]) == (
        f"a.toml:{line_of(national, 'consent_basis')}: {none.format('TJ 67', 'Tianjin', 66)}",
        f"TJ-1.toml:{line_of(text, 'legal_basis')}: {none.format('LN 56', 'Liaoning', 55)}",
    )


def test_a_fault_of_an_item_takes_no_field_down_with_it(tmp_path: Path) -> None:
    text = HEAD + an_item(RECORD + FIELD + "oops = 1\n", character='"UGLY"')
    told = faults(tmp_path, text)
    assert {fault.partition(": ")[2] for fault in told} == {"`UGLY` is not a valid character", "unknown key `oops`"}
