"""The line, over real sockets: what comes back, what is tried again, what is let go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from connectors.port import Errand, Unavailable, Unreadable
from connectors.transport.line import Line, LineSettings
from connectors.transport.resilience import BreakerSettings, BreakerState, RetrySettings
from connectors.transport.wire import AgencyRefusal, MalformedAnswer, WireRequest, WireResponse
from tests.connectors.transport.loopback import Agency, Running, raw_server, until

FAST = RetrySettings(retries=2, backoff_s=0.001)
LOOK_UP = WireRequest("look-up", "POST", "/look", {"Content-Type": "text/xml"}, "<a>甲</a>".encode())
HANG = WireRequest("hang", "GET", "/hang")


@pytest.fixture
async def agency() -> AsyncIterator[Agency]:
    async with Running() as running:
        yield running


@pytest.fixture
async def line(agency: Agency) -> AsyncIterator[Line]:
    line = Line(LineSettings(agency.url, retry=FAST, headers={"X-Unit": "creditgraph"}))
    yield line
    await line.aclose()


def errand(seconds: float = 5.0) -> Errand:
    return Errand("test:1", asyncio.get_running_loop().time() + seconds)


def text(response: WireResponse) -> str:
    return f"{response.status} {response.content.decode()}"


async def test_a_reader_sees_status_headers_and_body(line: Line, agency: Agency):
    agency.answers = [(404, {"X-Code": "17"}, b"none such")]
    seen = await line.ask(LOOK_UP, lambda response: (response.status, response.headers["x-code"]), errand())
    assert seen == (404, "17")
    method, path, headers, body = agency.calls[0]
    assert (method, path, body) == ("POST", "/look", "<a>甲</a>".encode())
    assert headers["content-type"] == "text/xml"
    assert headers["x-unit"] == "creditgraph"
    assert headers["accept-encoding"] == "identity"
    assert "cookie" not in headers


async def test_the_query_string_arrives_as_written(line: Line, agency: Agency):
    await line.ask(replace(LOOK_UP, method="GET", path="/look?name=%E7%94%B2&draw=1"), text, errand())
    assert agency.calls[0][1].startswith("/look")
    assert agency.calls[0][0] == "GET"


async def test_cookies_are_not_carried_into_the_next_call(line: Line, agency: Agency):
    agency.answers = [(200, {"Set-Cookie": "session=1; Path=/"}, b"")]
    for _ in range(2):
        await line.ask(LOOK_UP, text, errand())
    assert "cookie" not in agency.calls[1][2]


async def test_connections_are_used_again(line: Line, agency: Agency):
    for _ in range(5):
        assert await line.ask(LOOK_UP, text, errand()) == "200 fine"
    assert agency.open_now() == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_failing_server_is_tried_again(line: Line, agency: Agency, status: int):
    agency.answers = [(status, {}, b""), (200, {}, b"late but well")]
    assert await line.ask(LOOK_UP, text, errand()) == "200 late but well"
    assert len(agency.calls) == 2


async def test_retries_have_an_end(line: Line, agency: Agency):
    agency.answers = [(500, {}, b"ORA-00942: table or view does not exist")]
    assert await line.ask(LOOK_UP, text, errand()) == Unavailable("status-500")
    assert len(agency.calls) == 1 + FAST.retries


async def test_what_is_not_safe_is_sent_once(line: Line, agency: Agency):
    agency.answers = [(500, {}, b"")]
    await line.ask(replace(LOOK_UP, is_safe=False), text, errand())
    assert len(agency.calls) == 1


async def test_the_retry_budget_ends_a_storm(agency: Agency):
    agency.answers = [(500, {}, b"")]
    retry = RetrySettings(retries=2, backoff_s=0.0, floor=2.0, floor_per_s=0.0)
    line = Line(LineSettings(agency.url, retry=retry, breaker=BreakerSettings(least_calls=10_000)))
    for _ in range(20):
        await line.ask(LOOK_UP, text, errand())
    await line.aclose()
    assert 20 < len(agency.calls) <= 20 + 2 + 2


@pytest.mark.parametrize("status", [403, 412, 429])
async def test_door_keeping_is_unavailable_and_not_tried_again(line: Line, agency: Agency, status: int):
    agency.answers = [(status, {}, b"<html>\xe9\xaa\x8c\xe8\xaf\x81\xe7\xa0\x81</html>")]
    assert await line.ask(LOOK_UP, text, errand()) == Unavailable(f"status-{status}")
    assert len(agency.calls) == 1


@pytest.mark.parametrize(
    ("headers", "is_repeated"),
    [
        ({"Retry-After": "0"}, True),
        ({"Retry-After": "30"}, False),
        ({"Retry-After": "Mon, 01 Jun 2026 10:00:00 GMT", "Date": "Mon, 01 Jun 2026 10:00:00 GMT"}, True),
        ({"Retry-After": "Mon, 01 Jun 2026 10:01:00 GMT", "Date": "Mon, 01 Jun 2026 10:00:00 GMT"}, False),
        ({"Retry-After": "soon"}, False),
        ({"Retry-After": "²"}, False),
    ],
)
async def test_retry_after_is_kept_if_it_fits(agency: Agency, headers: dict[str, str], *, is_repeated: bool):
    line = Line(LineSettings(agency.url, retry=FAST))
    agency.answers = [(429, headers, b""), (200, {}, b"now")]
    got = await line.ask(LOOK_UP, text, errand(2.0))
    await line.aclose()
    assert got == ("200 now" if is_repeated else Unavailable("status-429"))


async def test_a_hanging_agency_costs_no_more_than_the_deadline(line: Line, agency: Agency):
    loop = asyncio.get_running_loop()
    started = loop.time()
    assert await line.ask(HANG, text, errand(0.1)) == Unavailable("deadline")
    assert 0.09 < loop.time() - started < 1.0
    await until(lambda: agency.gone == 1 and agency.open_now() == 0)


async def test_a_call_has_its_own_limit(agency: Agency):
    line = Line(LineSettings(agency.url, call_timeout_s=0.05, retry=RetrySettings(retries=0)))
    assert await line.ask(HANG, text, errand()) == Unavailable("timeout")
    await line.aclose()


async def test_nothing_is_sent_after_the_deadline(line: Line, agency: Agency):
    assert await line.ask(LOOK_UP, text, errand(-1.0)) == Unavailable("deadline")
    assert not agency.calls


async def test_a_caller_who_leaves_frees_the_connection(agency: Agency):
    line = Line(LineSettings(agency.url, pool_size=1, retry=FAST))
    call = asyncio.create_task(line.ask(HANG, text, errand()))
    await until(lambda: len(agency.calls) == 1)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await until(lambda: agency.gone == 1)
    assert await line.ask(LOOK_UP, text, errand(1.0)) == "200 fine"
    await line.aclose()


async def test_a_full_pool_waits_no_longer_than_the_deadline(agency: Agency):
    line = Line(LineSettings(agency.url, pool_size=1, retry=FAST))
    call = asyncio.create_task(line.ask(HANG, text, errand()))
    await until(lambda: len(agency.calls) == 1)
    assert await line.ask(LOOK_UP, text, errand(0.05)) == Unavailable("deadline")
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    await line.aclose()


async def test_nobody_listening():
    server, url = await raw_server(b"")
    server.close()
    await server.wait_closed()
    line = Line(LineSettings(url, retry=FAST))
    assert await line.ask(LOOK_UP, text, errand()) == Unavailable("connect-failed")
    await line.aclose()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"", Unavailable("connection-lost")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf a body", Unreadable("cut-short")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf", Unreadable("cut-short")),
        (b"SMTP 220 ready\r\n\r\n", Unreadable("not-http")),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", Unreadable("unasked-encoding")),
    ],
)
async def test_broken_answers(answer: bytes, outcome: Unavailable | Unreadable):
    server, url = await raw_server(answer)
    line = Line(LineSettings(url, retry=FAST))
    assert await line.ask(LOOK_UP, text, errand()) == outcome
    await line.aclose()
    server.close()
    await server.wait_closed()


async def test_an_answer_without_end_is_cut_off(agency: Agency):
    line = Line(LineSettings(agency.url, max_answer_bytes=100_000))
    agency.answers = [(200, {}, b"x" * 100_000), (200, {}, b"x" * 5_000_000), (200, {}, b"fine")]
    assert await line.ask(LOOK_UP, lambda response: len(response.content), errand()) == 100_000
    assert await line.ask(LOOK_UP, text, errand()) == Unreadable("answer-too-large")
    assert await line.ask(LOOK_UP, text, errand()) == "200 fine"
    await line.aclose()


async def test_complaints_of_a_reader(line: Line, agency: Agency, caplog: pytest.LogCaptureFixture):
    def malformed(_: WireResponse) -> str:
        raise MalformedAnswer("王小明 owes 3 yuan")

    def stumbling(_: WireResponse) -> str:
        return dict[str, str]()["91120000103069967Y"]

    def refusing(_: WireResponse) -> str:
        raise AgencyRefusal("captcha")

    assert await line.ask(LOOK_UP, malformed, errand()) == Unreadable("malformed")
    assert await line.ask(LOOK_UP, stumbling, errand()) == Unreadable("reader-failed")
    assert await line.ask(LOOK_UP, refusing, errand()) == Unavailable("captcha")
    assert len(agency.calls) == 3
    assert "王小明" not in caplog.text
    assert "91120000103069967Y" not in caplog.text
    assert "KeyError" in caplog.text


async def test_a_refusal_with_a_time_is_tried_again_if_it_fits(line: Line, agency: Agency):
    answers = iter([True, False])

    def moody(_: WireResponse) -> str:
        if next(answers):
            raise AgencyRefusal("quota", retry_after_s=0.001)
        return "served"

    assert await line.ask(LOOK_UP, moody, errand()) == "served"
    assert len(agency.calls) == 2


def strict(agency: Agency, **changes: object) -> Line:
    breaker = BreakerSettings(least_calls=4, open_s=0.05)
    settings = LineSettings(agency.url, retry=RetrySettings(retries=0), breaker=breaker)
    return Line(replace(settings, **changes))  # type: ignore[arg-type]


async def test_the_breaker_spares_a_broken_operation_and_no_other(agency: Agency):
    line = strict(agency)
    agency.answers = [(500, {}, b"")]
    for _ in range(4):
        assert await line.ask(LOOK_UP, text, errand()) == Unavailable("status-500")
    assert await line.ask(LOOK_UP, text, errand()) == Unavailable("breaker-open")
    assert len(agency.calls) == 4
    agency.answers = [(200, {}, b"fine")]
    assert await line.ask(replace(LOOK_UP, operation="other"), text, errand()) == "200 fine"
    loop = asyncio.get_running_loop()
    await until(lambda: line.breakers.states(loop.time())["look-up"] is BreakerState.HALF_OPEN)
    assert await line.ask(LOOK_UP, text, errand()) == "200 fine"
    assert line.breakers.states(loop.time())["look-up"] is BreakerState.CLOSED
    await line.aclose()


async def test_hanging_and_malformed_count_but_refusals_do_not(agency: Agency):
    line = strict(agency, patience_s=0.02)

    def malformed(_: WireResponse) -> str:
        raise MalformedAnswer

    def refusing(_: WireResponse) -> str:
        raise AgencyRefusal("maintenance")

    agency.answers = [(429, {}, b"")]
    for _ in range(6):
        await line.ask(replace(LOOK_UP, operation="limited"), text, errand())
    agency.answers = [(200, {}, b"")]
    for _ in range(6):
        await line.ask(replace(LOOK_UP, operation="refused"), refusing, errand())
        await line.ask(replace(LOOK_UP, operation="malformed"), malformed, errand())
    for _ in range(6):
        await line.ask(HANG, text, errand(0.03))
    states = line.breakers.states(0.0)
    assert {name for name, state in states.items() if state is not BreakerState.CLOSED} == {"malformed", "hang"}
    await line.aclose()


async def test_impatient_callers_do_not_open_the_breaker(agency: Agency):
    line = strict(agency, patience_s=10.0)
    for _ in range(6):
        assert await line.ask(HANG, text, errand(0.01)) == Unavailable("deadline")
    assert line.breakers.states(0.0)["hang"] is BreakerState.CLOSED
    await line.aclose()


async def test_a_closed_line_is_unavailable(line: Line, agency: Agency):
    await line.ask(LOOK_UP, text, errand())
    await line.aclose()
    assert isinstance(await line.ask(LOOK_UP, text, errand()), Unavailable)
    await until(lambda: agency.open_now() == 0)
