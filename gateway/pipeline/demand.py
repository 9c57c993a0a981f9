"""Stage 3: a document and its variables become a demand: which fields, about whom, to what end.

What depends on the document alone is kept; per request there remain variables, the codes asked for
and the stated purpose.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLDirective,
    GraphQLError,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    VariableDefinitionNode,
    get_directive_values,
)
from graphql.execution.values import VariableValues, get_variable_values

from gateway.faults import ClientFault, FaultCode, InsufficientScope, Problem, Unauthenticated
from gateway.identity.signed_text import ANNOUNCED
from gateway.pipeline.admit import AdmittedRequest, statement, unknown_purpose
from gateway.pipeline.document import Offered, Operation, read_document
from gateway.pipeline.roots import LARGEST_KEPT, Root, RootReader, SubjectDemand, keep, name_of
from gateway.pipeline.selection import Selection, flatten
from gateway.settings import Limits
from schema.vocabulary.caller import PUBLIC_CALLER, Caller, Inquiry, Purpose
from schema.vocabulary.identifiers import SubjectId

_MOST_ERRORS = 20
_NO_VARIABLES = VariableValues(sources={}, coerced={})


@dataclass(frozen=True, slots=True)
class Demand:
    """Everything the operation asks for."""

    operation: Operation
    variables: VariableValues
    roots: tuple[Root, ...]
    inquiry: Inquiry
    problems: tuple[Problem, ...]
    """What is wrong with single arguments; the rest is served."""

    def subjects(self) -> Iterator[SubjectId]:
        """Subjects that the document names."""
        return (code for root in self.roots for code in root.codes if code is not None)


class Documents:
    """Reads documents, and keeps what it has read by text and operation."""

    def __init__(self, core: GraphQLSchema, limits: Limits, code_exceptions: frozenset[str]) -> None:
        self.core = core
        self._limits = limits
        self._code_exceptions = code_exceptions
        self._operations: OrderedDict[tuple[str, str | None], Operation] = OrderedDict()
        self._selections: OrderedDict[tuple[Operation, tuple[object, ...]], tuple[Selection, ...]] = OrderedDict()
        self._demands: OrderedDict[Selection, SubjectDemand] = OrderedDict()
        self._inquiry = next(directive for directive in core.directives if directive.name == "inquiry")

    def demand(
        self, admitted: AdmittedRequest, caller: Caller, *, may_introspect: bool, offered: Offered | None = None
    ) -> Demand:
        """Read one request's document; `offered` is the graph that may be told of where the document is wrong.

        Errors:  ClientFault for anything that is wrong with the request as a whole
        """
        try:
            return self._demand(admitted, caller, may_introspect=may_introspect, offered=offered or self._whole)
        except RecursionError as error:
            raise ClientFault(FaultCode.TOO_DEEP, "the request is nested too deeply") from error
        except GraphQLError as error:  # a variable may be null, and what it is used for may not
            raise ClientFault(FaultCode.INVALID_VARIABLES, _without_value(error)) from error

    def _whole(self) -> GraphQLSchema:
        return self.core

    def _demand(self, admitted: AdmittedRequest, caller: Caller, *, may_introspect: bool, offered: Offered) -> Demand:
        operation = self._operation(admitted, offered if may_introspect else None)
        if operation.changes and admitted.method != "POST":
            raise ClientFault(FaultCode.METHOD_NOT_ALLOWED, "mutations are carried out by POST only")
        if operation.introspects and not may_introspect:
            message = "this caller may not ask about the schema"
            raise ClientFault(FaultCode.INTROSPECTION_REFUSED, message, advice="use a developer's token")
        variables = self._variables(operation, admitted)
        selections = self._flattened(operation, variables)
        is_large = _size(selections) > LARGEST_KEPT  # new each time: nobody would find what is kept
        kept = OrderedDict[Selection, SubjectDemand]() if is_large else self._demands
        reader = RootReader(variables, self._limits, self._code_exceptions, caller=caller, kept=kept)
        roots = tuple(reader.read(selection) for selection in selections)
        _check_scopes(roots, caller)
        reader.check_totals(roots)
        inquiry = _inquiry(self._inquiry, operation, variables=variables, stated=admitted.stated)
        return Demand(operation, variables, roots, inquiry, tuple(reader.problems))

    def _operation(self, admitted: AdmittedRequest, offered: Offered | None) -> Operation:
        params = admitted.params
        key = (params.query, params.operation_name)
        kept = self._operations.get(key)
        if kept is not None:
            self._operations.move_to_end(key)
            return kept
        operation = read_document(
            params.query, params.operation_name, core=self.core, limits=self._limits, offered=offered
        )
        keep(self._operations, key, operation)
        return operation

    def _variables(self, operation: Operation, admitted: AdmittedRequest) -> VariableValues:
        definitions = operation.node.variable_definitions
        if not definitions:
            return _NO_VARIABLES
        given = dict(admitted.params.variables)
        values = get_variable_values(self.core, definitions, given, max_errors=_MOST_ERRORS, hide_suggestions=True)
        if isinstance(values, list):
            if any(_names_unknown_purpose(definition, given) for definition in definitions):
                raise unknown_purpose()
            problems = [Problem(FaultCode.INVALID_VARIABLES, _without_value(error)) for error in values]
            raise ClientFault(FaultCode.INVALID_VARIABLES, "the variables do not fit the operation", problems=problems)
        return values

    def _flattened(self, operation: Operation, variables: VariableValues) -> tuple[Selection, ...]:
        truths = tuple(variables.coerced.get(name) for name in operation.conditions)
        kept = self._selections.get((operation, truths))
        if kept is not None:
            self._selections.move_to_end((operation, truths))
            return kept
        selections = flatten(operation, variables, core=self.core, most=self._limits.cost)
        if len(selections) > self._limits.root_fields:  # those behind fragments were not counted before
            message = f"the operation has more than {self._limits.root_fields} root fields"
            raise ClientFault(FaultCode.TOO_MANY_ROOT_FIELDS, message)
        if _size(selections) <= LARGEST_KEPT:
            keep(self._selections, (operation, truths), selections)
        return selections


def _check_scopes(roots: Iterable[Root], caller: Caller) -> None:
    """Some roots are answered to nobody who lacks a scope for them; all that the document needs are named at once.

    Errors:  Unauthenticated for the public, else InsufficientScope
    """
    needed = {root.scope for root in roots if root.scope is not None}
    if needed <= caller.scopes:
        return
    if caller != PUBLIC_CALLER:
        raise InsufficientScope(sorted(needed))
    wanted = f'scope="{" ".join(sorted(needed))}"'  # no error is named to who has presented nothing (RFC 6750 §3.1)
    challenges = (f"Bearer {wanted}", f'DPoP {wanted}, algs="{ANNOUNCED}"')
    raise Unauthenticated("consents, alerts and the log are told by a token only", challenges=challenges)


def _size(selections: tuple[Selection, ...]) -> int:
    return sum(selection.size for selection in selections)


def _names_unknown_purpose(definition: VariableDefinitionNode, given: Mapping[str, Any]) -> bool:
    kind = definition.type.type if isinstance(definition.type, NonNullTypeNode) else definition.type
    value = given.get(definition.variable.name.value)
    is_purpose = isinstance(kind, NamedTypeNode) and kind.name.value == Purpose.__name__
    return is_purpose and value is not None and value not in list(Purpose)


def _inquiry(
    directive: GraphQLDirective, operation: Operation, *, variables: VariableValues, stated: Inquiry
) -> Inquiry:
    """What the document states, else what the headers state; both and different is refused."""
    given: Mapping[str, Any] | None = get_directive_values(directive, operation.node, variables)
    if given is None:
        return stated
    purpose = given.get("purpose")
    inquiry = Inquiry(
        Purpose(name_of(purpose)) if purpose is not None else None,
        statement(given.get("matter")),
        statement(given.get("caseReference")),
        statement(given.get("workflow")),
    )
    if stated != Inquiry() and stated != inquiry:
        message = "the headers and the document state different inquiries"
        raise ClientFault(FaultCode.INQUIRY_CONTRADICTORY, message, advice="state the inquiry in one place")
    return inquiry


def _without_value(error: GraphQLError) -> str:
    """graphql-core repeats the offending value, which may be a person's; the sentence before it is enough."""
    return error.message.partition(":")[0]
