"""Askings of one turn of the loop are answered together, and while that is under way the next ones gather.

What a round trip to a database or a cache costs is so shared by all who ask at once; nobody waits for anybody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

from gateway.registers.engine import RegisterFault

Asked = TypeVar("Asked")
Told = TypeVar("Told")

LARGEST_TURN: Final = 256
"""Askings that are answered together at most."""
Settle: TypeAlias = Callable[[Sequence[Asked]], Awaitable[Sequence[Told | Exception]]]
"""Answers all of them in their order, an exception for one that is refused; raises RegisterFault if none can be."""


@dataclass(frozen=True, slots=True)
class _Want(Generic[Asked, Told]):
    """What one asking waits for."""

    asked: Asked
    answer: asyncio.Future[Told]


class Turns(Generic[Asked, Told]):
    """One line in which askings wait for their turn; closed from the start if `is_open` is not given."""

    def __init__(
        self,
        settle: Settle[Asked, Told],
        what: str,
        *,
        fault: type[RegisterFault] = RegisterFault,
        is_open: bool = False,
    ) -> None:
        self._settle = settle
        self._what = what
        """What is asked, as sentences name it."""
        self._fault = fault
        self._waiting: list[_Want[Asked, Told]] = []
        self._work: asyncio.Task[None] | None = None
        self._is_open = is_open

    def open(self) -> None:
        """Take askings from now on."""
        self._is_open = True

    async def aclose(self) -> None:
        """Answer who waits, then refuse all who come."""
        self._is_open = False
        if self._work is not None:
            await asyncio.wait([self._work])

    async def ask(self, asked: Asked) -> Told:
        """The answer, in the next turn.

        Errors:  the kind of RegisterFault of this line, also when it is closed; and what one asking is refused with
        """
        if not self._is_open:
            raise self._fault(f"{self._what} is closed")
        want: _Want[Asked, Told] = _Want(asked, asyncio.get_running_loop().create_future())
        self._waiting.append(want)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._answer_waiting(), name=self._what)
            self._work.add_done_callback(self._never_began)
        return await want.answer

    def _never_began(self, work: asyncio.Task[None]) -> None:
        """A worker that is cancelled before it begins refuses nobody itself."""
        if work.cancelled() and work is self._work:
            self._refuse(self._waiting, self._fault(f"{self._what} has ended"))
            self._waiting = []

    async def _answer_waiting(self) -> None:
        turn: Sequence[_Want[Asked, Told]] = ()
        try:
            while self._waiting:
                turn, self._waiting = self._waiting[:LARGEST_TURN], self._waiting[LARGEST_TURN:]
                await self._answer([want for want in turn if not want.answer.done()])
        finally:  # nobody waits for a worker that has ended, whatever ended it
            self._refuse([*turn, *self._waiting], self._fault(f"{self._what} has ended"))
            self._waiting = []

    async def _answer(self, turn: Sequence[_Want[Asked, Told]]) -> None:
        if not turn:
            return
        try:
            answers = await self._settle([want.asked for want in turn])
        except RegisterFault as fault:
            self._refuse(turn, fault)
            return
        for want, told in zip(turn, answers, strict=True):
            if want.answer.done():
                continue
            if isinstance(told, Exception):
                want.answer.set_exception(told)
            else:
                want.answer.set_result(told)

    def _refuse(self, turn: Sequence[_Want[Asked, Told]], cause: Exception) -> None:
        """Each its own, as several who raise one and the same exception would write into each other's traces."""
        for want in turn:
            if not want.answer.done():
                fault = self._fault(str(cause))
                fault.__cause__ = cause
                want.answer.set_exception(fault)
