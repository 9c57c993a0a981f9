"""The whole journey of a request on one screen; holds the order of the stages and nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial

from gateway.faults import ClientFault, FaultCode, status_of
from gateway.pipeline.admit import AdmittedRequest
from gateway.pipeline.answer import answer_body, fault_body, introspect
from gateway.pipeline.fetch import fetch
from gateway.pipeline.house import House
from gateway.pipeline.identify import identify
from gateway.pipeline.release import release_subject
from gateway.pipeline.seal import Asked, seal, seal_fault, seal_unfinished
from gateway.pipeline.wave import Wave, plan_wave


@dataclass(frozen=True, slots=True)
class Answer:
    """The very bytes that were sealed, with their status and the fault if the request failed as a whole."""

    body: bytes
    status: int
    fault: FaultCode | None = None


async def run(admitted: AdmittedRequest, house: House) -> Answer:
    """From an admitted request to a sealed answer.

    Errors:  Unauthenticated for a bad token; GatewayFault if the house is broken
    """
    with house.watch("identify"):
        caller = identify(admitted, house.verifier)
    try:
        offered = partial(house.views.for_class, caller.caller_class, admitted.as_of.date())
        may_introspect = house.may_introspect(caller)
        with house.watch("demand"):
            demand = house.documents.demand(admitted, caller, may_introspect=may_introspect, offered=offered)
    except ClientFault as fault:
        body, status = fault_body(fault), status_of(fault.code)
        await seal_fault(admitted, caller, fault, body=body, status=status, house=house)
        return Answer(body, status, fault.code)
    wave = Wave(())
    try:
        wave = await plan_wave(demand, admitted, caller, house)
        with house.watch("plan"):
            orders = wave.orders()
        with house.watch("fetch"):
            harvest = await fetch(orders, house.connectors, request_id=admitted.request_id, deadline=admitted.deadline)
        with house.watch("release"):
            released = {
                (subject, id(plan)): release_subject(subject, plan, harvest, admitted.as_of)
                for subject, plan in wave.pairs()
            }
            introspected = introspect(demand, offered()) if demand.operation.introspects else {}
            roots = [(one.root, one.found, one.releases(released)) for one in wave.roots]
            body = answer_body(demand, roots, introspected)
    except (asyncio.CancelledError, Exception) as end:
        await seal_unfinished(admitted, caller, demand.inquiry, asked=wave.pairs(), end=end, house=house)
        raise
    with house.watch("seal"):
        asked = Asked(demand.inquiry, list(released.values()), wave.searches, wave.explained)
        await seal(admitted, caller, asked, body=body, status=200, fault=None, house=house)
    return Answer(body, 200)
