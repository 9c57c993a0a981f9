"""Heads of requests over real sockets: too long, too slow, and what stays welcome."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from gateway.web import request_head
from gateway.web.request_head import LONGEST_HEAD, BoundedHeads

GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
PIECE = b"x" * 16_384


@pytest.fixture
async def port() -> AsyncIterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(
            PlainTextResponse("in"), http=BoundedHeads, log_level="critical", lifespan="off", timeout_keep_alive=30
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([listening]))
        yield int(listening.getsockname()[1])
        server.should_exit = True
        await serving


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def answer(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readuntil(b"\r\n\r\nin"), 5)


@pytest.mark.parametrize("ends_lines", [True, False], ids=["many headers", "one header"])
async def test_a_head_without_end_is_cut_off(port: int, ends_lines: bool) -> None:
    async with connected(port) as (reader, writer):
        writer.write(GET + b"X-Long: ")
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 64 * LONGEST_HEAD and not writer.transport.is_closing():
                writer.write(PIECE + (b"\r\nX-More: " if ends_lines else b""))
                await writer.drain()
                await asyncio.sleep(0)
                sent += len(PIECE)
        with contextlib.suppress(ConnectionError):
            told = await asyncio.wait_for(reader.read(), 5)
            assert not told or told.startswith(b"HTTP/1.1 400")
    assert sent < 64 * LONGEST_HEAD


async def test_who_says_nothing_is_not_waited_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_head, "SLOWEST_HEAD_S", 0.1)
    for begun in (b"", GET):
        async with connected(port) as (reader, writer):
            writer.write(begun)
            assert await asyncio.wait_for(reader.read(), 5) == b""


async def test_usual_requests_one_after_another_and_at_once_are_served(port: int) -> None:
    whole = GET + b"X-Long: " + b"x" * 30_000 + b"\r\n\r\n"
    async with connected(port) as (reader, writer):
        for _ in range(4):  # together longer than one head may be
            writer.write(whole)
            assert (await answer(reader)).startswith(b"HTTP/1.1 200")
        writer.write(GET + b"\r\n" + GET + b"\r\n")
        await answer(reader)
        await answer(reader)


async def test_a_long_body_is_no_head(port: int) -> None:
    async with connected(port) as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + b"x" * 300_000)
        assert (await answer(reader)).startswith(b"HTTP/1.1 200")
