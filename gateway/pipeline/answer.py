"""The end of stage 8: released subjects put into their roots, problems beside them, as the bytes that leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import orjson
from graphql import (
    ExecutionResult,
    FieldNode,
    GraphQLSchema,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeNode,
    Undefined,
    execute_sync,
    specified_scalar_types,
)
from graphql.language import DocumentNode

from gateway.faults import ClientFault
from gateway.pipeline.access import Access
from gateway.pipeline.alert_roots import AuditTold
from gateway.pipeline.consent_roots import ConsentsTold
from gateway.pipeline.demand import Demand
from gateway.pipeline.document import SCHEMA_ROOTS
from gateway.pipeline.find import Found
from gateway.pipeline.release import SubjectRelease, place_problems
from gateway.pipeline.roots import Root
from gateway.pipeline.selection import SUBJECT_TYPE, Selection

_LISTED_AT = {"subjects": 1, "searchSubjects": 2}
"""How many response keys stand before a subject's position in a list of them."""

Releases = Sequence[Sequence[SubjectRelease | None]]
"""Per selection of subjects below a root, one release per subject of the root."""
Looked: TypeAlias = Found | Access | ConsentsTold | AuditTold | None
"""What a root has that is no subject which the document names."""


def answer_body(
    demand: Demand, roots: Sequence[tuple[Root, Looked, Releases]], introspected: Mapping[str, Any]
) -> bytes:
    """The response body (GraphQL specification §7): `data` in the document's order, `errors` if there are any."""
    problems = list(demand.problems)
    data: dict[str, Any] = {}
    for root, found, releases in roots:
        if root.selection.name in SCHEMA_ROOTS:
            data[root.selection.key] = introspected.get(root.selection.key)
            continue
        data[root.selection.key] = _root_value(root, found, releases)
        if isinstance(found, Found) and found.problem is not None:
            problems.append(found.problem)
        elif isinstance(found, ConsentsTold | AuditTold):
            problems += found.problems
        for subjects in releases:
            problems += place_problems(subjects, _LISTED_AT.get(root.selection.name))
    body: dict[str, Any] = {"data": data}
    if problems:
        body["errors"] = [problem.as_json() for problem in problems]
    return orjson.dumps(body)


def fault_body(fault: ClientFault) -> bytes:
    """The body of a request that failed as a whole: errors and no data."""
    return orjson.dumps({"errors": [problem.as_json() for problem in fault.problems]})


def introspect(demand: Demand, view: GraphQLSchema) -> dict[str, Any]:
    """What the document asks about the schema itself, answered by graphql-core from what the caller is offered."""
    operation = demand.operation.node
    kept = tuple(node for node in operation.selection_set.selections if _asks_schema_only(node))
    about_schema = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=tuple(one for one in operation.variable_definitions or () if _is_plain(one.type)),
        directives=(),
        selection_set=SelectionSetNode(selections=kept),
    )
    document = DocumentNode(definitions=(about_schema, *demand.operation.fragments.values()))
    result = execute_sync(view, document, variable_values=_given(demand))
    if isinstance(result, ExecutionResult) and result.data is not None:
        return dict(result.data)
    return {}


def _asks_schema_only(node: object) -> bool:
    return not isinstance(node, FieldNode) or node.name.value in SCHEMA_ROOTS


def _is_plain(kind: TypeNode) -> bool:
    """Whether it is one of the types that GraphQL itself brings; questions about the schema need no other."""
    while isinstance(kind, NonNullTypeNode | ListTypeNode):
        kind = kind.type
    return isinstance(kind, NamedTypeNode) and kind.name.value in specified_scalar_types


def _given(demand: Demand) -> dict[str, Any]:
    return {name: source.value for name, source in demand.variables.sources.items() if source.value is not Undefined}


def _root_value(root: Root, found: Looked, releases: Releases) -> Any:
    if root.selection.definition is None:
        return root.selection.coordinate.partition(".")[0]
    if isinstance(found, Access | ConsentsTold | AuditTold):
        return found.answer(root.selection)
    if root.is_refused or root.access is not None or root.scope is not None:
        return None
    if found is None:
        answers = [released.answer if released is not None else None for released in releases[0]]
        return answers if root.selection.is_list else answers[0]
    if found.problem is not None:
        return None
    by_path = dict(zip((part.selection.path for part in root.demands), releases, strict=True))
    return _Page(found, by_path).connection(root.selection)


class _Page:
    """One page of a search, in the shape that the document asks for."""

    def __init__(self, found: Found, releases: Mapping[tuple[str, ...], Sequence[SubjectRelease | None]]) -> None:
        self._found = found
        self._releases = releases

    def connection(self, selection: Selection) -> dict[str, Any]:
        return {part.key: self._part(part) for part in selection.children}

    def _part(self, part: Selection) -> Any:
        match part.name:
            case "__typename":
                return "SubjectConnection"
            case "totalCount":
                return self._found.total
            case "pageInfo":
                return {info.key: self._page_info(info.name) for info in part.children}
            case _:
                return [self._edge(part, place) for place in range(len(self._found.codes))]

    def _page_info(self, name: str) -> Any:
        values = {"hasNextPage": self._found.has_next, "endCursor": self._found.end_cursor, "__typename": "PageInfo"}
        return values[name]

    def _edge(self, edges: Selection, place: int) -> dict[str, Any]:
        edge: dict[str, Any] = {}
        for part in edges.children:
            if part.type_name == SUBJECT_TYPE:
                released = self._releases[part.path][place]
                edge[part.key] = released.answer if released is not None else None
            elif part.name == "cursor":
                edge[part.key] = (self._found.cursors or {}).get(self._found.codes[place])
            else:
                edge[part.key] = "SubjectEdge"
        return edge
