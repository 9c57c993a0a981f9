"""Arguments of the graph's fields; for lists, an order and conditions generated from the listed type."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, get_args, get_type_hints

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types import has_object_definition
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.unset import UNSET
from strawberry.utils.str_converters import to_camel_case

from schema.graph.code_lists import Direction
from schema.graph.scalars import Money

DEFAULT_FIRST = 100
"""How many records a list gives when the caller names no number."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a field: its name, its Python annotation, and its default if it has one."""

    name: str
    annotation: Any
    description: str
    default: object = UNSET


def asked(description: str, *arguments: Argument) -> Any:
    """A field with arguments and without a resolver: the answer is already in the tree."""
    made: Any = strawberry.field(description=description)
    made.arguments = [
        StrawberryArgument(
            python_name=argument.name,
            graphql_name=to_camel_case(argument.name),
            type_annotation=StrawberryAnnotation(argument.annotation),
            description=argument.description,
            default=argument.default,
        )
        for argument in arguments
    ]
    return made


def listing(kind: type, description: str) -> Any:
    """A list of records of `kind`, cut by `first`, sorted by `orderBy`, narrowed by `where`."""
    fields = _field_enum(kind)
    order, condition = _order_input(kind, fields), _condition_input(kind, fields)
    return asked(
        description,
        Argument("first", int, "How many records at most (数量上限).", DEFAULT_FIRST),
        Argument("order_by", order | None, "Field to sort by (排序)."),
        Argument("where", list[condition] | None, "Conditions that must all hold (筛选条件)."),  # type: ignore[valid-type]  # made at run time
    )


def sortable_fields(kind: type) -> tuple[str, ...]:
    """Python names of the fields of `kind` that hold one scalar or an amount of money: no lists, no other types."""
    return tuple(name for name, hint in get_type_hints(kind).items() if _is_leaf(hint))


def _is_leaf(hint: Any) -> bool:
    inner = next(part for part in get_args(hint) if part is not type(None))
    return inner is Money or (not get_args(inner) and not has_object_definition(inner))


def _field_enum(kind: type) -> type[Enum]:
    members = [(name.upper(), to_camel_case(name)) for name in sortable_fields(kind)]
    made = Enum(f"{kind.__name__}Field", members)  # type: ignore[misc]  # members are known at run time only
    return strawberry.enum(
        made, description=f"Fields by which {kind.__name__} can be sorted and narrowed (可排序字段)."
    )


def _order_input(kind: type, fields: type[Enum]) -> Any:
    body = {
        "__annotations__": {"field": fields, "direction": Direction},
        "field": strawberry.field(description="Field to sort by (排序字段)."),
        "direction": strawberry.field(default=Direction.ASC, description="Which end comes first (排序方向)."),
    }
    made = type(f"{kind.__name__}Order", (), body)
    return strawberry.input(made, description=f"An order of {kind.__name__} (排序).")


def _condition_input(kind: type, fields: type[Enum]) -> Any:
    text = str | None
    body = {
        "__annotations__": {"field": fields, "equals": text, "from_": text, "to": text},
        "field": strawberry.field(description="Field that the condition is about (字段)."),
        "equals": strawberry.field(default=UNSET, description="Exactly this value (等于)."),
        "from_": strawberry.field(name="from", default=UNSET, description="This value or a later one (自)."),
        "to": strawberry.field(default=UNSET, description="This value or an earlier one (至)."),
    }
    made = type(f"{kind.__name__}Condition", (), body)
    return strawberry.input(made, description=f"A condition on {kind.__name__} (筛选条件).")
