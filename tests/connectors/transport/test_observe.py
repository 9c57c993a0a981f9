"""Lines and exchanges tell of each operation when it has ended: its name, how it went, how long it took."""

from __future__ import annotations

import asyncio
from pathlib import Path

from connectors.port import Errand, Exchanged
from connectors.transport.exchange import Exchange, ExchangeSettings, Query
from connectors.transport.line import Line, LineSettings
from connectors.transport.resilience import RetrySettings
from connectors.transport.wire import MalformedAnswer, WireRequest, WireResponse
from tests.connectors.transport.loopback import Running
from tests.connectors.transport.test_exchange import NO_RETRY, NO_SUCH, fill, query

LOOK_UP = WireRequest("look-up", "GET", "/look")


def errand() -> Errand:
    return Errand("test:1", asyncio.get_running_loop().time() + 5)


def accept(response: WireResponse) -> int:
    return response.status


def refuse(_response: WireResponse) -> int:
    raise MalformedAnswer("no")


async def test_a_line_tells_once_for_an_operation_however_often_it_was_sent():
    told: list[Exchanged] = []
    async with Running() as agency:
        settings = LineSettings(agency.url, retry=RetrySettings(retries=2, backoff_s=0.001))
        line = Line(settings, observe=told.append)
        agency.answers = [(503, {}, b""), (200, {}, b"x")]
        assert await line.ask(LOOK_UP, accept, errand()) == 200
        agency.answers = [(200, {}, b"x")]
        await line.ask(LOOK_UP, refuse, errand())
        agency.answers = [(503, {}, b"")] * 3
        await line.ask(LOOK_UP, accept, errand())
        await line.aclose()
    assert [(one.operation, one.outcome) for one in told] == [
        ("look-up", "fetched"),
        ("look-up", "unreadable"),
        ("look-up", "unavailable"),
    ]
    assert all(one.took_s > 0 for one in told)


async def test_an_exchange_tells_of_each_query_of_an_errand(tmp_path: Path):
    told: list[Exchanged] = []
    fill(tmp_path / "exchange.db")
    address = f"sqlite+aiosqlite:///{tmp_path / 'exchange.db'}"
    exchange = Exchange(ExchangeSettings(address, retry=NO_RETRY), observe=told.append)
    await exchange.tables([query(), Query("no such", NO_SUCH, {})], errand())
    await exchange.aclose()
    assert [one.operation for one in told] == ["things", "no such"]
    assert told[0].outcome == "fetched"
    assert told[1].outcome in {"unavailable", "unreadable"}
    assert told[0].took_s == told[1].took_s > 0
