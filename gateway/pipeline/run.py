"""The whole journey of a request on one screen; holds the order of the stages and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.port import Errand
from gateway.faults import ClientFault, FaultCode, status_of
from gateway.pipeline.admit import AdmittedRequest
from gateway.pipeline.answer import answer_body, fault_body, introspect
from gateway.pipeline.demand import Demand
from gateway.pipeline.fetch import fetch
from gateway.pipeline.find import Found, find, with_codes
from gateway.pipeline.gather import asker_of, gather
from gateway.pipeline.house import House
from gateway.pipeline.identify import identify
from gateway.pipeline.plan import SubjectPlan
from gateway.pipeline.release import SubjectRelease, release_subject
from gateway.pipeline.roots import Root
from gateway.pipeline.seal import seal, seal_fault
from policies.question import Asker
from schema.vocabulary.caller import Caller
from schema.vocabulary.identifiers import SubjectId


@dataclass(frozen=True, slots=True)
class Answer:
    """The very bytes that were sealed, with their status and the fault if the request failed as a whole."""

    body: bytes
    status: int
    fault: FaultCode | None = None


@dataclass(frozen=True, slots=True)
class PlannedRoot:
    """A root with a plan for each of its subjects under each of its selections."""

    root: Root
    found: Found | None
    plans: tuple[tuple[SubjectPlan | None, ...], ...]


async def run(admitted: AdmittedRequest, house: House) -> Answer:
    """From an admitted request to a sealed answer.

    Errors:  Unauthenticated for a bad token; GatewayFault if the house is broken
    """
    with house.watch("identify"):
        caller = identify(admitted, house.verifier)
    try:
        may_introspect = house.introspection_scope in caller.scopes
        with house.watch("demand"):
            demand = house.documents.demand(admitted, caller, may_introspect=may_introspect)
    except ClientFault as fault:
        body, status = fault_body(fault), status_of(fault.code)
        await seal_fault(admitted, caller, fault, body=body, status=status, house=house)
        return Answer(body, status, fault.code)
    planned = [await _plan(root, demand, caller=caller, admitted=admitted, house=house) for root in demand.roots]
    with house.watch("plan"):
        orders = {order: None for subject, plan in _pairs(planned) for order in plan.orders(subject)}
    with house.watch("fetch"):
        harvest = await fetch(orders, house.connectors, request_id=admitted.request_id, deadline=admitted.deadline)
    with house.watch("release"):
        released = {
            (subject, id(plan)): release_subject(subject, plan, harvest, admitted.as_of)
            for subject, plan in _pairs(planned)
        }
        introspected = introspect(demand, house.core) if demand.operation.introspects else {}
        body = answer_body(demand, [(one.root, one.found, _of(one, released)) for one in planned], introspected)
    with house.watch("seal"):
        await seal(
            admitted,
            caller,
            inquiry=demand.inquiry,
            releases=list(released.values()),
            searches=[one.found.sheet for one in planned if one.found is not None],
            body=body,
            status=200,
            fault=None,
            house=house,
        )
    return Answer(body, 200)


async def _plan(root: Root, demand: Demand, *, caller: Caller, admitted: AdmittedRequest, house: House) -> PlannedRoot:
    asker = asker_of(caller, demand.inquiry)
    found = None
    if root.search is not None:
        errand, today = Errand(admitted.request_id, admitted.deadline), admitted.as_of.date()
        found = await find(root, caller, asker=asker, errand=errand, today=today, searcher=house.searcher)
        root = with_codes(root, found)
    with house.watch("decide"):
        plans = tuple(
            tuple(
                _plan_subject(code, position, root=root, asker=asker, caller=caller, admitted=admitted, house=house)
                for code in root.codes
            )
            for position in range(len(root.demands))
        )
    return PlannedRoot(root, found, plans)


def _plan_subject(
    code: SubjectId | None,
    position: int,
    *,
    root: Root,
    asker: Asker,
    caller: Caller,
    admitted: AdmittedRequest,
    house: House,
) -> SubjectPlan | None:
    if code is None:
        return None
    evidence = gather(code, caller)
    return house.planner.plan(root.demands[position], asker, evidence=evidence, as_of=admitted.as_of.date())


def _pairs(planned: Sequence[PlannedRoot]) -> list[tuple[SubjectId, SubjectPlan]]:
    return [
        (code, plan)
        for one in planned
        for plans in one.plans
        for code, plan in zip(one.root.codes, plans, strict=True)
        if code is not None and plan is not None
    ]


def _of(
    one: PlannedRoot, released: dict[tuple[SubjectId, int], SubjectRelease]
) -> tuple[tuple[SubjectRelease | None, ...], ...]:
    return tuple(
        tuple(
            released[code, id(plan)] if code is not None and plan is not None else None
            for code, plan in zip(one.root.codes, plans, strict=True)
        )
        for plans in one.plans
    )
