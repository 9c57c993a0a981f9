"""A stage is timed and traced however it ends, and nothing of its fault is kept."""

from __future__ import annotations

import asyncio

import pytest
from opentelemetry.trace import StatusCode

from gateway.telemetry.sight import Sight
from gateway.telemetry.under_way import get_span
from tests.gateway.telemetry.watching import Watching, parent_of


async def test_stages_stand_below_their_request_and_what_they_start_below_them():
    watching = Watching()

    async def search() -> None:
        with watching.sight.watch("gather"):
            await asyncio.sleep(0)

    with watching.sight.request("POST", "", edition="TJ"):
        with watching.sight.watch("identify"):
            pass
        with watching.sight.watch("fetch"):
            await asyncio.gather(search())
    assert get_span() is None
    spans = await watching.spans()
    assert {name: parent_of(span, spans) for name, span in spans.items()} == {
        "POST /graphql": "",
        "identify": "POST /graphql",
        "fetch": "POST /graphql",
        "gather": "fetch",
    }
    counted = watching.lines("creditgraph_stage_seconds_count")
    assert [line.partition(" ")[2] for line in counted] == ["1.0"] * 3


async def test_a_stage_that_fails_is_marked_and_its_fault_is_nobodys_business():
    watching = Watching()

    def fail() -> None:
        with watching.sight.request("POST", "", edition="TJ"), watching.sight.watch("demand"):
            raise ValueError("91120101XNXN00005A")

    with pytest.raises(ValueError, match="91120101XNXN00005A"):
        fail()
    spans = await watching.spans()
    for span in spans.values():
        assert span.status.status_code is StatusCode.ERROR
        assert span.status.description is None
        assert span.events == ()
    assert watching.lines("creditgraph_stage_seconds_count") == ['creditgraph_stage_seconds_count{stage="demand"} 1.0']


def test_outside_of_a_request_a_stage_is_timed_all_the_same():
    sight = Sight()
    with sight.watch("plan"), sight.watch("identify"):
        pass


async def test_outside_of_a_request_there_is_no_span():
    watching = Watching()
    with watching.sight.watch("plan"):
        assert get_span() is None
    assert await watching.spans() == {}
    assert watching.lines("creditgraph_stage_seconds_count") == ['creditgraph_stage_seconds_count{stage="plan"} 1.0']
