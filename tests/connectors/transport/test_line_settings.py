"""Mutual TLS, with certificates made for the test."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.port import Errand, Unavailable
from connectors.transport.line import Line, LineSettings, TlsFiles
from connectors.transport.resilience import RetrySettings
from connectors.transport.wire import WireRequest, WireResponse

LOOK_UP = WireRequest("look-up", "GET", "/")


@dataclass(frozen=True)
class Identity:
    certificate: Path
    key: Path


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return identity(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return identity(tmp_path_factory.mktemp("other"))


def identity(home: Path) -> Identity:
    """A certificate for 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.now(UTC) - timedelta(hours=1)  # noqa: TID251 - a certificate is valid by the real clock
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    made = Identity(home / "certificate.pem", home / "key.pem")
    made.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


@asynccontextmanager
async def guarded(who: Identity) -> AsyncIterator[str]:
    """A server that talks only to callers who show the same certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(who.certificate, who.key)
    context.load_verify_locations(who.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols(["http/1.1"])

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nfine")
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    await server.wait_closed()


async def asked(url: str, tls: TlsFiles) -> object:
    line = Line(LineSettings(url, tls=tls, retry=RetrySettings(retries=0)))
    try:
        return await line.ask(LOOK_UP, _content, Errand("a", asyncio.get_running_loop().time() + 5))
    finally:
        await line.aclose()


def _content(response: WireResponse) -> bytes:
    return response.content


async def test_both_sides_show_who_they_are(ours: Identity):
    async with guarded(ours) as url:
        assert await asked(url, TlsFiles(ours.certificate, ours.certificate, ours.key)) == b"fine"


async def test_an_agency_that_nobody_vouches_for_is_not_talked_to(ours: Identity, other: Identity):
    async with guarded(ours) as url:
        assert await asked(url, TlsFiles(other.certificate, ours.certificate, ours.key)) == Unavailable("tls-failed")
        assert await asked(url, TlsFiles()) == Unavailable("tls-failed")


async def test_without_a_certificate_of_our_own_we_are_not_served(ours: Identity):
    async with guarded(ours) as url:
        assert isinstance(await asked(url, TlsFiles(ours.certificate)), Unavailable)


def test_missing_files_are_found_at_the_start(tmp_path: Path):
    with pytest.raises(OSError):
        Line(LineSettings("https://127.0.0.1", tls=TlsFiles(tmp_path / "none.pem")))
