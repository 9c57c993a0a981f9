"""The catalog in force: every field of the graph, looked up by its coordinate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schema.catalog.entry import CatalogEntry, RecordEntry
from schema.catalog.jurisdiction import Jurisdiction, NationalLaw
from schema.vocabulary.identifiers import FieldCoordinate


@dataclass(frozen=True, slots=True)
class Catalog:
    """One edition of one jurisdiction's catalog; a value, so a new edition is a new one."""

    edition: str
    jurisdiction: Jurisdiction
    national: NationalLaw
    entries: Mapping[FieldCoordinate, CatalogEntry]
    """Every governed field, the places of records included."""
    records: Mapping[FieldCoordinate, RecordEntry]
    """The governed fields that lead to records."""
    structural: Mapping[FieldCoordinate, str]
    """Fields that carry no agency's fact, with the reason why."""
    digest: str = ""
    """Hash of the files that the edition was read from, so that two gateways know whether they judge alike."""
    based_on: str = ""
    """The edition whose items hold unless this one states them anew; "" for one that stands alone."""
