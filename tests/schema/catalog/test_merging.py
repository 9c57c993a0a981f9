"""The later statement counts, attribute by attribute; what nobody states anew stays as it was."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from schema.catalog.entry import MaskKind, Sensitivity, UpdateCycle
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import FieldCoordinate
from tests.schema.catalog.builders import FIELD, HEAD, RECORD, SETS, an_edition, an_item, faults, line_of, load, stated

AT = FieldCoordinate("TaxArrears.announcementDate")
FIRST = an_edition()


def _second(*items: str, sets: str = "") -> str:
    return an_edition(*items, code='"TJ-2"', effective_from="2027-01-01", based_on='"TJ-1"', sets=sets)


def test_an_edition_states_anew_what_the_base_states(tmp_path: Path) -> None:
    item = load(tmp_path, HEAD + an_item(), editions=[an_edition(stated(update_cycle='"WEEKLY"'))]).entries[AT].item
    assert (item.update_cycle, item.name) == (UpdateCycle.WEEKLY, "Tax arrears")


def test_the_legal_basis_is_the_national_one_and_the_region_s(tmp_path: Path) -> None:
    assert load(tmp_path, HEAD + an_item()).entries[AT].item.legal_basis == "SAT Order 54; TJ 10"


def test_one_of_the_two_legal_bases_is_enough(tmp_path: Path) -> None:
    regional = load(tmp_path, HEAD + an_item(legal_basis=None)).entries[AT].item
    assert regional.legal_basis == "TJ 10"
    bare = an_edition(stated(legal_basis=None))
    assert load(tmp_path, HEAD + an_item(), editions=[bare]).entries[AT].item.legal_basis == "SAT Order 54"


def test_the_newest_regional_basis_takes_the_place_of_older_ones(tmp_path: Path) -> None:
    newer = _second(stated(legal_basis='"TJ 11"'))
    assert load(tmp_path, HEAD + an_item(), editions=[FIRST, newer]).entries[AT].item.legal_basis == (
        "SAT Order 54; TJ 11"
    )


def test_an_edition_upon_another_holds_only_what_changes(tmp_path: Path) -> None:
    two = an_item(FIELD.replace("announcementDate", "taxKind"), code='"T-2"')
    first = an_edition(stated(), stated(code='"T-2"'))
    newer = _second(stated(publicity='"NOT_PUBLIC"', sharing='"NOT_SHARED"'))
    entries = load(tmp_path, HEAD + an_item() + two, editions=[first, newer]).entries
    assert entries[AT].sensitivity is Sensitivity.NOT_SHARED
    assert entries[FieldCoordinate("TaxArrears.taxKind")].sensitivity is Sensitivity.PUBLIC


def test_an_item_begins_with_the_edition_that_took_it_over_unless_it_says_otherwise(tmp_path: Path) -> None:
    newer = _second(stated(update_cycle='"WEEKLY"'))
    assert load(tmp_path, HEAD + an_item(), editions=[FIRST, newer]).entries[AT].item.effective_from == date(2026, 1, 1)
    own = an_edition(stated(effective_from="2026-03-01", effective_to="2030-01-01"))
    item = load(tmp_path, HEAD + an_item(), editions=[own, newer], edition="TJ-1").entries[AT].item
    assert (item.effective_from, item.effective_to) == (date(2026, 3, 1), date(2030, 1, 1))
    assert [item.is_in_force(day) for day in (date(2026, 2, 28), date(2026, 3, 1), date(2030, 1, 1))] == [
        False,
        True,
        False,
    ]


def test_a_name_may_mean_something_else_in_a_later_edition(tmp_path: Path) -> None:
    sets = '\n[authority.ORGANS]\nJUDICIAL_ORGAN = ["INSPECTION"]\n'
    entry = load(tmp_path, HEAD + an_item(), editions=[FIRST, _second(sets=sets)]).entries[AT]
    assert {row.caller for row in entry.use_authority} == {CallerClass.JUDICIAL_ORGAN}


def test_unit_and_system_are_those_of_the_agency_unless_an_item_has_its_own(tmp_path: Path) -> None:
    sets = SETS + '\n[systems]\nTAX = "core system, Tianjin"\n'
    item = load(tmp_path, HEAD + an_item(), editions=[an_edition(sets=sets)]).entries[AT].item
    assert (item.providing_unit, item.data_source) == ("tax office", "core system, Tianjin")
    own = an_edition(stated(providing_unit='"another unit"', data_source='"another system"'), sets=sets)
    item = load(tmp_path, HEAD + an_item(), editions=[own]).entries[AT].item
    assert (item.providing_unit, item.data_source) == ("another unit", "another system")


def test_a_field_s_statements_lie_over_one_another_too(tmp_path: Path) -> None:
    masked = f'\n[[item.field]]\nat = "{AT}"\nmask = "M1"\n'
    bare = f'\n[[item.field]]\nat = "{AT}"\nnatural_person = "NOT_SHARED"\n'
    other = FIELD.replace("announcementDate", "taxKind")
    editions = [an_edition(stated(masked)), _second(stated(bare))]
    entries = load(tmp_path, HEAD + an_item(RECORD + FIELD + other), editions=editions).entries
    assert (entries[AT].mask, entries[AT].natural_person) == (MaskKind.M1, Sensitivity.NOT_SHARED)
    assert entries[FieldCoordinate("TaxArrears.taxKind")].mask is MaskKind.M0


def test_a_field_with_a_fault_in_an_edition_is_made_nothing_of(tmp_path: Path) -> None:
    text = an_edition(stated(f'\n[[item.field]]\nat = "{AT}"\nmask = "M9"\n'))
    assert faults(tmp_path, HEAD + an_item(), editions=[text]) == (
        f"TJ-1.toml:{line_of(text, 'mask')}: `M9` is not a valid mask",
    )


def test_an_edition_may_not_state_fields_that_the_item_has_not(tmp_path: Path) -> None:
    text = an_edition(
        stated('\n[[item.field]]\nat = "TaxArrears.colour"\nmask = "M1"\n\n[[item.field]]\nmask = "M1"\n')
    )
    told = faults(tmp_path, HEAD + an_item(), editions=[text])
    assert f"TJ-1.toml:{line_of(text, 'TaxArrears.colour')}: item `T-1` has no field `TaxArrears.colour`" in told
    assert len(told) == 2  # and one field does not say where it stands
