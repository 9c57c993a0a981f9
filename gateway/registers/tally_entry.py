"""What is counted and what the tally says to it; no name stands in these forms, only keyed digests of names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NewType, Protocol

from gateway.registers.engine import RegisterFault

Digest = NewType("Digest", str)
"""A keyed hash of a name: 32 hexadecimal digits that tell nothing to whoever lacks the key."""

WINDOW_MINUTES: Final = 10
"""How long a score is remembered: ten minutes at least, eleven at most, because it is kept by the minute."""


class TallyFault(RegisterFault):
    """The tally cannot count; whoever cannot be counted is not let in."""


class Verdict(IntEnum):
    """What the tally says to a request; the numbers are those of the script."""

    ADMITTED = 0
    STOPPED = 1
    TOO_MANY_REQUESTS = 2
    TOO_MANY_SUBJECTS = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """A name that may come once within a time."""

    name: Digest
    for_s: float


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody whose requests and subjects are counted: a client, an officer, an address."""

    name: Digest
    requests: int
    """The most in a minute."""
    subjects: int
    """The most distinct ones in a day."""


@dataclass(frozen=True, slots=True)
class Stop:
    """When probing is stopped, and for how long."""

    score: int
    for_s: int


@dataclass(frozen=True, slots=True)
class Aim:
    """A subject that is asked about, and the block of codes that it lies in."""

    subject: Digest
    block: Digest


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, or with `unknown` above zero what became of an earlier one; that counts no request.

    Refused for one of its askers, it adds no subject to any.
    """

    askers: tuple[Asker, ...]
    now_s: int
    """Whole seconds since 1970."""
    day: int
    """Number of the calendar day, from any beginning."""
    stop: Stop
    aims: tuple[Aim, ...] = ()
    """Distinct."""
    unknown: int = 0
    """Codes that nobody has, or that are none."""

    @property
    def minute(self) -> int:
        """Number of the minute since 1970."""
        return self.now_s // 60


@dataclass(frozen=True, slots=True)
class Tallied:
    """What came of it."""

    verdict: Verdict
    score: int = 0
    """The highest score of its askers: unknown codes, and subjects beside each other, within the window."""
    stopped_until_s: int = 0
    """Seconds since 1970; 0 unless stopped."""


class TallyStore(Protocol):
    """Where it is counted."""

    async def settle(self, marks: Sequence[Mark], asked: Sequence[Asked]) -> tuple[Sequence[bool], Sequence[Tallied]]:
        """Per mark whether it is the first of its name, per request what came of it, in their order and at once.

        Errors:  TallyFault
        """
        ...

    async def aclose(self) -> None:
        """Let go of what is held."""
        ...
