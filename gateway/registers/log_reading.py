"""Reads the log for its subjects: the entries about one of them, and how many there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import func, select

from gateway.registers.inquired import Inquired, inquired
from gateway.registers.log_reader import LogReader
from gateway.registers.log_table import ENTRIES, SEGMENTS, SUBJECTS

_DROPPED: Final = select(SEGMENTS.c.segment).where(SEGMENTS.c.dropped_at.is_not(None))


class SubjectReader(LogReader):
    """Each method is one statement; raises RegisterFault.

    Shape:   `digests` are all under which one subject stands in the log (`SubjectKeys.digests`)
    """

    async def inquiries(self, digests: Collection[str], *, before: int | None, first: int) -> Sequence[Inquired]:
        """At most `first` entries about the subject with positions below `before`, newest first."""
        known = frozenset(digests)
        return [inquired(entry, known) for entry in await self.of_subjects(known, before, first=first)]

    async def count(self, digests: Collection[str]) -> int:
        """How many entries there are about the subject."""
        places = select(SUBJECTS.c.position).where(SUBJECTS.c.subject.in_(sorted(digests)))
        entries = select(func.count()).where(ENTRIES.c.position.in_(places), ENTRIES.c.segment.not_in(_DROPPED))
        ((count,),) = await self._rows(entries)
        return int(count)
