"""Look-outs that look at once, end at any moment and are killed: no alert is lost, and none is there twice."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from gateway.registers.alerts import AlertRegister
from gateway.registers.engine import open_engine
from tests.gateway.registers.alert_stage import LATER, ask, on_file, opened, told_in_the_log, watch_over
from tests.gateway.registers.log_stage import a_signer, verified


@pytest.fixture
def signer(tmp_path):
    return a_signer(tmp_path)


@pytest.fixture
async def log(engine, signer):
    async with opened(engine, signer) as log:
        yield log


@pytest.fixture
async def register(engine, log):
    register = AlertRegister(engine)
    await register.start()
    return register


@pytest.fixture
async def own(engine, signer, register):
    """The log as a look-out writes it."""
    async with opened(engine, signer) as log:
        yield log


async def until(condition):
    async with asyncio.timeout(30):
        while not await condition():
            await asyncio.sleep(0.01)


async def cancelled(*tasks):
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


EXPECTED = [(n, n + 3) for n in range(0, 200, 4)]
"""Subjects 0 to 3 make one alert, 4 to 7 the next; alerts stand between their entries in the log."""


async def numbered(register, log):
    """The alerts by the numbers of the requests that they rest on."""
    names = {entry.position: entry.request_id for entry in await log.entries(0, 10_000)}
    return [
        tuple(int(names[at].removeprefix("r-")) for at in (alert.first, alert.last))
        for alert in await on_file(register)
    ]


async def test_two_look_at_once_and_are_broken_off_again_and_again(database_url, log, register, signer):
    """Each on connections of its own; the hour runs so that leases end while they look."""
    chance, ticks, is_over = random.Random(7), iter(range(10**9)), asyncio.Event()

    def hour():
        return LATER + timedelta(milliseconds=1) * next(ticks)

    async def one():
        while not is_over.is_set():
            async with AsyncExitStack() as rooms:
                engine = open_engine(database_url)
                rooms.push_async_callback(engine.dispose)
                own = await rooms.enter_async_context(opened(engine, signer))
                task = asyncio.create_task(
                    watch_over(own, AlertRegister(engine), every=timedelta(milliseconds=3)).watch(hour)
                )
                try:
                    await asyncio.sleep(chance.random() * 0.4)
                finally:
                    await cancelled(task)

    async def is_all_told():
        return len(await told_in_the_log(log)) == len(EXPECTED)

    looking = [asyncio.create_task(one()) for _ in range(2)]
    try:
        await ask(log, 200)
        await until(is_all_told)
    finally:
        is_over.set()  # a task that is broken off while it opens or closes its rooms leaves a connection behind
        await asyncio.wait(looking)
    assert await numbered(register, log) == EXPECTED
    assert [told["id"] for told in await told_in_the_log(log)] == [f"alert-{n}" for n in range(1, len(EXPECTED) + 1)]
    await verified(log, signer)


async def test_processes_that_are_killed_lose_nothing_and_double_nothing(database_url, tmp_path, log, register, signer):
    def begun():
        argv = [sys.executable, "-m", "tests.gateway.registers.alert_crasher", database_url, str(tmp_path)]
        return subprocess.Popen(argv, stdout=subprocess.PIPE)

    chance, processes = random.Random(3), [begun(), begun()]
    try:
        for part in range(4):
            process = processes.pop(0)
            await asyncio.to_thread(process.stdout.readline)
            await ask(log, 50, first=50 * part)
            await asyncio.sleep(chance.random() * 0.1)
            process.kill()
            await asyncio.to_thread(process.wait)
            process.stdout.close()
            processes.append(begun())

        async def is_all_told():
            return len(await told_in_the_log(log)) >= len(EXPECTED)

        await until(is_all_told)
    finally:
        for process in processes:
            process.kill()
            process.wait()
            process.stdout.close()
    assert await numbered(register, log) == EXPECTED
    assert [told["id"] for told in await told_in_the_log(log)] == [f"alert-{n}" for n in range(1, len(EXPECTED) + 1)]
    await verified(log, signer)
