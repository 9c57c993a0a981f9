"""Records reviewed under the catalogs as they ship: who asks, what agencies bring, what is kept back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from policies.decide import decide
from policies.evidence import Evidence, Mark, RecordMark
from policies.question import Asker, DemandedField, Question
from policies.review import Kept, Reviewed, Reviewer
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode, SourceArticle
from schema.vocabulary.records import Fact, RecordKind, SourceRecord
from tests.builders import TODAY, a_record, a_sheet, an_asker, evidence_of, the_catalog, tianjin

PUBLIC = an_asker()
PERMIT = an_asker(CallerClass.STATE_ORGAN, Purpose.ADMINISTRATIVE_PERMIT)
INSPECTION = an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION)
SELF = an_asker(CallerClass.SUBJECT_SELF)
OWN = evidence_of(is_own=True)
MONEY = {"amount": "250000.00", "currency": "CNY"}
BAND = {"amount": None, "currency": "CNY", "band": "[100000, 1000000)"}
PENALTIES = FieldCoordinate("CreditSubject.administrativePenalties")
DEFAULTS = FieldCoordinate("CreditSubject.judgmentDefaults")
FINE: dict[str, Fact] = {"penaltyDocumentNumber": "1", "procedureType": "ORDINARY", "penaltyCategory": ["FINE"]}
PENALTY = a_record(RecordKind.ADMINISTRATIVE_PENALTY, {**FINE, "decisionDate": "2026-01-01"}, key="P1")
LISTINGS = FieldCoordinate("CreditSubject.seriouslyUntrustworthyListings")


def reviewed(
    record: SourceRecord, place: str, asker: Asker, *, evidence: Evidence | None = None, region: str = "TJ"
) -> Reviewed:
    names: list[str | tuple[str, str]] = [place]
    for name, fact in record.facts.items():
        coordinate = f"{record.kind}.{name}"
        names.append(coordinate)
        person = fact[0] if isinstance(fact, list) and fact else fact
        if isinstance(person, dict) and "amount" not in person:
            names += [(f"PersonRef.{part}", coordinate) for part in person]
    sheet = a_sheet(names, asker, evidence, region=region)
    return Reviewer(sheet, the_catalog(region).records[FieldCoordinate(place)]).review(record)


def a_penalty(**facts: Fact) -> SourceRecord:
    """A fine by the ordinary procedure, of which nobody says when it was imposed."""
    return a_record(RecordKind.ADMINISTRATIVE_PENALTY, {**FINE, **facts})


def a_mark_on_penalties(mark: Mark) -> RecordMark:
    return RecordMark(mark, RecordKind.ADMINISTRATIVE_PENALTY, "P1", date(2026, 1, 1))


def kept(coordinate: str, code: ReasonCode, rule: str, article: str) -> tuple[Kept, ...]:
    return (Kept(FieldCoordinate(coordinate), code, rule, SourceArticle.parse(article)),)


def altered(
    record: SourceRecord, place: str, asker: Asker, changes: dict[str, dict[str, Any]], *, below: str | None = None
) -> Reviewed:
    """As `reviewed`, under a catalog in which these fields have other attributes."""
    entries = {at: replace(entry, **changes.get(at, {})) for at, entry in tianjin().entries.items()}
    catalog = replace(tianjin(), entries=entries)
    fields = [DemandedField(FieldCoordinate(f"{record.kind}.{name}")) for name in record.facts]
    if below is not None:
        fields += [
            DemandedField(FieldCoordinate(at), FieldCoordinate(below)) for at in changes if at.startswith("PersonRef.")
        ]
    sheet = decide(Question(asker, tuple(fields), TODAY), catalog, evidence_of())
    return Reviewer(sheet, catalog.records[FieldCoordinate(place)]).review(record)
