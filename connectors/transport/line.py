"""The line to one agency: sends what a clerk wrote, within the deadline, and hands the answer to its reader.

It calls the transport seam of httpx directly: a full `httpx.AsyncClient` adds redirects, cookies and
hooks that no agency needs, for about a tenth of a millisecond a call.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar, cast

import httpx

from connectors.port import Errand, Exchanged, Observe, Unavailable, Unreadable, outcome_name
from connectors.transport.faults import DEADLINE, TIMED_OUT, WIRE_ERRORS, WireFault, fault_of, fault_of_status
from connectors.transport.line_settings import LineSettings, TlsFiles, open_transport
from connectors.transport.resilience import Breaker, Breakers, RetryBudget, full_jitter_s, remaining_s
from connectors.transport.wire import AgencyRefusal, MalformedAnswer, WireRequest, WireResponse

__all__ = ["Line", "LineSettings", "TlsFiles"]

T = TypeVar("T")

_KEPT_URLS: Final = 64
_log = logging.getLogger(__name__)


class Line:
    """One agency's line; safe for concurrent use within one event loop. Close it with `aclose`."""

    def __init__(
        self,
        settings: LineSettings,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        observe: Observe | None = None,
    ) -> None:
        self.breakers = Breakers(settings.breaker)
        self._settings = settings
        self._transport = transport or open_transport(settings)
        self._budget = RetryBudget(settings.retry)
        self._base = settings.base_url.rstrip("/")
        self._headers = {"accept-encoding": "identity", "user-agent": "creditgraph"}
        self._headers |= {name.lower(): value for name, value in settings.headers.items()}
        self._extensions = {"timeout": {"connect": settings.connect_timeout_s}}
        self._urls: dict[str, httpx.URL] = {}
        self._is_closed = False
        self._observe = observe

    async def ask(
        self, request: WireRequest, reader: Callable[[WireResponse], T], errand: Errand
    ) -> T | Unavailable | Unreadable:
        """Send `request`, give the answer to `reader`, return what it made of it.

        Errors:  none but cancellation; a status 5xx, 403, 412 or 429, a timeout and a failed connection
                 become Unavailable, an answer that cannot be read becomes Unreadable
        """
        if self._observe is None:
            return await self._persist(request, reader, errand)
        clock = asyncio.get_running_loop().time
        began = clock()
        got = await self._persist(request, reader, errand)
        self._observe(Exchanged(request.operation, outcome_name(got), clock() - began))
        return got

    async def _persist(
        self, request: WireRequest, reader: Callable[[WireResponse], T], errand: Errand
    ) -> T | Unavailable | Unreadable:
        """Send it, and again where that may help."""
        loop = asyncio.get_running_loop()
        breaker = self.breakers.of(request.operation)
        self._budget.earn(loop.time())
        fault = DEADLINE
        for retry in range(self._settings.retry.retries + 1):
            now = loop.time()
            if errand.deadline <= now or self._is_closed:
                break
            admitted = breaker.admit(now)
            if admitted is None:
                return fault.outcome if retry else Unavailable("breaker-open")
            try:
                got = await self._attempt(request, reader, errand)
            except BaseException:
                breaker.forgive(admitted)
                raise
            if not isinstance(got, WireFault):
                breaker.record(admitted, loop.time(), has_failed=False)
                return got
            _settle(breaker, admitted, loop.time(), fault=got)
            fault = got
            if not await self._pause(request, fault, errand, retry=retry):
                break
        _log.info("agency call failed: operation=%s cause=%s", request.operation, fault.outcome.cause)
        return fault.outcome

    async def aclose(self) -> None:
        """Close every connection; calls after this are Unavailable."""
        self._is_closed = True
        await self._transport.aclose()

    async def _pause(self, request: WireRequest, fault: WireFault, errand: Errand, *, retry: int) -> bool:
        """Wait before trying again; False if this call is not to be tried again."""
        settings = self._settings.retry
        if not (fault.may_repeat and request.is_safe) or retry >= settings.retries:
            return False
        now = asyncio.get_running_loop().time()
        jitter_s = full_jitter_s(retry, settings, draw=random.random())  # noqa: S311 - spreads load, guards nothing
        pause_s = jitter_s + (fault.retry_after_s or 0.0)
        if pause_s >= remaining_s(errand, now) or not self._budget.spend(now):
            return False
        await asyncio.sleep(pause_s)
        return True

    async def _attempt(
        self, request: WireRequest, reader: Callable[[WireResponse], T], errand: Errand
    ) -> T | WireFault:
        loop = asyncio.get_running_loop()
        allowed_s = min(errand.deadline - loop.time(), self._settings.call_timeout_s)
        try:
            async with asyncio.timeout(allowed_s):
                response = await self._send(request)
        except TimeoutError:
            return TIMED_OUT if allowed_s >= min(self._settings.patience_s, self._settings.call_timeout_s) else DEADLINE
        except WIRE_ERRORS as error:
            return fault_of(error)
        return response if isinstance(response, WireFault) else _read(request, reader, response)

    async def _send(self, request: WireRequest) -> WireResponse | WireFault:
        headers = self._headers
        if request.headers:
            headers = headers | {name.lower(): value for name, value in request.headers.items()}
        # A given stream and a given encoding spare httpx what aiohttp does anyway: length, host, charset search.
        prepared = httpx.Request(
            request.method,
            self._url(request.path),
            headers=headers,
            stream=httpx.ByteStream(request.content),
            extensions=self._extensions,
        )
        prepared.headers.encoding = "utf-8"
        prepared.read()
        response = await self._transport.handle_async_request(prepared)
        stream = cast("httpx.AsyncByteStream", response.stream)
        try:
            return await self._receive(response, stream)
        finally:
            await stream.aclose()

    async def _receive(self, response: httpx.Response, stream: httpx.AsyncByteStream) -> WireResponse | WireFault:
        headers = response.headers
        if response.status_code >= 400:
            fault = fault_of_status(response.status_code, _retry_after_s(headers))
            if fault is not None:
                return fault
        if any(name.lower() == b"content-encoding" and value != b"identity" for name, value in headers.raw):
            return WireFault(Unreadable("unasked-encoding"), may_repeat=False)
        room = self._settings.max_answer_bytes
        parts: list[bytes] = []
        async with aclosing(cast("AsyncGenerator[bytes, None]", aiter(stream))) as incoming:
            async for part in incoming:
                room -= len(part)
                if room < 0:
                    return WireFault(Unreadable("answer-too-large"), may_repeat=False)
                parts.append(part)
        return WireResponse(response.status_code, headers, parts[0] if len(parts) == 1 else b"".join(parts))

    def _url(self, path: str) -> httpx.URL:
        """Parsing a URL is a good part of a call's cost; operations without a query string share theirs."""
        url = self._urls.get(path)
        if url is None:
            url = httpx.URL(self._base + path)
            if "?" not in path and len(self._urls) < _KEPT_URLS:
                self._urls[path] = url
        return url


def _settle(breaker: Breaker, admitted: int, now: float, *, fault: WireFault) -> None:
    if fault is DEADLINE:
        breaker.forgive(admitted)
    else:
        breaker.record(admitted, now, has_failed=fault.counts)


def _read(request: WireRequest, reader: Callable[[WireResponse], T], response: WireResponse) -> T | WireFault:
    try:
        return reader(response)
    except MalformedAnswer as error:
        _log.warning("malformed answer: operation=%s at=%s", request.operation, _place(error))
        return WireFault(Unreadable("malformed"), may_repeat=False)
    except AgencyRefusal as refusal:
        after_s = refusal.retry_after_s
        return WireFault(Unavailable(str(refusal)), counts=False, may_repeat=after_s is not None, retry_after_s=after_s)
    # An agency may answer anything, so a reader may stumble over anything; one agency's answer never
    # breaks a request that asked others too.
    except Exception as error:  # noqa: BLE001 - around a connector, see above
        _log.error("reader failed: operation=%s error=%s at=%s", request.operation, type(error).__name__, _place(error))
        return WireFault(Unreadable("reader-failed"), may_repeat=False)


def _place(error: Exception) -> str:
    """Where it was raised, as file and line; the message is left out because it may quote the answer."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace is not None else "?"


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds the agency asks to be left alone; a date is measured from the answer's own `Date`.

    Source:  RFC 9110 §10.2.3
    """
    stated = headers.get("retry-after", "").strip()
    if stated.isascii() and stated.isdigit():
        return float(stated[:9])
    try:
        return max(
            0.0, (parsedate_to_datetime(stated) - parsedate_to_datetime(headers.get("date", ""))).total_seconds()
        )
    except (ValueError, TypeError):
        return None
