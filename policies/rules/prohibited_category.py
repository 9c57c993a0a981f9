"""Is the field of a kind that no credit record may hold?

Article: Tianjin 16¶2, Shanghai 14¶3, Heilongjiang 20¶3; for Liaoning the Credit Reporting Industry Regulation 14¶1.
"""

from __future__ import annotations

from datetime import date

from policies.verdict import Effect, Finding
from schema.catalog.catalog import Catalog
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.prohibited import prohibited_category
from schema.vocabulary.reasons import ReasonCode

RULE = "prohibited_category"


def judge(coordinate: FieldCoordinate, catalog: Catalog, _day: date) -> Finding | None:
    """A catalogued field was looked at when the catalog was loaded; any other is looked at here."""
    if coordinate in catalog.entries or prohibited_category(coordinate) is None:
        return None
    advice = "no credit record may hold information of this kind, whoever asks and whoever consents"
    return Finding(Effect.WITHHOLD, ReasonCode.PROHIBITED_CATEGORY, RULE, catalog.jurisdiction.articles[RULE], advice)
