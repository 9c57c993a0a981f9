"""What the rules of alerts count: distinct subjects, refused requests, and requests that are a case of a rule.

Requests come in the order in which they were written, which is that of their hours but for a few seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from policies.logged import Logged

HOUR: Final = timedelta(hours=1)


class Sighting(NamedTuple):
    """When something was seen, and at which position of the log."""

    at: datetime
    position: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted when a threshold was reached."""

    count: int
    first: int
    """The lowest position that counts."""
    begins: datetime
    """The earliest hour that counts."""


class Subjects:
    """Distinct subjects, each by the last time that it was asked about: all of them, or those of an hour."""

    __slots__ = ("_is_of_hour", "_seen", "_threshold", "latest")

    def __init__(self, threshold: int, *, is_of_hour: bool) -> None:
        self._threshold = threshold
        self._is_of_hour = is_of_hour
        self._seen: dict[str, Sighting] = {}
        self.latest: datetime | None = None

    def note(self, logged: Logged) -> Counted | None:
        """Count the request's; what there is once that is enough."""
        self.latest = latest = _later(self.latest, logged.at)
        sighting = Sighting(logged.at, logged.position)
        for subject in logged.subjects:
            self._seen[subject] = max(self._seen.pop(subject, sighting), sighting)
        since = latest - HOUR if self._is_of_hour else None
        if since is not None:
            self._forget(since)
        if len(self._seen) < self._threshold:
            return None
        kept = [seen for seen in self._seen.values() if since is None or seen.at > since]
        return _counted(kept) if len(kept) >= self._threshold else None

    def _forget(self, since: datetime) -> None:
        """Those that were seen last, as far as they stand in front; at least one was seen after `since`."""
        while (first := next(iter(self._seen)), self._seen[first].at <= since)[1]:
            del self._seen[first]


class Refusals:
    """Refused requests of an hour, and their share in all of it, to the second."""

    __slots__ = ("_refused", "_requests", "_share", "_threshold", "latest")

    def __init__(self, threshold: int, share: float) -> None:
        self._threshold = threshold
        self._share = share
        self._requests: dict[int, int] = {}
        """How many by second: a number that stays small whoever asks."""
        self._refused: deque[Sighting] = deque()
        self.latest: datetime | None = None

    def note(self, logged: Logged) -> Counted | None:
        """Count the request; only one that was refused can be one too many."""
        self.latest = latest = _later(self.latest, logged.at)
        second = _second(logged.at)
        self._requests[second] = self._requests.get(second, 0) + 1
        if logged.is_refused:
            self._refused.append(Sighting(logged.at, logged.position))
        since = _second(latest - HOUR)
        self._forget(since)
        if not logged.is_refused or len(self._refused) < self._threshold:
            return None
        refused = [seen for seen in self._refused if _second(seen.at) > since]
        all_of_them = sum(count for at, count in self._requests.items() if at > since)
        is_many = len(refused) >= max(self._threshold, self._share * all_of_them)
        return _counted(refused) if is_many else None

    def _forget(self, since: int) -> None:
        """What is over, as far as it stands in front; the latest request never is."""
        while (first := next(iter(self._requests))) <= since:
            del self._requests[first]
        while self._refused and _second(self._refused[0].at) <= since:
            self._refused.popleft()


class Cases:
    """Requests that are a case of one rule."""

    __slots__ = ("_seen", "_threshold")

    def __init__(self, threshold: int) -> None:
        self._threshold = threshold
        self._seen: list[Sighting] = []

    def note(self, logged: Logged) -> Counted | None:
        """Count the request."""
        self._seen.append(Sighting(logged.at, logged.position))
        return _counted(self._seen) if len(self._seen) >= self._threshold else None


def _counted(seen: Iterable[Sighting]) -> Counted:
    kept = [*seen]
    return Counted(len(kept), min(one.position for one in kept), min(one.at for one in kept))


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)


def _second(at: datetime) -> int:
    return int(at.timestamp())
