"""A case of a decision table judged without a gateway: no agency, no network, the law alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from gateway.cli.decision_case import DecisionCase, Outcome, RecordStated, Ruling
from gateway.pipeline.gather import asker_of, gather
from policies.decide import decide
from policies.question import DemandedField, Question
from policies.review import Reviewed, Reviewer
from policies.verdict import DecisionSheet, Effect
from schema.catalog.catalog import Catalog
from schema.catalog.entry import RecordEntry
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.records import Fact, SourceRecord

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_NAME = FieldCoordinate("PersonRef.name")


@dataclass(frozen=True, slots=True)
class Judged:
    """What the judge answers to a case."""

    ruling: Ruling
    help: str = ""
    """What would change a refusal."""
    value: Fact = None
    """What is seen of the fact."""


def judge_case(case: DecisionCase, catalog: Catalog, neighbours: Mapping[str, Catalog]) -> Judged:
    """The ruling on a case by the catalog of its jurisdiction; data of other regions by theirs as well."""
    division = catalog.jurisdiction.division
    subject, caller = case.subject(division), case.asking(division)
    regions = {
        one.jurisdiction.division[:2]: code for code, one in neighbours.items() if code != catalog.jurisdiction.code
    }
    evidence = gather(subject, caller, case.standing, regions=regions)
    question = Question(asker_of(caller, case.inquiry, division), tuple(asked_fields(case, catalog)), case.as_of)
    sheet = decide(question, catalog, evidence, home=neighbours.get(evidence.home))
    verdict = sheet.verdicts[case.field]
    if verdict.effect is Effect.WITHHOLD:
        finding = verdict.findings[0]
        ruling = Ruling(Outcome.WITHHOLD, finding.code.value, finding.rule, str(finding.article))
        return Judged(ruling, finding.help)
    reviewed = _reviewed(case, sheet, catalog)
    if reviewed is not None:
        for kept in reviewed.silent:
            if kept.coordinate in silenced_at(case, catalog):
                return Judged(Ruling(Outcome.SILENT, kept.code.value, kept.rule, str(kept.article)))
    is_objected = reviewed is not None and reviewed.is_objected
    value = seen(case.field, reviewed.facts or {}) if reviewed is not None else None
    if verdict.effect is Effect.MASK:
        finding = verdict.findings[0]
        article = str(finding.article)
        return Judged(
            Ruling(Outcome.MASK, finding.code.value, finding.rule, article, verdict.mask, is_objected), value=value
        )
    return Judged(Ruling(Outcome.SHOW, is_objected=is_objected), value=value)


def place_of(case: DecisionCase, catalog: Catalog) -> RecordEntry | None:
    """Where records with the case's field stand; None if the graph has no such place."""
    kind = (case.field.below or case.field.coordinate).partition(".")[0]
    return next((place for place in catalog.records.values() if place.kind.value == kind), None)


def asked_fields(case: DecisionCase, catalog: Catalog) -> Iterator[DemandedField]:
    """The field of the case, and what a document has to ask besides to reach it: place and person."""
    place = place_of(case, catalog)
    yield case.field
    if place is not None:
        yield DemandedField(place.entry.coordinate)
    if case.field.below is not None:
        yield DemandedField(case.field.below)
    elif case.record is not None and isinstance(_first(case.record.facts.get(_fact(case.field))), Mapping):
        yield DemandedField(_NAME, case.field.coordinate)


def silenced_at(case: DecisionCase, catalog: Catalog) -> frozenset[str]:
    """Coordinates at which it is written that the field of the case stayed back in silence."""
    place = place_of(case, catalog)
    named = {case.field.coordinate, case.field.below, place.entry.coordinate if place is not None else None}
    return frozenset(name for name in named if name is not None)


def source_record(stated: RecordStated, place: RecordEntry, case: DecisionCase) -> SourceRecord:
    """The record as its agency brings it on the day of the case."""
    return SourceRecord(
        place.kind,
        stated.agency or place.contributors[0],
        stated.facts,
        datetime.combine(case.as_of, time(9), _SHANGHAI),
        key=stated.key,
        not_public=stated.not_public,
        is_displayed=stated.is_displayed,
        is_natural_person=stated.is_natural_person,
        unreadable=stated.unreadable,
    )


def seen(field: DemandedField, facts: Mapping[str, Fact]) -> Fact:
    """What is seen of the field on a record."""
    if field.below is None:
        return facts.get(_fact(field))
    person = _first(facts.get(field.below.partition(".")[2]))
    return person.get(_fact(field)) if isinstance(person, Mapping) else None


def _reviewed(case: DecisionCase, sheet: DecisionSheet, catalog: Catalog) -> Reviewed | None:
    place = place_of(case, catalog)
    if case.record is None or place is None:
        return None
    return Reviewer(sheet, place).review(source_record(case.record, place, case))


def _fact(field: DemandedField) -> str:
    return field.coordinate.partition(".")[2]


def _first(fact: Fact) -> Fact:
    return fact[0] if isinstance(fact, list) and fact else fact
