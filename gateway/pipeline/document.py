"""What can be known from a document alone: parsed, validated, within limits; kept by its text.

Fails with ClientFault. Texts of graphql-core's errors are safe: they speak of the caller's own
document, and suggestions are hidden from callers who may not introspect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

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
_MOST_COMPARED = 100
"""Errors against the graph that is offered, which are more where a field is asked for that is not offered."""
_SCHEMA_DEPTH = 16
_LONGEST_MESSAGE = 300
_MOST_MERGED = 50
"""Fields under one key, and fragments, in one place of the answer: validation compares each with each other."""
_BEFORE_VALUE = re.compile(r',? (?:but encountered error|found:)|; found| "|(?<=String) \x27|(?<!^Syntax Error): ')
"""Where graphql-core begins to repeat a value of the document, or speaks of its own inside."""


Offered: TypeAlias = Callable[[], GraphQLSchema]
"""The graph as the caller is offered it; made when it is needed."""
SCHEMA_ROOTS = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of a valid document, with what it may refer to."""

    node: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    conditions: tuple[str, ...]
    """Names of the variables that `@skip` and `@include` depend on."""
    introspects: bool
    """Whether it asks about the schema itself."""

    @property
    def changes(self) -> bool:
        """Whether it does something, instead of asking only."""
        return self.node.operation is OperationType.MUTATION


def read_document(
    text: str,
    operation_name: str | None,
    *,
    core: GraphQLSchema,
    limits: Limits,
    offered: Offered | None = None,
) -> Operation:
    """Parse, bound and validate one document, and pick its operation.

    Shape:   `offered` is asked for the graph from which corrections are suggested; None: nothing is suggested
    Errors:  ClientFault with SYNTAX, TOO_*, PURPOSE_UNKNOWN, INVALID_DOCUMENT or OPERATION_UNKNOWN
    """
    document = _parse(text, limits)
    _bound(document, limits)
    fragments = {part.name.value: part for part in document.definitions if isinstance(part, FragmentDefinitionNode)}
    _bound_merging(document, fragments, limits)
    errors = validate(core, document, max_errors=_MOST_ERRORS, hide_suggestions=True)
    if errors:
        _check_purpose(document)
        errors = _with_suggestions(errors, document, offered()) if offered is not None else errors
        raise ClientFault(
            FaultCode.INVALID_DOCUMENT,
            "the document does not fit the schema",
            problems=[_problem(FaultCode.INVALID_DOCUMENT, error) for error in errors],
        )
    document = _parse(text, limits, no_location=True)  # what is kept needs no places, and they are most of its memory
    fragments = {part.name.value: part for part in document.definitions if isinstance(part, FragmentDefinitionNode)}
    node = _pick(document, operation_name)
    if _depth(node.selection_set, fragments, known={}) > _allowed_depth(node, limits):
        raise _too_deep(limits)
    conditions = tuple(sorted(set(_condition_variables(document))))
    return Operation(node, fragments, conditions, _introspects(node.selection_set, fragments, seen=set()))


def _with_suggestions(errors: list[GraphQLError], document: DocumentNode, offered: GraphQLSchema) -> list[GraphQLError]:
    """The same errors, with suggestions where the graph that the caller is offered has any."""
    found = validate(offered, document, max_errors=_MOST_COMPARED)
    suggested = {(error.message.partition(" Did you mean")[0], *(error.locations or ())): error for error in found}
    return [suggested.get((error.message, *(error.locations or ())), error) for error in errors]


def _parse(text: str, limits: Limits, *, no_location: bool = False) -> DocumentNode:
    try:
        return parse(text, no_location=no_location, max_tokens=limits.tokens, allow_empty_selection_sets=False)
    except GraphQLSyntaxError as error:
        if "token" in error.message and "aborted" in error.message:
            message = f"the document has more than {limits.tokens} tokens"
            raise ClientFault(FaultCode.TOO_MANY_TOKENS, message, advice="ask for less in one document") from error
        problems = [_problem(FaultCode.SYNTAX, error)]
        raise ClientFault(FaultCode.SYNTAX, "the document is not GraphQL", problems=problems) from error
    except RecursionError as error:
        raise ClientFault(FaultCode.TOO_DEEP, "the document is nested too deeply") from error


def _bound(document: DocumentNode, limits: Limits) -> None:
    """Cheap bounds before validation, each definition on its own; what fragments add up to is bounded after it."""
    aliases = sum(1 for node in _nodes(document) if isinstance(node, FieldNode) and node.alias is not None)
    if aliases > limits.aliases:
        raise ClientFault(FaultCode.TOO_MANY_ALIASES, f"the document has more than {limits.aliases} aliases")
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            _bound_depth(definition.selection_set, limits.depth, limits=limits)
        if isinstance(definition, OperationDefinitionNode):
            roots = len(definition.selection_set.selections)
            if roots > limits.root_fields:
                message = f"the operation has more than {limits.root_fields} root fields"
                raise ClientFault(FaultCode.TOO_MANY_ROOT_FIELDS, message)


def _bound_depth(selections: SelectionSetNode | None, left: int, *, limits: Limits) -> None:
    if selections is None:
        return
    if left == 0:
        raise _too_deep(limits)
    for node in selections.selections:
        if isinstance(node, FieldNode):
            _bound_depth(node.selection_set, left - 1, limits=limits)
        elif isinstance(node, InlineFragmentNode):
            _bound_depth(node.selection_set, left, limits=limits)


def _bound_merging(document: DocumentNode, fragments: dict[str, FragmentDefinitionNode], limits: Limits) -> None:
    """Bounds what validation has to compare pair by pair, seconds of work for a small document otherwise."""
    left = limits.cost
    waiting = [
        ([part.selection_set], 0)
        for part in document.definitions
        if isinstance(part, OperationDefinitionNode | FragmentDefinitionNode)
    ]
    while waiting:
        sets, depth = waiting.pop()
        fields, merged = _gather_fields(sets, fragments, most=left)
        left -= sum(len(nodes) for nodes in fields.values()) + merged
        if left < 0 or max(merged, *(len(nodes) for nodes in fields.values()), 0) > _MOST_MERGED:
            message = f"the document has more than {_MOST_MERGED} fragments, or fields of one key, in one place"
            raise ClientFault(FaultCode.TOO_COSTLY, message, advice="name each field once")
        if depth < _SCHEMA_DEPTH:  # fragments may be cyclic still; what is deeper is refused after validation
            inner = ([node.selection_set for node in nodes if node.selection_set] for nodes in fields.values())
            waiting += [(below, depth + 1) for below in inner if below]


def _gather_fields(
    sets: list[SelectionSetNode], fragments: dict[str, FragmentDefinitionNode], *, most: int
) -> tuple[dict[str, list[FieldNode]], int]:
    """The fields of one place by key, each fragment opened once, and how many fragments stand there."""
    fields: dict[str, list[FieldNode]] = {}
    waiting, seen, merged = list(sets), set[str](), 0
    while waiting and merged <= most:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode):
                fields.setdefault((node.alias or node.name).value, []).append(node)
                continue
            merged += 1
            if isinstance(node, InlineFragmentNode):
                waiting.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value in fragments and node.name.value not in seen:
                seen.add(node.name.value)
                waiting.append(fragments[node.name.value].selection_set)
    return fields, merged


def _allowed_depth(node: OperationDefinitionNode, limits: Limits) -> int:
    """The introspection query of common tools is 15 levels deep; graphql-core itself bounds its lists in lists."""
    roots = node.selection_set.selections
    asks_schema_only = all(isinstance(part, FieldNode) and part.name.value in SCHEMA_ROOTS for part in roots)
    return max(limits.depth, _SCHEMA_DEPTH) if asks_schema_only else limits.depth


def _too_deep(limits: Limits) -> ClientFault:
    return ClientFault(FaultCode.TOO_DEEP, f"the document is nested more than {limits.depth} levels deep")


def _depth(
    selections: SelectionSetNode | None, fragments: dict[str, FragmentDefinitionNode], *, known: dict[str, int]
) -> int:
    """Levels below a selection set, fragments included; each fragment is measured once, and none is cyclic."""
    deepest = 0
    for node in selections.selections if selections is not None else ():
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name not in known:
                known[name] = _depth(fragments[name].selection_set, fragments, known=known)
            deepest = max(deepest, known[name])
        elif isinstance(node, FieldNode | InlineFragmentNode):
            own = 1 if isinstance(node, FieldNode) else 0
            deepest = max(deepest, own + _depth(node.selection_set, fragments, known=known))
    return deepest


def _pick(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [part for part in document.definitions if isinstance(part, OperationDefinitionNode)]
    chosen = [part for part in operations if name is None or (part.name is not None and part.name.value == name)]
    if len(chosen) != 1:
        message = "the document has several operations" if len(chosen) > 1 else "the document has no such operation"
        raise ClientFault(FaultCode.OPERATION_UNKNOWN, message, advice="name one with `operationName`")
    if chosen[0].operation is OperationType.SUBSCRIPTION:
        raise ClientFault(FaultCode.INVALID_DOCUMENT, "this graph answers queries and mutations only")
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
    message = _BEFORE_VALUE.split(error.message, maxsplit=1)[0]
    return Problem(code, message[:_LONGEST_MESSAGE], locations=locations)


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


def _introspects(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], *, seen: set[str]) -> bool:
    """Whether a root field asks about the schema; each fragment is looked into once."""
    for node in selections.selections:
        inner = None
        if isinstance(node, FieldNode) and node.name.value in SCHEMA_ROOTS:
            return True
        if isinstance(node, InlineFragmentNode):
            inner = node.selection_set
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            inner = fragments[node.name.value].selection_set
        if inner is not None and _introspects(inner, fragments, seen=seen):
            return True
    return False
