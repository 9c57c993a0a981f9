"""What may come in as a code, and what may go out as a text."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLError, GraphQLScalarType, execute_sync, parse, validate

from schema.graph.assemble import Graph, assemble
from schema.graph.scalars import read_credit_code

BY_VARIABLE = parse("query ($code: CreditCode!) { subject(code: $code) { unifiedSocialCreditCode } }")
TREE = {"subject": {"unifiedSocialCreditCode": "91120116MA0000000X"}}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return assemble()


@pytest.mark.parametrize("text", ["91120116ma0000000x", "  91120116MA0000000X\n"])
def test_a_code_is_stripped_and_upper_cased(text: str) -> None:
    assert read_credit_code(text) == "91120116MA0000000X"


@pytest.mark.parametrize("text", ["", "nonsense", "9" * 4000, "统一社会信用代码"])
def test_a_wrong_code_is_let_through_to_be_answered_in_its_place(graph: Graph, text: str) -> None:
    result = execute_sync(graph.core, BY_VARIABLE, TREE, variable_values={"code": text})
    assert (result.data, result.errors) == (TREE, None)


@pytest.mark.parametrize("value", [5, 1.5, True, ["a"], {"a": 1}, None])
def test_what_is_not_a_text_is_refused_without_being_repeated(graph: Graph, value: Any) -> None:
    result = execute_sync(graph.core, BY_VARIABLE, TREE, variable_values={"code": value})
    assert result.data is None
    assert result.errors
    if value is not None:
        with pytest.raises(GraphQLError, match="CreditCode is written as a text"):
            read_credit_code(value)


@pytest.mark.parametrize("literal", ["5", "1.5", "true", "ABC", "{a: 1}"])
def test_a_literal_that_is_not_a_text_is_refused(graph: Graph, literal: str) -> None:
    document = parse(f"{{ subject(code: {literal}) {{ unifiedSocialCreditCode }} }}")
    assert validate(graph.core, document)


def test_a_literal_text_is_read(graph: Graph) -> None:
    document = parse('{ subjects(codes: ["a", " b "]) { unifiedSocialCreditCode } }')
    assert validate(graph.core, document) == []


@pytest.mark.parametrize(
    "name", ["Date", "DateTime", "Decimal", "CurrencyCode", "CountryCode", "IndustryCode", "EntityTypeCode"]
)
def test_a_text_leaves_as_it_is_and_nothing_else_leaves(graph: Graph, name: str) -> None:
    made = graph.core.type_map[name]
    assert isinstance(made, GraphQLScalarType)
    assert made.serialize("1234.50") == "1234.50"
    with pytest.raises(GraphQLError):
        made.serialize(1234.5)
