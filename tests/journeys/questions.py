"""Questions made from the graph itself, and what is left of one without the fields that were refused."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    get_named_type,
    parse,
    print_ast,
)

_SCHEMA = Path(__file__).parents[1] / "golden" / "schema.graphql"


@cache
def _schema() -> GraphQLSchema:
    return build_schema(_SCHEMA.read_text(encoding="utf-8"))


@cache
def whole_question() -> str:
    """Every field of a subject that there is."""
    subject = _schema().type_map["CreditSubject"]
    assert isinstance(subject, GraphQLObjectType)
    return f"query Whole($code: CreditCode!) {{ subject(code: $code) {_selection(subject)} }}"


def _selection(kind: GraphQLObjectType) -> str:
    parts = []
    for name, definition in kind.fields.items():
        named = get_named_type(definition.type)
        parts.append(f"{name} {_selection(named)}" if isinstance(named, GraphQLObjectType) else name)
    return f"{{ {' '.join(parts)} }}"


def without(question: str, refused: set[str]) -> str:
    """The question without these fields (dotted response paths), and without selections that this leaves empty."""
    document = parse(question)
    (operation,) = (part for part in document.definitions if isinstance(part, OperationDefinitionNode))
    left = _left(operation.selection_set, refused, above="")
    assert left is not None
    kept = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=left,
    )
    return print_ast(DocumentNode(definitions=(kept,)))


def _left(selections: SelectionSetNode, refused: set[str], *, above: str) -> SelectionSetNode | None:
    kept: list[FieldNode] = []
    for node in selections.selections:
        assert isinstance(node, FieldNode)
        path = f"{above}{node.name.value}"
        below = _left(node.selection_set, refused, above=f"{path}.") if node.selection_set else None
        if path in refused or (node.selection_set and below is None):
            continue
        kept.append(
            FieldNode(
                alias=node.alias,
                name=node.name,
                arguments=node.arguments,
                directives=node.directives,
                selection_set=below,
            )
        )
    return SelectionSetNode(selections=tuple(kept)) if kept else None
