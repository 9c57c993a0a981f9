"""What went wrong on the wire, said in few stable words for operators; never in an agency's words.

The aiohttp transport under httpx reports a refused connection and a dropped one both as
`httpx.ConnectTimeout`, so the exception underneath is looked at first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import aiohttp
import httpx

from connectors.port import Unavailable, Unreadable


@dataclass(frozen=True, slots=True)
class WireFault:
    """One failed attempt and what follows from it."""

    outcome: Unavailable | Unreadable
    counts: bool = True
    """Whether it speaks against the agency (circuit breaker)."""
    may_repeat: bool = True
    """Whether a safe call may be tried again."""
    retry_after_s: float | None = None
    """How long the agency asked to be left alone."""


def _unavailable(cause: str, *, counts: bool = True, may_repeat: bool = True) -> WireFault:
    return WireFault(Unavailable(cause), counts=counts, may_repeat=may_repeat)


def _unreadable(cause: str, *, may_repeat: bool = False) -> WireFault:
    return WireFault(Unreadable(cause), may_repeat=may_repeat)


def _own_fault(cause: str) -> WireFault:
    """The gateway's own mistake (a bad address, a misuse of the library): says nothing about the agency."""
    return WireFault(Unavailable(cause), counts=False, may_repeat=False)


TIMED_OUT: Final = _unavailable("timeout")
DEADLINE: Final = _unavailable("deadline", counts=False, may_repeat=False)

# The nearest class in an exception's family decides, so a class listed here covers its children.
BY_HTTPX: Final[dict[type[Exception], WireFault]] = {
    httpx.ConnectTimeout: _unavailable("connect-timeout"),
    httpx.PoolTimeout: _unavailable("pool-timeout", counts=False),
    httpx.TimeoutException: TIMED_OUT,
    httpx.ConnectError: _unavailable("connect-failed"),
    httpx.ProxyError: _unavailable("proxy-failed"),
    httpx.NetworkError: _unavailable("connection-lost"),
    httpx.LocalProtocolError: _own_fault("request-refused-locally"),
    httpx.RemoteProtocolError: _unreadable("not-http"),
    httpx.ProtocolError: _unreadable("not-http"),
    httpx.UnsupportedProtocol: _own_fault("bad-address"),
    httpx.TransportError: _unavailable("transport-failed"),
    httpx.DecodingError: _unreadable("bad-encoding"),
    httpx.TooManyRedirects: _unreadable("redirects"),
    httpx.RequestError: _unavailable("transport-failed"),
    httpx.HTTPStatusError: _unavailable("bad-status"),
    httpx.HTTPError: _unavailable("transport-failed"),
    httpx.InvalidURL: _own_fault("bad-address"),
    httpx.CookieConflict: _own_fault("library-misused"),
    httpx.StreamError: _own_fault("library-misused"),
}

_BY_AIOHTTP: Final[dict[type[Exception], WireFault]] = {
    aiohttp.ConnectionTimeoutError: BY_HTTPX[httpx.ConnectTimeout],
    aiohttp.ServerTimeoutError: TIMED_OUT,
    aiohttp.ClientSSLError: _unavailable("tls-failed"),
    aiohttp.ServerFingerprintMismatch: _unavailable("tls-failed"),
    aiohttp.ClientConnectorError: BY_HTTPX[httpx.ConnectError],
    aiohttp.ClientHttpProxyError: BY_HTTPX[httpx.ProxyError],
    aiohttp.ClientConnectionError: BY_HTTPX[httpx.NetworkError],
    aiohttp.ClientPayloadError: _unreadable("cut-short", may_repeat=True),
    aiohttp.ClientResponseError: BY_HTTPX[httpx.RemoteProtocolError],
    aiohttp.InvalidURL: BY_HTTPX[httpx.InvalidURL],
    aiohttp.ClientError: BY_HTTPX[httpx.TransportError],
}

WIRE_ERRORS: Final = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.CookieConflict,
    httpx.StreamError,
    aiohttp.ClientError,
    OSError,
)
"""Everything the transport below `Line` is known to raise, besides running out of time."""


def fault_of(error: BaseException) -> WireFault:
    """The meaning of an exception of the transport; total over `WIRE_ERRORS`."""
    for each in (error.__cause__, error):
        if each is not None:
            for family in type(each).__mro__:
                found = _BY_AIOHTTP.get(family) or BY_HTTPX.get(family)
                if found is not None:
                    return found
    return BY_HTTPX[httpx.NetworkError] if isinstance(error, OSError) else BY_HTTPX[httpx.TransportError]


def fault_of_status(status: int, retry_after_s: float | None) -> WireFault | None:
    """The meaning of a status that says "not now"; None for every status the reader should see.

    A 403, 412 or 429 is the agency's door-keeping: it does not count as broken.
    """
    if status >= 500:
        return WireFault(Unavailable(f"status-{status}"), retry_after_s=retry_after_s)
    if status == 429:
        return WireFault(
            Unavailable("status-429"), counts=False, may_repeat=retry_after_s is not None, retry_after_s=retry_after_s
        )
    if status in {403, 412}:
        return WireFault(Unavailable(f"status-{status}"), counts=False, may_repeat=False, retry_after_s=retry_after_s)
    return None
