"""Does the catalog of this edition list the field, under an item in force on this day?

Article: Tianjin 10, Shanghai 11 (what is not in the catalog is not aggregated), Heilongjiang 18, Liaoning 10.
"""

from __future__ import annotations

from datetime import date

from policies.verdict import Effect, Finding
from schema.catalog.catalog import Catalog
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode

RULE = "in_catalog"


def judge(coordinate: FieldCoordinate, catalog: Catalog, day: date) -> Finding | None:
    """Unlisted means no."""
    entry = catalog.entries.get(coordinate)
    if entry is not None and entry.item.is_in_force(day):
        return None
    advice = "no catalog item of this edition and date covers the field"
    return Finding(Effect.WITHHOLD, ReasonCode.NOT_IN_CATALOG, RULE, catalog.jurisdiction.articles[RULE], advice)
