"""Counters and once-only marks that all processes share; requests of one turn of the loop share one round trip.

Names are hashed with a key before they leave, so the store holds nothing that can be read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, TypeAlias

from gateway.registers.tally_entry import Asked, Digest, Mark, Tallied, TallyFault, TallyStore
from gateway.registers.tally_memory import MemoryTally
from gateway.registers.tally_redis import RedisTally
from gateway.registers.turns import Turns

_PERSON: Final = b"tally"  # the key may serve elsewhere too; its hashes there are others
_DIGEST_SIZE: Final = 16
_PATIENCE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class _Want:
    """What one asks."""

    marks: tuple[Mark, ...]
    asked: tuple[Asked, ...]


_Settled: TypeAlias = tuple[Sequence[bool], Sequence[Tallied]]


class Tally:
    """The one place where is counted. Close it with `aclose`; later askings are refused."""

    def __init__(self, store: TallyStore, key: bytes, *, patience_s: float = _PATIENCE_S) -> None:
        """Errors:  ValueError for a key of no bytes or more than 64."""
        if not key:
            raise ValueError("the tally needs a key")
        self._keyed = blake2b(key=key, digest_size=_DIGEST_SIZE, person=_PERSON)
        self._store = store
        self._patience_s = patience_s
        """Seconds that one round trip may take before its askings are refused."""
        self._turns: Turns[_Want, _Settled] = Turns(self._count, "the tally", fault=TallyFault, is_open=True)

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
        await self._turns.aclose()
        await self._store.aclose()

    async def _settle(self, marks: tuple[Mark, ...], asked: tuple[Asked, ...]) -> _Settled:
        return await self._turns.ask(_Want(marks, asked))

    async def _count(self, wants: Sequence[_Want]) -> Sequence[_Settled]:
        marks = [mark for want in wants for mark in want.marks]
        asked = [one for want in wants for one in want.asked]
        try:
            async with asyncio.timeout(self._patience_s):
                are_first, tallied = await self._store.settle(marks, asked)
        except TimeoutError as error:
            raise TallyFault(f"the tally takes too long ({type(error).__name__})") from error
        return list(_dealt(wants, are_first, tallied))


def open_tally(url: str, key: bytes, clock: Callable[[], float], *, patience_s: float = _PATIENCE_S) -> Tally:
    """The tally behind `url`: `memory://` for this process alone, else Redis, shared by all who have `key`.

    Units:   `clock` gives seconds; only differences matter. `patience_s` is how long one round trip may take, a new
             connection included
    Errors:  TallyFault if the URL cannot be read; ValueError for a key of no bytes or more than 64
    """
    store: TallyStore = MemoryTally(clock) if url.startswith("memory:") else RedisTally(url)
    return Tally(store, key, patience_s=patience_s)


def _dealt(wants: Sequence[_Want], are_first: Sequence[bool], tallied: Sequence[Tallied]) -> Iterator[_Settled]:
    """What is each one's own."""
    mark, one = 0, 0
    for want in wants:
        yield are_first[mark : mark + len(want.marks)], tallied[one : one + len(want.asked)]
        mark, one = mark + len(want.marks), one + len(want.asked)
