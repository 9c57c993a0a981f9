"""Patience with agencies: what is left of a deadline, how often to try again, when to stop asking.

Nothing here reads a clock or sleeps: every method is given `now` in seconds of the event loop's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from connectors.port import Errand

_SLICES: Final = 10


def remaining_s(errand: Errand, now: float) -> float:
    """Seconds until nobody waits any more; 0.0 once the deadline has passed."""
    return max(0.0, errand.deadline - now)


@dataclass(frozen=True, slots=True)
class RetrySettings:
    """How often a safe call may be sent again."""

    retries: int = 2
    """Most retries of one call."""
    backoff_s: float = 0.05
    """Upper end of the first pause; it doubles with each retry."""
    backoff_ceiling_s: float = 1.0
    share: float = 0.1
    """Retries earned by each call: 0.1 means one retry for ten calls."""
    floor: float = 3.0
    """Retries in hand at the start."""
    floor_per_s: float = 0.2
    """Retries earned by time alone, so that a quiet line may still try again."""
    ceiling: float = 20.0
    """Most retries that can be saved up."""


def full_jitter_s(retry: int, settings: RetrySettings, *, draw: float) -> float:
    """The pause before retry number `retry` (from 0): anywhere between nothing and a doubling ceiling.

    Units:  `draw` is a random number in [0, 1); the result is in seconds
    """
    return draw * float(min(settings.backoff_ceiling_s, settings.backoff_s * 2**retry))


class RetryBudget:
    """A purse of retries shared by all calls of one agency, so that retries cannot become a storm."""

    __slots__ = ("_purse", "_seen_at", "_settings")

    def __init__(self, settings: RetrySettings) -> None:
        self._settings = settings
        self._purse = settings.floor
        self._seen_at: float | None = None

    def earn(self, now: float) -> None:
        """Note one first call."""
        self._refill(now)
        self._purse = min(self._settings.ceiling, self._purse + self._settings.share)

    def spend(self, now: float) -> bool:
        """Take one retry from the purse; False if it does not hold one."""
        self._refill(now)
        if self._purse < 1.0:
            return False
        self._purse -= 1.0
        return True

    def _refill(self, now: float) -> None:
        if self._seen_at is not None and self._purse < self._settings.floor:
            earned = (now - self._seen_at) * self._settings.floor_per_s
            self._purse = min(self._settings.floor, self._purse + earned)
        self._seen_at = now


class BreakerState(StrEnum):
    """Whether calls of one operation are let through."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    """When an operation is left alone, and for how long."""

    window_s: float = 10.0
    """Calls older than this no longer count."""
    least_calls: int = 8
    """Fewer calls than this in the window never open the breaker."""
    failure_share: float = 0.5
    open_s: float = 5.0
    """How long nothing is sent before one probe is let through."""


class Breaker:
    """One operation's circuit breaker.

    Shape:  `admit` gives a pass or None; each pass is handed back once, through `record` or `forgive`.
            A pass of an earlier state is stale and changes nothing.
    """

    __slots__ = ("_counts", "_failures", "_opened_at", "_pass", "_probing", "_settings", "_slice", "_state", "_total")

    def __init__(self, settings: BreakerSettings) -> None:
        self._settings = settings
        self._state = BreakerState.CLOSED
        self._pass = 0
        self._probing = False
        self._opened_at = 0.0
        self._forget()

    def state(self, now: float) -> BreakerState:
        """What a call at `now` would meet; does not take the probe."""
        if self._state is BreakerState.OPEN and now >= self._opened_at + self._settings.open_s:
            return BreakerState.HALF_OPEN
        return self._state

    def admit(self, now: float) -> int | None:
        """A pass for one call, or None if the operation is to be left alone."""
        if self._state is BreakerState.CLOSED:
            return self._pass
        if self._state is BreakerState.OPEN:
            if now < self._opened_at + self._settings.open_s:
                return None
            self._move(BreakerState.HALF_OPEN)
        if self._probing:
            return None
        self._probing = True
        return self._pass

    def record(self, admitted: int, now: float, *, has_failed: bool) -> None:
        """How the call with this pass ended."""
        if admitted != self._pass:
            return
        if self._state is BreakerState.HALF_OPEN:
            self._opened_at = now
            self._move(BreakerState.OPEN if has_failed else BreakerState.CLOSED)
            return
        self._count(now, has_failed=has_failed)
        enough = self._total >= self._settings.least_calls
        if has_failed and enough and self._failures >= self._settings.failure_share * self._total:
            self._opened_at = now
            self._move(BreakerState.OPEN)

    def forgive(self, admitted: int) -> None:
        """The call ended without telling anything about the agency (its caller left)."""
        if admitted == self._pass:
            self._probing = False

    def _move(self, state: BreakerState) -> None:
        self._state = state
        self._pass += 1
        self._probing = False
        self._forget()

    def _forget(self) -> None:
        self._slice = 0
        self._total = self._failures = 0
        self._counts = [(0, 0)] * _SLICES

    def _count(self, now: float, *, has_failed: bool) -> None:
        current = int(now * _SLICES / self._settings.window_s)
        for stale in range(max(self._slice + 1, current - _SLICES + 1), current + 1):
            calls, failures = self._counts[stale % _SLICES]
            self._total -= calls
            self._failures -= failures
            self._counts[stale % _SLICES] = (0, 0)
        self._slice = max(self._slice, current)
        calls, failures = self._counts[current % _SLICES]
        self._counts[current % _SLICES] = (calls + 1, failures + has_failed)
        self._total += 1
        self._failures += has_failed


class Breakers:
    """The breakers of one agency, one per operation, made when first needed."""

    __slots__ = ("_breakers", "_settings")

    def __init__(self, settings: BreakerSettings) -> None:
        self._settings = settings
        self._breakers: dict[str, Breaker] = {}

    def of(self, operation: str) -> Breaker:
        """The breaker of `operation`; operations are a fixed few per agency, never made from input."""
        breaker = self._breakers.get(operation)
        if breaker is None:
            breaker = self._breakers[operation] = Breaker(self._settings)
        return breaker

    def states(self, now: float) -> Mapping[str, BreakerState]:
        """Every operation that was asked so far, for readiness and metrics."""
        return {operation: breaker.state(now) for operation, breaker in self._breakers.items()}
