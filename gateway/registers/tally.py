"""Counters and once-only marks that all processes share; requests of one turn of the loop share one round trip.

Names are hashed with a key before they leave, so the store holds nothing that can be read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from gateway.registers.tally_entry import Asked, Digest, Mark, Tallied, TallyFault, TallyStore
from gateway.registers.tally_memory import MemoryTally
from gateway.registers.tally_redis import RedisTally

LARGEST_BATCH: Final = 128
"""Askings that share one round trip at most."""
_PERSON: Final = b"tally"  # the key may serve elsewhere too; its hashes there are others
_DIGEST_SIZE: Final = 16


@dataclass(frozen=True, slots=True)
class _Want:
    """What one asking waits for."""

    marks: tuple[Mark, ...]
    asked: tuple[Asked, ...]
    answer: asyncio.Future[tuple[Sequence[bool], Sequence[Tallied]]]


class Tally:
    """The one place where is counted. Close it with `aclose`; later askings are refused."""

    def __init__(self, store: TallyStore, key: bytes, *, patience_s: float = 0.25) -> None:
        """Errors:  ValueError for a key of no bytes or more than 64."""
        if not key:
            raise ValueError("the tally needs a key")
        self._keyed = blake2b(key=key, digest_size=_DIGEST_SIZE, person=_PERSON)
        self._store = store
        self._patience_s = patience_s
        """Seconds that one round trip may take before its askings are refused."""
        self._waiting: list[_Want] = []
        self._counting: asyncio.Task[None] | None = None
        self._is_open = True

    def digest(self, kind: str, *parts: str) -> Digest:
        """The name under which something is counted; parts cannot run into each other."""
        hashed = self._keyed.copy()
        hashed.update("".join(f"{len(part)}:{part}" for part in (kind, *parts)).encode("utf-8", "surrogatepass"))
        return Digest(hashed.hexdigest())

    async def first_time(self, kind: str, name: str, *, for_s: float) -> bool:
        """Whether this is the first time within `for_s` seconds that this name comes, to whichever process.

        Errors:  TallyFault, and then it may have been marked all the same
        """
        marks, _ = await self._settle((Mark(self.digest(kind, name), for_s),), ())
        return marks[0]

    async def look_up(self, asked: Sequence[Asked]) -> Sequence[Tallied]:
        """Count and judge; one answer for each, in their order.

        Errors:  TallyFault, and then they may have been counted all the same
        """
        _, tallied = await self._settle((), tuple(asked))
        return tallied

    async def aclose(self) -> None:
        """Answer who waits, then let go of the store."""
        self._is_open = False
        if self._counting is not None:
            await asyncio.wait([self._counting])
        await self._store.aclose()

    async def _settle(
        self, marks: tuple[Mark, ...], asked: tuple[Asked, ...]
    ) -> tuple[Sequence[bool], Sequence[Tallied]]:
        if not self._is_open:
            raise TallyFault("the tally is closed")
        want = _Want(marks, asked, asyncio.get_running_loop().create_future())
        self._waiting.append(want)
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._count_waiting(), name="tally")
        return await want.answer

    async def _count_waiting(self) -> None:
        batch: Sequence[_Want] = ()
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
                await self._count([want for want in batch if not want.answer.done()])
        finally:  # nobody waits for a counter that has ended, whatever ended it
            _refuse([*batch, *self._waiting], TallyFault("the counter has ended"))
            self._waiting = []

    async def _count(self, batch: Sequence[_Want]) -> None:
        if not batch:
            return
        marks = [mark for want in batch for mark in want.marks]
        asked = [one for want in batch for one in want.asked]
        try:
            async with asyncio.timeout(self._patience_s):
                are_first, tallied = await self._store.settle(marks, asked)
        except TallyFault as fault:
            _refuse(batch, fault)
        except TimeoutError as error:
            _refuse(batch, TallyFault(f"the tally takes too long ({type(error).__name__})"))
        else:
            _deal(batch, are_first, tallied)


def open_tally(url: str, key: bytes, clock: Callable[[], float]) -> Tally:
    """The tally behind `url`: `memory://` for this process alone, else Redis, shared by all who have `key`.

    Units:   `clock` gives seconds; only differences matter
    Errors:  TallyFault if the URL cannot be read; ValueError for a key of no bytes or more than 64
    """
    store: TallyStore = MemoryTally(clock) if url.startswith("memory:") else RedisTally(url)
    return Tally(store, key)


def _deal(batch: Sequence[_Want], are_first: Sequence[bool], tallied: Sequence[Tallied]) -> None:
    """Give each what is its own."""
    mark, one = 0, 0
    for want in batch:
        own = (are_first[mark : mark + len(want.marks)], tallied[one : one + len(want.asked)])
        mark, one = mark + len(want.marks), one + len(want.asked)
        if not want.answer.done():
            want.answer.set_result(own)


def _refuse(batch: Sequence[_Want], cause: Exception) -> None:
    for want in batch:
        if not want.answer.done():
            fault = TallyFault(str(cause))
            fault.__cause__ = cause
            want.answer.set_exception(fault)
