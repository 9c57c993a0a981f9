"""A process of its own that looks out over the log until it is killed: `python -m … URL FOLDER` tells when it began."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from gateway.pipeline.admit import hour
from gateway.registers.alerts import AlertRegister
from gateway.registers.engine import open_engine
from gateway.registers.log import AuditLog
from tests.gateway.registers.alert_stage import watch_over
from tests.gateway.registers.log_stage import TERMS, a_signer


async def look_out(url: str, folder: Path) -> None:
    engine = open_engine(url)
    log, register = AuditLog(engine, a_signer(folder), TERMS), AlertRegister(engine)
    await log.start()
    await register.start()
    os.write(1, b"looking\n")
    await watch_over(log, register, every=timedelta(milliseconds=100)).watch(hour)


if __name__ == "__main__":
    asyncio.run(look_out(sys.argv[1], Path(sys.argv[2])))
