"""The tally in Redis, shared by all processes; the one place where Redis's own errors become ours.

Redis has to keep what it is told (`maxmemory-policy noeviction`): what it forgets early could come a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from gateway.registers.tally_entry import WINDOW_MINUTES, Asked, Mark, Tallied, TallyFault, Verdict
from gateway.registers.tally_script import COUNT, PREFIX


class RedisTally:
    """Counts by one script and marks by SET NX, both in one round trip. Opens no connection before it is asked.

    How long that may take is for the tally to say, which calls.
    """

    def __init__(self, url: str) -> None:
        """Errors:  TallyFault if the URL is none that redis-py reads (`redis://`, `rediss://`, `unix://`)."""
        try:
            self._redis = redis.asyncio.Redis.from_url(
                url,
                retry=Retry(NoBackoff(), 0),  # what was sent twice would be counted twice
                protocol=2,  # under 3 redis-py sends on a connection whose end it has seen already
            )
        except ValueError as error:
            raise TallyFault("the URL of the cache server cannot be read") from error

    async def settle(self, marks: Sequence[Mark], asked: Sequence[Asked]) -> tuple[Sequence[bool], Sequence[Tallied]]:
        """Mark and count. Errors:  TallyFault, also if only one of them fails."""
        with tally_errors():
            async with self._redis.pipeline(transaction=False) as pipeline:
                for mark in marks:
                    pipeline.set(f"{PREFIX}once:{mark.name}", b"", nx=True, px=max(1, round(mark.for_s * 1000)))
                if asked:
                    pipeline.eval(COUNT, 0, orjson.dumps(asked), PREFIX, WINDOW_MINUTES)
                answers = await pipeline.execute()
            return [bool(answer) for answer in answers[: len(marks)]], _tallied(answers[-1] if asked else ())

    async def aclose(self) -> None:
        """Close the connection."""
        await self._redis.aclose()


@contextmanager
def tally_errors() -> Iterator[None]:
    """Turn every error of Redis, its driver and its socket into TallyFault, which names the kind only."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise TallyFault(f"the tally cannot be reached ({type(error).__name__})") from error


def _tallied(answers: Any) -> Sequence[Tallied]:
    return [Tallied(Verdict(verdict), score, ends) for verdict, score, ends in answers]
