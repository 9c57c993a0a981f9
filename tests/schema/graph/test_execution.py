"""graphql-core executes on the assembled core over trees of plain values, for every type of the graph."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLOutputType,
    execute_sync,
    get_named_type,
    get_nullable_type,
    is_list_type,
    parse,
    validate,
)

from schema.graph.assemble import Graph, assemble

SAMPLES = {
    "String": "天津市和平区",
    "ID": "91120116MA0000000X",
    "Int": 12,
    "Boolean": True,
    "CreditCode": "91120116MA0000000X",
    "Date": "2024-02-29",
    "DateTime": "2026-03-01T09:30:00+08:00",
    "Decimal": "1200000.00",
    "CurrencyCode": "CNY",
    "CountryCode": "CHN",
    "IndustryCode": "6513",
    "EntityTypeCode": "1130",
}
REQUIRED_ARGUMENTS = {
    "Query.subject": '(code: "x")',
    "Query.subjects": '(codes: ["x"])',
    "Query.searchSubjects": '(name: "津", first: 1)',
    "Query.consents": "(first: 1)",
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return assemble()


def _value(kind: GraphQLOutputType) -> Any:
    """A plain value of this type as releases hold it: code-list values by name, everything else as in SAMPLES."""
    named = get_named_type(kind)
    if isinstance(named, GraphQLObjectType):
        value: Any = {name: _value(field.type) for name, field in named.fields.items()}
    elif isinstance(named, GraphQLEnumType):
        value = list(named.values)[-1]
    else:
        value = SAMPLES[named.name]
    return [value, value] if is_list_type(get_nullable_type(kind)) else value


def _selection(kind: GraphQLObjectType) -> str:
    parts = []
    for name, field in kind.fields.items():
        named = get_named_type(field.type)
        below = f" {{ {_selection(named)} }}" if isinstance(named, GraphQLObjectType) else ""
        parts.append(name + REQUIRED_ARGUMENTS.get(f"{kind.name}.{name}", "") + below)
    return " ".join(parts)


@pytest.mark.parametrize("root", ["subject", "subjects", "searchSubjects", "consents"])
def test_a_full_tree_leaves_as_it_stands(graph: Graph, root: str) -> None:
    query = graph.core.query_type
    assert query is not None
    field = query.fields[root]
    named = get_named_type(field.type)
    assert isinstance(named, GraphQLObjectType)
    document = parse(f"{{ {root}{REQUIRED_ARGUMENTS[f'Query.{root}']} {{ {_selection(named)} }} }}")
    assert validate(graph.core, document) == []
    tree = {root: _value(field.type)}
    result = execute_sync(graph.core, document, tree)
    assert result.errors is None
    assert result.data == tree


def test_a_tree_written_by_hand(graph: Graph) -> None:
    """Money with an amount, money with a band alone, an open period, a masked birth date, a disagreement."""
    document = parse("""{
        subject(code: "x") {
          legalPerson {
            registrationStatus registeredCapital { amount currency band } paidInCapital { amount currency band }
            legalRepresentative { name birthDate }
            provenance { agency asOf freshness fromCache disagreements { field agency } }
          }
          seriouslyUntrustworthyListings { listingTerm { from to } linkedPersons { name } }
          administrativePenalties { penaltyCategory fineAmount { amount } }
          taxCreditRatings { ratingYear taxCreditRating }
        }
      }""")
    subject = {
        "legalPerson": {
            "registrationStatus": "ACTIVE",
            "registeredCapital": {"amount": "1200000.00", "currency": "CNY", "band": None},
            "paidInCapital": {"amount": None, "currency": "CNY", "band": "[1000000, 10000000)"},
            "legalRepresentative": {"name": "张*", "birthDate": "1980"},
            "provenance": {
                "agency": "MARKET_REGULATION",
                "asOf": "2026-03-01T00:00:00+08:00",
                "freshness": "CURRENT",
                "fromCache": False,
                "disagreements": [{"field": "registeredName", "agency": "ENTERPRISE_DISCLOSURE"}],
            },
        },
        "seriouslyUntrustworthyListings": [
            {"listingTerm": {"from": "2025-01-01", "to": None}, "linkedPersons": [{"name": "李*"}]}
        ],
        "administrativePenalties": [{"penaltyCategory": ["WARNING", "FINE"], "fineAmount": {"amount": "5000.00"}}],
        "taxCreditRatings": [{"ratingYear": 2025, "taxCreditRating": "A"}],
    }
    assert validate(graph.core, document) == []
    result = execute_sync(graph.core, document, {"subject": subject})
    assert (result.data, result.errors) == ({"subject": subject}, None)


def test_a_field_with_arguments_is_read_by_its_response_key_and_others_by_name(graph: Graph) -> None:
    document = parse("""{
        one: subject(code: "x") {
          small: taxArrears(first: 1) { kind: taxCategory }
          all: taxArrears { taxCategory }
          who: legalPerson { called: registeredName }
        }
      }""")
    tree = {
        "one": {
            "small": [{"taxCategory": "增值税"}],
            "all": [{"taxCategory": "增值税"}, {"taxCategory": "印花税"}],
            "legalPerson": {"registeredName": "某公司"},
        }
    }
    result = execute_sync(graph.core, document, tree)
    assert result.errors is None
    assert result.data == {
        "one": {
            "small": [{"kind": "增值税"}],
            "all": [{"taxCategory": "增值税"}, {"taxCategory": "印花税"}],
            "who": {"called": "某公司"},
        }
    }


def test_a_wrong_code_is_null_in_its_place(graph: Graph) -> None:
    document = parse('{ subjects(codes: ["x", "y"]) { unifiedSocialCreditCode } }')
    tree = {"subjects": [{"unifiedSocialCreditCode": "91120116MA0000000X"}, None]}
    result = execute_sync(graph.core, document, tree)
    assert (result.data, result.errors) == (tree, None)
