"""The first half of stage 3: what one root field asks, its arguments read and bounded.

What depends on the document alone is kept by the caller of this room; what a variable has a say in is not.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import get_argument_values
from graphql.execution.values import VariableValues

from gateway.faults import ClientFault, FaultCode, Problem
from gateway.pipeline.alert_arguments import READ_AUDIT, AuditQuery, read_audit_query
from gateway.pipeline.consent_arguments import (
    MANAGE_CONSENTS,
    READ_CONSENTS,
    ConsentCommand,
    ConsentQuery,
    read_consent_command,
)
from gateway.pipeline.document import has_variables
from gateway.pipeline.inquiry_arguments import INQUIRIES, InquiryQuery, read_inquiry_query
from gateway.pipeline.selection import SUBJECT_TYPE, Selection
from gateway.settings import Limits
from schema.vocabulary.caller import Caller, Purpose
from schema.vocabulary.consents import ConsentState
from schema.vocabulary.identifiers import InvalidCode, SubjectId

MOST_KEPT = 256
LARGEST_KEPT = 2_000
"""Selections; what only few ask for and is large is not kept, so that nobody can fill the memory."""


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
        for name, *_ in self.where:
            yield name


@dataclass(frozen=True, slots=True)
class SubjectDemand:
    """What is asked about each of some subjects: one selection of `CreditSubject`, with its lists' arguments."""

    selection: Selection
    arrangements: tuple[tuple[tuple[str, ...], Arrangement], ...]
    """By response path of the list."""
    inquiries: tuple[tuple[tuple[str, ...], InquiryQuery], ...] = field(default=(), compare=False)
    """Likewise; judgement does not depend on them."""


@dataclass(frozen=True, slots=True)
class NameQuery:
    """A search by registered name, as asked for."""

    text: str
    first: int
    after: str | None


@dataclass(frozen=True, slots=True)
class AccessQuery:
    """Fields to be explained, as asked for."""

    fields: tuple[str, ...]
    purpose: Purpose | None
    """To be supposed instead of the one that the request states; None: the stated one."""


@dataclass(frozen=True, slots=True)
class Root:
    """One root field of the operation."""

    selection: Selection
    codes: tuple[SubjectId | None, ...] = ()
    """The subjects named; None in the place of a wrong code."""
    search: NameQuery | None = None
    access: AccessQuery | None = None
    consents: ConsentQuery | None = None
    act: ConsentCommand | None = None
    audit: AuditQuery | None = None
    demands: tuple[SubjectDemand, ...] = ()
    is_refused: bool = False
    """Null as a whole, with a problem that says why."""

    @property
    def scope(self) -> str | None:
        """The token scope without which it is not answered at all; None where none is needed."""
        if self.act is not None:
            return MANAGE_CONSENTS
        if self.audit is not None:
            return READ_AUDIT
        return READ_CONSENTS if self.consents is not None else None


class RootReader:
    """Reads the arguments of root fields and of lists below them."""

    def __init__(
        self,
        variables: VariableValues,
        limits: Limits,
        code_exceptions: frozenset[str],
        *,
        caller: Caller,
        kept: OrderedDict[Selection, SubjectDemand],
    ) -> None:
        self._variables = variables
        self._limits = limits
        self._code_exceptions = code_exceptions
        self._caller = caller
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
            case "explainAccess":
                return self._access(selection, arguments)
            case "searchSubjects":
                return self._search(selection, arguments, demands)
            case "consents":
                return self._consents(selection, arguments)
            case "alerts" | "logHead" as audit:
                self._at_most(arguments.get("first", 1), self._limits.list_size, code=FaultCode.LIST_TOO_LONG)
                return Root(selection, audit=read_audit_query(audit, arguments))
            case act:
                return Root(selection, act=read_consent_command(act, arguments))

    def _search(self, selection: Selection, arguments: Mapping[str, Any], demands: tuple[SubjectDemand, ...]) -> Root:
        self._at_most(arguments["first"], self._limits.list_size, code=FaultCode.LIST_TOO_LONG)
        name = arguments["name"].strip()
        if arguments["first"] < 1 or not name or not name.isprintable():
            message = "a search needs a name in printable characters and a `first` of at least 1"
            raise ClientFault(FaultCode.INVALID_ARGUMENT, message)
        if self._caller.bound_to:
            self._refuse_uncovered(selection.path)
            return Root(selection, is_refused=True)
        return Root(selection, search=NameQuery(name, arguments["first"], arguments.get("after")), demands=demands)

    def _consents(self, selection: Selection, arguments: Mapping[str, Any]) -> Root:
        first, state = arguments["first"], arguments.get("state")
        self._at_most(first, self._limits.list_size, code=FaultCode.LIST_TOO_LONG)
        if first < 1:
            raise ClientFault(FaultCode.INVALID_ARGUMENT, "a page of consents needs a `first` of at least 1")
        wanted = ConsentState(name_of(state)) if state is not None else None
        return Root(selection, consents=ConsentQuery(first, arguments.get("after"), wanted))

    def _access(self, selection: Selection, arguments: Mapping[str, Any]) -> Root:
        fields, purpose = arguments["fields"], arguments.get("purpose")
        self._at_most(len(fields), self._limits.list_size, code=FaultCode.LIST_TOO_LONG)
        query = AccessQuery(tuple(fields), Purpose(name_of(purpose)) if purpose is not None else None)
        return Root(selection, codes=(self._code(arguments["subject"], selection.path),), access=query)

    def check_totals(self, roots: tuple[Root, ...]) -> None:
        """All roots together stay within the number of subjects and the cost of one request."""
        subjects = sum(len(root.codes) + (root.search.first if root.search else 0) for root in roots)
        self._at_most(subjects, self._limits.subjects, code=FaultCode.TOO_MANY_SUBJECTS)
        cost = sum(_breadth(root) * root.selection.size for root in roots)
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
            code = SubjectId.parse(text, self._code_exceptions)
        except InvalidCode as invalid:
            advice = "check the code against the business licence; letters are A-Z without I, O, S, V and Z"
            self.problems.append(Problem(FaultCode.INVALID_CREDIT_CODE, str(invalid), path=path, help=advice))
            return None
        if self._caller.bound_to and code not in self._caller.bound_to and code != self._caller.own_subject:
            self._refuse_uncovered(path)
            return None
        return code

    def _refuse_uncovered(self, path: tuple[str | int, ...]) -> None:
        """A token that carries consents yields nothing about anybody else than who gave them (PIPL Art. 23)."""
        advice = "use a token with this subject's consent, or one that carries none"
        message = "the token carries no consent of this subject"
        self.problems.append(Problem(FaultCode.SUBJECT_NOT_COVERED, message, path=path, help=advice))

    def _demand(self, selection: Selection) -> SubjectDemand:
        """Kept by its selection unless a variable has a say in it."""
        kept = self._kept.get(selection)
        if kept is not None:
            return kept
        below = (part for part in selection.walk() if part is not selection)  # its own arguments name subjects
        lists = [part for part in below if part.definition is not None and part.definition.args]
        own = [part for part in lists if part.coordinate == INQUIRIES]
        made = SubjectDemand(
            selection,
            tuple((part.path, self._arrangement(part)) for part in lists if part not in own),
            tuple((part.path, read_inquiry_query(self._arguments(part), self._limits.list_size)) for part in own),
        )
        if selection.size <= LARGEST_KEPT and not any(has_variables(part.node) for part in lists):
            keep(self._kept, selection, made)
        return made

    def _arrangement(self, selection: Selection) -> Arrangement:
        arguments = self._arguments(selection)
        first = arguments.get("first", self._limits.list_size)
        self._at_most(first, self._limits.list_size, code=FaultCode.LIST_TOO_LONG)
        if first < 0:
            raise ClientFault(FaultCode.INVALID_ARGUMENT, "`first` must not be negative")
        order = arguments.get("orderBy") or {}
        where = tuple(
            (name_of(row["field"]), row.get("equals"), row.get("from"), row.get("to"))
            for row in arguments.get("where") or ()
        )
        by = order.get("field")
        descending = name_of(order.get("direction", "ASC")) == "DESC"
        return Arrangement(first, name_of(by) if by is not None else None, descending, where)

    def _arguments(self, selection: Selection) -> dict[str, Any]:
        definition = selection.definition
        if definition is None:
            return {}
        return get_argument_values(definition, selection.node, self._variables, hide_suggestions=True)


def _subjects(selection: Selection) -> Iterator[Selection]:
    """The selections of a subject at or below a root; none lies below another."""
    if selection.type_name == SUBJECT_TYPE:
        yield selection
    else:
        for child in selection.children:
            yield from _subjects(child)


def _breadth(root: Root) -> int:
    """How many times what is selected below a root is to be answered."""
    if root.access is not None:
        return len(root.access.fields)
    page = root.search or root.consents or (root.audit.page if root.audit is not None else None)
    return len(root.codes) or (page.first if page is not None else 1)


def name_of(member: Any) -> str:
    """The name of a code-list value."""
    return str(getattr(member, "value", member))


def keep(kept: OrderedDict[Any, Any], key: object, value: object) -> None:
    """Put a value into a cache, and the oldest out if there are too many."""
    kept[key] = value
    if len(kept) > MOST_KEPT:
        kept.popitem(last=False)
