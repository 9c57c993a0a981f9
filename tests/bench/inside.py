"""The corridor without its door, in this process, where every stage can be watched; and the floor beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from deploy.sandbox.demo_callers import register_callers
from deploy.sandbox.demo_standing import file_consents
from gateway.agencies import Counters, open_counters
from gateway.app import Opened, open_house
from gateway.identity.presented import Presented
from gateway.pipeline.admit import AdmittedRequest, GraphQLParams, hour, stamp
from gateway.pipeline.house import House
from gateway.pipeline.run import run
from gateway.pipeline.seal_receipt import without_receipt
from gateway.settings import Settings
from schema.vocabulary.caller import Inquiry
from tests.bench.clock import StageClock
from tests.bench.floor import Floor, Wants
from tests.bench.served import check
from tests.bench.stand import PERMIT_CHECK, PERMIT_CHECKS, Stand


@dataclass(frozen=True, slots=True)
class Inside:
    """An open house, and a floor with agency lines of its own."""

    house: House
    opened: Opened
    stages: StageClock
    floor: Floor
    token: str
    consents: Sequence[str]
    """Ids of consents to the bank."""

    @property
    def counters(self) -> Counters:
        """The agencies' counters."""
        return self.opened.counters

    async def one(self, code: str) -> bytes:
        """The permit check about one subject."""
        return await self._ask(PERMIT_CHECK, {"code": code})

    async def many(self, codes: Sequence[str]) -> bytes:
        """The permit check about many subjects."""
        return await self._ask(PERMIT_CHECKS, {"codes": codes})

    def admitted(self, query: str, variables: Mapping[str, object]) -> AdmittedRequest:
        """A request as the door would hand it in."""
        return admitted(query, variables, self.token)

    async def _ask(self, query: str, variables: Mapping[str, object]) -> bytes:
        answer = await run(self.admitted(query, variables), self.house)
        check(answer.body, answer.status)
        return without_receipt(answer.body)[0]


def admitted(query: str, variables: Mapping[str, object], token: str) -> AdmittedRequest:
    """A request that has just arrived."""
    arrival = stamp(timedelta(seconds=5))
    return AdmittedRequest(
        params=GraphQLParams(query, None, variables),
        presented=Presented(token),
        stated=Inquiry(),
        request_id=arrival.request_id,
        as_of=arrival.as_of,
        deadline=arrival.deadline,
    )


@asynccontextmanager
async def open_inside(stand: Stand, settings: Settings) -> AsyncIterator[Inside]:
    """Open the house with `settings`; the floor's orders are taken from the house's own plan."""
    stages = StageClock()
    await register_callers(stand.files.cast, settings)  # its registers are its own
    consents = await file_consents(stand.files.folder / "standing.toml", settings)
    async with open_house(settings, stages) as opened, open_counters(settings, hour) as others:
        house = opened.house
        first = await run(admitted(PERMIT_CHECK, {"code": stand.codes[0]}, stand.token), house)
        check(first.body, first.status)
        clerks = {agency: desk._clerk for agency, desk in others.desks.items()}
        floor = Floor(clerks, house.verifier, _wants(house))
        yield Inside(house, opened, stages, floor, token=stand.token, consents=[*consents.values()])


def _wants(house: House) -> Wants:
    (plan,) = house.planner._plans.values()
    return plan.wants
