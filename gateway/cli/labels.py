"""Names of types, fields and code-list values in English and Chinese, taken from the graph's own descriptions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphql import GraphQLEnumType, GraphQLNamedType, GraphQLObjectType, get_named_type

from schema.graph.assemble import Graph

_TERM = re.compile(r"^(?P<english>.*?)\s*\((?P<chinese>.*)\)\.?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Label:
    """One thing in two languages."""

    english: str
    chinese: str = ""

    def __str__(self) -> str:
        return f"{self.english} {self.chinese}".rstrip()


class Labels:
    """Looks labels up in a graph."""

    def __init__(self, graph: Graph) -> None:
        self._types = graph.core.type_map

    def field(self, type_name: str, field_name: str) -> Label:
        """The label of one field; its own name if the graph says nothing."""
        kind = self._types.get(type_name)
        if not isinstance(kind, GraphQLObjectType) or field_name not in kind.fields:
            return Label(field_name)
        return read_label(kind.fields[field_name].description or field_name)

    def value(self, type_name: str, value: str) -> Label:
        """The label of a code-list value, led by the value itself unless the Chinese term begins with it."""
        kind = self._types.get(type_name)
        if not isinstance(kind, GraphQLEnumType) or value not in kind.values:
            return Label(value)
        chinese = read_label(kind.values[value].description or "").chinese
        return Label(chinese) if chinese.startswith(value) else Label(value, chinese)

    def type_of(self, type_name: str, field_name: str) -> GraphQLNamedType | None:
        """The named type that a field leads to."""
        kind = self._types.get(type_name)
        if not isinstance(kind, GraphQLObjectType) or field_name not in kind.fields:
            return None
        named: GraphQLNamedType = get_named_type(kind.fields[field_name].type)
        return named


def read_label(description: str) -> Label:
    """`Date of the listing (列入日期).` in two parts; remarks after a semicolon are left out."""
    match = _TERM.match(description.partition("\n")[0])
    english = match["english"] if match else description.rstrip(".")
    return Label(english.partition(";")[0], match["chinese"] if match else "")
