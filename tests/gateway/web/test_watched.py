"""The watched door: whatever is behind it is seen with its status, and what breaks there breaks as before."""

from __future__ import annotations

import pytest
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from gateway.telemetry.under_way import get_under_way
from gateway.web.watched import WatchedDoor
from tests.gateway.telemetry.watching import Watching

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def a_scope(*headers: tuple[bytes, bytes]) -> Scope:
    return {"type": "http", "method": "POST", "path": "/graphql", "headers": list(headers)}


async def nothing() -> Message:
    return {"type": "http.disconnect"}


async def test_status_and_trace():
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        under_way = get_under_way()
        assert under_way is not None
        under_way.request_id = "17"
        await Response(b"so", 418)(scope, receive, send)

    watching = Watching()
    door = WatchedDoor(inside, watching.sight, "TJ-2026-2")
    await door(a_scope((b"traceparent", f"00-{TRACE}-{SPAN}-01".encode())), nothing, send)
    assert [message.get("body") for message in sent] == [None, b"so"]
    root = (await watching.spans())["POST /graphql"]
    assert root.parent is not None
    assert f"{root.parent.trace_id:032x}" == TRACE
    attributes = root.attributes or {}
    assert (attributes["http.response.status_code"], attributes["creditgraph.request_id"]) == (418, "17")
    assert watching.lines("creditgraph_requests_total") == [
        'creditgraph_requests_total{class="UNKNOWN",status="418"} 1.0'
    ]


async def test_what_breaks_inside_comes_out():
    async def inside(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError("broken")

    async def send(_message: Message) -> None:
        raise AssertionError("nothing is sent")

    watching = Watching()
    with pytest.raises(RuntimeError, match="broken"):
        await WatchedDoor(inside, watching.sight, "TJ")(a_scope(), nothing, send)
    assert get_under_way() is None
    assert set(await watching.spans()) == {"POST /graphql"}
