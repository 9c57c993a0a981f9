"""TLS on a real port: with a client's certificate, without one, with one that nobody knows, and files that are none."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
import uvloop
from cryptography.hazmat.primitives import serialization
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from gateway.cli.tls import TlsFault, tls_context
from gateway.setting_identity import Proxy
from gateway.settings import Server
from gateway.web.client_certificate import certificate_of
from gateway.web.request_head import BoundedHeads
from tests.authorities import Authority, Certified

AUTHORITY = Authority()
BANK = AUTHORITY.client("bank")


async def telling(scope: Scope, receive: Receive, send: Send) -> None:
    """Says which certificate the client has shown."""
    told = PlainTextResponse(f"[{certificate_of(Request(scope), Proxy())}]")
    await told(scope, receive, send)


def settings(folder: Path, **changes: Path | None) -> Server:
    certificate, key = AUTHORITY.server().write(folder, "server")
    authorities, _ = AUTHORITY.own.write(folder, "authority")
    files = {"tls_certificate": certificate, "tls_key": key, "tls_client_authorities": authorities}
    return Server.model_validate(files | changes)


@asynccontextmanager
async def served(server: Server) -> AsyncIterator[int]:
    context = tls_context(server)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(
            telling,
            http=BoundedHeads,
            log_level="critical",
            lifespan="off",
            ssl_context_factory=None if context is None else lambda _config, _default: context,
        )
        serving = uvicorn.Server(config)
        task = asyncio.create_task(serving.serve([listening]))
        yield int(listening.getsockname()[1])
        serving.should_exit = True
        await task


async def told(port: int, folder: Path, certified: Certified | None = None) -> str:
    """What the port tells a client that shows this certificate."""
    authorities, _ = AUTHORITY.own.write(folder, "known")
    context = ssl.create_default_context(cafile=authorities)
    if certified is not None:
        context.load_cert_chain(*certified.write(folder, "client"))
    async with httpx.AsyncClient(verify=context, trust_env=False) as client:
        first = await client.get(f"https://127.0.0.1:{port}/")
        assert (await client.get(f"https://127.0.0.1:{port}/")).text == first.text
        return first.text


async def test_clients_may_show_a_certificate_and_may_leave_it(tmp_path: Path) -> None:
    async with served(settings(tmp_path)) as port:
        assert await told(port, tmp_path, BANK) == f"[{BANK.thumbprint}]"
        assert await told(port, tmp_path) == "[]"


def test_the_same_on_the_loop_that_serves(tmp_path: Path) -> None:
    uvloop.run(test_clients_may_show_a_certificate_and_may_leave_it(tmp_path))


async def test_a_certificate_that_no_known_authority_has_signed_ends_the_connection(tmp_path: Path) -> None:
    stranger = Authority().client("bank")
    async with served(settings(tmp_path)) as port:
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError, httpx.ConnectError, httpx.WriteError)):
            await told(port, tmp_path, stranger)


async def test_without_authorities_nobody_is_asked(tmp_path: Path) -> None:
    async with served(settings(tmp_path, tls_client_authorities=None)) as port:
        assert await told(port, tmp_path, BANK) == "[]"


async def test_old_versions_of_tls_are_not_spoken(tmp_path: Path) -> None:
    context = tls_context(settings(tmp_path))
    assert context is not None
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_without_files_the_port_speaks_plain_http() -> None:
    assert tls_context(Server()) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"tls_key": None}, "needs both"),
        ({"tls_certificate": None}, "needs both"),
        ({"tls_certificate": None, "tls_key": None}, "needs both"),
        ({"tls_key": Path("absent.pem")}, "cannot be used together"),
        ({"tls_certificate": Path("absent.pem")}, "cannot be used together"),
        ({"tls_client_authorities": Path("absent.pem")}, "tls_client_authorities"),
    ],
)
def test_files_that_do_not_go_together(tmp_path: Path, changes, sentence: str) -> None:
    with pytest.raises(TlsFault, match=sentence):
        tls_context(settings(tmp_path, **changes))


def test_files_that_hold_something_else(tmp_path: Path) -> None:
    nonsense, locked = tmp_path / "nonsense.pem", tmp_path / "locked.key"
    nonsense.write_text("no certificate")
    locked.write_bytes(
        BANK.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    _, others = BANK.write(tmp_path, "bank")
    for changes in (
        {"tls_certificate": nonsense},
        {"tls_key": nonsense},
        {"tls_key": others},
        {"tls_key": locked},
        {"tls_client_authorities": nonsense},
    ):
        with pytest.raises(TlsFault):
            tls_context(settings(tmp_path, **changes))
