"""One kind of record in front of the rules that look at records, with everything that holds for all of the kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from policies.evidence import Evidence, Mark, RecordMark
from schema.catalog.catalog import Catalog
from schema.catalog.entry import CatalogItem, RecordEntry
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import SourceRecord

RecordCheck: TypeAlias = Callable[[SourceRecord], ReasonCode | None]
"""Why a record stays back as a whole; None if this rule has nothing against it."""


@dataclass(frozen=True, slots=True)
class RecordCase:
    """Records of one kind about one kind of subject, under one catalog, on one day."""

    place: RecordEntry
    catalog: Catalog
    evidence: Evidence
    as_of: date

    @property
    def item(self) -> CatalogItem:
        """The catalog item that governs the kind."""
        return self.place.entry.item

    def marks(self, mark: Mark) -> tuple[RecordMark, ...]:
        """What our books say of this kind of record."""
        return tuple(one for one in self.evidence.marks if one.mark is mark and one.kind is self.place.kind)

    def marked(self, mark: Mark, code: ReasonCode) -> RecordCheck | None:
        """A check that keeps back what bears the mark; None if our books mark nothing of the kind."""
        marks, day = self.marks(mark), self.as_of
        if not marks:
            return None
        return lambda record: code if any(one.holds(record.key, day) for one in marks) else None
