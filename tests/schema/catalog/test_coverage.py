"""A field on one side only is told from the side that lacks it."""

from __future__ import annotations

from dataclasses import replace

from schema.catalog.coverage import coverage_faults, not_offered
from schema.vocabulary.identifiers import FieldCoordinate
from tests.builders import tianjin


def _graph() -> set[FieldCoordinate]:
    """What the graph offers, were it as the catalog says."""
    return {*tianjin().entries, *tianjin().structural} - not_offered(tianjin())


def test_equal_sides_say_nothing() -> None:
    catalog = tianjin()
    assert list(coverage_faults(catalog, _graph())) == []


def test_a_field_without_an_item_and_an_item_without_a_field() -> None:
    catalog = tianjin()
    lost = FieldCoordinate("TaxArrears.taxCategory")
    entries = {at: entry for at, entry in catalog.entries.items() if at != lost}
    structural = {**catalog.structural, FieldCoordinate("Query.nothing"): "x"}
    told = list(coverage_faults(replace(catalog, entries=entries, structural=structural), _graph()))
    assert told == [
        "`TaxArrears.taxCategory` is in the graph and has no catalog item",
        "`Query.nothing` is in the catalog and not in the graph",
    ]


def test_a_field_that_is_not_offered_must_not_be_in_the_graph() -> None:
    early = FieldCoordinate("CreditReport.reportNumber")
    assert early in not_offered(tianjin())
    assert list(coverage_faults(tianjin(), _graph() | {early})) == [
        "`CreditReport.reportNumber` is in the graph, and the catalog says that it is not offered"
    ]
