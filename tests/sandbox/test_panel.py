"""The fault panel does to a real server what its switches say."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from deploy.sandbox.doors import PortTaken, open_doors
from deploy.sandbox.panel import AgencyDesk, Faults, FaultyApp, build_panel


@pytest.fixture
async def floor():
    """A panel and one agency that says hello; yields (client, agency url, panel url, desk)."""
    desk = AgencyDesk("tax")

    async def agency(scope, receive, send):
        desk.count("hello", ["name", "name", "date"])
        await PlainTextResponse("hello")(scope, receive, send)

    apps: dict[str, ASGIApp] = {
        "tax": FaultyApp(agency, desk, lambda body: body[:2]),
        "panel": build_panel({"tax": desk}),
    }
    async with open_doors(apps) as urls, httpx.AsyncClient(trust_env=False) as client:
        yield client, urls["tax"], urls["panel"], desk


async def test_a_healthy_agency_answers_and_is_counted(floor):
    client, agency, panel, _ = floor
    assert (await client.get(agency)).text == "hello"
    counted = (await client.get(f"{panel}/calls")).json()
    assert counted == {"tax": {"total": 1, "operations": {"hello": 1}, "asked": {"date": 1, "name": 2}}}
    assert (await client.delete(f"{panel}/calls")).status_code == 204
    assert (await client.get(f"{panel}/calls")).json()["tax"]["total"] == 0


async def test_each_fault_shows_on_the_wire_and_goes_away(floor):
    client, agency, panel, _ = floor
    switch = f"{panel}/agencies/tax"
    await client.put(switch, json={"malformed": True})
    assert (await client.get(agency)).text == "he"
    await client.put(switch, json={"malformed": False, "error_rate": 1})
    assert (await client.get(agency)).status_code == 500
    await client.put(switch, json={"error_rate": 0, "down": True})
    with pytest.raises(httpx.TransportError):
        await client.get(agency)
    await client.put(switch, json={"down": False, "hang": True})
    with pytest.raises(httpx.ReadTimeout):
        await client.get(agency, timeout=0.1)
    await client.put(switch, json={"hang": False, "latency_ms": 60})
    started = asyncio.get_running_loop().time()
    assert (await client.get(agency)).text == "hello"
    assert asyncio.get_running_loop().time() - started >= 0.06
    assert (await client.get(f"{panel}/agencies")).json()["tax"]["latency_ms"] == 60


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"speed": 3}', "unknown fault `speed`"),
        (b'{"hang": 1}', "`hang` must be true or false"),
        (b'{"error_rate": 2}', "between 0 and 1"),
        (b'{"latency_ms": -1}', "between 0 and 600000"),
        (b'{"latency_ms": true}', "must be a number"),
        (b"[]", "JSON object"),
        (b"{", "not JSON"),
    ],
)
async def test_a_wrong_change_is_refused_in_one_sentence_and_changes_nothing(floor, body, sentence):
    client, _, panel, desk = floor
    answer = await client.put(f"{panel}/agencies/tax", content=body)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]
    assert desk.faults == Faults()


async def test_an_unknown_agency_is_not_found(floor):
    client, _, panel, _ = floor
    answer = await client.put(f"{panel}/agencies/customs", json={})
    assert (answer.status_code, answer.json()) == (404, {"error": "no such agency; there are tax"})


async def test_the_page_has_a_form_in_both_languages_and_no_outside_address(floor):
    client, _, panel, _ = floor
    html = (await client.get(panel)).text
    assert "税务" in html
    assert "latency in ms" in html
    assert "://" not in html


def test_a_desk_tells_whoever_must_act_on_a_change():
    seen: list[Faults] = []
    desk = AgencyDesk("market_regulation", on_change=seen.append)
    desk.faults = Faults(down=True)
    assert seen == [Faults(down=True)]


async def test_a_taken_port_is_one_sentence():
    app = PlainTextResponse("")
    async with open_doors({"tax": app}) as urls:
        port = int(urls["tax"].rpartition(":")[2])
        with pytest.raises(PortTaken, match=f"port {port} for courts is taken"):
            async with open_doors({"courts": app}, {"courts": port}):
                pass
