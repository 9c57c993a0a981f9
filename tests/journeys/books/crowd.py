"""A crowd of clients that ask over real sockets, one question after the other, and keep all that reaches them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import orjson

from tests.journeys.books.received import Received
from tests.journeys.gateways import UNBOUND
from tests.journeys.test_permit_check import QUESTION as PERMIT_CHECK

_NAME: Final = "query($code: CreditCode!) { subject(code: $code) { legalPerson { registeredName } } }"
_DEFAULTS: Final = "query($code: CreditCode!) { subject(code: $code) { judgmentDefaults { caseNumber } } }"
_SEVERAL: Final = "query($codes: [CreditCode!]!) { subjects(codes: $codes) { taxpayerProfile { taxpayerStatus } } }"
_UNKNOWN: Final = "query($code: CreditCode!) { subject(code: $code) { nothingOfThisName } }"
_TURNED_AWAY_S: Final = 0.02
_NOBODY_THERE_S: Final = 0.1
"""How long a client waits before it tries again."""
_PATIENCE: Final = aiohttp.ClientTimeout(total=30)


@dataclass(frozen=True, slots=True)
class Question:
    """What some of the crowd ask, and as whom."""

    persona: str
    query: str
    purpose: str = ""
    subjects: int = 1


QUESTIONS: Final = (
    Question("public", _NAME),
    Question("public", _DEFAULTS),
    Question("public", _UNKNOWN),
    Question("permit-officer", PERMIT_CHECK, "ADMINISTRATIVE_PERMIT"),
    Question("permit-officer", _SEVERAL, "INSPECTION", subjects=4),
    Question(f"bank{UNBOUND}", PERMIT_CHECK, "CREDIT_GRANTING"),
    Question("auditor", PERMIT_CHECK, "AUDITING"),
)


@dataclass
class Crowd:
    """All clients together; what they were told grows while they ask."""

    doors: Callable[[], Sequence[str]]
    """Addresses of the gateways as they are now."""
    tokens: Mapping[str, str] = field(repr=False)
    codes: Sequence[str] = ()
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    received: list[Received] = field(default_factory=list, repr=False)
    padding: int = 0
    """Bytes that each request holds for nothing."""
    lost: int = 0
    """Requests that were broken off, or that nobody took."""

    @property
    def receipts(self) -> int:
        """How many responses came with one."""
        return sum(1 for one in self.received if one.receipt)

    @asynccontextmanager
    async def asking(self, clients: int) -> AsyncIterator[None]:
        """So many of them ask until the block ends; whoever waits for an answer then still gets it."""
        enough = asyncio.Event()
        connector = aiohttp.TCPConnector(limit=0)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=_PATIENCE) as session,
            asyncio.TaskGroup() as all_of_them,
        ):
            for _ in range(clients):
                all_of_them.create_task(self._ask_on(session, enough))
            try:
                yield
            finally:
                enough.set()

    async def _ask_on(self, session: aiohttp.ClientSession, enough: asyncio.Event) -> None:
        while not enough.is_set():
            try:
                got = await self._ask(session, self.chance.choice(QUESTIONS))
            except (aiohttp.ClientError, OSError, TimeoutError):
                self.lost += 1
                await asyncio.sleep(_NOBODY_THERE_S)
            else:
                self.received.append(got)
                if got.status >= 500:
                    await asyncio.sleep(_TURNED_AWAY_S)

    async def _ask(self, session: aiohttp.ClientSession, question: Question) -> Received:
        padding = {"padding": "x" * self.padding}
        sent = orjson.dumps({"query": question.query, "variables": self._variables(question), "extensions": padding})
        headers = {"Content-Type": "application/json"}
        if question.persona != "public":
            headers["Authorization"] = f"Bearer {self.tokens[question.persona]}"
        if question.purpose:
            headers["Inquiry-Purpose"] = question.purpose
        door = self.chance.choice(self.doors())
        async with session.post(f"{door}/graphql", data=sent, headers=headers) as response:
            body = await response.read()
        told = response.headers
        return Received(
            door=door,
            sent=sent,
            status=response.status,
            body=body,
            request_id=told.get("X-Request-Id", ""),
            receipt=told.get("Inquiry-Receipt", ""),
            retry_after=told.get("Retry-After", ""),
        )

    def _variables(self, question: Question) -> Mapping[str, Any]:
        if question.subjects > 1:
            return {"codes": self.chance.sample(self.codes, question.subjects)}
        return {"code": self.chance.choice(self.codes)}
