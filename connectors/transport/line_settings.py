"""How one agency is reached: its address, patience and keys, and the httpx transport made from them."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from connectors.transport.resilience import BreakerSettings, RetrySettings


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Files in PEM form for mutual TLS."""

    authority: Path | None = None
    """Whom to trust instead of the public authorities."""
    certificate: Path | None = None
    key: Path | None = None
    """Needed if it is not in the file of the certificate."""


@dataclass(frozen=True, slots=True)
class LineSettings:
    """How one agency is reached."""

    base_url: str
    """Scheme, host, port and any fixed prefix; a trailing slash is ignored."""
    connect_timeout_s: float = 1.0
    call_timeout_s: float = 5.0
    """The longest wait for one whole answer; the deadline may cut it shorter."""
    patience_s: float = 0.5
    """A call cut off by the deadline counts against the agency only if it had at least this long."""
    pool_size: int = 32
    keepalive_s: float = 15.0
    max_answer_bytes: int = 8 * 1024 * 1024
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with every request; a request's own headers win."""
    tls: TlsFiles = field(default_factory=TlsFiles)
    retry: RetrySettings = field(default_factory=RetrySettings)
    breaker: BreakerSettings = field(default_factory=BreakerSettings)


def open_transport(settings: LineSettings) -> httpx.AsyncBaseTransport:
    """The transport for one agency; connects nothing yet.

    Errors:  OSError or ssl.SSLError if a file of `settings.tls` cannot be used
    """
    context = _tls_context(settings)

    def session() -> aiohttp.ClientSession:
        # An agency's cookies belong to one subject's errand; a jar would carry them into the next one.
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=settings.pool_size, keepalive_timeout=settings.keepalive_s, ssl=context or True
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    # The transport builds a TLS context of its own that the session above never uses; False keeps it cheap.
    return AiohttpTransport(verify=context or False, trust_env=False, client=session)


def _tls_context(settings: LineSettings) -> ssl.SSLContext | None:
    if not settings.base_url.startswith("https://"):
        return None
    files = settings.tls
    context = ssl.create_default_context(cafile=files.authority)
    if files.certificate is not None:
        context.load_cert_chain(files.certificate, files.key)
    return context
