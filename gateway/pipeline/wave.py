"""Stages 4 to 6 for every root: its subjects named (by the document, or by a search first), judged and planned.

A search opens a wave of its own: what it finds is judged anew, each subject on its own evidence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from connectors.port import Errand, FetchOrder
from gateway.faults import FaultCode, GatewayFault
from gateway.identity.refusals import TokenRefused
from gateway.pipeline.access import Access, explain_access
from gateway.pipeline.admit import AdmittedRequest
from gateway.pipeline.alert_roots import AuditTold, tell_audit
from gateway.pipeline.consent_roots import ConsentsTold, tell_consents
from gateway.pipeline.demand import Demand
from gateway.pipeline.find import Found, find, with_codes
from gateway.pipeline.gather import NOTHING_KNOWN, asker_of, gather
from gateway.pipeline.house import House
from gateway.pipeline.identify import unauthenticated
from gateway.pipeline.inquiry_lists import AllTold, asks_for_inquiries, tell_inquiries, with_inquiries
from gateway.pipeline.limits import count
from gateway.pipeline.plan import Planner, SubjectPlan
from gateway.pipeline.release import SubjectRelease
from gateway.pipeline.reliance import Reliance, settle
from gateway.pipeline.roots import Root
from gateway.pipeline.told import Told
from gateway.registers.engine import RegisterFault
from gateway.registers.standing_entry import CallerChanged
from policies.evidence import Evidence, Standing
from policies.question import Asker
from policies.verdict import DecisionSheet
from schema.vocabulary.caller import PUBLIC_CALLER, Caller
from schema.vocabulary.identifiers import SubjectId

Releases = Mapping[tuple[SubjectId, int], SubjectRelease]
"""By subject and identity of its plan: equal askings of one document are released once."""


@dataclass(frozen=True, slots=True)
class PlannedRoot:
    """A root with a plan for each of its subjects under each of its selections."""

    root: Root
    found: Found | Access | ConsentsTold | AuditTold | None
    plans: tuple[tuple[SubjectPlan | None, ...], ...]
    inquiries: AllTold = field(default_factory=dict)
    """What its subjects are told of inquiries about them."""

    def releases(self, released: Releases) -> tuple[tuple[SubjectRelease | None, ...], ...]:
        """Per selection one release per subject; None in the place of a wrong code."""
        return tuple(
            tuple(
                with_inquiries(released[code, id(plan)], self.inquiries)
                if code is not None and plan is not None
                else None
                for code, plan in zip(self.root.codes, plans, strict=True)
            )
            for plans in self.plans
        )


@dataclass(frozen=True, slots=True)
class Wave:
    """Everything that one request asks, planned."""

    roots: Sequence[PlannedRoot]
    consents: Mapping[SubjectId, frozenset[str]] = field(default_factory=dict)
    """Ids of the consents that the answer rests on, by the subject that gave them."""
    inquiries: AllTold = field(default_factory=dict)

    def unanswered(self) -> list[SubjectRelease]:
        """What there is about each of its subjects where nothing leaves."""
        return [SubjectRelease(subject, plan, {}, []) for subject, plan in self.pairs()]

    @property
    def searches(self) -> list[DecisionSheet]:
        """How the searches themselves were judged."""
        return [one.found.sheet for one in self.roots if isinstance(one.found, Found)]

    @property
    def told(self) -> list[Told]:
        """What was told of consents, or done with them, and of the log itself; then what was told of inquiries."""
        by_roots = (one.found for one in self.roots if isinstance(one.found, ConsentsTold | AuditTold))
        return [*by_roots, *self.inquiries.values()]

    @property
    def explained(self) -> list[Access]:
        """What was told of the law itself."""
        return [one.found for one in self.roots if isinstance(one.found, Access)]

    def pairs(self) -> Iterator[tuple[SubjectId, SubjectPlan]]:
        """Every subject with each of its plans."""
        for one in self.roots:
            for plans in one.plans:
                for code, plan in zip(one.root.codes, plans, strict=True):
                    if code is not None and plan is not None:
                        yield code, plan

    def orders(self) -> dict[FetchOrder, None]:
        """What is to be fetched, each order once."""
        return {order: None for subject, plan in self.pairs() for order in plan.orders(subject)}


Standings = Mapping[SubjectId, Standing]


@dataclass(frozen=True, slots=True)
class Opened:
    """Our books, opened for one request."""

    standings: Standings = field(default_factory=dict)
    """What is on file about the subjects that the document names."""
    acts: list[ConsentsTold] = field(default_factory=list)
    """What it has done with consents so far, which stays done whatever becomes of the request."""


async def open_books(demand: Demand, admitted: AdmittedRequest, caller: Caller, house: House) -> Opened:
    """What is on file about the subjects that the document names, and whether the caller still is who it was.

    Errors:  Unauthenticated; GatewayFault REGISTER_UNREADABLE
    """
    codes = frozenset(demand.subjects())
    if not codes and caller == PUBLIC_CALLER:
        return Opened()
    with house.watch("gather"):
        return Opened(await _standings(codes, admitted, caller, house))


async def plan_wave(demand: Demand, admitted: AdmittedRequest, caller: Caller, *, opened: Opened, house: House) -> Wave:
    """Name, judge and plan the subjects of every root; searches are asked at once. Acts are noted as they are done.

    Errors:  Unauthenticated, QuotaExceeded; GatewayFault REGISTER_UNREADABLE
    """
    standings, asker = opened.standings, asker_of(caller, demand.inquiry, house.catalog.jurisdiction.division)
    found = await asyncio.gather(
        *(_search(root, admitted, asker=asker, caller=caller, house=house) for root in demand.roots if root.search)
    )
    pages = iter(found)
    named = [
        (with_codes(root, page) if page is not None else root, page)
        for root in demand.roots
        for page in [next(pages) if root.search else None]
    ]
    codes = frozenset(code for root, _ in named for code in root.codes if code is not None)
    new = codes - frozenset(demand.subjects())
    if new:
        await count(admitted, caller, new, counting=house.counting)
        with house.watch("gather"):
            standings = {**standings, **await _standings(new, admitted, caller, house)}
    evidence: Mapping[SubjectId, Evidence] = {
        code: gather(code, caller, standings.get(code, NOTHING_KNOWN), regions=house.planner.regions) for code in codes
    }
    told = []
    for root, _ in named:  # acts in their order, one after another
        told.append(one := await _tell(root, admitted, caller, house))
        if isinstance(one, ConsentsTold) and one.act is not None:
            opened.acts.append(one)
    inquiries = await _inquiries([root for root, _ in named], admitted, caller, house)
    day = admitted.as_of.date()
    judge = _Judge([root for root, _ in named], asker, planner=house.planner, day=day)
    with house.watch("decide"):
        settled = await _settle(evidence, standings, judge, day=day, house=house)
        wave = Wave(
            [
                PlannedRoot(root, apart, ())
                if apart is not None
                else replace(
                    _planned(root, page, asker=asker, evidence=settled.evidence, planner=house.planner, day=day),
                    inquiries=inquiries,
                )
                for (root, page), apart in zip(named, told, strict=True)
            ],
            settled.consents,
            inquiries,
        )
    house.judged([*wave.searches, *(plan.sheet for _, plan in wave.pairs())], len(codes))
    return wave


async def _standings(codes: frozenset[SubjectId], admitted: AdmittedRequest, caller: Caller, house: House) -> Standings:
    """What is on file; books that cannot be read are never taken for empty ones."""
    try:
        return await house.books.standing(codes, caller, now=admitted.as_of)
    except CallerChanged as change:
        message = "the token was revoked, or what is registered of its holder has changed"
        raise unauthenticated(TokenRefused(message)) from change
    except RegisterFault as failure:
        raise GatewayFault(FaultCode.REGISTER_UNREADABLE, "consents and marks cannot be read") from failure


class _Judge:
    """Every plan of a subject under some evidence."""

    def __init__(self, roots: Sequence[Root], asker: Asker, *, planner: Planner, day: date) -> None:
        self._roots = roots
        self._asker = asker
        self._planner = planner
        self._day = day

    def __call__(self, subject: SubjectId, evidence: Evidence) -> list[SubjectPlan]:
        return [
            self._planner.plan(demand, self._asker, evidence=evidence, as_of=self._day)
            for root in self._roots
            if subject in root.codes
            for demand in root.demands
        ]


async def _settle(
    evidence: Mapping[SubjectId, Evidence], standings: Standings, judge: _Judge, *, day: date, house: House
) -> Reliance:
    try:
        return await settle(evidence, standings, judge, day=day, books=house.books)
    except RegisterFault as failure:
        raise GatewayFault(FaultCode.REGISTER_UNREADABLE, "uses of consents cannot be counted") from failure


async def _tell(root: Root, admitted: AdmittedRequest, caller: Caller, house: House) -> ConsentsTold | AuditTold | None:
    """What a root tells or does that is about consents or the log itself; None for every other root."""
    if root.audit is not None and house.auditing is not None:
        return await tell_audit(root.audit, root.selection, caller, office=house.auditing)
    office = house.office
    if office is None or (root.consents is None and root.act is None):
        return None
    return await tell_consents(root, caller, office=office, now=admitted.as_of)


async def _inquiries(roots: Sequence[Root], admitted: AdmittedRequest, caller: Caller, house: House) -> AllTold:
    if not asks_for_inquiries(roots):
        return {}
    with house.watch("gather"):
        return await tell_inquiries(roots, caller, house.catalog, office=house.inquiries, now=admitted.as_of)


async def _search(root: Root, admitted: AdmittedRequest, *, asker: Asker, caller: Caller, house: House) -> Found:
    errand, today = Errand(admitted.request_id, admitted.deadline), admitted.as_of.date()
    return await find(root, caller, asker=asker, errand=errand, today=today, searcher=house.searcher)


def _planned(
    root: Root,
    found: Found | None,
    *,
    asker: Asker,
    evidence: Mapping[SubjectId, Evidence],
    planner: Planner,
    day: date,
) -> PlannedRoot:
    if root.access is not None:
        code = root.codes[0]
        if code is None:
            return PlannedRoot(root, None, ())
        told = explain_access(root.access, code, asker=asker, evidence=evidence[code], planner=planner, day=day)
        return PlannedRoot(root, told, ())
    plans = tuple(
        tuple(
            planner.plan(demand, asker, evidence=evidence[code], as_of=day) if code is not None else None
            for code in root.codes
        )
        for demand in root.demands
    )
    return PlannedRoot(root, found, plans)
