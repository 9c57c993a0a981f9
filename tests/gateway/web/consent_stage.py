"""The consent page on real registers, and a bank's callback on another port, as a browser sees the two."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
import tomllib
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gateway.identity.authorization import AuthorizationDesk
from gateway.identity.callers import CallerDesk
from gateway.identity.consent_papers import ConsentPapers
from gateway.identity.key_ring import KeyRing
from gateway.identity.keys import generate_key_set, save_key_set
from gateway.identity.oauth_ports import Once
from gateway.identity.sign_in import SignInDesk, SignInRules, digest_of
from gateway.registers.accounts import Account, AccountRegister
from gateway.registers.callers import CallersRegister
from gateway.registers.callers_entry import Client, Grant, Organisation
from gateway.registers.consents import ConsentRegister
from gateway.registers.consents_entry import ConsentFile
from gateway.registers.engine import open_engine
from gateway.registers.slips import SlipRegister
from gateway.rights.consent_answers import AnswerDesk
from gateway.rights.consents import ConsentDesk, DeskRules
from gateway.settings import Settings
from gateway.web.consent_pages import ConsentPages
from gateway.web.consent_replies import PageRules
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import SubjectId
from tests.builders import SOME_CODE, tianjin

T = TypeVar("T")
SECRET = "ABCDE-FGHJK-LMNPQ-RSTUV"
_DIGEST = digest_of(SECRET, b"salt of the tests")
SOLE_TRADER = SubjectId("92120101MA05A1B294")
"""Stands for a natural person, whose tax figures need a written consent after a warning."""
OTHER = SubjectId("91120000MA05A1B29K")
BANK = Organisation("tj-bank", "天津试验银行股份有限公司", CallerClass.FINANCIAL_INSTITUTION, jurisdiction="120000")
LOAN = {
    "type": "credit_information",
    "items": ["NB01-1", "NB02-1", "NB03-2", "NB09-1", "NB11-1", "SUP-TX1"],
    "purposes": ["CREDIT_GRANTING"],
    "valid_until": "2026-12-31",
    "data_from": "2023-01-01",
    "frequency": {"times": 3, "per": "MONTH"},
}
REVIEW = {
    "type": "credit_information",
    "items": ["NB01-2"],
    "purposes": ["CREDIT_GRANTING"],
    "valid_until": "2026-09-30",
}


_EXAMPLE = Path(__file__).parents[3] / "deploy" / "settings.example.toml"


class Clock:
    """An hour that a test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Rooms:
    """Everything behind the page."""

    pages: ConsentPages
    authorization: AuthorizationDesk
    consents: ConsentDesk
    callers: CallersRegister
    accounts: AccountRegister
    clock: Clock
    client: Client

    async def push(self, *details: Mapping[str, Any], subject: SubjectId = SOME_CODE) -> str:
        """Have the bank push a request for these consents; the query of the page."""
        who = self.client
        asked = [{"subject": str(subject), **one} if "consent_id" not in one else one for one in details]
        consents = await self.consents.request(asked, who, now=self.clock())
        form = {
            "response_type": "code",
            "redirect_uri": who.redirect_uris[0],
            "state": "a state",
            "scope": "credit:read",
            "code_challenge": "x" * 43,
            "code_challenge_method": "S256",
        }
        pushed = await self.authorization.push(form, who, consents=tuple(consents), now=self.clock())
        return f"client_id={who.client_id}&request_uri={pushed.request_uri}"

    async def consents_of(self, subject: SubjectId = SOME_CODE) -> Sequence[ConsentFile]:
        """What the subject was asked for, that which would hold longest first."""
        return sorted(await self.consents.of_subject(subject), key=lambda file: file.terms.ends_on, reverse=True)


@dataclass(slots=True)
class Marks:
    """Marks of first use that a test can take away."""

    kept: set[tuple[str, str]] = field(default_factory=set)

    async def first_time(self, kind: str, name: str, *, for_s: float) -> bool:
        """True once; every moment is over at once."""
        if kind == "sign-in-code":
            return True
        is_first = (kind, name) not in self.kept
        self.kept.add((kind, name))
        return is_first


@asynccontextmanager
async def rooms(
    folder: Path, database_url: str, *, now: datetime, public_url: str, callback: str, once: Once | None = None
) -> AsyncIterator[Rooms]:
    """The rooms on one database."""
    async with AsyncExitStack() as stack:
        clock, catalog = Clock(now), tianjin()
        given = tomllib.loads(_EXAMPLE.read_text("utf-8"))
        settings = Settings(**(given | {"server": {"public_url": public_url}}))
        engine = open_engine(database_url)
        stack.push_async_callback(engine.dispose)
        keys = folder / "page-keys.json"
        if not keys.exists():
            save_key_set(keys, generate_key_set(2))
        papers = ConsentPapers(KeyRing(keys), settings.identity.issuer)
        register, slips = ConsentRegister(engine, papers.read), SlipRegister(engine)
        accounts, callers = AccountRegister(engine), CallersRegister(engine)
        for book in (register, slips, accounts, callers):
            await book.start()
        stack.push_async_callback(register.aclose)
        client = await _registered(callers, accounts, callback, now=now)
        desk = CallerDesk(callers)
        consents = ConsentDesk(register, papers, desk, lambda: catalog, DeskRules(settings.consents))
        authorization = AuthorizationDesk(slips, desk, settings.identity)
        sign_in = SignInDesk(
            accounts, slips, rules=SignInRules(settings.identity.page_lifetime), once=Marks() if once is None else once
        )
        stack.callback(sign_in.close)
        pages = ConsentPages(
            AnswerDesk(authorization, consents, desk),
            sign_in,
            catalog=lambda: catalog,
            rules=PageRules(public_url, settings.identity.page_lifetime),
            clock=clock,
        )
        yield Rooms(pages, authorization, consents, callers, accounts, clock, client)


async def _registered(callers: CallersRegister, accounts: AccountRegister, callback: str, *, now: datetime) -> Client:
    client = Client(
        "loans",
        BANK.organisation_id,
        scopes=frozenset({"credit:read"}),
        grants=frozenset({Grant.AUTHORIZATION_CODE}),
        redirect_uris=(callback,),
    )
    await callers.put([BANK, client], at=now)
    for subject in (SOME_CODE, OTHER, SOLE_TRADER):
        await accounts.add(Account(subject, _DIGEST))
    return client


@dataclass(frozen=True, slots=True)
class PageStage:
    """What a browser can reach."""

    url: str
    rooms: Rooms
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Have the server's own loop do something."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def ask(self, *details: Mapping[str, Any], subject: SubjectId = SOME_CODE) -> str:
        """The address of a page that asks for these consents."""
        return f"{self.url}/oauth/authorize?{self.run(self.rooms.push(*details, subject=subject))}"


@contextmanager
def page_stage(folder: Path, *, now: datetime) -> Iterator[PageStage]:
    """The page on one loopback port, the bank's callback on another."""
    with socket.create_server(("127.0.0.1", 0)) as own, socket.create_server(("127.0.0.1", 0)) as banks:
        url, bank = (f"http://127.0.0.1:{listening.getsockname()[1]}" for listening in (own, banks))
        opened: list[tuple[Rooms, asyncio.AbstractEventLoop]] = []

        @asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[None]:
            database = f"sqlite+aiosqlite:///{folder / 'page.db'}"
            async with rooms(folder, database, now=now, public_url=url, callback=f"{bank}/back") as behind:
                app.routes.extend(behind.pages.routes())
                opened.append((behind, asyncio.get_running_loop()))
                yield

        with _served(Starlette(lifespan=lifespan), own), _served(Starlette(routes=[Route("/back", _back)]), banks):
            yield PageStage(url, *opened[0])


@contextmanager
def _served(app: Starlette, listening: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


async def _back(_request: Request) -> Response:
    return HTMLResponse("<!doctype html><html lang=en><title>The bank</title><h1>Back at the bank</h1>")
