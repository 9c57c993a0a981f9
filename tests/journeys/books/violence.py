"""Rounds of violence: somebody is killed under load at a random moment, comes back, and the crowd goes on."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.journeys.books.arena import Arena
from tests.journeys.books.processes import kill_database
from tests.services import PostgresService

AFTERWARDS = 20
"""Receipts that those who have come back give before a round is over."""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one."""

    killed: str
    receipts: int
    """Responses with a receipt, received in full."""
    refused: int
    """Answers that said that there is no answer now."""
    lost: int
    """Requests broken off, or taken by nobody."""
    back_s: float
    """From the killing until every gateway was ready again."""


@dataclass(frozen=True, slots=True)
class Violence:
    """Who does it, to whom; each method is one round."""

    arena: Arena
    chance: random.Random
    service: PostgresService | None = None
    """The arena's database, where it is a server of its own."""
    before: int = 40
    """Receipts that the crowd gets before anybody is killed."""

    def kill_a_gateway(self) -> Round:
        """One gateway is killed and started again."""
        victim = self.chance.choice(self.arena.processes)

        def violence() -> None:
            victim.kill()
            time.sleep(self.chance.uniform(0.0, 0.2))
            victim.start()

        return self._round(victim.name, violence)

    def kill_the_database(self) -> Round:
        """The server and all its processes are killed, and started on the same files; the gateways live on."""
        service = self._server()

        def violence() -> None:
            kill_database(service)
            time.sleep(self.chance.uniform(0.0, 0.5))
            service.up()

        return self._round("database", violence)

    def kill_both(self) -> Round:
        """A gateway too, in the midst of what it does about a database that has just died."""
        service, victim = self._server(), self.chance.choice(self.arena.processes)

        def violence() -> None:
            kill_database(service)
            time.sleep(self.chance.uniform(0.0, 0.02))
            victim.kill()
            service.up()
            victim.start()

        return self._round(f"database and {victim.name}", violence)

    def _server(self) -> PostgresService:
        assert self.service is not None, "this database is a file"
        return self.service

    def _round(self, killed: str, violence: Callable[[], None]) -> Round:
        crowd = self.arena.crowd
        receipts, answers, lost = crowd.receipts, len(crowd.received), crowd.lost
        with self.arena.load():
            self.arena.until_more(self.before)
            time.sleep(self.chance.uniform(0.0, 0.5))
            began = time.monotonic()
            violence()
            for process in self.arena.processes:
                process.until_ready()
            back_s = time.monotonic() - began
            self.arena.until_more(AFTERWARDS)
        self.arena.keep_checkpoint()
        refused = sum(1 for one in crowd.received[answers:] if one.status >= 500)
        return Round(killed, crowd.receipts - receipts, refused, crowd.lost - lost, back_s)
