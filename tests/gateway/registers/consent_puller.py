"""A process of its own that pulls by one consent: `python -m … URL PULLS TIMES` prints how often it was allowed to."""

from __future__ import annotations

import asyncio
import sys

from gateway.registers.consents import ConsentRegister, Use
from gateway.registers.engine import open_engine
from tests.consent_builders import the_papers


async def pull(url: str, pulls: int, times: int) -> int:
    """How many of the pulls were allowed."""
    engine = open_engine(url)
    register = ConsentRegister(engine, the_papers().read, patience_s=30.0)
    await register.start()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    use = Use("shared", "2026-06", times)
    refused = await asyncio.gather(*(register.count_use([use]) for _ in range(pulls // 2)))
    refused += [await register.count_use([use]) for _ in range(pulls - pulls // 2)]
    await register.aclose()
    await engine.dispose()
    return sum(not one for one in refused)


if __name__ == "__main__":
    print(asyncio.run(pull(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
