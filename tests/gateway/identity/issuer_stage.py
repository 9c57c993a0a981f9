"""An issuer elsewhere, on a real port: its keys, its word about tokens, and its moods."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from joserfc.jwk import Key

from gateway.identity.outside import outside_issuers
from gateway.identity.trust import TrustedIssuer
from gateway.setting_identity import OutsideIssuer

OUTSIDE, OUTSIDE_AUDIENCE = "https://outside.example", "https://gateway.example/outside"


@dataclass
class IssuerStage:
    """What it answers, and what it was asked."""

    port: int = 0
    keys: list[Any] = field(default_factory=list)
    """Keys, or the members of a JWK."""
    active: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What is said of opaque tokens that hold."""
    status: int = 200
    body: bytes | None = None
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    waits: asyncio.Event | None = None
    fetches: int = 0
    questions: list[tuple[dict[str, str], dict[str, str]]] = field(default_factory=list)
    """Headers and forms."""

    def settings(self, **changes: Any) -> OutsideIssuer:
        where = f"http://127.0.0.1:{self.port}"
        given = {"issuer": OUTSIDE, "audience": OUTSIDE_AUDIENCE, "jwks": f"{where}/jwks"}
        return OutsideIssuer.model_validate(given | changes)

    def asked_settings(self, **changes: Any) -> OutsideIssuer:
        where = f"http://127.0.0.1:{self.port}/introspect"
        given = {"introspection": where, "client_id": "gateway:1", "client_secret": "s & t"}
        return self.settings(**given | changes)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        if scope["path"] == "/jwks":
            self.fetches += 1
            shown = [key.as_dict(private=False) if isinstance(key, Key) else key for key in self.keys]
            answer: Any = {"keys": shown}
        else:
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            head = {name.decode(): value.decode() for name, value in scope["headers"]}
            self.questions.append((head, form))
            answer = self.active.get(form["token"], {"active": False})
        if self.waits is not None:
            await self.waits.wait()
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send(
            {"type": "http.response.body", "body": json.dumps(answer).encode() if self.body is None else self.body}
        )


@asynccontextmanager
async def issuer_stage() -> AsyncIterator[IssuerStage]:
    """The issuer while it is reachable."""
    stage = IssuerStage()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        stage.port = int(listening.getsockname()[1])
        server = uvicorn.Server(uvicorn.Config(stage, log_level="critical", lifespan="off"))
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield stage
        finally:
            if stage.waits is not None:
                stage.waits.set()
            server.should_exit = True
            await serving


@asynccontextmanager
async def outside(settings: OutsideIssuer) -> AsyncIterator[TrustedIssuer]:
    """The gateway's view of one issuer elsewhere."""
    async with outside_issuers({"elsewhere": settings}) as issuers:
        yield issuers[0]
