"""Stage 7: the orders go to the counters, all agencies at once; every order comes back with an outcome."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connectors.port import Connector, Errand, FetchOrder, Outcome, Unavailable, Unreadable
from schema.vocabulary.identifiers import AgencyId

_LOG = logging.getLogger("creditgraph.pipeline")
_GRACE_S = 0.25
"""After the deadline, for connectors to bring what they have; then nobody waits for them any more."""


@dataclass(frozen=True, slots=True)
class Harvest:
    """One outcome per order."""

    outcomes: Mapping[FetchOrder, Outcome]


async def fetch(
    orders: Iterable[FetchOrder], connectors: Mapping[AgencyId, Connector], *, request_id: str, deadline: float
) -> Harvest:
    """Ask every agency for its orders; equal orders are asked once. Total: troubles are outcomes."""
    by_agency: dict[AgencyId, dict[FetchOrder, None]] = {}
    for order in orders:
        by_agency.setdefault(order.agency, {})[order] = None
    errand = Errand(attribution=request_id, deadline=deadline)
    asked = list(by_agency.items())
    answers = await asyncio.gather(*(_ask(connectors.get(agency), tuple(batch), errand) for agency, batch in asked))
    outcomes: dict[FetchOrder, Outcome] = {}
    for (_, batch), answer in zip(asked, answers, strict=True):
        outcomes.update(zip(batch, answer, strict=True))
    return Harvest(outcomes)


async def _ask(connector: Connector | None, orders: tuple[FetchOrder, ...], errand: Errand) -> Sequence[Outcome]:
    """One outcome per order, also from a connector that breaks its promise never to raise."""
    if connector is None:
        return [Unavailable("not connected")] * len(orders)
    try:
        async with asyncio.timeout_at(errand.deadline + _GRACE_S):
            outcomes = await connector.fetch(orders, errand)
    except TimeoutError:
        return [Unavailable("no answer within the deadline")] * len(orders)
    except Exception as fault:  # noqa: BLE001 - a fault at one counter must not reach the others
        _LOG.error("the connector of %s failed: %s", connector.agency, type(fault).__qualname__)
        return [Unreadable("the connector failed")] * len(orders)
    if len(outcomes) != len(orders):
        _LOG.error(
            "the connector of %s brought %d outcomes for %d orders", connector.agency, len(outcomes), len(orders)
        )
        return [Unreadable("the connector miscounted")] * len(orders)
    return outcomes
