"""Closed code lists: each is an enumeration of the graph with the same name and the same values."""

from __future__ import annotations

import inspect
from enum import StrEnum
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, build_schema

from schema.vocabulary import codes

LISTS = [
    kind for _, kind in inspect.getmembers(codes, inspect.isclass) if issubclass(kind, StrEnum) and kind is not StrEnum
]
GRAPH = build_schema((Path(__file__).parents[2] / "golden" / "schema.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", LISTS)
def test_a_code_list_is_an_enumeration_of_the_graph(kind: type[StrEnum]) -> None:
    listed = GRAPH.type_map[kind.__name__]
    assert isinstance(listed, GraphQLEnumType)
    assert list(listed.values) == [member.value for member in kind]


@pytest.mark.parametrize("kind", LISTS)
def test_a_code_is_written_as_it_is_called(kind: type[StrEnum]) -> None:
    assert all(member.name == member.value for member in kind)
    assert kind.__doc__
