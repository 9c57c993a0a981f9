"""Roots about consents: a page of the caller's own, or one act on one of them; no agency has a part in it.

Own are those that a subject was asked for, and those that were asked for by the caller's organisation. To everybody
else a consent does not exist.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol, TypeAlias

from gateway.faults import FaultCode, GatewayFault, Problem
from gateway.pipeline.consent_arguments import ConsentCommand, ConsentQuery
from gateway.pipeline.consent_facts import consent_facts, item_names
from gateway.pipeline.cursors import Cursors, InvalidCursor
from gateway.pipeline.project import project_record
from gateway.pipeline.roots import Root
from gateway.pipeline.selection import Selection
from gateway.registers.consents_entry import ConsentFile, Party
from gateway.registers.engine import RegisterFault
from gateway.rights.consent_actors import Actor, ConsentRefusal, ConsentRefused, not_found
from schema.catalog.catalog import Catalog
from schema.vocabulary.caller import Caller, CallerClass
from schema.vocabulary.consents import ConsentAct
from schema.vocabulary.identifiers import SubjectId

MOST_READ: Final = 300
"""Consents that are looked at for one page; where few of them fit, the page is short and the next one goes on."""
DONE: Final = "DONE"
"""The outcome of what was told or done as it was asked for; else it is the code of the refusal."""
_LARGEST_READ: Final = 100
_CODES: Final[Mapping[ConsentRefusal, FaultCode]] = {
    ConsentRefusal.NOT_FOUND: FaultCode.CONSENT_NOT_FOUND,
    ConsentRefusal.STATE: FaultCode.CONSENT_STATE,
    ConsentRefusal.ACT: FaultCode.CONSENT_ACT,
    ConsentRefusal.NOTICE: FaultCode.CONSENT_NOTICE,
}


class Desk(Protocol):
    """Where consents are kept and acted on; `gateway.rights.consents.ConsentDesk`."""

    async def files(self, ids: Collection[str]) -> Mapping[str, ConsentFile]: ...

    async def of_subject(self, subject: SubjectId, *, after: str = ..., first: int = ...) -> Sequence[ConsentFile]: ...

    async def of_grantee(self, organisation: str, *, after: str = ..., first: int = ...) -> Sequence[ConsentFile]: ...

    async def act(self, consent_id: str, act: ConsentAct, *, actor: Actor, now: datetime) -> ConsentFile: ...


@dataclass(frozen=True, slots=True)
class ConsentOffice:
    """What roots about consents need of the house."""

    desk: Desk
    cursors: Cursors
    catalog: Catalog


@dataclass(frozen=True, slots=True)
class ConsentsTold:
    """What one root told of consents, or did with one."""

    facts: Mapping[str, Any] | None
    """Keyed as the graph's fields are; None where there is nothing to tell."""
    problems: tuple[Problem, ...] = ()
    act: ConsentAct | None = None
    """None: it was asked only."""
    files: tuple[ConsentFile, ...] = ()
    """The caller's own consents that were told, or that it wanted to act on; what it made up itself is none of them."""

    @property
    def subjects(self) -> tuple[SubjectId, ...]:
        """Whose consents these are."""
        return tuple(file.terms.subject for file in self.files)

    @property
    def outcome(self) -> str:
        """`DONE`, or the code of what stood against it."""
        return self.problems[0].code.value if self.problems else DONE

    def answer(self, selection: Selection) -> dict[str, Any] | None:
        """In the shape that the document asks for."""
        return project_record(selection)(self.facts) if self.facts is not None else None

    def sealed(self) -> dict[str, Any]:
        """Plain facts for the log of requests: no name, no code of a subject, no text of the caller's."""
        return {
            "act": self.act.value if self.act is not None else None,
            "consents": [file.consent_id for file in self.files],
            "outcome": self.outcome,
        }


async def tell_consents(root: Root, caller: Caller, *, office: ConsentOffice, now: datetime) -> ConsentsTold:
    """Answer one root that asks about consents or acts on one; whoever calls it keeps the acts in their order.

    Total but for one fault: what goes wrong with an act is a problem on its path, as others may have been done already.

    Errors:  GatewayFault REGISTER_UNREADABLE where consents cannot be listed
    """
    path = root.selection.path
    if root.act is not None:
        return await _act(root.act, path, _Own(caller, office.desk), office=office, now=now)
    if root.consents is None:
        return ConsentsTold(None)
    try:
        return await _page(root.consents, path, _Own(caller, office.desk), office=office, now=now)
    except RegisterFault as failure:
        raise GatewayFault(FaultCode.REGISTER_UNREADABLE, "consents cannot be read") from failure


_Read: TypeAlias = Callable[[str, int], Awaitable[Sequence[ConsentFile]]]


class _Own:
    """One caller's own consents."""

    def __init__(self, caller: Caller, desk: Desk) -> None:
        self.caller = caller
        self._desk = desk
        self._subject = caller.own_subject if caller.caller_class is CallerClass.SUBJECT_SELF else None

    def reader(self) -> _Read | None:
        """Reads some consents after one; None for callers who can have none."""
        desk, subject, organisation = self._desk, self._subject, self.caller.organisation
        if subject is not None:
            return lambda after, first: desk.of_subject(subject, after=after, first=first)
        if organisation:
            return lambda after, first: desk.of_grantee(organisation, after=after, first=first)
        return None

    def holds(self, file: ConsentFile) -> bool:
        """Whether the consent is the caller's own; a token that carries consents reaches no other subject's."""
        terms, caller = file.terms, self.caller
        if self._subject is not None:
            return terms.subject == self._subject
        is_mine = bool(caller.organisation) and terms.organisation == caller.organisation
        is_covered = not caller.bound_to or terms.subject in caller.bound_to
        return is_mine and is_covered and terms.client_id in ("", caller.client_id)

    def actor(self, *, notice_read: bool) -> Actor:
        """The caller as whoever acts on a consent that it holds."""
        evidence = {"door": "graph", "client_id": self.caller.client_id}
        if self._subject is not None:
            return Actor(Party.SUBJECT, str(self._subject), notice_read=notice_read, evidence=evidence)
        return Actor(Party.GRANTEE, self.caller.organisation, evidence=evidence)


async def _act(
    command: ConsentCommand, path: tuple[str, ...], own: _Own, *, office: ConsentOffice, now: datetime
) -> ConsentsTold:
    held: tuple[ConsentFile, ...] = ()
    try:
        file = (await office.desk.files([command.consent_id])).get(command.consent_id)
        if file is None or not own.holds(file):
            raise not_found()
        held = (file,)
        actor = own.actor(notice_read=command.notice_read)
        done = await office.desk.act(file.consent_id, command.act, actor=actor, now=now)
    except ConsentRefused as refused:
        problem = Problem(_CODES[refused.code], refused.message, path=path, help=refused.help)
        return ConsentsTold(None, (problem,), command.act, held)
    except RegisterFault:
        message = "consents cannot be read or changed at present"
        advice = "see with `consents` what has become of it, then try again"
        problem = Problem(FaultCode.REGISTER_UNREADABLE, message, path=path, help=advice)
        return ConsentsTold(None, (problem,), command.act, held)
    return ConsentsTold(consent_facts(done, item_names(office.catalog), now), (), command.act, (done,))


async def _page(
    query: ConsentQuery, path: tuple[str, ...], own: _Own, *, office: ConsentOffice, now: datetime
) -> ConsentsTold:
    listed = f"consents\0{query.state or ''}"  # no search has such a text
    try:
        after = office.cursors.open(query.after, own.caller, listed) if query.after else ""
    except InvalidCursor:
        message = "the cursor is not one of this caller's for this list"
        problem = Problem(FaultCode.INVALID_CURSOR, message, path=path, help="start from the first page")
        return ConsentsTold(None, (problem,))
    found = await _found(query, own, after=after, now=now)
    cursors = {place: office.cursors.seal(place, own.caller, listed) for place in (*found.places(), found.end) if place}
    names = item_names(office.catalog)
    facts = {
        "edges": [
            {"cursor": cursors[file.consent_id], "node": consent_facts(file, names, now)} for file in found.files
        ],
        "pageInfo": {"hasNextPage": found.has_next, "endCursor": cursors.get(found.end)},
    }
    return ConsentsTold(facts, files=found.files)


@dataclass(frozen=True, slots=True)
class _Found:
    """One page."""

    files: tuple[ConsentFile, ...]
    end: str
    """Id of the consent after which the next page starts; "" where nothing was looked at."""
    has_next: bool

    def places(self) -> Sequence[str]:
        return [file.consent_id for file in self.files]


async def _found(query: ConsentQuery, own: _Own, *, after: str, now: datetime) -> _Found:
    """Looks at consents until the page is full and one more fits, all were seen, or it were too many."""
    read, fitting, seen, size = own.reader(), list[ConsentFile](), 0, query.first + 1
    end, has_more = after, read is not None
    while read is not None and has_more and len(fitting) <= query.first and seen < MOST_READ:
        size = min(size, MOST_READ - seen)
        files = await read(end, size)
        fitting += [
            file for file in files if own.holds(file) and (query.state is None or file.state_at(now) is query.state)
        ]
        seen, has_more = seen + len(files), len(files) == size
        end, size = files[-1].consent_id if files else end, max(size, min(2 * size, _LARGEST_READ))
    page = tuple(fitting[: query.first])
    if len(fitting) > query.first:
        return _Found(page, page[-1].consent_id, has_next=True)
    return _Found(page, end, has_next=has_more)
