"""Made-up records for the exhaustive table: of each kind an ordinary one, and one for each thing that rules look at."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from policies.question import DemandedField
from schema.catalog.catalog import Catalog
from schema.catalog.entry import LinkedRole, MaskKind, RecordEntry
from schema.vocabulary.codes import PenaltyKind, PenaltyProcedure
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import Fact, RecordKind, SourceRecord

PLAIN: Final = "RECORD/plain"
_AGES: Final[Mapping[str, int]] = {
    "2-months": 61,
    "4-months": 122,
    "13-months": 396,
    "30-months": 915,
    "42-months": 1280,
    "6-years": 2200,
}
"""Days before the day of the table on which a record was decided and its period began: one on each side of every
period that the four regulations and both national orders know."""
_GRADED: Final[Mapping[RecordKind, tuple[str, ...]]] = {RecordKind.ADMINISTRATIVE_PENALTY: tuple(PenaltyKind)}
_VALUES: Final[Mapping[MaskKind, Fact]] = {
    MaskKind.M1: "张三丰",
    MaskKind.M2: "12010119900307123X",
    MaskKind.M3: "天津市和平区南京路1号",
    MaskKind.M4: "13800001234",
    MaskKind.M5: "someone@example.cn",
    MaskKind.M6: {"amount": "250000.00", "currency": "CNY"},
    MaskKind.M7: "当事人张三丰,身份证号12010119900307123X,电话13800001234",
    MaskKind.M8: "1990-03-07",
}
"""A value that its mask changes, so that what is masked can be told from what is shown."""


_POSITIONS: Final[Mapping[LinkedRole, str]] = {
    LinkedRole.LEGAL_REPRESENTATIVE: "法定代表人",
    LinkedRole.PRINCIPAL_RESPONSIBLE: "主要负责人",
    LinkedRole.ACTUAL_CONTROLLER: "实际控制人",
    LinkedRole.DIRECTLY_RESPONSIBLE: "直接责任人员",
}
"""An agency's words for each role in which a person answers for a listed unit."""
OLDEST: Final = timedelta(days=max(_AGES.values()))
"""How old the oldest record is."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One record, and the moment of the table that it stands for."""

    moment: str
    record: SourceRecord


def samples(place: RecordEntry, catalog: Catalog, *, fields: Collection[DemandedField], day: date) -> Iterator[Sample]:
    """The records of this place; what no rule looks at of the kind is left out, as it would be as the plain one is."""
    plain = _plain(place, catalog, fields=fields, day=day)
    item, facts = place.entry.item, plain.facts
    yield Sample(PLAIN, plain)
    yield Sample("RECORD/flagged", replace(plain, not_public=frozenset(facts)))
    yield Sample("RECORD/natural-person", replace(plain, is_natural_person=True))
    yield Sample("RECORD/not-displayed", replace(plain, is_displayed=False))
    if item.display.until is not None:
        yield Sample("RECORD/display-ended", _with(plain, {item.display.until: str(day - timedelta(days=1))}))
    if item.judged.legal_document is not None:
        yield Sample("RECORD/no-document", _with(plain, {item.judged.legal_document: None}))
    yield from _by_procedure(place, plain)
    yield from _by_age(place, plain, day)
    if others := dict.fromkeys(_conditional(place, catalog, fields), "OTHER"):
        yield Sample("RECORD/value-on-condition", _with(plain, others))
    if item.judged.birth:
        yield Sample("RECORD/minor", _with_persons(plain, item.judged.birth, str(day - timedelta(days=3650))))
    if item.judged.roles:
        yield Sample("RECORD/role/none", _with_persons(plain, item.judged.roles, None))
        for role, words in _POSITIONS.items():
            yield Sample(f"RECORD/role/{role}", _with_persons(plain, item.judged.roles, words))


def _by_procedure(place: RecordEntry, plain: SourceRecord) -> Iterator[Sample]:
    fact = place.entry.item.judged.procedure
    if fact is None:
        return
    yield Sample("RECORD/simplified-procedure", _with(plain, {fact: PenaltyProcedure.SIMPLIFIED.value}))
    for agency in place.contributors:
        silent = replace(_with(plain, {fact: None}), agency=agency)
        yield Sample(f"RECORD/procedure-not-stated/{agency}", silent)


def _by_age(place: RecordEntry, plain: SourceRecord, day: date) -> Iterator[Sample]:
    """Where a period runs: each age; where the state grades the conduct: each age of each grade."""
    item = place.entry.item
    dates = [name for name in (item.display.anchor, item.judged.decided) if name is not None]
    if not dates:
        return
    yield Sample("RECORD/undated", _with(plain, dict.fromkeys(dates)))
    grades = _GRADED.get(place.kind, ()) if item.judged.grade is not None else ()
    for name, days in {"fresh": 1, **_AGES}.items():
        aged = _with(plain, dict.fromkeys(dates, str(day - timedelta(days=days))))
        if not grades:
            yield Sample(f"RECORD/{name}", aged)
        for grade in grades:
            yield Sample(f"RECORD/{name}/{grade}", _with(aged, {item.judged.grade or "": [grade]}))


def _plain(place: RecordEntry, catalog: Catalog, *, fields: Collection[DemandedField], day: date) -> SourceRecord:
    """Fresh, in ordinary procedure, with every fact that its agency could state."""
    facts: dict[str, Fact] = {}
    persons: dict[str, dict[str, Fact]] = {}
    for field in fields:
        entry = catalog.entries[field.coordinate]
        name = field.coordinate.partition(".")[2]
        value = min(entry.values_shown) if entry.values_shown else _VALUES.get(entry.mask, "某事")
        if field.below is not None:
            persons.setdefault(field.below.partition(".")[2], {})[name] = value
        elif field.coordinate != place.entry.coordinate:
            facts[name] = value
    judged, display = place.entry.item.judged, place.entry.item.display
    stated: dict[str | None, Fact] = {
        display.anchor: str(day - timedelta(days=1)),
        judged.decided: str(day - timedelta(days=1)),
        display.until: str(day + timedelta(days=1)),
        judged.procedure: PenaltyProcedure.ORDINARY.value,
        judged.grade: [PenaltyKind.FINE.value],
        judged.legal_document: facts.get(judged.legal_document or "") or "某号",
    }
    known = {name: value for name, value in stated.items() if name is not None}
    agency = place.contributors[0] if place.contributors else AgencyId.MARKET_REGULATION
    plain = SourceRecord(
        place.kind, agency, {**facts, **known, **persons}, datetime(day.year, day.month, day.day, tzinfo=UTC), key="1"
    )
    return _with_persons(plain, judged.roles, _POSITIONS[LinkedRole.LEGAL_REPRESENTATIVE])


def _conditional(place: RecordEntry, catalog: Catalog, fields: Collection[DemandedField]) -> Iterator[str]:
    """Facts of which some values alone are published."""
    for field in fields:
        if field.below is None and catalog.entries[field.coordinate].values_shown:
            yield field.coordinate.partition(".")[2]


def _with(record: SourceRecord, changes: Mapping[str, Fact]) -> SourceRecord:
    return replace(record, facts={**record.facts, **changes})


def _with_persons(record: SourceRecord, paths: Collection[str], value: Fact) -> SourceRecord:
    """The record with this fact of its persons (`holder.fact`)."""
    for path in paths:
        holder, _, fact = path.partition(".")
        person = record.facts.get(holder)
        record = _with(record, {holder: {**(person if isinstance(person, Mapping) else {}), fact: value}})
    return record
