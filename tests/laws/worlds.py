"""For a caller and a document: another world that differs only in what this caller may not know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from random import Random

from graphql import GraphQLObjectType

from gateway.pipeline.demand import Demand
from gateway.pipeline.plan import SubjectPlan
from policies.question import DemandedField
from policies.verdict import DecisionSheet, Effect, Verdict, View
from schema.catalog.entry import MaskKind, RecordEntry, Sensitivity
from schema.vocabulary.identifiers import FieldCoordinate, SubjectId
from schema.vocabulary.periods import ends_on
from schema.vocabulary.records import Fact, RecordKind, SourceRecord
from tests.builders import NOW, tianjin
from tests.corridor import the_core
from tests.strategies import World, a_random_fact

_PLACES: dict[str, RecordEntry] = {place.kind: place for place in tianjin().records.values()}


def other_world(random: Random, world: World, plans: Sequence[SubjectPlan], demand: Demand) -> World:
    """The same records with everything changed that is withheld, by the sheet or by the record itself."""
    [root] = demand.roots
    sheets = {code: plan.sheet for code, plan in zip(root.codes, plans, strict=True) if code is not None}
    alike = Counter((code, one.kind, one.key) for code, one in world)
    return tuple(_others(random, world, sheets, alike))


def _others(
    random: Random,
    world: World,
    sheets: dict[SubjectId, DecisionSheet],
    alike: Counter[tuple[SubjectId, RecordKind, str]],
) -> Iterator[tuple[SubjectId, SourceRecord]]:
    for code, record in world:
        sheet = sheets.get(code)
        if sheet is None or _is_hidden(record, is_alone=alike[code, record.kind, record.key] == 1 and bool(record.key)):
            yield code, _changed(random, record, set(record.facts) - _kept(record))
        else:
            hidden = {name for name in record.facts if _is_withheld(sheet, record, name)}
            yield code, _within_bands(random, _changed(random, record, hidden - _kept(record)), sheet)


def _kept(record: SourceRecord) -> set[str | None]:
    """Facts that the display of the record hangs on; the judge looks at them for everybody alike."""
    item = _PLACES[record.kind].entry.item
    return {item.display.anchor, item.display.until, *item.judged.names()}


def _is_hidden(record: SourceRecord, *, is_alone: bool) -> bool:
    if not record.is_displayed:
        return True
    display = _PLACES[record.kind].entry.item.display
    anchor = record.facts.get(display.anchor or "")
    if not is_alone or display.term is None or not isinstance(anchor, str):
        return False
    return ends_on(date.fromisoformat(anchor), display.term) < NOW.date()


def _is_withheld(sheet: DecisionSheet, record: SourceRecord, name: str) -> bool:
    verdict = sheet.verdicts.get(DemandedField(FieldCoordinate(f"{record.kind}.{name}")))
    if verdict is None or verdict.entry is None or verdict.effect is Effect.WITHHOLD:
        return True
    return _by_record(verdict, record, name)


def _by_record(verdict: Verdict, record: SourceRecord, name: str) -> bool:
    entry = verdict.entry
    assert entry is not None
    if verdict.view is View.FULL:
        return False
    if record.is_natural_person and entry.natural_person is Sensitivity.NOT_SHARED:
        return True
    if verdict.view is View.ON_CONDITION:
        return False
    if record.is_natural_person and entry.natural_person is Sensitivity.CONDITIONAL:
        return True
    return name in record.not_public


def _changed(random: Random, record: SourceRecord, names: set[str | None] | set[str]) -> SourceRecord:
    kind = the_core().type_map[record.kind.value]
    assert isinstance(kind, GraphQLObjectType)
    facts: dict[str, Fact] = dict(record.facts)
    for name in sorted(name for name in names if name is not None):
        if name in kind.fields:
            facts[name] = a_random_fact(random, kind.fields[name].type)
    newly_unreadable = {name for name in names if name is not None and random.random() < 0.2}
    return replace(record, facts=facts, unreadable=record.unreadable | newly_unreadable)


def _within_bands(random: Random, record: SourceRecord, sheet: DecisionSheet) -> SourceRecord:
    """An amount of which only the band is shown is another one of the same band; a grade not shown another such."""
    facts = dict(record.facts)
    for name, fact in record.facts.items():
        verdict = sheet.verdicts.get(DemandedField(FieldCoordinate(f"{record.kind}.{name}")))
        if verdict is None or verdict.entry is None or verdict.view is View.FULL:
            continue
        if verdict.mask is MaskKind.M6 and isinstance(fact, dict) and fact.get("amount") == "250000.00":
            facts[name] = {**fact, "amount": random.choice(("100000.00", "999999.99"))}
        shown = verdict.entry.values_shown
        if shown and verdict.view is View.PUBLIC and isinstance(fact, str) and fact not in shown:
            facts[name] = random.choice(("B", "C", "D", "M"))
    return replace(record, facts=facts)
