"""Deletes a closed segment's entries, whole, by right of the tables' owner; its closing statement stays.

The mark comes first, and from then on nobody reads its entries; they go in portions, so that the log can be written
between them. What a crash leaves over goes when it is told again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Final

from sqlalchemy import ColumnElement, Delete, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.registers.engine import register_errors
from gateway.registers.log_table import ENTRIES, SEGMENTS, SUBJECTS

_PORTION: Final = 10_000
_BOUNDS: Final = (None, *"123456789abcdef", None)
"""Between two of these lies a sixteenth of the digests."""


class SegmentStands(Exception):
    """This segment cannot be dropped; the message says why."""


async def drop_segment(engine: AsyncEngine, number: int, now: datetime) -> int:
    """Mark the segment as dropped and delete its entries; returns how many it had.

    Errors:  SegmentStands if it is not closed; RegisterFault, also for a role that may not do this
    """
    with register_errors():
        async with engine.begin() as connection:
            row = (
                await connection.execute(
                    select(SEGMENTS.c.first, SEGMENTS.c.size, SEGMENTS.c.dropped_at).where(SEGMENTS.c.segment == number)
                )
            ).one_or_none()
            if row is None:
                raise SegmentStands("only a closed segment can be dropped")
            if row.dropped_at is None:
                await connection.execute(
                    update(SEGMENTS)
                    .where(SEGMENTS.c.segment == number, SEGMENTS.c.dropped_at.is_(None))
                    .values(dropped_at=now)
                )
        for portion in _portions(number, row.first, row.first + row.size):
            async with engine.begin() as connection:
                await connection.execute(portion)
    return int(row.size)


def _portions(number: int, first: int, end: int) -> Iterator[Delete]:
    for low, high in pairwise(_BOUNDS):
        is_inside = and_(SUBJECTS.c.position >= first, SUBJECTS.c.position < end)
        yield delete(SUBJECTS).where(is_inside, *_between(low, high))
    for start in range(first, end, _PORTION):
        is_inside = and_(ENTRIES.c.position >= start, ENTRIES.c.position < min(start + _PORTION, end))
        yield delete(ENTRIES).where(is_inside, ENTRIES.c.segment == number)


def _between(low: str | None, high: str | None) -> Iterator[ColumnElement[bool]]:
    if low is not None:
        yield SUBJECTS.c.subject >= low
    if high is not None:
        yield SUBJECTS.c.subject < high
