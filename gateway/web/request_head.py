"""HTTP for a port that strangers reach: heads of requests bounded in length and time, which uvicorn leaves open.

Where the connection is TLS and its client has shown a certificate, each request's scope tells which.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.identity.certificates import thumbprint
from gateway.web.client_certificate import EXTENSION

LONGEST_HEAD: Final = 64 * 1024
"""Bytes of request line and headers, not counting the piece of the stream in which they began."""
SLOWEST_HEAD_S: Final = 10.0
"""From the connection, or a later request's first byte, to the end of the head."""


class BoundedHeads(HttpToolsProtocol):
    """Ends connections that send a head without end, or none at all."""

    _reads_head = True
    _has_just_begun = False
    _received = 0
    _timer: asyncio.TimerHandle | None = None
    _certificate = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Wait for a head from now on."""
        super().connection_made(transport)
        self._certificate = _certificate_of(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless this head has become too long."""
        self._has_just_begun = False
        super().data_received(data)
        if not self._reads_head or self._has_just_begun:
            return
        self._received += len(data)
        if self._received > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        if self._certificate:
            self.scope["extensions"] = {EXTENSION: self._certificate}  # type: ignore[dict-item]  # a text, not options
        self._reads_head = self._has_just_begun = True
        self._received = 0
        if self._timer is None:
            self._wait_for_head()

    def on_headers_complete(self) -> None:
        """The head is there; how long a body may take is for the application to say."""
        self._reads_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def _wait_for_head(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(SLOWEST_HEAD_S, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _certificate_of(transport: asyncio.Transport) -> str:
    """Thumbprint of the certificate that the client has shown and TLS has checked; "" without."""
    connection = transport.get_extra_info("ssl_object")
    shown = connection.getpeercert(binary_form=True) if connection is not None else None
    return thumbprint(shown) if shown else ""
