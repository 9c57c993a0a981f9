"""Coats for agencies: the same outcomes come through, calls stand below the request that caused them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest
from opentelemetry.trace import StatusCode

from connectors.port import (
    Errand,
    Exchanged,
    Fetched,
    FetchOrder,
    NamePage,
    NameSearch,
    Outcome,
    Unavailable,
    Unreadable,
)
from connectors.transport.desk import Desk, DeskSettings
from gateway.telemetry.agency_watch import AgencyWatch
from gateway.telemetry.meters import Meters
from gateway.telemetry.sight import Sight
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind
from tests.builders import SOME_CODE
from tests.gateway.telemetry.watching import Watching, parent_of
from tests.strategies import OTHER_CODE

KIND = RecordKind.TAX_ARREARS
NONE_KNOWN = NamePage((), {}, {}, has_next=False, total=0)


def an_order(subject: SubjectId = SOME_CODE) -> FetchOrder:
    return FetchOrder(AgencyId.TAX, subject, KIND, frozenset({"taxCategory"}))


def an_errand(attribution: str = "one") -> Errand:
    return Errand(attribution, asyncio.get_running_loop().time() + 5)


class TaxClerk:
    """Answers what it is told to, and tells of one operation."""

    agency = AgencyId.TAX
    batch_size = 50

    def __init__(self, watch: AgencyWatch, outcome: Outcome) -> None:
        self._observe = watch.operations(AgencyId.TAX)
        self._outcome = outcome

    async def ask(
        self, subjects: Sequence[SubjectId], wanted: Mapping[RecordKind, frozenset[str]], errand: Errand
    ) -> Mapping[tuple[SubjectId, RecordKind], Outcome]:
        await asyncio.sleep(0)
        self._observe(Exchanged("CX01", "fetched", 0.1))
        return {(subject, kind): self._outcome for subject in subjects for kind in wanted}


def a_desk(watch: AgencyWatch, outcome: Outcome) -> Desk:
    return Desk(watch.clerk(TaxClerk(watch, outcome)), None, settings=DeskSettings())


async def ask(watching: Watching, counter, orders: Sequence[FetchOrder], attribution: str):
    with watching.sight.request("POST", "", edition="TJ"), watching.sight.watch("fetch"):
        return await counter.fetch(orders, an_errand(attribution))


async def test_from_the_request_to_the_operation():
    watching = Watching()
    watch = AgencyWatch(watching.sight)
    desk = a_desk(watch, Fetched(()))
    counter = watch.connector(desk)
    assert counter.agency is AgencyId.TAX
    assert await ask(watching, counter, [an_order(), an_order(OTHER_CODE)], "one") == [Fetched(()), Fetched(())]
    await desk.aclose()
    spans = await watching.spans()
    way = ["TAX CX01", "call TAX", "agency TAX", "fetch", "POST /graphql"]
    assert [parent_of(spans[name], spans) for name in way] == [*way[1:], ""]
    assert dict(spans["agency TAX"].attributes or {}) == {
        "creditgraph.agency": "TAX",
        "creditgraph.kinds": ("TaxArrears",),
        "creditgraph.orders": 2,
        "creditgraph.outcome": "fetched",
        "creditgraph.from_cache": 0,
    }
    assert dict(spans["call TAX"].attributes or {}) == {
        "creditgraph.agency": "TAX",
        "creditgraph.kinds": ("TaxArrears",),
        "creditgraph.batch_size": 2,
        "creditgraph.outcome": "fetched",
        "creditgraph.from_cache": 0,
    }
    assert watching.lines("creditgraph_batch_subjects_sum") == ['creditgraph_batch_subjects_sum{agency="TAX"} 2.0']
    assert watching.lines("creditgraph_agency_calls_total") == [
        'creditgraph_agency_calls_total{agency="TAX",operation="CX01",outcome="fetched"} 1.0'
    ]


async def test_a_call_that_two_requests_share_stands_below_the_first():
    watching = Watching()
    watch = AgencyWatch(watching.sight)
    desk = a_desk(watch, Fetched(()))
    counter = watch.connector(desk)
    await asyncio.gather(*(ask(watching, counter, [an_order()], name) for name in ("one", "two")))
    await desk.aclose()
    await watching.spans()
    kept = watching._kept.get_finished_spans()
    waits = [span for span in kept if span.name == "agency TAX"]
    (call,) = [span for span in kept if span.name == "call TAX"]
    assert len(waits) == 2
    assert call.parent
    assert call.parent.span_id in {span.context.span_id for span in waits if span.context}
    assert watch._waits == {}


@pytest.mark.parametrize(
    ("outcome", "name"), [(Unavailable("down"), "unavailable"), (Unreadable("malformed"), "unreadable")]
)
async def test_troubles_are_marked_and_their_causes_left_out(outcome, name):
    watching = Watching()
    watch = AgencyWatch(watching.sight)
    desk = a_desk(watch, outcome)
    assert await ask(watching, watch.connector(desk), [an_order()], "one") == [outcome]
    await desk.aclose()
    spans = await watching.spans()
    for span in (spans["agency TAX"], spans["call TAX"]):
        assert (span.attributes or {})["creditgraph.outcome"] == name
        assert span.status.status_code is StatusCode.ERROR
        assert span.status.description is None


async def test_what_nobody_traces_has_no_spans_and_the_same_outcomes():
    watching = Watching()
    watch = AgencyWatch(watching.sight)
    desk = a_desk(watch, Fetched(()))
    assert await watch.connector(desk).fetch([an_order()], an_errand()) == [Fetched(())]
    await desk.aclose()
    assert await watching.spans() == {}


async def test_a_fault_comes_through_and_its_span_ends():
    class Broken:
        agency = AgencyId.TAX

        async def fetch(self, orders: Sequence[FetchOrder], errand: Errand) -> Sequence[Outcome]:
            raise RuntimeError("broken")

    watching = Watching()
    watch = AgencyWatch(watching.sight)
    with pytest.raises(RuntimeError):
        await ask(watching, watch.connector(Broken()), [an_order()], "one")
    assert (await watching.spans())["agency TAX"].status.status_code is StatusCode.ERROR
    assert watch._waits == {}


async def test_a_search_and_its_operations():
    watching = Watching()
    watch = AgencyWatch(watching.sight)

    class Index:
        async def search(self, wanted: NameSearch, errand: Errand) -> NamePage:
            watch.operations(AgencyId.MARKET_REGULATION)(Exchanged("names", "fetched", 0.1))
            return NONE_KNOWN

    index = watch.index(Index(), AgencyId.MARKET_REGULATION)
    with watching.sight.request("POST", "", edition="TJ"):
        assert await index.search(NameSearch("科技", 3), an_errand()) == NONE_KNOWN
    assert await index.search(NameSearch("科技", 3), an_errand()) == NONE_KNOWN
    spans = await watching.spans()
    assert parent_of(spans["MARKET_REGULATION names"], spans) == "agency MARKET_REGULATION search"
    assert "科技" not in str([dict(span.attributes or {}) for span in spans.values()])


async def test_where_only_numbers_are_wanted_the_counter_wears_no_coat():
    watch = AgencyWatch(Sight(Meters("1")))
    desk = a_desk(watch, Fetched(()))
    assert watch.connector(desk) is desk
    assert list(await desk.fetch([an_order()], an_errand())) == [Fetched(())]
    await desk.aclose()
