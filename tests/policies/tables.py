"""Catalogs of a few kinds of record, so that a whole table of one is made in a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from policies.table import PERSON, PolicyTable, policy_table
from schema.catalog.catalog import Catalog
from schema.catalog.entry import CatalogEntry
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.records import RecordKind
from tests.builders import the_catalog

REPRESENTATIVE = FieldCoordinate("LegalPerson.legalRepresentative")
DEFAULTER = FieldCoordinate("JudgmentDefaulter.responsiblePerson")
LINKED = FieldCoordinate("SeriouslyUntrustworthyListing.linkedPersons")
HOLDERS = frozenset({REPRESENTATIVE, DEFAULTER, LINKED})


def a_catalog(*kinds: RecordKind, region: str = "TJ") -> Catalog:
    """The catalog of the region as it ships, of these kinds of record alone."""
    whole = the_catalog(region)
    records = {at: place for at, place in whole.records.items() if place.kind in kinds}
    entries = {at: entry for at, entry in whole.entries.items() if at in records or at.partition(".")[0] in kinds}
    if any(holder in entries for holder in HOLDERS):
        entries |= {at: entry for at, entry in whole.entries.items() if at.partition(".")[0] == PERSON}
    return replace(whole, entries=entries, records=records)


def changed(catalog: Catalog, at: str, **changes: Any) -> Catalog:
    """The catalog with one field's attributes changed; those of its item by `item`."""
    entry = catalog.entries[FieldCoordinate(at)]
    of_item: Mapping[str, Any] = changes.pop("item", {})
    governed: CatalogEntry = replace(entry, item=replace(entry.item, **of_item), **changes)
    records = {
        place: replace(record, entry=governed) if place == at else record for place, record in catalog.records.items()
    }
    return replace(catalog, entries={**catalog.entries, FieldCoordinate(at): governed}, records=records)


def a_table(catalog: Catalog) -> PolicyTable:
    """The table of this catalog, with the holders that it has."""
    return policy_table(catalog, HOLDERS & catalog.entries.keys())


@cache
def penalties(region: str = "TJ") -> PolicyTable:
    """The table of administrative penalties and nothing else."""
    return a_table(a_catalog(RecordKind.ADMINISTRATIVE_PENALTY, region=region))


def answers(table: PolicyTable, field: str, moment: str, caller: str = "PUBLIC") -> dict[str, str]:
    """What is answered in one row of the table, by purpose."""
    return dict(table.fields[field].rows[moment, caller])
