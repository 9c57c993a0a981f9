"""The tally in this process's memory, with an end: what is full cannot count, and so lets nobody in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.registers.tally_entry import (
    WINDOW_MINUTES,
    Aim,
    Asked,
    Asker,
    Digest,
    Mark,
    Tallied,
    TallyFault,
    Verdict,
)

_DAY_KEPT_S: Final = 26 * 3600.0
_WINDOW_KEPT_S: Final = (WINDOW_MINUTES + 2) * 60.0
_SWEEP_S: Final = 10.0


@dataclass(slots=True)
class _Account:
    """What is kept of one asker."""

    ends: float = 0.0
    """By the store's clock; afterwards nothing in it counts."""
    minute: int = 0
    requests: int = 0
    day: int = 0
    subjects: set[Digest] = field(default_factory=set)
    blocks: dict[Digest, int] = field(default_factory=dict)
    """Minute in which each was last seen, longest ago first."""
    scores: dict[int, int] = field(default_factory=dict)
    """By minute."""
    stopped_until_s: int = 0

    def turn_to(self, asked: Asked) -> None:
        """Forget what an earlier minute or day had."""
        if asked.minute > self.minute:
            self.minute, self.requests = asked.minute, 0
        if asked.day > self.day:
            self.day, self.subjects = asked.day, set()
        oldest = asked.minute - WINDOW_MINUTES
        while self.blocks and self.blocks[first := next(iter(self.blocks))] < oldest:
            del self.blocks[first]
        for minute in [minute for minute in self.scores if minute < oldest]:
            del self.scores[minute]

    def new(self, aims: Sequence[Aim]) -> Sequence[Aim]:
        """Those not asked about on this day."""
        return [aim for aim in aims if aim.subject not in self.subjects]

    def side_by_side(self, new: Sequence[Aim]) -> int:
        """How many of the new ones lie in a block that was seen before."""
        return len(new) - len({aim.block for aim in new} - self.blocks.keys())

    def keep(self, new: Sequence[Aim]) -> None:
        """Remember them."""
        for aim in new:
            self.subjects.add(aim.subject)
            self.blocks.pop(aim.block, None)
            self.blocks[aim.block] = self.minute

    def size(self) -> int:
        """How many things are remembered."""
        return 1 + len(self.subjects) + len(self.blocks)


class MemoryTally:
    """Counts alone; `clock` gives seconds, by which things are forgotten."""

    def __init__(self, clock: Callable[[], float], *, most: int = 500_000) -> None:
        self._clock = clock
        self._most = most
        """Marks, askers, subjects and blocks together, about 200 bytes each."""
        self._size = 0
        self._marks: dict[Digest, float] = {}
        self._accounts: dict[Digest, _Account] = {}
        self._next_sweep = clock() + _SWEEP_S

    async def settle(self, marks: Sequence[Mark], asked: Sequence[Asked]) -> tuple[Sequence[bool], Sequence[Tallied]]:
        """Mark and count. Errors:  TallyFault when full."""
        now = self._clock()
        if now >= self._next_sweep:
            self._sweep(now)
        if self._size >= self._most:
            raise TallyFault("the tally in memory is full")
        are_first = [self._is_first(mark, now) for mark in marks]
        return are_first, [self._tell(one, now) if one.unknown else self._admit(one, now) for one in asked]

    async def aclose(self) -> None:
        """Forget everything."""
        self._marks.clear()
        self._accounts.clear()

    def _is_first(self, mark: Mark, now: float) -> bool:
        ends = self._marks.get(mark.name)
        if ends is not None and ends > now:
            return False
        self._size += ends is None
        self._marks[mark.name] = now + mark.for_s
        return True

    def _admit(self, asked: Asked, now: float) -> Tallied:
        accounts = [self._account(asker, asked, now=now) for asker in asked.askers]
        for account in accounts:
            account.requests += 1
        ends = max((account.stopped_until_s for account in accounts), default=0)
        if ends > asked.now_s:
            return Tallied(Verdict.STOPPED, 0, ends)
        pairs = list(zip(asked.askers, accounts, strict=True))
        if any(account.requests > asker.requests for asker, account in pairs):
            return Tallied(Verdict.TOO_MANY_REQUESTS)
        new = [account.new(asked.aims) for account in accounts]
        if any(
            aims and len(account.subjects) + len(aims) > asker.subjects
            for (asker, account), aims in zip(pairs, new, strict=True)
        ):
            return Tallied(Verdict.TOO_MANY_SUBJECTS)
        more = [account.side_by_side(aims) for account, aims in zip(accounts, new, strict=True)]
        highest, ends = _probing(asked, accounts, more)
        if ends:
            return Tallied(Verdict.STOPPED, highest, ends)
        for account, aims in zip(accounts, new, strict=True):
            self._keep(account, aims, now=now)
        return Tallied(Verdict.ADMITTED, highest)

    def _tell(self, asked: Asked, now: float) -> Tallied:
        accounts = [self._account(asker, asked, now=now) for asker in asked.askers]
        highest, ends = _probing(asked, accounts, [asked.unknown] * len(accounts))
        return Tallied(Verdict.STOPPED if ends else Verdict.ADMITTED, highest, ends)

    def _account(self, asker: Asker, asked: Asked, *, now: float) -> _Account:
        account = self._accounts.get(asker.name)
        if account is None:
            account = self._accounts[asker.name] = _Account()
            self._size += 1
        account.ends = max(account.ends, now + _WINDOW_KEPT_S, now + asked.stop.for_s)
        account.turn_to(asked)
        return account

    def _keep(self, account: _Account, new: Sequence[Aim], *, now: float) -> None:
        if new:
            before = account.size()
            account.keep(new)
            account.ends = max(account.ends, now + _DAY_KEPT_S)
            self._size += account.size() - before

    def _sweep(self, now: float) -> None:
        """Forget what has ended, and count anew what is left."""
        self._next_sweep = now + _SWEEP_S
        self._marks = {name: ends for name, ends in self._marks.items() if ends > now}
        self._accounts = {name: account for name, account in self._accounts.items() if account.ends > now}
        self._size = len(self._marks) + sum(account.size() for account in self._accounts.values())


def _probing(asked: Asked, accounts: Sequence[_Account], more: Sequence[int]) -> tuple[int, int]:
    """Add to the scores; the highest, and until when its asker is stopped by it, else 0."""
    highest, ends = 0, 0
    for account, added in zip(accounts, more, strict=True):
        if added:
            account.scores[asked.minute] = account.scores.get(asked.minute, 0) + added
        score = sum(account.scores.values())
        highest = max(highest, score)
        if score >= asked.stop.score:
            ends = account.stopped_until_s = asked.now_s + asked.stop.for_s
    return highest, ends
