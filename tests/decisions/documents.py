"""What a case asks as a document, and where the answer to it stands in a body or a reviewed record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLObjectType, get_named_type

from gateway.cli.decision_case import DecisionCase
from gateway.cli.policy_judge import place_of
from policies.question import DemandedField
from schema.catalog.catalog import Catalog
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.records import Fact
from tests.corridor import the_core

_PERSON = "PersonRef"


def is_in_graph(case: DecisionCase) -> bool:
    """Whether a document can ask for the field at all."""
    names = [name for name in (case.field.coordinate, case.field.below) if name is not None]
    kinds = [(the_core().type_map.get(name.partition(".")[0]), name.partition(".")[2]) for name in names]
    return all(isinstance(kind, GraphQLObjectType) and field in kind.fields for kind, field in kinds)


def demanded(case: DecisionCase, catalog: Catalog) -> tuple[DemandedField, ...]:
    """What `document` asks for: the field, its place, its person, and a person's name where the field holds one."""
    place, field = place_of(case, catalog), case.field
    fields = [field]
    if place is not None:
        fields.append(DemandedField(place.entry.coordinate))
    if field.below is not None:
        fields.append(DemandedField(field.below))
    elif is_in_graph(case) and get_named_type(_graph_field(field.coordinate).type).name == _PERSON:
        fields.append(DemandedField(FieldCoordinate(f"{_PERSON}.name"), field.coordinate))
    return tuple(fields)


def document(case: DecisionCase, catalog: Catalog) -> str:
    """The smallest document that asks for the field."""
    place = place_of(case, catalog)
    assert place is not None
    asked = _selection(case.field.coordinate)
    if case.field.below is not None:
        asked = f"{case.field.below.partition('.')[2]} {{ {asked} }}"
    if case.record is not None:
        asked += " provenance { objectionMarker }"
    name = place.entry.coordinate.partition(".")[2]
    return f"query($code: CreditCode!) {{ subject(code: $code) {{ {name} {{ {asked} }} }} }}"


def explanation(case: DecisionCase) -> str:
    """The document that asks why, for fields that no document can ask for."""
    field = case.field
    named = f"{field.below}>{field.coordinate}" if field.below else field.coordinate
    parts = "effect code rule article mask"
    return f'query($code: CreditCode!) {{ explainAccess(subject: $code, fields: ["{named}"]) {{ {parts} }} }}'


def _graph_field(coordinate: str) -> Any:
    kind = the_core().type_map[coordinate.partition(".")[0]]
    assert isinstance(kind, GraphQLObjectType)
    return kind.fields[coordinate.partition(".")[2]]


def _selection(coordinate: str) -> str:
    name, kind = coordinate.partition(".")[2], get_named_type(_graph_field(coordinate).type)
    if not isinstance(kind, GraphQLObjectType):
        return name
    return f"{name} {{ {'name' if kind.name == _PERSON else ' '.join(kind.fields)} }}"


def seen_of(case: DecisionCase, facts: Mapping[str, Fact] | None) -> Any:
    """What is seen of the case's field on a record; nulls inside it left out."""
    if facts is None:
        return None
    name = case.field.coordinate.partition(".")[2]
    if case.field.below is None:
        return without_nulls(facts.get(name))
    person = _first(facts.get(case.field.below.partition(".")[2]))
    return without_nulls(person.get(name)) if isinstance(person, Mapping) else None


def record_in(case: DecisionCase, catalog: Catalog, data: Any) -> Any:
    """The record in the data of a body; None if there is none."""
    place = place_of(case, catalog)
    assert place is not None
    return _first(data["subject"][place.entry.coordinate.partition(".")[2]])


def from_body(case: DecisionCase, catalog: Catalog, data: Any) -> Any:
    """What is seen of the case's field in the data of a body."""
    record = record_in(case, catalog, data)
    return seen_of(case, record) if record else None


def _first(fact: Any) -> Any:
    return (fact[0] if fact else None) if isinstance(fact, list) else fact


def without_nulls(fact: Any) -> Any:
    """The fact without the parts that nobody states."""
    if isinstance(fact, Mapping):
        return {name: without_nulls(part) for name, part in fact.items() if part is not None}
    if isinstance(fact, Sequence) and not isinstance(fact, str):
        return [without_nulls(part) for part in fact]
    return fact
