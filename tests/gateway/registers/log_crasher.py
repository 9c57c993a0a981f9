"""A process of its own that writes the log until it is killed: `python -m … URL FOLDER NAME` prints what is durable."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

from gateway.registers.engine import open_engine
from gateway.registers.log import AuditLog
from tests.conftest import AS_OF
from tests.gateway.registers.log_stage import TERMS, a_signer, an_entry


async def write(url: str, folder: Path, name: str) -> None:
    """Write entries eight at a time; each is told of, `NAME-NUMBER POSITION`, once it is acknowledged."""
    log = AuditLog(open_engine(url), a_signer(folder), replace(TERMS, segment_entries=500), patience_s=30.0)
    await log.start()
    numbers = count()

    async def client() -> None:
        while True:
            own = f"{name}-{next(numbers)}"
            placed = await log.append(an_entry(own, subjects=(own,)))
            os.write(1, f"{own} {placed.position}\n".encode())

    await asyncio.gather(log.watch(0.01, lambda: AS_OF), *(client() for _ in range(8)))


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
