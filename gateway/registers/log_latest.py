"""The latest signed word on how far the log has come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gateway.registers.log_entry import Checkpoint, Head, Segment


class Statements(Protocol):
    """What of the log is needed for it; `gateway.registers.log_reader.LogReader`."""

    async def checkpoints(self, after: int, first: int) -> Sequence[Checkpoint]: ...

    async def segments(self) -> Sequence[Segment]: ...


async def latest_statement(log: Statements, head: Head) -> str | None:
    """The last checkpoint, or the closing of a segment that covers as much or more; None before the first of either.

    Errors:  RegisterFault
    """
    checkpoints = await log.checkpoints(head.checkpoint - 1, 1) if head.checkpoint else ()
    stated = {one.position: one.statement for one in checkpoints}
    for closed in (await log.segments())[-1:]:
        stated[closed.first + closed.size - 1] = closed.closing
    return stated[max(stated)] if stated else None
