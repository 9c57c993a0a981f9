"""What the judge answers: per field one verdict with its findings; the strictest wins, silence is no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from policies.evidence import Evidence
from policies.question import DemandedField, Question
from schema.catalog.catalog import Catalog
from schema.catalog.entry import CatalogEntry, MaskKind
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode, SourceArticle


class Effect(IntEnum):
    """From mildest to strictest, so that `max` is the lattice."""

    SHOW = 0
    MASK = 1
    WITHHOLD = 2


class View(IntEnum):
    """How far the asker's right over a field reaches, for records that narrow the public's view."""

    PUBLIC = 0
    ON_CONDITION = 1
    FULL = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found against showing the field as it is."""

    effect: Effect
    code: ReasonCode
    rule: str
    article: SourceArticle
    help: str = ""
    """What the caller could do about it; one sentence."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one field."""

    field: DemandedField
    entry: CatalogEntry | None
    findings: tuple[Finding, ...]
    """Every rule's finding, strictest first."""
    mask: MaskKind = MaskKind.M0
    view: View = View.PUBLIC

    @property
    def effect(self) -> Effect:
        """The strictest of the findings; SHOW if there is none."""
        return self.findings[0].effect if self.findings else Effect.SHOW


@dataclass(frozen=True, slots=True, eq=False)
class DecisionSheet:
    """Exactly one verdict per demanded field, for one kind of subject."""

    question: Question
    evidence: Evidence
    verdicts: Mapping[DemandedField, Verdict]
    catalogs: tuple[Catalog, ...] = ()
    """By which it was judged: the gateway's own first, then that of the region whose data are shared in."""
    outside: DecisionSheet | None = None
    """How the same is judged of records of days that some consent does not cover; None where none is bounded so."""

    def withholds(self, coordinate: FieldCoordinate, below: FieldCoordinate | None = None) -> bool:
        """Whether the field stays back; a field nobody decided stays back."""
        verdict = self.verdicts.get(DemandedField(coordinate, below))
        return verdict is None or verdict.effect is Effect.WITHHOLD
