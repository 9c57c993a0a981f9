"""Laws of the corridor over generated documents, callers and worlds."""

from __future__ import annotations

from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.pipeline.plan import Planner
from gateway.pipeline.selection import PERSON_TYPE
from policies.question import DemandedField
from policies.verdict import DecisionSheet, Effect, View
from schema.catalog.entry import Sensitivity
from schema.vocabulary.caller import Caller, Inquiry
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.records import of_person
from tests.builders import tianjin
from tests.documents import Asked, Rewriter, document_text
from tests.laws.walk import Walked, reference_data, walk
from tests.laws.worlds import other_world
from tests.strategies import World, callers, documents, lawful, whole_records, worlds

CATALOG = tianjin()


def demanded_by(asked: Asked, parent: str, below: FieldCoordinate | None = None) -> set[DemandedField]:
    """What a document asks for, read from the generated tree and the graph alone."""
    if asked.is_skipped:
        return set()
    coordinate = FieldCoordinate(f"{parent}.{asked.name}")
    found: set[DemandedField] = set()
    if asked.name != "__typename" and coordinate not in CATALOG.structural:
        found.add(DemandedField(coordinate, below if parent == PERSON_TYPE else None))
    for _, value, _ in asked.arguments:
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                found.add(DemandedField(FieldCoordinate(f"{asked.on}.{_camel(part['field'])}")))
    for child in asked.children:
        found |= demanded_by(child, asked.on, coordinate if asked.on == PERSON_TYPE else below)
    return found


def _camel(name: str) -> str:
    head, *rest = name.lower().split("_")
    return head + "".join(part.capitalize() for part in rest)


@given(documents(), callers())
@lawful(80)
def test_every_demanded_field_has_exactly_one_verdict(root: Asked, asker: tuple[Caller, Inquiry]) -> None:
    for plan in walk(document_text(root), asker, ()).plans:
        fields = plan.sheet.question.fields
        assert len(fields) == len(set(fields))
        assert set(plan.sheet.verdicts) == set(fields) == demanded_by(root, "Query")
        for field, verdict in plan.sheet.verdicts.items():
            assert verdict.field == field
            assert (verdict.effect is Effect.SHOW) == (not verdict.findings)


def may_be_ordered(sheet: DecisionSheet, kind: str, fact: str) -> bool:
    """Whether an ordered fact was allowed, or is one that the judge alone looks at: no answer ever has it."""
    if any(place.kind == kind and fact in place.entry.item.judged.names() for place in CATALOG.records.values()):
        return True
    name, _, part = fact.partition(".")
    coordinate = FieldCoordinate(f"{kind}.{name}")
    verdict = sheet.verdicts.get(DemandedField(coordinate))
    if verdict is None:
        entry = CATALOG.entries[coordinate]
        return not part and entry.sensitivity is Sensitivity.PUBLIC and entry.natural_person is None
    if verdict.effect is Effect.WITHHOLD:
        return False
    if fact == of_person(name):
        return verdict.view is View.FULL
    return not part or not sheet.withholds(FieldCoordinate(f"{PERSON_TYPE}.{part}"), coordinate)


@given(documents(), callers())
@lawful(80)
def test_nothing_withheld_is_ever_ordered(root: Asked, asker: tuple[Caller, Inquiry]) -> None:
    for plan in walk(document_text(root), asker, ()).plans:
        for agency, kind, facts in plan.wants:
            assert facts
            assert all(may_be_ordered(plan.sheet, kind, fact) for fact in facts)
            for fact in facts:
                entry = CATALOG.entries[FieldCoordinate(f"{kind}.{fact.partition('.')[0]}")]
                assert agency in entry.sources
            places = [name for name, place in CATALOG.records.items() if place.kind == kind]
            assert any(not plan.sheet.withholds(name) for name in places)


@given(st.one_of(whole_records(), documents(widest=16)), callers(), worlds(), st.integers(0, 2**32), st.booleans())
@lawful(200)
def test_worlds_that_differ_only_in_what_is_withheld_look_alike(
    root: Asked, asker: tuple[Caller, Inquiry], world: World, seed: int, lavish: bool
) -> None:
    text = document_text(root)
    one = walk(text, asker, world, lavish=lavish)
    other = walk(text, asker, other_world(Random(seed), world, one.plans, one.demand), lavish=lavish)
    assert one.body == other.body


@given(documents(), callers(), worlds())
@lawful(60)
def test_what_is_not_ordered_cannot_be_seen(root: Asked, asker: tuple[Caller, Inquiry], world: World) -> None:
    """The second lock: agencies that bring more than was ordered change nothing."""
    assume(not any(_is_bare_person(part) for part in root.walk()))
    text = document_text(root)
    assert walk(text, asker, world, lavish=True).body == walk(text, asker, world).body


def _is_bare_person(asked: Asked) -> bool:
    """A person of whom no fact is asked: there is nothing to order, so only an agency that brings more shows one."""
    return asked.on == PERSON_TYPE and all(child.is_skipped or child.name == "__typename" for child in asked.children)


@given(st.one_of(whole_records(), documents(single_places_once=True)), callers(), worlds())
@lawful(100)
def test_the_compiled_projector_equals_the_reference(root: Asked, asker: tuple[Caller, Inquiry], world: World) -> None:
    text = document_text(root)
    walked = walk(text, asker, world)
    assert walked.data == reference_data(text, walked)


@given(documents(), st.lists(callers(), min_size=2, max_size=4))
@lawful(40)
def test_what_is_kept_for_one_caller_is_never_another_callers(
    root: Asked, askers: list[tuple[Caller, Inquiry]]
) -> None:
    text, shared = document_text(root), Planner(CATALOG)
    for asker in (*askers, *askers):
        kept, fresh = walk(text, asker, (), planner=shared), walk(text, asker, (), planner=Planner(CATALOG))
        assert judged(kept) == judged(fresh)
        assert kept.body == fresh.body


def judged(walked: Walked) -> list[tuple[object, ...]]:
    return [
        ({field: (verdict.effect, verdict.findings) for field, verdict in plan.sheet.verdicts.items()}, set(plan.wants))
        for plan in walked.plans
    ]


@given(documents(), callers(), worlds(), st.integers(0, 2**32))
@lawful(80)
def test_another_way_of_writing_changes_nothing(
    root: Asked, asker: tuple[Caller, Inquiry], world: World, seed: int
) -> None:
    plain = walk(document_text(root), asker, world)
    rewriter = Rewriter(Random(seed))
    rewritten = walk(rewriter.text(root), asker, world, variables=rewriter.variables)
    assert judged(rewritten) == judged(plain)
    assert rewritten.body == plain.body


@given(documents(), callers(), st.integers(0, 2**32))
@lawful(40)
def test_other_aliases_change_no_decision_and_no_order(root: Asked, asker: tuple[Caller, Inquiry], seed: int) -> None:
    rewriter = Rewriter(Random(seed), aliases=True)
    rewritten = walk(rewriter.text(root), asker, (), variables=rewriter.variables)
    assert judged(rewritten) == judged(walk(document_text(root), asker, ()))
