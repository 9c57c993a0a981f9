"""One gateway of the journeys: a real one on a loopback port, asked over HTTP as any persona."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import uvicorn

from deploy.sandbox.doors import HOST, bind
from deploy.sandbox.gateway_files import GatewayFiles, write_gateway_files
from deploy.sandbox.servers import Sandbox
from gateway.app import build_app
from gateway.pipeline.seal_receipt import without_receipt

PATIENCE_S = 20.0
"""Of a test for an answer; far beyond every deadline of the gateway's."""
NO_CACHE: Mapping[str, Mapping[str, Any]] = {"cache": {"ttl": "0s"}}
"""Every question goes to the agencies."""
UNBOUND = "-without-consents"
"""Behind the bank's name: its token carries no consent, so that it reaches everybody and sees what is public."""
Overrides = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Reply:
    """What came back over the wire."""

    status: int
    text: str
    """Without the receipt, which is another one each time and stands in the head too."""
    headers: httpx.Headers
    elapsed_s: float

    @property
    def body(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.text)

    @property
    def data(self) -> Any:
        return self.body.get("data")

    @property
    def errors(self) -> list[dict[str, Any]]:
        return list(self.body.get("errors", []))

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]

    def problems(self, code: str) -> set[str]:
        """Where a code is reported, as dotted response paths."""
        return {".".join(map(str, e.get("path", ()))) for e in self.errors if e["extensions"]["code"] == code}

    @property
    def is_sealed(self) -> bool:
        """Whether it came out of the corridor, so that the record must tell of it."""
        is_through = self.status in {200, 400, 403} or "REGISTER_UNREADABLE" in self.codes
        return self.headers["x-request-id"] != "" and is_through and not self._is_turned_away

    @property
    def _is_turned_away(self) -> bool:
        """Refused at the door, before anybody knows who asks for what."""
        at_the_door = {"MALFORMED", "CROSS_SITE", "NOT_ACCEPTABLE", "UNSUPPORTED_MEDIA_TYPE", "METHOD_NOT_ALLOWED"}
        return bool(at_the_door & set(self.codes)) or ("PURPOSE_UNKNOWN" in self.codes and self.by_header)

    by_header: bool = False


@dataclass
class Gateway:
    """One gateway of the journeys, and everything that it was asked."""

    url: str
    files: GatewayFiles
    replies: list[Reply] = field(default_factory=list)
    _tokens: dict[str, str] = field(default_factory=dict)
    _client: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=PATIENCE_S))

    def token(self, persona: str) -> str:
        """A token from the gateway's own issuer, asked for once; the bank's carries its consents, or is UNBOUND."""
        if persona not in self._tokens:
            name, is_bound = persona.removesuffix(UNBOUND), not persona.endswith(UNBOUND)
            self._tokens[persona] = self.files.token(self._client, self.url, name, is_bound=is_bound)
        return self._tokens[persona]

    @property
    def tokens(self) -> Sequence[str]:
        """Every token given so far."""
        return tuple(self._tokens.values())

    def ask(
        self, query: str, persona: str = "public", *, purpose: str | None = None, matter: str = "", **variables: Any
    ) -> Reply:
        """One question as a persona; the purpose goes into a header."""
        headers = {} if persona == "public" else {"Authorization": f"Bearer {self.token(persona)}"}
        if purpose:
            headers["Inquiry-Purpose"] = purpose
        if matter:
            headers["Inquiry-Matter"] = matter
        return self.send("POST", json={"query": query, "variables": variables}, headers=headers)

    def send(self, method: str = "POST", **request: Any) -> Reply:
        """One request to `/graphql` as it stands."""
        answer = self._client.request(method, f"{self.url}/graphql", **request)
        bare, receipt = without_receipt(answer.content)
        assert receipt == answer.headers.get("inquiry-receipt", "")
        by_header = "inquiry-purpose" in {name.lower() for name in request.get("headers") or {}}
        reply = Reply(
            answer.status_code, bare.decode(), answer.headers, answer.elapsed.total_seconds(), by_header=by_header
        )
        self.replies.append(reply)
        return reply

    def get(self, path: str) -> httpx.Response:
        """Another door of the gateway's."""
        return self._client.get(f"{self.url}{path}")

    def close(self) -> None:
        """Close the client's connections."""
        self._client.close()


@asynccontextmanager
async def serve_gateway(folder: Path, sandbox: Sandbox, overrides: Overrides | None = None) -> AsyncIterator[Gateway]:
    """A gateway on a free port, with its settings, keys and clients in `folder`."""
    listening = bind("gateway", 0)
    port = listening.getsockname()[1]
    files = write_gateway_files(folder, sandbox.as_json(), port=port, overrides=overrides)
    config = uvicorn.Config(
        build_app(files.settings),
        lifespan="on",
        log_config=None,
        log_level="info",
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="gateway")
    try:
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        assert server.started, "the gateway did not start"
        yield Gateway(f"http://{HOST}:{port}", files)
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving
        listening.close()
