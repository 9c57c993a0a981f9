"""Inquiries on a subject's own node: who may be told of them, a page of them, and all of a year as a signed text.

Article: Tianjin 39, Shanghai 34, Heilongjiang 35, Liaoning 35. Told to the subject itself, and to the operator, who
tells it at the counter; what is withheld for now is told to neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeAlias

from gateway.faults import FaultCode, Problem
from gateway.pipeline.cursors import Cursors, InvalidCursor
from gateway.pipeline.gather import READ_SCOPE
from gateway.pipeline.inquiry_arguments import INQUIRIES, INQUIRIES_EXPORT, InquiryQuery
from gateway.pipeline.inquiry_export import InquiryTeller, export_claims
from gateway.pipeline.project import project_record
from gateway.pipeline.release import SubjectRelease
from gateway.pipeline.roots import Root
from gateway.pipeline.selection import Selection
from gateway.registers.engine import RegisterFault
from gateway.rights.inquiries import Asking, Days, InquiryPage
from schema.catalog.catalog import Catalog
from schema.vocabulary.caller import Caller, CallerClass
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.reasons import ReasonCode

_RULE: Final = "right_to_know"
_PLACE_DIGITS: Final = 20
"""Every cursor is as long as any other, however far the log has come."""
_DONE: Final = "DONE"


@dataclass(frozen=True, slots=True)
class InquiryOffice:
    """What these fields need of the house."""

    teller: InquiryTeller
    cursors: Cursors


@dataclass(frozen=True, slots=True)
class InquiriesTold:
    """What one of these fields told about one subject."""

    subject: SubjectId
    field: str
    value: Any = None
    problem: Problem | None = None
    article: str = ""

    @property
    def subjects(self) -> tuple[SubjectId, ...]:
        """Whom it was about."""
        return (self.subject,)

    def sealed(self) -> dict[str, Any]:
        """For the log of requests; what was told is there already, entry by entry."""
        code = self.problem.code.value if self.problem is not None else _DONE
        is_refused = self.problem is not None and self.problem.code is ReasonCode.CALLER_NOT_AUTHORISED
        words = f"WITHHOLD {code} {_RULE} {self.article}" if is_refused else "SHOW"
        return {"about": "inquiries", "decided": [(words, self.field)], "outcome": code}


AllTold: TypeAlias = Mapping[tuple[SubjectId, Selection], InquiriesTold]
"""By subject and the selection of the field."""


def asks_for_inquiries(roots: Sequence[Root]) -> bool:
    """Whether any of them does, which few do."""
    return any(True for root in roots for _ in _selections(root))


async def tell_inquiries(
    roots: Sequence[Root], caller: Caller, catalog: Catalog, *, office: InquiryOffice | None, now: datetime
) -> AllTold:
    """Answer these fields for every subject that is asked about.

    Total: what goes wrong is a problem on the field's path, as the rest of the answer stands.
    """
    told: dict[tuple[SubjectId, Selection], InquiriesTold] = {}
    for root in roots:
        for selection, query in _selections(root):
            for subject in root.codes:
                if subject is not None and (subject, selection) not in told:
                    field = _Field(selection, subject, query)
                    told[subject, selection] = await _tell(field, caller, catalog, office=office, now=now)
    return told


def with_inquiries(released: SubjectRelease, told: AllTold) -> SubjectRelease:
    """The subject's part of the answer with what these fields told in its place."""
    if not told:
        return released
    children = released.plan.demand.selection.children
    own = {child.key: told[key] for child in children if (key := (released.subject, child)) in told}
    if not own:
        return released
    problems = [one.problem for one in own.values() if one.problem is not None]
    answer = {**released.answer, **{key: one.value for key, one in own.items()}}
    return replace(released, answer=answer, problems=[*released.problems, *problems])


@dataclass(frozen=True, slots=True)
class _Field:
    """One of these fields of one subject."""

    selection: Selection
    subject: SubjectId
    query: InquiryQuery | None
    """None: the signed text is asked for."""


def _selections(root: Root) -> Sequence[tuple[Selection, InquiryQuery | None]]:
    return [
        (child, dict(demand.inquiries).get(child.path))
        for demand in root.demands
        for child in demand.selection.children
        if child.coordinate in (INQUIRIES, INQUIRIES_EXPORT)
    ]


async def _tell(
    field: _Field, caller: Caller, catalog: Catalog, *, office: InquiryOffice | None, now: datetime
) -> InquiriesTold:
    refused = InquiriesTold(field.subject, field.selection.coordinate)
    help_ = _against(caller, field.subject)
    if help_ is not None:
        article = str(catalog.jurisdiction.articles[_RULE])
        return replace(refused, problem=_refusal(field.selection, article, help_), article=article)
    path = field.selection.path
    if office is None:
        return replace(refused, problem=_unreadable(path))
    try:
        value = await _value(field, caller, catalog, office=office, now=now)
    except InvalidCursor:
        message = "the cursor is not one of this caller's for this list"
        problem = Problem(FaultCode.INVALID_CURSOR, message, path=path, help="start from the first page")
        return replace(refused, problem=problem)
    except RegisterFault:
        return replace(refused, problem=_unreadable(path))
    return replace(refused, value=value)


def _against(caller: Caller, subject: SubjectId) -> str | None:
    """What would help a caller who may not be told of inquiries about the subject; None for one who may."""
    is_own = caller.caller_class is CallerClass.SUBJECT_SELF and caller.own_subject == subject
    if not is_own and caller.caller_class is not CallerClass.OPERATOR:
        return "the subject itself may ask who has looked at it"
    return None if READ_SCOPE in caller.scopes else f"ask the token endpoint for a token with scope `{READ_SCOPE}`"


def _refusal(selection: Selection, article: str, help_: str) -> Problem:
    message = "inquiries about a subject are told to the subject itself"
    details = {"coordinate": selection.coordinate, "catalogItem": None, "article": article, "rule": _RULE}
    return Problem(ReasonCode.CALLER_NOT_AUTHORISED, message, path=selection.path, help=help_, details=details)


def _unreadable(path: tuple[str, ...]) -> Problem:
    message = "inquiries cannot be read at present"
    return Problem(FaultCode.REGISTER_UNREADABLE, message, path=path, help="ask again later")


async def _value(field: _Field, caller: Caller, catalog: Catalog, *, office: InquiryOffice, now: datetime) -> Any:
    teller, today = office.teller, now.date()
    if field.query is None:
        return teller.signed(await export_claims(field.subject, catalog, teller=teller, now=now))
    days = Days(field.query.first_day, field.query.last_day)
    asking = Asking(field.subject, today, days)
    listed = f"inquiries\0{field.subject}\0{days.first or ''}\0{days.last or ''}"  # no search has such a text
    after = office.cursors.open(field.query.after, caller, listed) if field.query.after else None
    page = await teller.desk.page(asking, before=int(after) if after else None, first=field.query.first)
    nodes = await teller.facts(page.entries, field.subject, catalog)
    cursors = [office.cursors.seal(f"{one.position:0{_PLACE_DIGITS}}", caller, listed) for one in page.entries]
    asks_total = any(part.name == "totalCount" for part in field.selection.children)
    total = await teller.desk.total(asking) if asks_total else None
    return project_record(field.selection)(_connection(page, nodes, cursors, total=total, after=field.query.after))


def _connection(
    page: InquiryPage,
    nodes: Sequence[Mapping[str, Any]],
    cursors: Sequence[str],
    *,
    total: int | None,
    after: str | None,
) -> Mapping[str, Any]:
    return {
        "edges": [{"cursor": cursor, "node": node} for cursor, node in zip(cursors, nodes, strict=True)],
        "pageInfo": {"hasNextPage": page.has_next, "endCursor": cursors[-1] if cursors else after},
        "totalCount": total,
    }
