"""The graph as each class of caller is offered it: what the class can never see is not described to it.

Documents are still read against the whole graph, so a field that is asked for all the same is refused with its reason.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from graphql import (
    GraphQLArgument,
    GraphQLDirective,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from gateway.pipeline.inquiry_arguments import INQUIRIES, INQUIRIES_EXPORT, TOLD_TO
from policies.reach import reach
from schema.catalog.catalog import Catalog
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import FieldCoordinate

_MOST_KEPT = 2 * len(CallerClass)
_FIELD_LIST = "Field"
"""The list of fields by which a type can be sorted is called after the type, `TaxArrearsField`."""
Element = TypeVar("Element", GraphQLArgument, GraphQLInputField, GraphQLField)


class Views:
    """Makes the view of a class when it is first asked for, and keeps it for the day."""

    def __init__(self, core: GraphQLSchema, catalog: Catalog) -> None:
        self._core = core
        self._catalog = catalog
        self._views: OrderedDict[tuple[CallerClass, date], GraphQLSchema] = OrderedDict()

    def for_class(self, caller_class: CallerClass, day: date) -> GraphQLSchema:
        """The graph that callers of this class are offered on this day."""
        key = (caller_class, day)
        view = self._views.get(key)
        if view is None:
            offered = reach(caller_class, self._catalog, day) | self._catalog.structural.keys()
            if caller_class not in TOLD_TO:
                offered -= {INQUIRIES, INQUIRIES_EXPORT}
            view = self._views[key] = cut(self._core, offered)
            if len(self._views) > _MOST_KEPT:
                self._views.popitem(last=False)
        return view


def cut(core: GraphQLSchema, offered: Iterable[FieldCoordinate]) -> GraphQLSchema:
    """The schema with these fields alone; what then leads nowhere goes too, descriptions stay.

    Shape:   types left without fields vanish with the fields, arguments and lists of fields that lead to them
    """
    return _Cut(core, frozenset(offered)).schema()


class _Cut:
    """One schema being cut; every type is made anew at most once."""

    def __init__(self, core: GraphQLSchema, offered: frozenset[FieldCoordinate]) -> None:
        self._core = core
        self._offered = offered
        self._gone = self._empty_types()
        self._made: dict[str, GraphQLNamedType] = {}

    def schema(self) -> GraphQLSchema:
        given = _parts(self._core)
        given["query"] = self._root(self._core.query_type)
        given["mutation"] = self._root(self._core.mutation_type)
        given["types"] = ()  # what no field leads to is not described
        given["directives"] = tuple(self._directive(one) for one in self._core.directives)
        return GraphQLSchema(**{**given, "assume_valid": True})

    def _root(self, kind: GraphQLObjectType | None) -> Any:
        return self._named(kind) if kind is not None and kind.name not in self._gone else None

    def _empty_types(self) -> set[str]:
        """Names of types of which nothing is left; taking one away may empty another."""
        gone: set[str] = set()
        while True:
            emptied = {
                name for name, kind in self._core.type_map.items() if name not in gone and self._is_empty(kind, gone)
            }
            if not emptied:
                return gone
            gone |= emptied

    def _is_empty(self, kind: GraphQLNamedType, gone: set[str]) -> bool:
        if kind.name.startswith("__"):
            return False
        match kind:
            case GraphQLObjectType():
                return not any(self._stays(kind, name, made, gone) for name, made in kind.fields.items())
            case GraphQLEnumType():
                return not self._values(kind)
            case GraphQLInputObjectType():
                return any(_leads_to(field.type) in gone for field in kind.fields.values())
            case _:
                return False

    def _stays(self, kind: GraphQLObjectType, name: str, made: GraphQLField, gone: set[str]) -> bool:
        return FieldCoordinate(f"{kind.name}.{name}") in self._offered and _leads_to(made.type) not in gone

    def _values(self, kind: GraphQLEnumType) -> dict[str, Any]:
        """A list of a type's fields loses those that are not offered; every other list stays whole."""
        listed = self._core.type_map.get(kind.name.removesuffix(_FIELD_LIST))
        if not kind.name.endswith(_FIELD_LIST) or not isinstance(listed, GraphQLObjectType):
            return dict(kind.values)
        return {name: one for name, one in kind.values.items() if f"{listed.name}.{one.value}" in self._offered}

    def _type(self, kind: Any) -> Any:
        match kind:
            case GraphQLNonNull():
                return GraphQLNonNull(self._type(kind.of_type))
            case GraphQLList():
                return GraphQLList(self._type(kind.of_type))
            case _:
                return self._named(kind)

    def _named(self, kind: GraphQLNamedType) -> Any:
        made = self._made.get(kind.name)
        if made is None:
            made = self._made[kind.name] = self._anew(kind)
        return made

    def _anew(self, kind: GraphQLNamedType) -> GraphQLNamedType:
        match kind:
            case GraphQLObjectType():
                given = {**_parts(kind), "interfaces": (), "fields": lambda: self._fields(kind)}
                return GraphQLObjectType(**given)
            case GraphQLInputObjectType():
                return GraphQLInputObjectType(**{**_parts(kind), "fields": lambda: self._elements(kind.fields)})
            case GraphQLEnumType():
                values = self._values(kind)
                return (
                    kind if len(values) == len(kind.values) else GraphQLEnumType(**{**_parts(kind), "values": values})
                )
            case _:
                return kind

    def _fields(self, kind: GraphQLObjectType) -> dict[str, GraphQLField]:
        kept = {name: made for name, made in kind.fields.items() if self._stays(kind, name, made, self._gone)}
        return self._elements(kept)

    def _elements(self, given: Mapping[str, Element]) -> dict[str, Element]:
        return {name: self._element(one) for name, one in given.items() if _leads_to(one.type) not in self._gone}

    def _element(self, one: Element) -> Element:
        given = {**_parts(one), "type_": self._type(one.type)}
        if isinstance(one, GraphQLField):
            given["args"] = self._elements(one.args)
        return type(one)(**given)

    def _directive(self, one: GraphQLDirective) -> GraphQLDirective:
        if not one.args:
            return one
        return GraphQLDirective(**{**_parts(one), "args": self._elements(one.args)})


def _parts(made: Any) -> dict[str, Any]:
    """What a type, field, argument or directive was made from."""
    return dict(made.to_kwargs())


def _leads_to(kind: Any) -> str:
    return str(get_named_type(kind).name)
