"""Stage 3: a document and its variables become a demand: which fields, about whom, to what end.

What depends on the document alone is kept; per request there remain variables, the codes asked for
and the stated purpose.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLDirective, GraphQLError, GraphQLSchema, get_argument_values, get_directive_values
from graphql.execution.values import VariableValues, get_variable_values

from gateway.faults import ClientFault, FaultCode, Problem
from gateway.pipeline.admit import AdmittedRequest, unknown_purpose
from gateway.pipeline.document import Operation, has_variables, read_document
from gateway.pipeline.selection import SUBJECT_TYPE, Selection, flatten
from gateway.settings import Limits
from schema.vocabulary.caller import Caller, Inquiry, Purpose
from schema.vocabulary.identifiers import InvalidCode, SubjectId

_MOST_KEPT = 512
_NO_VARIABLES = VariableValues(sources={}, coerced={})


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How a list of records is to be narrowed, sorted and cut; equal arrangements are equal demands."""

    first: int
    order_by: str | None = None
    descending: bool = False
    where: tuple[tuple[str, str | None, str | None, str | None], ...] = ()
    """(field, equals, from, to) each; all must hold."""

    def fields(self) -> Iterator[str]:
        """Fields that the arrangement looks at; they need the same right as shown ones."""
        if self.order_by is not None:
            yield self.order_by
        for field, *_ in self.where:
            yield field


@dataclass(frozen=True, slots=True)
class SubjectDemand:
    """What is asked about each of some subjects: one selection of `CreditSubject`, with its lists' arguments."""

    selection: Selection
    arrangements: tuple[tuple[tuple[str, ...], Arrangement], ...]
    """By response path of the list."""


@dataclass(frozen=True, slots=True)
class NameQuery:
    """A search by registered name, as asked for."""

    text: str
    first: int
    after: str | None


@dataclass(frozen=True, slots=True)
class Root:
    """One root field of the operation."""

    selection: Selection
    codes: tuple[SubjectId | None, ...] = ()
    """The subjects named; None in the place of a wrong code."""
    search: NameQuery | None = None
    demands: tuple[SubjectDemand, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """Everything the operation asks for."""

    operation: Operation
    variables: VariableValues
    roots: tuple[Root, ...]
    inquiry: Inquiry
    problems: tuple[Problem, ...]
    """What is wrong with single arguments; the rest is served."""


class Documents:
    """Reads documents, and keeps what it has read by text, operation and tier of introspection."""

    def __init__(self, core: GraphQLSchema, limits: Limits, code_exceptions: frozenset[str]) -> None:
        self.core = core
        self._limits = limits
        self._code_exceptions = code_exceptions
        self._operations: OrderedDict[tuple[str, str | None, bool], Operation] = OrderedDict()
        self._selections: OrderedDict[tuple[Operation, tuple[object, ...]], tuple[Selection, ...]] = OrderedDict()
        self._demands: OrderedDict[Selection, SubjectDemand] = OrderedDict()
        self._inquiry = next(directive for directive in core.directives if directive.name == "inquiry")

    def demand(self, admitted: AdmittedRequest, caller: Caller, *, may_introspect: bool) -> Demand:
        """Read one request's document.

        Errors:  ClientFault for anything that is wrong with the request as a whole
        """
        operation = self._operation(admitted, may_introspect=may_introspect)
        if operation.introspects and not may_introspect:
            message = "this caller may not ask about the schema"
            raise ClientFault(FaultCode.INTROSPECTION_REFUSED, message, advice="use a developer's token")
        variables = self._variables(operation, admitted, may_introspect=may_introspect)
        selections = self._flattened(operation, variables)
        reader = _RootReader(variables, self._limits, self._code_exceptions, kept=self._demands)
        roots = tuple(reader.read(selection) for selection in selections)
        reader.check_totals(roots)
        inquiry = _inquiry(self._inquiry, operation, variables=variables, stated=admitted.stated)
        return Demand(operation, variables, roots, inquiry, tuple(reader.problems))

    def _operation(self, admitted: AdmittedRequest, *, may_introspect: bool) -> Operation:
        params = admitted.params
        key = (params.query, params.operation_name, may_introspect)
        kept = self._operations.get(key)
        if kept is not None:
            self._operations.move_to_end(key)
            return kept
        operation = read_document(
            params.query, params.operation_name, core=self.core, limits=self._limits, may_introspect=may_introspect
        )
        _keep(self._operations, key, operation)
        return operation

    def _variables(self, operation: Operation, admitted: AdmittedRequest, *, may_introspect: bool) -> VariableValues:
        definitions = operation.node.variable_definitions
        if not definitions:
            return _NO_VARIABLES
        given = dict(admitted.params.variables)
        values = get_variable_values(self.core, definitions, given, hide_suggestions=not may_introspect)
        if isinstance(values, list):
            if any(_names_purpose(error) for error in values):
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
        _keep(self._selections, (operation, truths), selections)
        return selections


class _RootReader:
    """Reads the arguments of root fields and of lists below them."""

    def __init__(
        self,
        variables: VariableValues,
        limits: Limits,
        code_exceptions: frozenset[str],
        *,
        kept: OrderedDict[Selection, SubjectDemand],
    ) -> None:
        self._variables = variables
        self._limits = limits
        self._code_exceptions = code_exceptions
        self._kept = kept
        self.problems: list[Problem] = []

    def read(self, selection: Selection) -> Root:
        if selection.definition is None:
            return Root(selection)
        arguments = self._arguments(selection)
        demands = tuple(self._demand(part) for part in _subjects(selection))
        match selection.name:
            case "subject":
                return Root(selection, codes=(self._code(arguments["code"], selection.path),), demands=demands)
            case "subjects":
                codes = arguments["codes"]
                self._at_most(len(codes), self._limits.subjects, code=FaultCode.TOO_MANY_SUBJECTS)
                parsed = tuple(self._code(code, (*selection.path, place)) for place, code in enumerate(codes))
                return Root(selection, codes=parsed, demands=demands)
            case _:
                self._at_most(arguments["first"], self._limits.list_size, code=FaultCode.LIST_TOO_LONG)
                if arguments["first"] < 1 or not arguments["name"].strip():
                    message = "a search needs a name and a `first` of at least 1"
                    raise ClientFault(FaultCode.INVALID_ARGUMENT, message)
                query = NameQuery(arguments["name"].strip(), arguments["first"], arguments.get("after"))
                return Root(selection, search=query, demands=demands)

    def check_totals(self, roots: tuple[Root, ...]) -> None:
        """All roots together stay within the number of subjects and the cost of one request."""
        subjects = sum(len(root.codes) + (root.search.first if root.search else 0) for root in roots)
        self._at_most(subjects, self._limits.subjects, code=FaultCode.TOO_MANY_SUBJECTS)
        cost = sum(
            (len(root.codes) or (root.search.first if root.search else 1)) * root.selection.size for root in roots
        )
        if cost > self._limits.cost:
            message = f"the request costs {cost}, the limit is {self._limits.cost}"
            raise ClientFault(FaultCode.TOO_COSTLY, message, advice="ask for fewer subjects or fewer fields at once")

    def _at_most(self, count: int, limit: int, *, code: FaultCode) -> None:
        if count > limit:
            what = "subjects" if code is FaultCode.TOO_MANY_SUBJECTS else "entries of one list"
            raise ClientFault(
                code, f"{count} {what} were asked for, the limit is {limit}", advice="ask in several requests"
            )

    def _code(self, text: str, path: tuple[str | int, ...]) -> SubjectId | None:
        try:
            return SubjectId.parse(text, self._code_exceptions)
        except InvalidCode as invalid:
            advice = "check the code against the business licence; letters are A-Z without I, O, S, V and Z"
            self.problems.append(Problem(FaultCode.INVALID_CREDIT_CODE, str(invalid), path=path, help=advice))
            return None

    def _demand(self, selection: Selection) -> SubjectDemand:
        """Kept by its selection unless a variable has a say in it."""
        kept = self._kept.get(selection)
        if kept is not None:
            return kept
        lists = [part for part in selection.walk() if part.definition is not None and part.definition.args]
        made = SubjectDemand(selection, tuple((part.path, self._arrangement(part)) for part in lists))
        if not any(has_variables(part.node) for part in lists):
            _keep(self._kept, selection, made)
        return made

    def _arrangement(self, selection: Selection) -> Arrangement:
        arguments = self._arguments(selection)
        first = arguments.get("first", self._limits.list_size)
        self._at_most(first, self._limits.list_size, code=FaultCode.LIST_TOO_LONG)
        if first < 0:
            raise ClientFault(FaultCode.INVALID_ARGUMENT, "`first` must not be negative")
        order = arguments.get("orderBy") or {}
        where = tuple(
            (_value(row["field"]), row.get("equals"), row.get("from"), row.get("to"))
            for row in arguments.get("where") or ()
        )
        by = order.get("field")
        descending = _value(order.get("direction", "ASC")) == "DESC"
        return Arrangement(first, _value(by) if by is not None else None, descending, where)

    def _arguments(self, selection: Selection) -> dict[str, Any]:
        definition = selection.definition
        if definition is None:
            return {}
        try:
            return get_argument_values(definition, selection.node, self._variables, hide_suggestions=True)
        except GraphQLError as error:
            raise ClientFault(FaultCode.INVALID_VARIABLES, _without_value(error)) from error


def _subjects(selection: Selection) -> Iterator[Selection]:
    """The selections of a subject at or below a root; none lies below another."""
    if selection.type_name == SUBJECT_TYPE:
        yield selection
    else:
        for child in selection.children:
            yield from _subjects(child)


def _value(member: Any) -> str:
    return str(getattr(member, "value", member))


def _keep(kept: OrderedDict[Any, Any], key: object, value: object) -> None:
    kept[key] = value
    if len(kept) > _MOST_KEPT:
        kept.popitem(last=False)


def _names_purpose(error: GraphQLError) -> bool:
    return "'Purpose" in error.message


def _without_value(error: GraphQLError) -> str:
    """graphql-core repeats the offending value, which may be a person's; the sentence before it is enough."""
    return error.message.partition(":")[0]


def _inquiry(
    directive: GraphQLDirective, operation: Operation, *, variables: VariableValues, stated: Inquiry
) -> Inquiry:
    """What the document states, else what the headers state; both and different is refused."""
    given: Mapping[str, Any] | None = get_directive_values(directive, operation.node, variables)
    if given is None:
        return stated
    purpose = given.get("purpose")
    matter, case_reference = given.get("matter"), given.get("caseReference")
    inquiry = Inquiry(Purpose(_value(purpose)) if purpose is not None else None, matter, case_reference)
    if stated != Inquiry() and stated != inquiry:
        message = "the headers and the document state different inquiries"
        raise ClientFault(FaultCode.INQUIRY_CONTRADICTORY, message, advice="state the inquiry in one place")
    return inquiry
