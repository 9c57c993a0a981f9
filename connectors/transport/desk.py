"""The desk in front of a clerk: what was fetched lately, what is being fetched already, and only then a call.

Orders of concurrent requests become as few calls as the agency's batch allows; a request that leaves
takes nothing away from the others, and work for which nobody waits any more stops.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from connectors.port import Errand, Fetched, FetchOrder, Outcome, Unavailable, Unreadable
from connectors.transport.cache import RecordCache
from connectors.transport.flights import Call, Flight, calls_for
from connectors.transport.resilience import Breakers, BreakerState
from connectors.transport.wire import Clerk
from schema.vocabulary.identifiers import AgencyId

_DEADLINE = Unavailable("deadline")
_CLOSED = Unavailable("closed")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """How orders are put together."""

    linger_s: float = 0.002
    """How long orders wait for others to share a call with; only for agencies that have a batch."""
    concurrency: int = 16
    """Calls under way at once."""
    grace_s: float = 0.25
    """How long after its deadline a deserted call may take to end by itself before it is cut off."""


@dataclass(frozen=True, slots=True)
class DeskStatus:
    """What readiness reports of one agency."""

    agency: AgencyId
    operations: Mapping[str, BreakerState]
    """The circuit breakers by operation; only operations that were asked so far."""
    orders_under_way: int
    calls_under_way: int

    @property
    def is_available(self) -> bool:
        """Whether no operation is being left alone."""
        return all(state is BreakerState.CLOSED for state in self.operations.values())


class Desk:
    """A `Connector` made of a clerk and the cache; for one event loop. Close it with `aclose`."""

    def __init__(
        self, clerk: Clerk, cache: RecordCache | None, *, settings: DeskSettings, breakers: Breakers | None = None
    ) -> None:
        self._clerk = clerk
        self._cache = cache
        self._settings = settings
        self._breakers = breakers
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._flights: dict[FetchOrder, Flight] = {}
        self._gathered: dict[Flight, None] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False

    @property
    def agency(self) -> AgencyId:
        """Which agency this is."""
        return self._clerk.agency

    def status(self, now: float) -> DeskStatus:
        """The desk as it stands; `now` on the event loop's clock."""
        operations = self._breakers.states(now) if self._breakers is not None else {}
        return DeskStatus(self.agency, operations, len(self._flights), len(self._tasks))

    async def fetch(self, orders: Sequence[FetchOrder], errand: Errand) -> Sequence[Outcome]:
        """One outcome per order, in the order of `orders`; raises nothing but cancellation."""
        if not orders:
            return ()
        kept = await self._cache.get_many(orders) if self._cache is not None else [None] * len(orders)
        missing = [order for order, hit in zip(orders, kept, strict=True) if hit is None]
        if not missing:
            return cast("list[Outcome]", kept)
        patience_s = errand.deadline - asyncio.get_running_loop().time()
        if self._is_closed or patience_s <= 0:
            return [hit or (_CLOSED if self._is_closed else _DEADLINE) for hit in kept]
        flights = self._board(missing, errand)
        is_leaving = True
        try:
            await asyncio.wait([flight.landed for flight in flights.values()], timeout=patience_s)
            is_leaving = False
        finally:
            self._leave(list(flights.values()), at_once=is_leaving)
        return [hit if hit is not None else _outcome(flights[order]) for order, hit in zip(orders, kept, strict=True)]

    async def aclose(self) -> None:
        """Stop everything under way; whoever still waits is told that the desk has closed."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
        for flight in self._flights.values():
            flight.land(_CLOSED)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _board(self, orders: Sequence[FetchOrder], errand: Errand) -> dict[FetchOrder, Flight]:
        loop = asyncio.get_running_loop()
        mine: dict[FetchOrder, Flight] = {}
        for order in orders:
            if order in mine:
                continue
            flight = self._flights.get(order)
            if flight is None:
                flight = Flight(order, errand.attribution, errand.deadline, loop.create_future())
                self._flights[order] = flight
                self._gathered[flight] = None
            flight.join(errand)
            mine[order] = flight
        if self._gathered:
            self._depart_soon(loop)
        return mine

    def _depart_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        batch_size = self._clerk.batch_size
        if batch_size <= 1 or len({flight.order.subject for flight in self._gathered}) >= batch_size:
            self._depart()
        elif self._timer is None:
            self._timer = loop.call_later(self._settings.linger_s, self._depart)

    def _depart(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        gathered = list(self._gathered)
        self._gathered.clear()
        for call in calls_for(gathered, max(1, self._clerk.batch_size)):
            call.task = asyncio.get_running_loop().create_task(self._run(call))
            self._tasks.add(call.task)
            call.task.add_done_callback(self._tasks.discard)

    async def _run(self, call: Call) -> None:
        try:
            outcomes = await self._ask(call)
            for flight, outcome in zip(call.flights, outcomes, strict=True):
                flight.land(outcome)
            self._tell_of_unreadable(outcomes)
            await self._keep(call, outcomes)
        finally:
            for flight in call.flights:
                flight.land(_CLOSED)
                self._forget(flight)

    async def _ask(self, call: Call) -> list[Outcome]:
        async with self._slots:
            if asyncio.get_running_loop().time() >= call.errand.deadline:
                return [_DEADLINE] * len(call.flights)
            try:
                answers = await self._clerk.ask(call.subjects, call.wants, call.errand)
            # A clerk reads foreign messages; whatever it stumbles over is one agency's trouble and must not
            # break a request that asked others too. Its text may quote the message, so only its kind is logged.
            except Exception as error:  # noqa: BLE001 - around a connector, see above
                _log.error("clerk failed: agency=%s error=%s", self.agency, type(error).__name__)
                return [Unreadable("clerk-failed")] * len(call.flights)
        silent = Unreadable("no-outcome")
        return [answers.get((flight.order.subject, flight.order.kind), silent) for flight in call.flights]

    def _tell_of_unreadable(self, outcomes: Sequence[Outcome]) -> None:
        """Tell the operator which facts an agency states in a form that nobody can read; names, never values."""
        records = (record for outcome in outcomes if isinstance(outcome, Fetched) for record in outcome.records)
        names = sorted({f"{record.kind}.{name}" for record in records for name in record.unreadable})
        if names:
            _log.warning("unreadable facts: agency=%s facts=%s", self.agency, " ".join(names))

    async def _keep(self, call: Call, outcomes: Sequence[Outcome]) -> None:
        """Put what was fetched into the cache; until then latecomers find it with the landed flight."""
        if self._cache is not None:
            pairs = zip(call.flights, outcomes, strict=True)
            await self._cache.put_many(
                [(flight.order, outcome.records) for flight, outcome in pairs if isinstance(outcome, Fetched)]
            )

    def _leave(self, flights: Sequence[Flight], *, at_once: bool) -> None:
        """Stop waiting. A call that nobody waits for is cut off now if its last waiter was called away.

        At a deadline the call gets a moment to end by itself, so that its circuit breaker learns of it.
        """
        for flight in flights:
            flight.waiters -= 1
        calls: dict[Call, None] = {}
        for flight in flights:
            if flight.waiters or flight.landed.done():
                continue
            if flight.call is not None:
                calls[flight.call] = None
            else:
                del self._gathered[flight]
                self._forget(flight)
        for call in calls:
            if call.is_deserted:
                self._abandon(call, at_once=at_once)

    def _abandon(self, call: Call, *, at_once: bool) -> None:
        for flight in call.flights:
            self._forget(flight)
        if call.task is not None and at_once:
            call.task.cancel()
        elif call.task is not None:
            asyncio.get_running_loop().call_later(self._settings.grace_s, call.task.cancel)

    def _forget(self, flight: Flight) -> None:
        if self._flights.get(flight.order) is flight:
            del self._flights[flight.order]


def _outcome(flight: Flight) -> Outcome:
    return flight.landed.result() if flight.landed.done() else _DEADLINE
