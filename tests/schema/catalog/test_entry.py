"""The attributes of a catalog item are closed sets; a file may write each by its own name."""

from __future__ import annotations

from enum import StrEnum

import pytest

from schema.catalog.entry import Character, DisplayTerm, MaskKind, MaskOccasion, Sensitivity, UpdateCycle
from tests.builders import tianjin


@pytest.mark.parametrize("kind", [Character, MaskKind, MaskOccasion, Sensitivity, UpdateCycle])
def test_a_value_is_written_as_it_is_called(kind: type[StrEnum]) -> None:
    assert all(member.name == member.value for member in kind)


def test_an_item_without_a_display_term_is_shown_for_good() -> None:
    assert DisplayTerm() == DisplayTerm(term=None, anchor=None, until=None)


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
