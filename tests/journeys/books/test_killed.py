"""Gateways and databases are killed under load: every response that anybody received has its entry, in one whole log.

The long version is `python -m tests.journeys.books.campaign`.
"""

from __future__ import annotations

import base64
import json
import random
from dataclasses import replace

import pytest

from tests.journeys.books.arena import Arena
from tests.journeys.books.received import Received
from tests.journeys.books.violence import Round, Violence

ROUNDS = 3


def check(arena: Arena, rounds: list[Round]) -> None:
    """Everything that was received is held against the log, and the log is whole."""
    ledger = arena.ledger()
    report = ledger.verified(kept=arena.kept)
    assert ledger.hold(arena.crowd.received) == arena.crowd.receipts >= sum(one.receipts for one in rounds) > 0
    assert len(set(ledger.ids)) == len(ledger.ids)
    assert arena.kept
    assert report.counted.checkpoints > 0
    assert report.counted.closings > 0


def test_a_gateway_on_a_file_is_killed(embedded: Arena) -> None:
    violence = Violence(embedded, random.Random(1))
    check(embedded, [violence.kill_a_gateway() for _ in range(ROUNDS)])


def test_the_database_is_killed_under_two_gateways(shared: Arena, violence: Violence) -> None:
    """The last time one of the gateways dies in the midst of what it does about that."""
    rounds = [violence.kill_the_database(), violence.kill_the_database(), violence.kill_both()]
    assert all(one.refused for one in rounds)
    check(shared, rounds)


def test_what_the_log_does_not_say_would_be_found(embedded: Arena) -> None:
    """A response more, a byte more, an entry less: whoever holds one against the other says so."""
    with embedded.load():
        embedded.until_more(5)
    ledger, one = embedded.ledger(), embedded.crowd.received[-1]
    assert ledger.hold([one]) == 1
    last = max((got for got in embedded.crowd.received if got.receipt), key=position_of)
    place = position_of(last)
    cut = replace(ledger, entries={position: entry for position, entry in ledger.entries.items() if position != place})
    wrong = (
        (ledger, replace(one, body=one.body + b" ")),
        (ledger, replace(one, sent=one.sent + b" ")),
        (ledger, replace(one, request_id="another")),
        (ledger, replace(one, receipt="")),
        (cut, last),
    )
    for book, received in wrong:
        with pytest.raises(AssertionError):
            book.hold([received])
    with pytest.raises(AssertionError):
        cut.verified()


def position_of(one: Received) -> int:
    """Where the receipt says that the entry is."""
    payload = one.receipt.split(".")[1]
    return int(json.loads(base64.urlsafe_b64decode(payload + "=="))["pos"])
