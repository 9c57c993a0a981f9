"""A field on one side only is told from the side that lacks it."""

from __future__ import annotations

from dataclasses import replace

from schema.catalog.coverage import coverage_faults
from schema.vocabulary.identifiers import FieldCoordinate
from tests.builders import tianjin


def test_equal_sides_say_nothing() -> None:
    catalog = tianjin()
    assert list(coverage_faults(catalog, [*catalog.entries, *catalog.structural])) == []


def test_a_field_without_an_item_and_an_item_without_a_field() -> None:
    catalog = tianjin()
    lost = FieldCoordinate("TaxArrears.taxCategory")
    entries = {at: entry for at, entry in catalog.entries.items() if at != lost}
    structural = {**catalog.structural, FieldCoordinate("Query.nothing"): "x"}
    told = list(
        coverage_faults(
            replace(catalog, entries=entries, structural=structural), [*catalog.entries, *catalog.structural]
        )
    )
    assert told == [
        "`TaxArrears.taxCategory` is in the graph and has no catalog item",
        "`Query.nothing` is in the catalog and not in the graph",
    ]
