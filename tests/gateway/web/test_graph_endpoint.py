"""GraphQL over HTTP at the real door: methods, media types, sizes, tokens, and callers who leave."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from connectors.port import Errand, FetchOrder, Outcome
from gateway.settings import Limits
from gateway.web.graph_endpoint import GraphEndpoint
from gateway.web.negotiation import JSON_TYPE, RESPONSE_TYPE
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind
from tests.builders import SOME_CODE, a_record
from tests.corridor import DEVELOPER, OFFICER, Corridor, a_token, open_corridor
from tests.fakes import FakeAgency
from tests.gateway.web.asking import told

URL = "http://gateway.test/graphql"
SUBJECT = f'{{ subject(code: "{SOME_CODE}") {{ legalPerson {{ registeredName }} }} }}'
ANSWER = {"data": {"subject": {"legalPerson": {"registeredName": "甲"}}}}
RECORD = a_record(RecordKind.LEGAL_PERSON, {"registeredName": "甲"}, agency=AgencyId.MARKET_REGULATION)


@pytest.fixture
async def corridor(tmp_path: Path) -> AsyncIterator[Corridor]:
    async with open_corridor(tmp_path) as opened:
        opened.give((SOME_CODE, RECORD), names={SOME_CODE: "甲"})
        yield opened


@pytest.fixture
async def door(corridor: Corridor) -> AsyncIterator[httpx.AsyncClient]:
    """A client at the door, without a socket between."""
    app = GraphEndpoint(corridor.house, Limits())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway.test") as client:
        client.headers.pop("accept")
        yield client


def code_of(response: httpx.Response) -> str:
    body = response.json()
    assert body.get("data") is None
    return str(body["errors"][0]["extensions"]["code"])


async def post(door: httpx.AsyncClient, content: Any, **headers: str) -> httpx.Response:
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await door.post("/graphql", content=body, headers={"content-type": "application/json", **named})


async def test_a_post_is_answered_with_what_every_answer_carries(door: httpx.AsyncClient, corridor: Corridor) -> None:
    response = await post(door, {"query": SUBJECT})
    assert (response.status_code, told(response)) == (200, ANSWER)
    assert response.headers["content-type"] == f"{RESPONSE_TYPE}; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert "Authorization" in response.headers["vary"]
    [row] = await corridor.rows()
    assert response.headers["x-request-id"] == row["request_id"]


async def test_a_get_is_answered_alike(door: httpx.AsyncClient) -> None:
    query = "query A($c: CreditCode!) { subject(code: $c) { legalPerson { registeredName } } } query B { __typename }"
    variables = orjson.dumps({"c": SOME_CODE}).decode()
    response = await door.get("/graphql", params={"query": query, "variables": variables, "operationName": "A"})
    assert (response.status_code, told(response)) == (200, ANSWER)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"query": ""},
        {"query": SUBJECT, "variables": "{"},
        {"query": SUBJECT, "variables": "[]"},
        {"query": SUBJECT, "extensions": "1"},
    ],
)
async def test_a_malformed_get(door: httpx.AsyncClient, params) -> None:
    response = await door.get("/graphql", params=params)
    assert (response.status_code, code_of(response)) == (400, "MALFORMED")


async def test_nothing_is_done_by_get(door: httpx.AsyncClient) -> None:
    by_get = await door.get("/graphql", params={"query": "mutation { __typename }"})
    assert (by_get.status_code, code_of(by_get), by_get.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "GET, POST")
    assert told(await post(door, {"query": "mutation { __typename }"})) == {"data": {"__typename": "Mutation"}}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
async def test_other_methods(door: httpx.AsyncClient, method) -> None:
    response = await door.request(method, "/graphql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    ("accept", "status", "media"),
    [
        (JSON_TYPE, 200, JSON_TYPE),
        (RESPONSE_TYPE, 200, RESPONSE_TYPE),
        ("application/json;q=0.4, application/graphql-response+json;q=0.5", 200, RESPONSE_TYPE),
        ("application/graphql-response+json;q=0.4, application/json;q=0.5", 200, JSON_TYPE),
        ("text/html", 406, RESPONSE_TYPE),
    ],
)
async def test_the_media_type_asked_for(door: httpx.AsyncClient, accept, status, media) -> None:
    response = await post(door, {"query": SUBJECT}, accept=accept)
    assert (response.status_code, response.headers["content-type"]) == (status, f"{media}; charset=utf-8")


async def test_several_accept_headers_are_one_list(door: httpx.AsyncClient) -> None:
    headers = [("content-type", "application/json"), ("accept", "text/html"), ("accept", "application/json")]
    response = await door.post("/graphql", content=orjson.dumps({"query": SUBJECT}), headers=headers)
    assert response.headers["content-type"].startswith(JSON_TYPE)


@pytest.mark.parametrize(
    ("query", "newer", "older"),
    [("{", 400, 200), ("{ nothing }", 400, 200), ("{ __schema { queryType { name } } }", 403, 403)],
)
async def test_faults_of_the_document_by_media_type(door: httpx.AsyncClient, query, newer, older) -> None:
    assert (await post(door, {"query": query}, accept=RESPONSE_TYPE)).status_code == newer
    assert (await post(door, {"query": query}, accept=JSON_TYPE)).status_code == older


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/graphql",
        "application/json; charset=gb18030",
    ],
)
async def test_bodies_in_other_media_types_are_not_read(door: httpx.AsyncClient, kind) -> None:
    response = await door.post("/graphql", content=orjson.dumps({"query": SUBJECT}), headers={"content-type": kind})
    assert (response.status_code, code_of(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "kind", ["application/json;charset=UTF-8", 'APPLICATION/JSON; charset="utf-8"', "application/json;"]
)
async def test_ways_to_write_json(door: httpx.AsyncClient, kind) -> None:
    response = await door.post("/graphql", content=orjson.dumps({"query": SUBJECT}), headers={"content-type": kind})
    assert response.status_code == 200


async def _in_pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 5000):
        yield content[start : start + 5000]


async def test_a_body_too_large_with_and_without_its_length(door: httpx.AsyncClient, corridor: Corridor) -> None:
    body = orjson.dumps({"query": SUBJECT, "variables": {"x": "x" * 66_000}})
    headers = {"content-type": "application/json"}
    for content in (body, _in_pieces(body)):
        response = await door.post("/graphql", content=content, headers=headers)
        assert (response.status_code, code_of(response)) == (413, "TOO_LARGE")
    fits = orjson.dumps({"query": SUBJECT, "variables": {"x": "x" * 60_000}})
    assert (await door.post("/graphql", content=_in_pieces(fits), headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b'{"query": "\\ud800"}',
        b'{"query": NaN}',
        b"null",
        b"[]",
        b'[{"query": "{ __typename }"}]',
        b'{"query": 5}',
        b'{"query": "{ __typename }", "variables": []}',
        b'{"query": "{ __typename }", "variables": "x"}',
        b"[" * 60_000,
        b'{"a":' * 10_000,
    ],
)
async def test_malformed_bodies(door: httpx.AsyncClient, content) -> None:
    response = await post(door, content)
    assert (response.status_code, code_of(response)) == (400, "MALFORMED")


async def test_several_operations_need_a_name(door: httpx.AsyncClient) -> None:
    both = "query A { a: __typename } query B { b: __typename }"
    assert code_of(await post(door, {"query": both})) == "OPERATION_UNKNOWN"
    assert told(await post(door, {"query": both, "operationName": "B"})) == {"data": {"b": "Query"}}
    assert (await post(door, {"query": "{ __typename }", "operationName": ""})).status_code == 200


async def test_requests_from_other_sites_are_refused(door: httpx.AsyncClient, corridor: Corridor) -> None:
    for response in (
        await post(door, {"query": SUBJECT}, sec_fetch_site="cross-site"),
        await door.get("/graphql", params={"query": SUBJECT}, headers={"sec-fetch-site": "cross-site"}),
    ):
        assert (response.status_code, code_of(response)) == (403, "CROSS_SITE")
    assert (await post(door, {"query": SUBJECT}, sec_fetch_site="same-origin")).status_code == 200
    assert len(corridor.agencies[AgencyId.MARKET_REGULATION].orders) == 1


@pytest.mark.parametrize(
    "headers",
    [
        [("authorization", f"Bearer {a_token(OFFICER)}"), ("authorization", "Bearer x")],
        [("inquiry-purpose", "INSPECTION"), ("inquiry-purpose", "AUDITING")],
        [("inquiry-matter", "a"), ("inquiry-matter", "b")],
    ],
    ids=["tokens", "purposes", "matters"],
)
async def test_of_two_headers_none_is_believed(door: httpx.AsyncClient, corridor: Corridor, headers) -> None:
    kind = ("content-type", "application/json")
    response = await door.post("/graphql", content=orjson.dumps({"query": SUBJECT}), headers=[kind, *headers])
    assert (response.status_code, code_of(response)) == (400, "MALFORMED")
    assert corridor.ordered() == set()


async def test_of_two_parameters_none_is_believed(door: httpx.AsyncClient, corridor: Corridor) -> None:
    response = await door.get("/graphql", params=[("query", SUBJECT), ("query", "{ __typename }")])
    assert (response.status_code, code_of(response)) == (400, "MALFORMED")
    assert corridor.ordered() == set()


EXPIRED = a_token(OFFICER, now=datetime.fromisoformat("2020-01-01T00:00:00+08:00"))


@pytest.mark.parametrize(
    ("header", "error"),
    [
        ("", "invalid_request"),
        ("Bearer", "invalid_request"),
        ("Bearer ", "invalid_request"),
        ("Basic YTpi", "invalid_request"),
        ("bearer x", "invalid_token"),
        ("Bearer " + "x" * 9000, "invalid_token"),
        (f"Bearer {EXPIRED}", "invalid_token"),
        (f"Bearer {a_token(OFFICER)}x", "invalid_token"),
        (f"Bearer {a_token(OFFICER, aud='https://elsewhere.test')}", "invalid_token"),
        (f"Bearer {a_token(OFFICER, iss='https://elsewhere.test')}", "invalid_token"),
    ],
    ids=["empty", "bare", "blank", "other scheme", "no token", "long", "expired", "forged", "audience", "issuer"],
)
async def test_a_bad_token_is_401_and_never_the_public_tier(door, corridor: Corridor, header, error) -> None:
    response = await post(door, {"query": SUBJECT}, authorization=header)
    assert (response.status_code, code_of(response)) == (401, "UNAUTHENTICATED")
    assert response.headers["www-authenticate"].startswith(f'Bearer error="{error}", error_description="')
    assert response.headers["www-authenticate"].isascii()
    assert "甲" not in response.text
    assert corridor.ordered() == set()


async def test_a_token_opens_what_its_holder_may_see(door: httpx.AsyncClient, corridor: Corridor) -> None:
    query = f'{{ subject(code: "{SOME_CODE}") {{ taxpayerProfile {{ taxpayerStatus }} }} }}'
    bearer = f"bearer {a_token(OFFICER)}"
    assert (await post(door, {"query": query}, authorization=bearer)).json()["errors"][0]["extensions"][
        "code"
    ] == "PURPOSE_REQUIRED"
    response = await post(
        door,
        {"query": query},
        authorization=bearer,
        inquiry_purpose="ADMINISTRATIVE_PERMIT",
        inquiry_matter="%E8%AE%B8%E5%8F%AF",
        inquiry_case_reference="%00%ff",
    )
    assert "errors" not in response.json()
    [row] = await corridor.rows()
    assert (row["matter"], row["organisation"]) == ("许可", OFFICER.organisation)


async def test_an_unknown_purpose_in_the_headers(door: httpx.AsyncClient) -> None:
    response = await post(door, {"query": SUBJECT}, inquiry_purpose="FUN")
    assert (response.status_code, code_of(response)) == (400, "PURPOSE_UNKNOWN")


async def test_suggestions_and_introspection_by_right(door: httpx.AsyncClient) -> None:
    misspelt, schema = (
        {"query": SUBJECT.replace("legalPerson", "legalPersn")},
        {"query": "{ __schema { queryType { name } } }"},
    )
    bearer = f"Bearer {a_token(DEVELOPER)}"
    assert "Did you mean" not in (await post(door, misspelt)).text
    assert "Did you mean" in (await post(door, misspelt, authorization=bearer)).text
    refused = await post(door, schema)
    assert (refused.status_code, code_of(refused)) == (403, "INTROSPECTION_REFUSED")
    assert told(await post(door, schema, authorization=bearer)) == {
        "data": {"__schema": {"queryType": {"name": "Query"}}}
    }


async def test_without_the_record_there_is_503_and_no_data(door: httpx.AsyncClient, corridor: Corridor) -> None:
    await corridor.log.aclose()
    response = await post(door, {"query": SUBJECT})
    assert (response.status_code, code_of(response)) == (503, "AUDIT_UNWRITABLE")
    assert response.headers["retry-after"] == "1"
    assert "inquiry-receipt" not in response.headers
    assert "甲" not in response.text
    assert response.json()["errors"][0]["extensions"]["requestId"] == response.headers["x-request-id"]


async def test_nothing_of_an_unforeseen_fault_leaves_or_is_logged(door, corridor: Corridor, caplog) -> None:
    secret = "王小明"  # apart from the line that raises, which a traceback shows

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(secret)

    object.__setattr__(corridor.house, "watch", broken)
    response = await post(door, {"query": SUBJECT})
    assert (response.status_code, code_of(response)) == (500, "INTERNAL")
    assert response.json()["errors"][0]["extensions"]["requestId"] == response.headers["x-request-id"]
    for text in (response.text, caplog.text):
        assert secret not in text
    assert response.headers["x-request-id"] in caplog.text


async def test_the_page_is_for_browsers_that_ask_nothing(corridor: Corridor) -> None:
    app = GraphEndpoint(corridor.house, Limits(), lambda _request: PlainTextResponse("the page"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway.test") as client:
        html = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
        assert (await client.get("/graphql", headers=html)).text == "the page"
        assert told(await client.get("/graphql", headers=html, params={"query": SUBJECT})) == ANSWER
        assert (await client.get("/graphql", headers={"accept": "application/json"})).status_code == 400


class WaitingAgency(FakeAgency):
    """Waits until it is cancelled, and says so."""

    def __init__(self, agency: AgencyId) -> None:
        super().__init__(agency)
        self.asked, self.left = asyncio.Event(), asyncio.Event()

    async def fetch(self, orders: Sequence[FetchOrder], errand: Errand) -> Sequence[Outcome]:
        self.asked.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            self.left.set()
            raise
        return await super().fetch(orders, errand)


@contextlib.asynccontextmanager
async def served(app: Any) -> AsyncIterator[int]:
    """The app on a real loopback port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield int(listening.getsockname()[1])
        finally:
            server.should_exit = True
            await serving


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_work_stops_when_its_caller_leaves(corridor: Corridor, method) -> None:
    waiting = WaitingAgency(AgencyId.MARKET_REGULATION)
    corridor.agencies[AgencyId.MARKET_REGULATION] = waiting
    body = orjson.dumps({"query": SUBJECT})
    target = httpx.URL("http://x/graphql", params={"query": SUBJECT} if method == "GET" else {}).raw_path.decode()
    length = len(body) if method == "POST" else 0
    head = (
        f"{method} {target} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
    async with served(GraphEndpoint(corridor.house, Limits())) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode() + (body if method == "POST" else b""))
        await asyncio.wait_for(waiting.asked.wait(), 5)
        assert not waiting.left.is_set()
        writer.close()
        await writer.wait_closed()
        await asyncio.wait_for(waiting.left.wait(), 5)


async def test_a_hanging_agency_costs_no_more_than_the_deadline(corridor: Corridor) -> None:
    corridor.agencies[AgencyId.MARKET_REGULATION] = WaitingAgency(AgencyId.MARKET_REGULATION)
    app = GraphEndpoint(corridor.house, Limits.model_validate({"request_timeout": "100ms"}))
    async with served(app) as port, httpx.AsyncClient() as client:
        response = await client.post(f"http://127.0.0.1:{port}/graphql", json={"query": SUBJECT})
    assert response.json()["data"] == {"subject": {"legalPerson": None}}
    assert response.json()["errors"][0]["extensions"]["code"] == "SOURCE_UNAVAILABLE"


async def test_both_methods_over_a_real_socket(corridor: Corridor) -> None:
    async with served(GraphEndpoint(corridor.house, Limits())) as port, httpx.AsyncClient() as client:
        url = f"http://127.0.0.1:{port}/graphql"
        assert told(await client.post(url, json={"query": SUBJECT})) == ANSWER
        assert told(await client.get(url, params={"query": SUBJECT})) == ANSWER
        large = await client.post(url, json={"query": "x" * 500_000})
        assert large.status_code == 413


async def test_a_body_that_never_ends_costs_no_more_than_the_deadline(corridor: Corridor) -> None:
    app = GraphEndpoint(corridor.house, Limits.model_validate({"request_timeout": "100ms"}))
    head = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
    async with served(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head + b'{"query"')
        answer = await asyncio.wait_for(reader.readuntil(b"}}]}"), 5)
        writer.close()
        await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"TOO_SLOW" in answer
