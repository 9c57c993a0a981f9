"""A record is a value with its dates; its kind is a type of the graph."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from graphql import GraphQLObjectType, build_schema

from schema.vocabulary.records import RecordKind, of_person
from tests.builders import a_record

GRAPH = build_schema((Path(__file__).parents[2] / "golden" / "schema.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", RecordKind)
def test_each_kind_is_a_type_of_the_graph(kind: RecordKind) -> None:
    assert isinstance(GRAPH.type_map[kind.value], GraphQLObjectType)


def test_a_record_says_nothing_against_itself_unless_told() -> None:
    record = a_record(RecordKind.TAX_ARREARS, {"taxCategory": "增值税"})
    assert record.is_displayed
    assert not record.is_natural_person
    assert record.not_public == record.unreadable == frozenset()
    assert record.as_of.utcoffset() is not None


def test_a_record_cannot_be_changed() -> None:
    record = a_record(RecordKind.TAX_ARREARS, {})
    with pytest.raises(FrozenInstanceError):
        record.key = "another"  # type: ignore[misc]  # what is tried here is forbidden


def test_a_persons_fact_is_ordered_under_another_name() -> None:
    assert of_person("shareholderCode") != "shareholderCode"
    assert of_person("shareholderCode").partition(".")[0] == "shareholderCode"
