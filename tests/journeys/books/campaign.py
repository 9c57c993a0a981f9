"""The long campaign: `python -m tests.journeys.books.campaign --rounds 50` kills gateways and databases under load.

Two fifths of the rounds kill the one gateway of an SQLite file, the others one of two gateways on PostgreSQL, their
database, or both at once. At the end every response that any client received is held against the exported log.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.books.arena import Arena, open_arena
from tests.journeys.books.violence import Round, Violence
from tests.journeys.stage import open_stage
from tests.services import PostgresService, RedisService

BEFORE = 250
"""Receipts that the crowd gets in each round before anybody is killed."""
_HEAD = f"{'round':>5}  {'killed':<24}{'receipts':>9}{'refused':>9}{'lost':>6}{'back after':>12}"


def main() -> None:
    """Print one line for each round, and at the end what the log says of them all."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--rounds", type=int, default=50)
    given.add_argument("--seed", type=int, default=1)
    chosen = given.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="books") as name, open_stage(Path(name)) as stage:
        embedded = max(1, chosen.rounds * 2 // 5)
        with open_arena(stage, Path(name) / "embedded", {}) as arena:
            violence = Violence(arena, random.Random(chosen.seed), before=BEFORE)
            _campaign("SQLite, one gateway", arena, [violence.kill_a_gateway] * embedded)
        with _servers() as (postgres, redis):
            shared = {"database": {"url": postgres.url(postgres.fresh_database())}, "cache": {"url": redis.url}}
            with open_arena(stage, Path(name) / "shared", shared, gateways=2) as arena:
                violence = Violence(arena, random.Random(chosen.seed + 1), postgres, BEFORE)
                _campaign("PostgreSQL, two gateways", arena, _mixed(violence, chosen.rounds - embedded))
    print(f"done in {time.monotonic() - began:.0f} s")


def _mixed(violence: Violence, rounds: int) -> Sequence[Callable[[], Round]]:
    """Of five rounds three kill the database, one a gateway, one both."""
    database = violence.kill_the_database
    five = (database, violence.kill_a_gateway, database, violence.kill_both, database)
    return [five[number % len(five)] for number in range(rounds)]


@contextmanager
def _servers() -> Iterator[tuple[PostgresService, RedisService]]:
    postgres, redis = PostgresService(), RedisService()
    try:
        yield postgres, redis
    finally:
        redis.stop()
        postgres.stop()


def _campaign(title: str, arena: Arena, rounds: Sequence[Callable[[], Round]]) -> None:
    print(f"{title}\n{_HEAD}", flush=True)
    for number, violence in enumerate(rounds, start=1):
        one = violence()
        figures = f"{one.receipts:>9}{one.refused:>9}{one.lost:>6}{one.back_s:>10.1f} s"
        print(f"{number:>5}  {one.killed:<24}{figures}", flush=True)
    print("\n".join(_told(arena)), flush=True)


def _told(arena: Arena) -> Iterator[str]:
    """What the exported log says; AssertionError if it is not what it has to be."""
    received, ledger = arena.crowd.received, arena.ledger()
    report = ledger.verified(kept=arena.kept)
    held = ledger.hold(received)
    statuses = Counter(f"{one.status}{'' if one.receipt else ' without entry'}" for one in received)
    counted, kept = report.counted, len(arena.kept)
    yield f"received in full  {len(received)}: {', '.join(f'{n} × {what}' for what, n in sorted(statuses.items()))}"
    yield f"held              {held} receipts against request, response, entry, leaf and place: none differs"
    yield f"log               {counted.entries} entries, positions {counted.first} to {counted.last} without a gap"
    yield f"                  {counted.entries - held} of them for answers that nobody received in full"
    yield f"                  {counted.closings} closings, {counted.checkpoints} checkpoints, {kept} kept outside"
    yield f"verified          {report.is_verified}, {report.signatures} signatures of receipts checked"


if __name__ == "__main__":
    main()
