"""Between demand and gathering: is this request within what its caller may ask at all? Nothing is judged yet."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from connectors.port import Fetched
from gateway.faults import ClientFault, FaultCode, GatewayFault
from gateway.pipeline.admit import AdmittedRequest
from gateway.pipeline.demand import Demand
from gateway.pipeline.fetch import Harvest
from gateway.registers.engine import RegisterFault
from gateway.registers.quotas import Admitted
from schema.vocabulary.caller import Caller
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.records import RecordKind


class Counting(Protocol):
    """Counts what callers ask, over all processes."""

    async def admit(
        self, caller: Caller, subjects: Collection[SubjectId], *, now: datetime, address: str = ""
    ) -> Admitted:
        """Count a request, or raise QuotaExceeded, a ClientFault."""
        ...

    async def tell_unknown(self, caller: Caller, unknown: int, *, now: datetime, address: str = "") -> None:
        """Count codes that nobody has."""
        ...


async def stay_within_limits(
    demand: Demand, admitted: AdmittedRequest, caller: Caller, counting: Counting | None
) -> None:
    """Count the request; one whose caller seems to try codes out is held back.

    Errors:  ClientFault CASE_REFERENCE_REQUIRED, QUOTA_EXCEEDED, ENUMERATION_STOPPED; GatewayFault REGISTER_UNREADABLE,
             as nobody is let in who cannot be counted
    """
    _check_case_reference(demand, caller)
    await count(admitted, caller, frozenset(demand.subjects()), counting=counting)


async def count(
    admitted: AdmittedRequest, caller: Caller, subjects: Collection[SubjectId], *, counting: Counting | None
) -> None:
    """Count a request, or what its search has found; errors as above."""
    if counting is None:
        return
    try:
        allowed = await counting.admit(caller, subjects, now=admitted.as_of, address=admitted.address)
    except RegisterFault as failure:
        raise GatewayFault(FaultCode.REGISTER_UNREADABLE, "requests cannot be counted") from failure
    if allowed.hold_back_s > 0:
        left = admitted.deadline - asyncio.get_running_loop().time()
        await asyncio.sleep(min(allowed.hold_back_s, max(left / 2, 0)))


async def tell_unknown(
    demand: Demand, caller: Caller, harvest: Harvest, *, admitted: AdmittedRequest, counting: Counting | None
) -> None:
    """Count codes that nobody has: wrong ones, and such as the register of enterprises does not know.

    Errors:  GatewayFault REGISTER_UNREADABLE
    """
    if counting is None:
        return
    wrong = sum(problem.code is FaultCode.INVALID_CREDIT_CODE for problem in demand.problems)
    absent = _unknown(harvest)
    if not wrong and not absent:
        return
    try:
        await counting.tell_unknown(caller, wrong + len(absent), now=admitted.as_of, address=admitted.address)
    except RegisterFault as failure:
        raise GatewayFault(FaultCode.REGISTER_UNREADABLE, "unknown codes cannot be counted") from failure


def _check_case_reference(demand: Demand, caller: Caller) -> None:
    """Some units' inquiries have to name their case.

    Article: Tianjin 21, Shanghai 19 (the unit's own rules of inquiry: who inquires, why, and for what)
    """
    inquiry = demand.inquiry
    if inquiry.purpose in caller.case_reference_for and not inquiry.case_reference:
        message = "your unit's inquiries for this purpose have to name the case that they belong to"
        advice = "state it as `caseReference` of `@inquiry`, or in the header `Inquiry-Case-Reference`"
        raise ClientFault(FaultCode.CASE_REFERENCE_REQUIRED, message, advice=advice)


def _unknown(harvest: Harvest) -> frozenset[SubjectId]:
    """Subjects of whom everybody who was asked for their registration has none."""
    asked = [
        (order.subject, outcome) for order, outcome in harvest.outcomes.items() if order.kind is RecordKind.LEGAL_PERSON
    ]
    known = {subject for subject, outcome in asked if not isinstance(outcome, Fetched) or outcome.records}
    return frozenset(subject for subject, _ in asked) - known
