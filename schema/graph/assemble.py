"""Builds the schema once; its core is what documents are validated against and executed on.

The only room that touches Strawberry's private core schema. Strawberry's own `execute` is never
used: every field reads the released tree through one function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import GraphQLField, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, print_schema
from strawberry.schema.config import StrawberryConfig

from schema.graph.roots import Mutation, Query, inquiry
from schema.graph.scalars import scalar_map
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.prohibited import ProhibitedCategory, prohibited_category


@dataclass(frozen=True, slots=True)
class Graph:
    """The assembled schema."""

    core: GraphQLSchema
    """For graphql-core's `parse`, `validate` and `execute`."""

    def sdl(self) -> str:
        """The schema as text, ending in a line break."""
        return print_schema(self.core) + "\n"

    def coordinates(self) -> tuple[FieldCoordinate, ...]:
        """Every field of every object type, introspection apart, in the order of the schema."""
        return tuple(_fields(self.core))


def assemble(notes: Mapping[str, str] | None = None) -> Graph:
    """Build the schema; `notes` are added to the descriptions of the fields they are keyed by.

    Errors:  ValueError for a note on a field that is not there, and for a field that tells of religion, blood type,
             illness, biometrics or genes (Tianjin Art. 16¶2, Shanghai 14¶3, Heilongjiang 20¶3)
    """
    config = StrawberryConfig(scalar_map=scalar_map())
    built = strawberry.Schema(query=Query, mutation=Mutation, directives=[inquiry], config=config)
    core = built._schema  # noqa: SLF001 - the one touch
    fields = _fields(core)
    never = sorted(f"{at} ({kind})" for at, made in fields.items() if (kind := _prohibited(at, made)) is not None)
    if never:
        raise ValueError(f"fields of a kind that no credit record may hold: {', '.join(never)}")
    unknown = sorted((notes or {}).keys() - fields.keys())
    if unknown:
        raise ValueError(f"notes on fields that the graph does not have: {', '.join(unknown)}")
    for coordinate, made in fields.items():
        made.resolve = _reader(coordinate.partition(".")[2], has_arguments=bool(made.args))
        note = (notes or {}).get(coordinate)
        if note:
            made.description = f"{made.description}\n\n{note}"
    return Graph(core)


def read_released(source: Any, name: str) -> Any:
    """A value of the released tree.

    INVARIANT: what is not in the tree was decided by nobody, so it raises KeyError and is never null by chance.
    """
    return source[name]


def _prohibited(at: FieldCoordinate, made: GraphQLField) -> ProhibitedCategory | None:
    return prohibited_category(at, made.description or "")


def _fields(core: GraphQLSchema) -> dict[FieldCoordinate, GraphQLField]:
    return {
        FieldCoordinate(f"{name}.{field_name}"): made
        for name, kind in core.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
        for field_name, made in kind.fields.items()
    }


def _reader(name: str, *, has_arguments: bool) -> Callable[..., Any]:
    """A resolver that reads the tree by field name; with arguments by response key, as aliases may ask it twice."""

    def by_name(source: Any, _info: GraphQLResolveInfo[Any]) -> Any:
        return read_released(source, name)

    def by_response_key(source: Any, info: GraphQLResolveInfo[Any], **_arguments: Any) -> Any:
        return read_released(source, str(info.path.key))

    return by_response_key if has_arguments else by_name
