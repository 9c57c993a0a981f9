"""Receipts at the graph's real door: of the very bytes that came and went, by either method, also for refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import orjson
import pytest

from gateway.pipeline.seal_receipt import without_receipt
from gateway.settings import Limits
from gateway.web.graph_endpoint import GraphEndpoint
from tests.builders import SOME_CODE
from tests.corridor import Corridor, open_corridor
from tests.gateway.web.asking import told
from tests.logged import digests_of, receipt_says

SUBJECT = f'{{ subject(code: "{SOME_CODE}") {{ legalPerson {{ registeredName }} }} }}'


@pytest.fixture
async def corridor(tmp_path: Path) -> AsyncIterator[Corridor]:
    async with open_corridor(tmp_path) as opened:
        yield opened


@pytest.fixture
async def door(corridor: Corridor) -> AsyncIterator[httpx.AsyncClient]:
    app = GraphEndpoint(corridor.house, Limits())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway.test") as client:
        yield client


def are_of(response: httpx.Response, sent: bytes) -> bool:
    """Whether the receipt is of the bytes that were sent and those that came back."""
    bare, receipt = without_receipt(response.content)
    says = receipt_says(receipt)
    assert says["jti"] == response.headers["x-request-id"]
    assert receipt == response.headers["inquiry-receipt"]
    return (says["req"], says["res"]) == digests_of(receipt, sent, bare)


@pytest.mark.parametrize(
    "content", [orjson.dumps({"query": SUBJECT}), b' {"query" : "{ nothing }" } ', b'{"query":"{"}']
)
async def test_of_a_body_byte_for_byte(door: httpx.AsyncClient, content: bytes) -> None:
    response = await door.post("/graphql", content=content, headers={"content-type": "application/json"})
    assert are_of(response, content)
    assert not are_of(response, content + b" ")


async def test_of_a_query_string_as_it_came(door: httpx.AsyncClient) -> None:
    response = await door.get("/graphql", params={"query": SUBJECT})
    assert response.status_code == httpx.codes.OK
    assert are_of(response, response.request.url.query)


async def test_the_body_stays_a_response_of_graphql(door: httpx.AsyncClient) -> None:
    response = await door.post("/graphql", json={"query": SUBJECT})
    assert response.json() == {**told(response), "extensions": {"receipt": response.headers["inquiry-receipt"]}}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"query":""}'])
async def test_what_nobody_could_read_as_a_request_has_none(
    door: httpx.AsyncClient, corridor: Corridor, content: bytes
) -> None:
    response = await door.post("/graphql", content=content, headers={"content-type": "application/json"})
    assert response.status_code == httpx.codes.BAD_REQUEST
    assert "inquiry-receipt" not in response.headers
    assert await corridor.rows() == []


async def test_a_workflow_is_stated_once(door: httpx.AsyncClient, corridor: Corridor) -> None:
    response = await door.post("/graphql", json={"query": SUBJECT}, headers={"inquiry-workflow": "night%20run"})
    assert response.status_code == httpx.codes.OK
    [row] = await corridor.rows()
    assert row["workflow"] == "night run"
    twice = [("inquiry-workflow", "a"), ("inquiry-workflow", "b"), ("content-type", "application/json")]
    refused = await door.post("/graphql", content=b"{}", headers=twice)
    assert refused.json()["errors"][0]["extensions"]["code"] == "MALFORMED"
