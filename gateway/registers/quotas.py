"""How much a caller may ask, by client and by officer, and what becomes of one that tries codes one after the other.

The tally counts; here is said who is counted, what lies side by side, and what a refusal says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Final

from gateway.faults import FaultCode, QuotaExceeded
from gateway.registers.tally import Tally
from gateway.registers.tally_entry import Aim, Asked, Asker, Digest, Stop, Tallied, Verdict
from gateway.setting_identity import Quotas as QuotaSettings
from schema.vocabulary.caller import Caller
from schema.vocabulary.identifiers import ALPHABET, SubjectId

NEIGHBOURS: Final = 32
"""How many running numbers make one block; two codes in one lie side by side."""
_DIVISION_ENDS: Final = 8
_RUNNING_NUMBER: Final = slice(8, 16)  # the ninth character of an organisation code checks the eight before it
_AS_PYTHON_DIGITS: Final = str.maketrans(ALPHABET, "0123456789ABCDEFGHIJKLMNOPQRSTU")
_DAY_S: Final = 86_400
_SHANGHAI_S: Final = 8 * 3600
"""What the day in Shanghai is ahead; China has no summer time."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """The request may go on."""

    hold_back_s: float = 0.0
    """Seconds that its answer is held back, because its caller seems to try codes."""


class Quotas:
    """The desk at which every request is counted before anything is judged."""

    def __init__(self, tally: Tally, settings: QuotaSettings) -> None:
        self._tally = tally
        self._settings = settings
        self._stop = Stop(settings.unknown_stop, ceil(settings.stop_for.total_seconds()))

    async def admit(
        self, caller: Caller, subjects: Collection[SubjectId], *, now: datetime, address: str = ""
    ) -> Admitted:
        """Count one request and its subjects; `address` stands for the client where there is none.

        Shape:   a caller with neither client, officer nor address is not counted
        Errors:  QuotaExceeded QUOTA_EXCEEDED or ENUMERATION_STOPPED; TallyFault when it cannot be counted
        """
        askers = tuple(self._askers(caller, address))
        if not askers:
            return Admitted()
        now_s, day = _seconds_and_day(now)
        aims = tuple(self._aim(subject, day) for subject in dict.fromkeys(subjects))
        (tallied,) = await self._tally.look_up([Asked(askers, now_s, day, self._stop, aims)])
        if tallied.verdict is not Verdict.ADMITTED:
            raise _refusal(tallied, now_s)
        return Admitted(self._hold_back_s(tallied.score))

    async def tell_unknown(self, caller: Caller, unknown: int, *, now: datetime, address: str = "") -> None:
        """Count codes of a request that nobody has or that are none; the caller's next request feels it.

        Errors:  TallyFault
        """
        askers = tuple(self._askers(caller, address))
        if askers and unknown > 0:
            now_s, day = _seconds_and_day(now)
            await self._tally.look_up([Asked(askers, now_s, day, self._stop, unknown=unknown)])

    async def enter(self, client_id: str, *, now: datetime) -> None:
        """Count one request of a client to a door of the authorization server.

        Errors:  QuotaExceeded QUOTA_EXCEEDED; TallyFault
        """
        asker = Asker(self._tally.digest("oauth", client_id), self._settings.oauth_requests, 1)
        now_s, day = _seconds_and_day(now)
        (tallied,) = await self._tally.look_up([Asked((asker,), now_s, day, self._stop)])
        if tallied.verdict is not Verdict.ADMITTED:
            raise _refusal(tallied, now_s)

    def _askers(self, caller: Caller, address: str) -> Iterator[Asker]:
        limits = self._settings
        if caller.client_id:
            name = self._tally.digest("client", caller.client_id)
            yield Asker(name, limits.client_requests, limits.client_subjects)
        elif address:
            name = self._tally.digest("address", _network(address))
            yield Asker(name, limits.client_requests, limits.client_subjects)
        if caller.officer:
            name = self._tally.digest("officer", caller.organisation, caller.officer)
            yield Asker(name, limits.officer_requests, limits.officer_subjects)

    def _aim(self, subject: SubjectId, day: int) -> Aim:
        """The day is hashed as well, so that nobody can follow a subject through the store from day to day."""
        return Aim(self._tally.digest("subject", str(day), subject), self._block(subject))

    def _block(self, subject: SubjectId) -> Digest:
        running = subject[_RUNNING_NUMBER]
        try:
            running = str(int(running.translate(_AS_PYTHON_DIGITS), len(ALPHABET)) // NEIGHBOURS)
        except ValueError:  # a code that is in use although it breaks the rules has no neighbours but itself
            running = f"!{running}"
        return self._tally.digest("block", subject[:_DIVISION_ENDS], running)

    def _hold_back_s(self, score: int) -> float:
        """Nothing below `unknown_slow`, then more with each code up to `slowest` just before the stop."""
        slow, stop = self._settings.unknown_slow, self._settings.unknown_stop
        if score < slow:
            return 0.0
        return self._settings.slowest.total_seconds() * (score - slow + 1) / (stop - slow)  # admitted: below `stop`


def _seconds_and_day(now: datetime) -> tuple[int, int]:
    """Seconds since 1970, and the number of the day in Shanghai."""
    now_s = int(now.timestamp())
    return now_s, (now_s + _SHANGHAI_S) // _DAY_S


def _network(address: str) -> str:
    """What one holder of an address has: the address itself, of IPv6 the network of 64 bits."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return str(read)
    return str(read.ipv4_mapped or IPv6Address(int(read) >> 64 << 64))


def _refusal(tallied: Tallied, now_s: int) -> QuotaExceeded:
    match tallied.verdict:
        case Verdict.STOPPED:
            return QuotaExceeded(
                FaultCode.ENUMERATION_STOPPED,
                "too many codes were asked about that nobody has or that lie side by side",
                advice="ask about subjects that you know, after the time in `Retry-After`",
                retry_after_s=tallied.stopped_until_s - now_s,
            )
        case Verdict.TOO_MANY_SUBJECTS:
            return QuotaExceeded(
                FaultCode.QUOTA_EXCEEDED,
                "more subjects were asked about on this day than this caller may",
                advice="subjects of today may be asked about again, others after the time in `Retry-After`",
                retry_after_s=_DAY_S - (now_s + _SHANGHAI_S) % _DAY_S,
            )
        case _:
            return QuotaExceeded(
                FaultCode.QUOTA_EXCEEDED,
                "more requests came in this minute than this caller may send",
                advice="send fewer requests, after the time in `Retry-After`",
                retry_after_s=60 - now_s % 60,
            )
