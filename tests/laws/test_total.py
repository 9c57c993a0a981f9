"""Whatever bytes are posted, the answer is coded JSON; and a run of the real corridor equals the walk of the laws."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.faults import FaultCode
from gateway.settings import Limits
from gateway.web.graph_endpoint import GraphEndpoint
from schema.vocabulary.caller import Caller, Inquiry
from tests.builders import SOME_CODE
from tests.corridor import Corridor, open_corridor
from tests.documents import Asked, document_text
from tests.laws.walk import asking_agencies, walk
from tests.strategies import World, callers, documents, lawful, worlds

CODES = {code.value for code in FaultCode}
GOOD = {"query": "query($c: CreditCode!) { subject(code: $c) { __typename } }", "variables": {"c": SOME_CODE}}
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.sampled_from(["\0", "91120000103069967Y", "INSPECTION", "９１", "{", "\u202e", "a" * 3000]),
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
WORDS = (
    "{ } ( ) [ ] : ! $ @ ... query fragment on subject subjects code codes searchSubjects name first taxArrears where"
    " orderBy field null true 1 1e999 __typename __schema Query CreditSubject @inquiry purpose @skip if INSPECTION"
    ' \0 \ufeff # 🙂 - .5 & | "x" "\\ud800" """'
)
FRAGMENTS = st.lists(st.sampled_from([*WORDS.split(" "), "9" * 400]), max_size=30).map(" ".join)


class Door:
    """The endpoint with a loop of its own, so that one house serves every example."""

    def __init__(self, runner: asyncio.Runner, corridor: Corridor) -> None:
        self._runner = runner
        self.corridor = corridor
        self._transport = httpx.ASGITransport(GraphEndpoint(corridor.house, Limits()))

    def post(self, content: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        """One request, answered."""
        request = httpx.Request(
            "POST", "http://x/graphql", content=content, headers={"content-type": "application/json", **(headers or {})}
        )
        return self._runner.run(self._send(request))

    def run(self, *arguments: Any, **named: Any) -> bytes:
        """One walk of the real corridor."""
        return self._runner.run(self.corridor.ask(*arguments, **named)).raw

    async def _send(self, request: httpx.Request) -> httpx.Response:
        response = await self._transport.handle_async_request(request)
        await response.aread()
        return response


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        rooms = AsyncExitStack()
        opened = runner.run(rooms.enter_async_context(open_corridor(Path(folder))))
        yield Door(runner, opened)
        runner.run(rooms.aclose())


def check(response: httpx.Response) -> None:
    """A coded answer: data, or errors with our codes and no data."""
    body = orjson.loads(response.content)
    assert response.headers["content-type"].startswith("application/graphql-response+json")
    assert response.status_code in {200, 400, 401, 403, 413, 415}
    if response.status_code == 200:
        assert "data" in body
    else:
        assert "data" not in body
        assert {error["extensions"]["code"] for error in body["errors"]} <= CODES
        assert all(error["message"] for error in body["errors"])
    assert len(response.content) < 100_000


@given(st.binary(max_size=300))
@example(b"\xed\xa0\x80")
@example(b'"\\ud800"')
@example(b'{"query":"{__typename}","variables":{"a":1' + b"0" * 5000 + b"}}")
@lawful(60)
def test_any_bytes(door: Door, content: bytes) -> None:
    check(door.post(content))


@given(VALUES)
@lawful(60)
def test_any_json(door: Door, value: Any) -> None:
    check(door.post(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS) if _fits(value) else repr(value).encode()))


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "query": VALUES | st.just(GOOD["query"]) | FRAGMENTS,
            "operationName": VALUES,
            "variables": VALUES | st.fixed_dictionaries({"c": VALUES}),
            "extensions": VALUES,
        },
    )
)
@lawful(120)
def test_any_parameters(door: Door, payload: dict[str, Any]) -> None:
    check(door.post(orjson.dumps(payload) if _fits(payload) else repr(payload).encode()))


@given(VALUES)
@lawful(60)
def test_any_variable(door: Door, value: Any) -> None:
    if _fits(value):
        check(door.post(orjson.dumps({**GOOD, "variables": {"c": value}})))


@given(FRAGMENTS)
@lawful(150)
def test_any_document(door: Door, text: str) -> None:
    check(door.post(orjson.dumps({"query": text})))


@given(documents(), st.data())
@lawful(60)
def test_any_piece_of_a_good_document(door: Door, root: Asked, data: st.DataObject) -> None:
    text = document_text(root)
    start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
    check(door.post(orjson.dumps({"query": text[:start] + text[end:]})))


@given(st.integers(0, len(orjson.dumps(GOOD))), st.binary(max_size=3))
@lawful(60)
def test_any_half_of_a_good_body(door: Door, length: int, tail: bytes) -> None:
    check(door.post(orjson.dumps(GOOD)[:length] + tail))


@given(
    st.dictionaries(
        st.sampled_from(
            ["inquiry-purpose", "inquiry-matter", "inquiry-case-reference", "authorization", "content-type"]
        ),
        st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=30),
    )
)
@lawful(60)
def test_any_headers(door: Door, headers: dict[str, str]) -> None:
    encoded = {name: value.strip().encode("latin-1") for name, value in headers.items()}
    check(door.post(orjson.dumps(GOOD), encoded))  # type: ignore[arg-type]  # headers may be bytes


@given(st.text(max_size=40))
@lawful(40)
def test_any_text_as_code_name_or_cursor(door: Door, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    quoted = orjson.dumps(text).decode()
    search = f"searchSubjects(name: {quoted}, first: 1, after: {quoted}) {{ totalCount }}"
    query = f"{{ subject(code: {quoted}) {{ __typename }} {search} }}"
    check(door.post(orjson.dumps({"query": query})))


@given(documents(), callers(), worlds())
@lawful(15)
def test_the_walk_of_the_laws_is_the_way_of_a_request(
    door: Door, root: Asked, asker: tuple[Caller, Inquiry], world: World
) -> None:
    door.corridor.give(*world)
    text = document_text(asking_agencies(root))
    assert door.run(text, asker[0], stated=asker[1]) == walk(text, asker, world).body


def _fits(value: Any) -> bool:
    try:
        orjson.dumps(value)
    except TypeError:  # an integer beyond 64 bits, a lone surrogate
        return False
    return True
