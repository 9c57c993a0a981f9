"""Permit checks at random: some of the fields that an office asks for, or of all there are, asked by anybody."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from graphql import (
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    parse,
    print_ast,
)

from tests.documents import Asked, Name
from tests.journeys.gateways import UNBOUND
from tests.journeys.questions import _schema, whole_question
from tests.journeys.test_permit_check import QUESTION
from tests.laws.record import WHOSE

ASKERS: Final = (
    ("public", None),
    ("permit-officer", "ADMINISTRATIVE_PERMIT"),
    ("permit-officer", "CREDIT_GRANTING"),
    ("permit-officer", None),
    ("bank", "CREDIT_GRANTING"),
    (f"bank{UNBOUND}", "CREDIT_GRANTING"),
    ("auditor", "AUDITING"),
    ("developer", None),
    ("subject", None),
)
_MOST: Final = 9
"""Places of the whole graph that one check asks for."""


@dataclass(frozen=True)
class PermitCheck:
    """Who asks what."""

    persona: str
    purpose: str | None
    root: Asked


def permit_checks(codes: Sequence[str], chance: random.Random) -> Iterator[PermitCheck]:
    """One after the other, for ever, about one subject or a few."""
    office, whole = _asked_in(QUESTION), _asked_in(whole_question())
    while True:
        persona, purpose = chance.choice(ASKERS)
        asked = office if chance.random() < 0.5 else whole
        children = tuple(_some(chance.sample(asked, min(_MOST, len(asked))), chance))
        about = chance.sample(codes, chance.choice((1, 1, 1, 2, 4)))
        if len(about) == 1:
            root = Asked("subject", "r", (("code", about[0], "CreditCode!"),), (*children, WHOSE), "CreditSubject")
        else:
            codes_of = (("codes", about, "[CreditCode!]!"),)
            root = Asked("subjects", "r", codes_of, (*children, WHOSE), "CreditSubject")
        yield PermitCheck(persona, purpose, root)


def _some(children: Sequence[Asked], chance: random.Random) -> Iterator[Asked]:
    """Most of them, each with most of what is below it, at least one of all."""
    for child in children:
        if chance.random() < 0.25 and child is not children[-1]:
            continue
        yield replace(child, children=tuple(_some(child.children, chance))) if child.children else child


def _asked_in(question: str) -> Sequence[Asked]:
    """What a question about one subject asks of it."""
    [operation] = (one for one in parse(question).definitions if isinstance(one, OperationDefinitionNode))
    [root] = (one for one in operation.selection_set.selections if isinstance(one, FieldNode))
    kind = _schema().type_map["CreditSubject"]
    assert isinstance(kind, GraphQLObjectType)
    return tuple(_fields(root.selection_set, kind))


def _fields(selections: SelectionSetNode | None, kind: GraphQLObjectType) -> Iterator[Asked]:
    for node in selections.selections if selections is not None else ():
        assert isinstance(node, FieldNode)
        name = node.name.value
        arguments = tuple((one.name.value, Name(print_ast(one.value)), "") for one in node.arguments or ())
        below = get_named_type(kind.fields[name].type)
        if isinstance(below, GraphQLObjectType):
            yield Asked(name, "", arguments, tuple(_fields(node.selection_set, below)), below.name)
        else:
            yield Asked(name, "", arguments)
