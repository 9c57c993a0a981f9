"""Waits on a loopback address for the browser that an authorization server sends back, once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import urlsplit

_THANKS = "Answered; go back to the terminal. 已答复，请返回终端。"


class Loopback:
    """Where a redirect URI such as `http://127.0.0.1:49152/callback` leads (RFC 8252 §7.3)."""

    def __init__(self, server: HTTPServer, redirect_uri: str) -> None:
        self._server = server
        self._redirect_uri = redirect_uri
        self._came: str = ""

    def came(self, path: str) -> bool:
        """Note the address that was asked for, if it is the one that is waited for."""
        if path.partition("?")[0] != urlsplit(self._redirect_uri).path:
            return False
        self._came = f"{self._redirect_uri}?{path.partition('?')[2]}"
        return True

    def wait(self, patience_s: float) -> str:
        """The whole address with which the browser came; "" if it did not come in time."""
        self._server.timeout = 1.0
        for _ in range(int(patience_s)):
            self._server.handle_request()
            if self._came:
                break
        return self._came


@contextmanager
def waiting_at(redirect_uri: str) -> Iterator[Loopback]:
    """Listen there until the block ends; raises OSError if something else does."""
    place = urlsplit(redirect_uri)
    loopbacks: list[Loopback] = []

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_ours = loopbacks[0].came(self.path)
            body = _THANKS.encode() if is_ours else b""
            self.send_response(200 if is_ours else 404)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing: the address holds a code."""

    with HTTPServer((str(place.hostname), int(place.port or 80)), Answering) as server:
        loopbacks.append(Loopback(server, redirect_uri))
        yield loopbacks[0]
