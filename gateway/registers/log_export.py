"""The export of the log for outsiders: JSON Lines that a verifier reads without knowing who wrote them.

Told from a position on, so that a reader who was broken off goes on where it had come; what lies exactly there is told
once more, as a statement about it may have been made since. Ids are positions, and never change.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gateway.registers.log_entry import Checkpoint, LoggedEntry, Segment
from gateway.registers.log_reader import LogReader

_PORTION: Final = 1000


class ExportFault(Exception):
    """It cannot be told from there, or not on; the message says why."""


@dataclass(frozen=True, slots=True)
class ExportLine:
    """One line with its end, and the position up to which all is told with it."""

    raw: bytes
    position: int


class LogExport:
    """What the log holds after a position, up to where it had come when the telling began."""

    def __init__(self, reader: LogReader, keys: Mapping[str, Any], *, after: int = 0, most: int | None = None) -> None:
        self._reader = reader
        self._keys = keys
        """JWK set of the public keys by which its statements are to be believed."""
        self._after = after
        self._left = most
        """How many entries may still be told; None for all."""
        self.position = after
        """Position up to which all is told, the cursor for the next part."""
        self.entries = 0
        """How many have been told."""

    async def lines(self) -> AsyncIterator[ExportLine]:
        """All lines, in order.

        Errors:  RegisterFault; ExportFault for a position that the log has not reached, and where a segment is dropped
                 while it is told
        """
        head = await self._reader.head()
        if self._after > head.position:
            raise ExportFault(f"the log has come to position {head.position} only")
        yield self._line({"log": head.log_id, "exported_from": self._after, "keys": dict(self._keys)})
        closed = [one for one in await self._reader.segments() if self._after <= _last(one) <= head.position]
        if self._after:
            async for line in self._at_the_cursor(closed):
                yield line
        for segment in closed:
            if self._is_enough:
                break
            async for line in self._segment(segment):
                yield line
        async for line in self._entries(head.position):
            yield line
        yield self._line({"end": {"next": self.position, "entries": self.entries}})

    async def _at_the_cursor(self, closed: Sequence[Segment]) -> AsyncIterator[ExportLine]:
        """A checkpoint of what ends exactly there, unless its segment was closed there too or is dropped."""
        for one in closed:
            if _last(one) == self._after or (one.dropped_at is not None and one.first <= self._after < _last(one)):
                return
        for checkpoint in await self._checkpoints(self._after, self._after):
            yield self._line({"checkpoint": checkpoint.statement})

    async def _segment(self, segment: Segment) -> AsyncIterator[ExportLine]:
        """What is left of a closed segment, and its closing."""
        if segment.dropped_at is None:
            async for line in self._entries(_last(segment)):
                yield line
        elif self.position < _last(segment):
            yield self._line({"dropped": {"seg": segment.number}})
            self.position = _last(segment)
        if self.position == _last(segment):
            yield self._line({"closing": segment.closing})

    async def _entries(self, until: int) -> AsyncIterator[ExportLine]:
        """Entries up to a position, each followed by the checkpoint that ends with it."""
        while self.position < until and not self._is_enough:
            size = min(until - self.position, _PORTION, _PORTION if self._left is None else self._left)
            entries = await self._reader.entries(self.position, size)
            if [entry.position for entry in entries] != [*range(self.position + 1, self.position + size + 1)]:
                raise ExportFault(f"a segment was dropped meanwhile; begin again after position {self.position}")
            stated = {one.position: one for one in await self._checkpoints(self.position + 1, entries[-1].position)}
            for entry in entries:
                self.position, self.entries = entry.position, self.entries + 1
                yield self._line({"entry": _told(entry)})
                if entry.position in stated:
                    yield self._line({"checkpoint": stated[entry.position].statement})
            if self._left is not None:
                self._left -= len(entries)

    async def _checkpoints(self, first: int, last: int) -> Sequence[Checkpoint]:
        found = await self._reader.checkpoints(first - 1, last - first + 1)
        return [one for one in found if one.position <= last]

    @property
    def _is_enough(self) -> bool:
        return self._left is not None and self._left <= 0

    def _line(self, told: Mapping[str, Any]) -> ExportLine:
        return ExportLine(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE), self.position)


def _told(entry: LoggedEntry) -> Mapping[str, Any]:
    return {
        "pos": entry.position,
        "seg": entry.segment,
        "idx": entry.index,
        "text": entry.text,
        "receipt": entry.receipt,
    }


def _last(segment: Segment) -> int:
    return segment.first + segment.size - 1
