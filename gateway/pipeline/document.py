"""What can be known from a document alone: parsed, validated, within limits; kept by its text.

Fails with ClientFault. Texts of graphql-core's errors are safe: they speak of the caller's own
document, and suggestions are hidden from callers who may not introspect.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    parse,
    validate,
)

from gateway.faults import ClientFault, FaultCode, Problem
from gateway.pipeline.admit import unknown_purpose
from gateway.settings import Limits
from schema.vocabulary.caller import Purpose

_MOST_ERRORS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of a valid document, with what it may refer to."""

    node: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    conditions: tuple[str, ...]
    """Names of the variables that `@skip` and `@include` depend on."""
    introspects: bool
    """Whether it asks about the schema itself."""


def read_document(
    text: str, operation_name: str | None, *, core: GraphQLSchema, limits: Limits, may_introspect: bool
) -> Operation:
    """Parse, bound and validate one document, and pick its operation.

    Errors:  ClientFault with SYNTAX, TOO_*, PURPOSE_UNKNOWN, INVALID_DOCUMENT or OPERATION_UNKNOWN
    """
    document = _parse(text, limits)
    _bound(document, limits)
    errors = validate(core, document, max_errors=_MOST_ERRORS, hide_suggestions=not may_introspect)
    if errors:
        _check_purpose(document)
        raise ClientFault(
            FaultCode.INVALID_DOCUMENT,
            "the document does not fit the schema",
            problems=[_problem(FaultCode.INVALID_DOCUMENT, error) for error in errors],
        )
    node = _pick(document, operation_name)
    fragments = {part.name.value: part for part in document.definitions if isinstance(part, FragmentDefinitionNode)}
    conditions = tuple(sorted(set(_condition_variables(document))))
    return Operation(node, fragments, conditions, _introspects(node.selection_set, fragments))


def _parse(text: str, limits: Limits) -> DocumentNode:
    try:
        return parse(text, max_tokens=limits.tokens, allow_empty_selection_sets=False)
    except GraphQLSyntaxError as error:
        if "token" in error.message and "aborted" in error.message:
            message = f"the document has more than {limits.tokens} tokens"
            raise ClientFault(FaultCode.TOO_MANY_TOKENS, message, advice="ask for less in one document") from error
        problems = [_problem(FaultCode.SYNTAX, error)]
        raise ClientFault(FaultCode.SYNTAX, "the document is not GraphQL", problems=problems) from error
    except RecursionError as error:
        raise ClientFault(FaultCode.TOO_DEEP, "the document is nested too deeply") from error


def _bound(document: DocumentNode, limits: Limits) -> None:
    """Cheap bounds before validation, each definition on its own; fragments are bounded again when spread."""
    aliases = sum(1 for node in _nodes(document) if isinstance(node, FieldNode) and node.alias is not None)
    if aliases > limits.aliases:
        raise ClientFault(FaultCode.TOO_MANY_ALIASES, f"the document has more than {limits.aliases} aliases")
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            _bound_depth(definition.selection_set, limits.depth, allowed=limits.depth)
        if isinstance(definition, OperationDefinitionNode):
            roots = len(definition.selection_set.selections)
            if roots > limits.root_fields:
                message = f"the operation has more than {limits.root_fields} root fields"
                raise ClientFault(FaultCode.TOO_MANY_ROOT_FIELDS, message)


def _bound_depth(selections: SelectionSetNode | None, left: int, *, allowed: int) -> None:
    if selections is None:
        return
    if left == 0:
        raise ClientFault(FaultCode.TOO_DEEP, f"the document is nested more than {allowed} levels deep")
    for node in selections.selections:
        if isinstance(node, FieldNode):
            _bound_depth(node.selection_set, left - 1, allowed=allowed)
        elif isinstance(node, InlineFragmentNode):
            _bound_depth(node.selection_set, left, allowed=allowed)


def _pick(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [part for part in document.definitions if isinstance(part, OperationDefinitionNode)]
    chosen = [part for part in operations if name is None or (part.name is not None and part.name.value == name)]
    if len(chosen) != 1:
        message = "the document has several operations" if len(chosen) > 1 else "the document has no such operation"
        raise ClientFault(FaultCode.OPERATION_UNKNOWN, message, advice="name one with `operationName`")
    if chosen[0].operation is not OperationType.QUERY:
        raise ClientFault(FaultCode.INVALID_DOCUMENT, "this graph answers queries only")
    return chosen[0]


def _check_purpose(document: DocumentNode) -> None:
    for node in _nodes(document):
        if isinstance(node, DirectiveNode) and node.name.value == "inquiry":
            for argument in node.arguments or ():
                stated = argument.value
                if argument.name.value != "purpose" or isinstance(stated, VariableNode):
                    continue
                if not isinstance(stated, EnumValueNode) or stated.value not in Purpose.__members__:
                    raise unknown_purpose()


def _problem(code: FaultCode, error: GraphQLError) -> Problem:
    locations = tuple({"line": place.line, "column": place.column} for place in error.locations or ())
    return Problem(code, error.message, locations=locations)


def _nodes(node: Node) -> Iterator[Node]:
    """Every node below; iterative, because a hostile document must not exhaust the stack."""
    waiting: list[Node] = [node]
    while waiting:
        found = waiting.pop()
        yield found
        for key in found.keys:
            part = getattr(found, key, None)
            if isinstance(part, Node):
                waiting.append(part)
            elif isinstance(part, list | tuple):
                waiting.extend(item for item in part if isinstance(item, Node))


def has_variables(node: FieldNode) -> bool:
    """Whether any argument of the field depends on a variable."""
    return any(isinstance(part, VariableNode) for argument in node.arguments or () for part in _nodes(argument))


def _condition_variables(document: DocumentNode) -> Iterator[str]:
    for node in _nodes(document):
        if isinstance(node, DirectiveNode) and node.name.value in {"skip", "include"}:
            yield from (part.value.name.value for part in node.arguments or () if isinstance(part.value, VariableNode))


def _introspects(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> bool:
    for node in selections.selections:
        if isinstance(node, FieldNode) and node.name.value in {"__schema", "__type"}:
            return True
        if isinstance(node, InlineFragmentNode) and _introspects(node.selection_set, fragments):
            return True
        if isinstance(node, FragmentSpreadNode) and _introspects(fragments[node.name.value].selection_set, fragments):
            return True
    return False
