"""A document flattened along the graph: which field is asked for where, aliases and fragments resolved.

Depends on the document and on the truth values of its `@skip` and `@include`, so it is kept by both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionSetNode,
    get_directive_values,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from graphql.execution.values import VariableValues

from gateway.faults import ClientFault, FaultCode
from gateway.pipeline.document import Operation
from schema.vocabulary.identifiers import FieldCoordinate

SUBJECT_TYPE = "CreditSubject"
PERSON_TYPE = "PersonRef"


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """One field of the answer, with everything selected below it."""

    key: str
    """Key in the response: the alias, or the field's name."""
    name: str
    coordinate: FieldCoordinate
    type_name: str
    """Name of the type it leads to."""
    is_list: bool
    path: tuple[str, ...]
    """Response keys from the root to here, without positions in lists."""
    below: FieldCoordinate | None
    """For a field of a person: the field the person hangs under."""
    definition: GraphQLField | None
    node: FieldNode
    children: tuple[Selection, ...]
    size: int
    """How many selections this one and all below it are."""

    @property
    def is_branch(self) -> bool:
        """Whether it leads to an object, also where `@skip` has left nothing to select of it."""
        return self.definition is not None and isinstance(get_named_type(self.definition.type), GraphQLObjectType)

    def walk(self) -> Iterator[Selection]:
        """This selection and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def flatten(
    operation: Operation, variables: VariableValues, *, core: GraphQLSchema, most: int
) -> tuple[Selection, ...]:
    """The root selections of an operation; what asks about the schema itself has no definition.

    Errors:  ClientFault TOO_COSTLY if there are more than `most` selections; GraphQLError if a variable that
             `@skip` or `@include` needs is null
    """
    kind = core.get_root_type(operation.node.operation)
    if kind is None:
        return ()
    flattener = _Flattener(operation, variables, core=core, most=most)
    return flattener.fields(kind, [operation.node.selection_set], path=(), below=None)


class _Flattener:
    def __init__(self, operation: Operation, variables: VariableValues, *, core: GraphQLSchema, most: int) -> None:
        self._fragments = operation.fragments
        self._variables = variables
        self._core = core
        self._left = self._most = most

    def fields(
        self,
        kind: GraphQLObjectType,
        sets: Iterable[SelectionSetNode],
        *,
        path: tuple[str, ...],
        below: FieldCoordinate | None,
    ) -> tuple[Selection, ...]:
        gathered: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for selections in sets:
            self._collect(selections, gathered, seen=seen)
        return tuple(self._field(kind, nodes, path=(*path, key), below=below) for key, nodes in gathered.items())

    def _collect(self, selections: SelectionSetNode, gathered: dict[str, list[FieldNode]], *, seen: set[str]) -> None:
        for node in selections.selections:
            if not self._is_included(node):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                gathered.setdefault(key, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                self._collect(node.selection_set, gathered, seen=seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                self._collect(self._fragments[node.name.value].selection_set, gathered, seen=seen)

    def _field(
        self,
        kind: GraphQLObjectType,
        nodes: list[FieldNode],
        *,
        path: tuple[str, ...],
        below: FieldCoordinate | None,
    ) -> Selection:
        self._left -= 1
        if self._left < 0:
            raise ClientFault(FaultCode.TOO_COSTLY, f"the document selects more than {self._most} fields")
        name = nodes[0].name.value
        coordinate = FieldCoordinate(f"{kind.name}.{name}")
        definition = kind.fields.get(name)
        if definition is None:  # `__typename`, `__schema`, `__type`
            return Selection(path[-1], name, coordinate, "String", False, path, below, None, nodes[0], (), 1)
        named = get_named_type(definition.type)
        sets = [node.selection_set for node in nodes if node.selection_set is not None]
        children: tuple[Selection, ...] = ()
        if isinstance(named, GraphQLObjectType):
            holder = coordinate if named.name == PERSON_TYPE else below
            children = self.fields(named, sets, path=path, below=holder)
        is_list = is_list_type(get_nullable_type(definition.type))
        size = 1 + sum(child.size for child in children)
        return Selection(
            path[-1], name, coordinate, named.name, is_list, path, below, definition, nodes[0], children, size
        )

    def _is_included(self, node: FieldNode | InlineFragmentNode | FragmentSpreadNode | object) -> bool:
        if not getattr(node, "directives", None):
            return True
        skip: Mapping[str, bool] | None = get_directive_values(GraphQLSkipDirective, node, self._variables)  # type: ignore[arg-type]  # any selection carries directives
        include: Mapping[str, bool] | None = get_directive_values(GraphQLIncludeDirective, node, self._variables)  # type: ignore[arg-type]  # as above
        return not (skip and skip["if"]) and not (include and not include["if"])
