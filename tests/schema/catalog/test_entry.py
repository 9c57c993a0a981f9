"""The attributes of a catalog item are closed sets; a file may write each by its own name."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

import pytest

from schema.catalog.entry import (
    Character,
    DataCategory,
    DisplayTerm,
    ItemSource,
    LinkedRole,
    MaskKind,
    MaskOccasion,
    Publicity,
    Sensitivity,
    Sharing,
    UpdateCycle,
    stricter_entry,
)
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.periods import Term
from tests.builders import tianjin


@pytest.mark.parametrize(
    "kind",
    [
        Character,
        DataCategory,
        ItemSource,
        LinkedRole,
        MaskKind,
        MaskOccasion,
        Publicity,
        Sensitivity,
        Sharing,
        UpdateCycle,
    ],
)
def test_a_value_is_written_as_it_is_called(kind: type[StrEnum]) -> None:
    assert all(member.name == member.value for member in kind)


def test_an_item_without_a_display_term_is_shown_for_good() -> None:
    assert DisplayTerm() == DisplayTerm(term=None, anchor=None, until=None)
    assert not DisplayTerm().is_limited


@pytest.mark.parametrize(
    "display", [DisplayTerm(Term(years=1), "ended"), DisplayTerm(until="deadline"), DisplayTerm(while_listed=True)]
)
def test_a_display_may_be_ended_by_a_term_a_day_or_the_agency_s_list(display: DisplayTerm) -> None:
    assert display.is_limited


def test_a_condition_always_says_for_whom_and_to_what_end() -> None:
    """Tianjin Art. 10: what is shared on condition names its scope; a scope without authority would promise nothing."""
    for at, entry in tianjin().entries.items():
        if entry.sensitivity is Sensitivity.CONDITIONAL:
            assert entry.sharing_scope, at
            assert entry.sharing_scope <= {row.caller for row in entry.use_authority}, at
        if entry.sensitivity is Sensitivity.NOT_SHARED:
            assert not entry.sharing_scope, at


def test_purposes_of_items_are_purposes_of_the_regulation() -> None:
    catalog = tianjin()
    for at, entry in catalog.entries.items():
        for row in entry.use_authority:
            assert row.purposes, at
            assert row.purposes <= catalog.jurisdiction.purposes.get(row.caller, frozenset()), at


@pytest.mark.parametrize(
    ("own", "other", "natural_person", "sensitivity"),
    [
        (None, None, None, Sensitivity.PUBLIC),
        (None, Sensitivity.NOT_SHARED, Sensitivity.NOT_SHARED, Sensitivity.CONDITIONAL),
        (Sensitivity.NOT_SHARED, Sensitivity.CONDITIONAL, Sensitivity.NOT_SHARED, Sensitivity.NOT_SHARED),
    ],
)
def test_of_two_regions_the_stricter_counts(
    own: Sensitivity | None, other: Sensitivity | None, natural_person: Sensitivity | None, sensitivity: Sensitivity
) -> None:
    entry = tianjin().entries[FieldCoordinate("TaxCreditRating.ratingYear")]
    here = replace(entry, natural_person=own)
    there = replace(entry, natural_person=other, sensitivity=sensitivity, obeys_record_flag=True)
    narrowed = stricter_entry(here, there)
    assert (narrowed.natural_person, narrowed.sensitivity, narrowed.obeys_record_flag) == (
        natural_person,
        sensitivity,
        True,
    )


@pytest.mark.parametrize(
    ("own", "other", "shown", "sensitivity"),
    [
        ("A", "", "A", Sensitivity.PUBLIC),
        ("", "AB", "AB", Sensitivity.PUBLIC),
        ("AB", "BC", "B", Sensitivity.PUBLIC),
        ("A", "B", "", Sensitivity.CONDITIONAL),
    ],
)
def test_a_value_is_public_if_both_regions_make_it_so(
    own: str, other: str, shown: str, sensitivity: Sensitivity
) -> None:
    entry = tianjin().entries[FieldCoordinate("TaxCreditRating.ratingYear")]
    narrowed = stricter_entry(
        replace(entry, values_shown=frozenset(own)), replace(entry, values_shown=frozenset(other))
    )
    assert (narrowed.values_shown, narrowed.sensitivity) == (frozenset(shown), sensitivity)


def test_the_facts_of_a_period_are_those_that_it_names() -> None:
    assert DisplayTerm().facts() == ()
    assert DisplayTerm(Term(years=3), "decided", "deadline", kept_from="due").facts() == ("decided", "deadline", "due")
