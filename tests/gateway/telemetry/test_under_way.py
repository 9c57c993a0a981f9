"""The request under way is known to whatever its work starts, and to nothing beside it."""

from __future__ import annotations

import asyncio

from gateway.telemetry.under_way import (
    UnderWay,
    get_under_way,
    reset_under_way,
    set_under_way,
    tell_end,
    tell_name,
)


def test_outside_of_a_request_telling_does_nothing():
    tell_name("1")
    tell_end("INTERNAL")
    assert get_under_way() is None


async def test_what_a_task_of_the_request_tells_is_told_of_the_request():
    under_way = UnderWay()
    before = set_under_way(under_way)

    async def work() -> None:
        tell_name("17")
        tell_end("UNAUTHENTICATED", "invalid_token")

    await asyncio.create_task(work())
    reset_under_way(before)
    assert (under_way.request_id, under_way.fault, under_way.reason) == ("17", "UNAUTHENTICATED", "invalid_token")
    assert get_under_way() is None
