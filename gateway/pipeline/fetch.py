"""Stage 7: the orders go to the counters, all agencies at once; every order comes back with an outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.port import Connector, Errand, FetchOrder, Outcome, Unavailable
from schema.vocabulary.identifiers import AgencyId


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


async def _ask(connector: Connector | None, orders: tuple[FetchOrder, ...], errand: Errand) -> Iterable[Outcome]:
    if connector is None:
        return [Unavailable("not connected")] * len(orders)
    return await connector.fetch(orders, errand)
