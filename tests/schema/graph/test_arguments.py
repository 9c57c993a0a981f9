"""Orders and conditions are made from the listed type, and arrive as the pipeline reads them."""

from __future__ import annotations

import pytest
from graphql import FieldNode, GraphQLEnumType, GraphQLObjectType, OperationDefinitionNode, get_argument_values, parse

from schema.graph.arguments import sortable_fields
from schema.graph.assemble import Graph, assemble
from schema.graph.market_regulation import AdministrativePenalty
from schema.graph.tax import TaxArrears


@pytest.fixture(scope="module")
def graph() -> Graph:
    return assemble()


def _arguments(graph: Graph, field: str) -> dict[str, object]:
    operation = parse(f"{{ {field} }}").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    node = operation.selection_set.selections[0]
    assert isinstance(node, FieldNode)
    subject = graph.core.type_map["CreditSubject"]
    assert isinstance(subject, GraphQLObjectType)
    return get_argument_values(subject.fields[node.name.value], node, None)


def test_scalars_and_amounts_can_be_sorted_by_and_nothing_else() -> None:
    assert sortable_fields(TaxArrears) == (
        "tax_category",
        "arrears_balance",
        "tax_period_from",
        "tax_period_to",
        "payment_due_date",
        "announcing_authority",
    )
    assert not {"penalty_category", "provenance"} & set(sortable_fields(AdministrativePenalty))


def test_field_enum_says_the_name_of_the_field_in_the_graph(graph: Graph) -> None:
    made = graph.core.type_map["JudgmentDefaulterField"]
    record = graph.core.type_map["JudgmentDefaulter"]
    assert isinstance(made, GraphQLEnumType)
    assert isinstance(record, GraphQLObjectType)
    assert made.values["PUBLICATION_DATE"].value == "publicationDate"
    assert {value.value for value in made.values.values()} <= set(record.fields)


def test_every_list_of_the_subject_takes_the_three_arguments(graph: Graph) -> None:
    subject = graph.core.type_map["CreditSubject"]
    assert isinstance(subject, GraphQLObjectType)
    lists = {name: made for name, made in subject.fields.items() if str(made.type).startswith("[")}
    assert len(lists) == 16
    for name, made in subject.fields.items():
        if name == "inquiries":  # no agency's records: a page of them is asked for by days
            continue
        kind = str(made.type).strip("[]!")
        expected = {"first": "Int!", "orderBy": f"{kind}Order", "where": f"[{kind}Condition!]"} if name in lists else {}
        assert {argument: str(given.type) for argument, given in made.args.items()} == expected


def test_defaults(graph: Graph) -> None:
    assert _arguments(graph, "taxArrears") == {"first": 100}
    given = _arguments(graph, "taxArrears(orderBy: {field: TAX_CATEGORY})")["orderBy"]
    assert isinstance(given, dict)
    assert (given["field"].value, str(given["direction"])) == ("taxCategory", "ASC")


def test_conditions_arrive_by_their_names_in_the_graph(graph: Graph) -> None:
    text = 'taxArrears(first: 3, where: [{field: PAYMENT_DUE_DATE, from: "2024-01-01", to: "2024-12-31"}])'
    given = _arguments(graph, text)
    assert given["first"] == 3
    where = given["where"]
    assert isinstance(where, list)
    condition = dict(where[0])
    assert condition.pop("field").value == "paymentDueDate"
    assert condition == {"from": "2024-01-01", "to": "2024-12-31"}
