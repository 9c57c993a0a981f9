"""Gateways and databases are killed under load: every response that anybody received has its entry, in one whole log.

The long version is `python -m tests.journeys.books.campaign`.
"""

from __future__ import annotations

import random

from tests.journeys.books.arena import Arena
from tests.journeys.books.violence import Round, Violence

ROUNDS = 3


def check(arena: Arena, rounds: list[Round]) -> None:
    """Everything that was received is held against the log, and the log is whole."""
    ledger = arena.ledger()
    report = ledger.verified(kept=arena.kept, reaches=arena.positions())
    assert ledger.hold(arena.crowd.received) == arena.crowd.receipts >= sum(one.receipts for one in rounds) > 0
    assert len(set(ledger.ids)) == len(ledger.ids)
    assert arena.kept
    assert report.counted.checkpoints > 0
    assert report.counted.closings > 0


def test_a_gateway_on_a_file_is_killed(embedded: Arena) -> None:
    violence = Violence(embedded, random.Random(1))
    check(embedded, [violence.kill_a_gateway() for _ in range(ROUNDS)])


def test_the_database_is_killed_under_two_gateways(shared: Arena, violence: Violence) -> None:
    rounds = [violence.kill_the_database() for _ in range(ROUNDS)]
    assert all(one.refused for one in rounds)
    check(shared, rounds)


def test_a_gateway_is_killed_while_its_database_dies(shared: Arena, violence: Violence) -> None:
    check(shared, [violence.kill_both(), violence.kill_a_gateway()])
