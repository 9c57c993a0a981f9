"""Stages 4 to 6 for every root: its subjects named (by the document, or by a search first), judged and planned.

A search opens a wave of its own: what it finds is judged anew, each subject on its own evidence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from connectors.port import Errand, FetchOrder
from gateway.faults import FaultCode, GatewayFault
from gateway.pipeline.access import Access, explain_access
from gateway.pipeline.admit import AdmittedRequest
from gateway.pipeline.demand import Demand
from gateway.pipeline.find import Found, find, with_codes
from gateway.pipeline.gather import NOTHING_KNOWN, asker_of, gather
from gateway.pipeline.house import House
from gateway.pipeline.plan import Planner, SubjectPlan
from gateway.pipeline.release import SubjectRelease
from gateway.pipeline.roots import Root
from gateway.registers.engine import RegisterFault
from policies.evidence import Evidence, Standing
from policies.question import Asker
from policies.verdict import DecisionSheet
from schema.vocabulary.caller import Caller
from schema.vocabulary.identifiers import SubjectId

Releases = Mapping[tuple[SubjectId, int], SubjectRelease]
"""By subject and identity of its plan: equal askings of one document are released once."""


@dataclass(frozen=True, slots=True)
class PlannedRoot:
    """A root with a plan for each of its subjects under each of its selections."""

    root: Root
    found: Found | Access | None
    plans: tuple[tuple[SubjectPlan | None, ...], ...]

    def releases(self, released: Releases) -> tuple[tuple[SubjectRelease | None, ...], ...]:
        """Per selection one release per subject; None in the place of a wrong code."""
        return tuple(
            tuple(
                released[code, id(plan)] if code is not None and plan is not None else None
                for code, plan in zip(self.root.codes, plans, strict=True)
            )
            for plans in self.plans
        )


@dataclass(frozen=True, slots=True)
class Wave:
    """Everything that one request asks, planned."""

    roots: Sequence[PlannedRoot]

    @property
    def searches(self) -> list[DecisionSheet]:
        """How the searches themselves were judged."""
        return [one.found.sheet for one in self.roots if isinstance(one.found, Found)]

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


async def plan_wave(demand: Demand, admitted: AdmittedRequest, caller: Caller, house: House) -> Wave:
    """Name, judge and plan the subjects of every root; searches are asked at once.

    Errors:  GatewayFault REGISTER_UNREADABLE
    """
    asker = asker_of(caller, demand.inquiry, house.catalog.jurisdiction.division)
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
    with house.watch("gather"):
        standings = await _standings(codes, caller, house)
    evidence = {
        code: gather(code, caller, standings.get(code, NOTHING_KNOWN), regions=house.planner.regions) for code in codes
    }
    with house.watch("decide"):
        day = admitted.as_of.date()
        return Wave(
            [
                _planned(root, page, asker=asker, evidence=evidence, planner=house.planner, day=day)
                for root, page in named
            ]
        )


async def _standings(codes: frozenset[SubjectId], caller: Caller, house: House) -> Mapping[SubjectId, Standing]:
    """What is on file; books that cannot be read are never taken for empty ones."""
    try:
        return await house.books.standing(codes, caller) if codes else {}
    except RegisterFault as failure:
        raise GatewayFault(FaultCode.REGISTER_UNREADABLE, "consents and marks cannot be read") from failure


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
