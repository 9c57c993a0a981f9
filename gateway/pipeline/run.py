"""The whole journey of a request on one screen; holds the order of the stages and nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial

from gateway.faults import ClientFault, FaultCode, status_of
from gateway.pipeline.admit import AdmittedRequest
from gateway.pipeline.answer import answer_body, introspect
from gateway.pipeline.fetch import fetch
from gateway.pipeline.house import House
from gateway.pipeline.identify import identify
from gateway.pipeline.limits import stay_within_limits, tell_unknown
from gateway.pipeline.release import release_subject
from gateway.pipeline.seal import Asked, Outcome, seal, seal_fault, seal_unfinished
from gateway.pipeline.wave import Opened, Wave, open_books, plan_wave
from schema.vocabulary.caller import Caller


@dataclass(frozen=True, slots=True)
class Answer:
    """The very bytes that leave with the receipt in them, their status, and the fault of a request that failed."""

    body: bytes
    status: int
    fault: FaultCode | None = None
    cause: ClientFault | None = None
    receipt: str = ""


async def run(admitted: AdmittedRequest, house: House) -> Answer:
    """To a sealed answer; raises Unauthenticated for a bad token, GatewayFault if the house is broken."""
    with house.watch("identify"):
        caller = await identify(admitted, house.verifier, house.callers)
    try:
        offered = partial(house.views.for_class, caller.caller_class, admitted.as_of.date())
        with house.watch("demand"):
            may = house.may_introspect(caller)
            demand = house.documents.demand(admitted, caller, may_introspect=may, offered=offered)
    except ClientFault as fault:
        return await _refused(fault, admitted, caller, about=Asked(admitted.stated), house=house)
    wave, opened = Wave(()), Opened()
    try:
        opened = await open_books(demand, admitted, caller, house)
        await stay_within_limits(demand, admitted, caller, house.counting)
        wave = await plan_wave(demand, admitted, caller, opened=opened, house=house)
        with house.watch("plan"):
            orders = wave.orders()
        with house.watch("fetch"):
            harvest = await fetch(orders, house.connectors, request_id=admitted.request_id, deadline=admitted.deadline)
        with house.watch("release"):
            released = {
                (subject, id(plan)): release_subject(subject, plan, harvest, admitted.as_of)
                for subject, plan in wave.pairs()
            }
            roots = [(one.root, one.found, one.releases(released)) for one in wave.roots]
            body = answer_body(demand, roots, introspect(demand, offered()) if demand.operation.introspects else {})
        await tell_unknown(demand, caller, harvest, admitted=admitted, counting=house.counting)
    except ClientFault as fault:
        return await _refused(fault, admitted, caller, about=Asked(demand.inquiry, told=opened.acts), house=house)
    except (asyncio.CancelledError, Exception) as end:
        about = Asked(demand.inquiry, wave.unanswered(), told=opened.acts)
        await seal_unfinished(admitted, caller, about, end=end, house=house)
        raise
    asked = Asked(demand.inquiry, [*released.values()], wave.searches, wave.explained, wave.consents, wave.told)
    with house.watch("seal"):
        body, receipt = await seal(admitted, caller, asked, Outcome(body, 200), house=house)
    return Answer(body, 200, receipt=receipt)


async def _refused(
    fault: ClientFault, admitted: AdmittedRequest, caller: Caller, *, about: Asked, house: House
) -> Answer:
    """A request that is refused as a whole is written down like any other."""
    body, receipt = await seal_fault(admitted, caller, fault, about=about, house=house)
    return Answer(body, status_of(fault.code), fault.code, fault, receipt)
