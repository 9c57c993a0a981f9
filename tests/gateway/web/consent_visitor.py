"""A browser at the consent page, without a screen: it keeps cookies, follows forms, and reads what they hold."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import httpx
from starlette.applications import Starlette

from schema.vocabulary.consents import ConsentState
from schema.vocabulary.identifiers import SubjectId
from tests.builders import NOW, SOME_CODE
from tests.gateway.web.consent_stage import SECRET, Rooms, rooms

URL = "https://gateway.example/credit"
ORIGIN = "https://gateway.example"
CALLBACK = "https://bank.example/back"
TOKEN = re.compile(r'name="token" value="([0-9a-f]{64})"')
BOX = re.compile(r'name="notice" value="([^"]+)"')


@dataclass
class Visitor:
    """A browser at the page; forms are sent as the page made them."""

    http: httpx.AsyncClient
    rooms: Rooms
    query: str = ""
    page: str = ""

    async def open(self, query: str = "", **headers: str) -> httpx.Response:
        self.query = query or self.query
        answer = await self.http.get(f"/oauth/authorize?{self.query}", headers=headers)
        self.page = answer.text
        return answer

    async def send(self, form: str, headers: dict[str, str] | None = None, **fields: str | list[str]) -> httpx.Response:
        token = TOKEN.search(self.page)
        address = {name: values[0] for name, values in parse_qs(self.query).items()}
        sent = address | {"token": token[1] if token else ""} | fields
        answer = await self.http.post(
            f"/oauth/authorize/{form}", data=sent, headers={"origin": ORIGIN} if headers is None else headers
        )
        self.page = answer.text
        return answer

    async def sign_in(self, subject: str = SOME_CODE, secret: str = SECRET) -> httpx.Response:
        entered = await self.send("sign-in", code=subject, secret=secret)
        if entered.status_code != 303:
            return entered
        return await self.open()

    async def states(self, subject: SubjectId = SOME_CODE) -> list[ConsentState]:
        files = await self.rooms.consents_of(subject)
        return [file.state_at(self.rooms.clock()) for file in files]


@asynccontextmanager
async def visiting(database_url: str, folder: Path) -> AsyncIterator[Visitor]:
    """A visitor to the page on this database, as the world sees it behind TLS."""
    async with rooms(folder, database_url, now=NOW, public_url=URL, callback=CALLBACK) as behind:
        transport = httpx.ASGITransport(Starlette(routes=behind.pages.routes()))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as http:
            yield Visitor(http, behind)
