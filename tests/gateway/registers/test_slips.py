"""Slips: each is taken once however many try, in two processes' registers on one database of either kind."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.registers.engine import RegisterFault, open_engine
from gateway.registers.slips import (
    REVOKED,
    SLIPS,
    TAKEN_KEPT,
    AlreadyTaken,
    Slip,
    SlipKind,
    SlipRegister,
    new_secret,
)
from tests.builders import NOW

HOUR = timedelta(hours=1)


@asynccontextmanager
async def opened(url):
    engine = open_engine(url)
    register = SlipRegister(engine)
    await register.start()
    try:
        yield register
    finally:
        await engine.dispose()


@pytest.fixture
async def register(database_url):
    async with opened(database_url) as register:
        yield register


def a_slip(kind=SlipKind.CODE, ends=NOW + HOUR, grant="g-1", **body):
    return Slip(kind, new_secret(), body, ends, grant)


async def rows(register, table):
    async with register._engine.connect() as connection:
        return (await connection.execute(select(table))).all()


async def test_a_slip_is_looked_at_often_and_taken_once(register):
    slip = a_slip(client_id="bank", consents=["c-1"])
    await register.put([slip])
    assert await register.look(slip.kind, slip.secret, NOW) == slip
    assert await register.seen(slip.kind, slip.secret, NOW) == slip
    assert await register.take(slip.kind, slip.secret, NOW) == slip
    assert await register.take(slip.kind, slip.secret, NOW) == AlreadyTaken(slip)
    assert await register.seen(slip.kind, slip.secret, NOW) == AlreadyTaken(slip)
    assert await register.look(slip.kind, slip.secret, NOW) is None


async def test_secrets_are_not_kept(register):
    slip = a_slip()
    await register.put([slip])
    assert slip.secret not in str(await rows(register, SLIPS))
    assert slip.secret not in repr(slip)


async def test_what_is_not_there(register):
    slip = a_slip()
    await register.put([slip])
    for kind, secret in ((SlipKind.REFRESH, slip.secret), (slip.kind, "x"), (slip.kind, ""), (slip.kind, "\0\ud800é")):
        assert await register.look(kind, secret, NOW) is None
        assert await register.take(kind, secret, NOW) is None
    assert await register.take(slip.kind, slip.secret + "x" * 10_000, NOW) is None


async def test_a_slip_ends_on_the_hour(register):
    slip = a_slip()
    await register.put([slip])
    assert await register.look(slip.kind, slip.secret, slip.ends - timedelta(seconds=1)) == slip
    assert await register.look(slip.kind, slip.secret, slip.ends) is None
    assert await register.take(slip.kind, slip.secret, slip.ends) is None


async def test_a_revoked_grant_takes_its_slips_along(register):
    first, second, other = a_slip(), a_slip(SlipKind.REFRESH), a_slip(grant="g-2")
    await register.put([first, second, other])
    await register.revoke(["g-1"], NOW + HOUR)
    assert await register.look(first.kind, first.secret, NOW) is None
    assert await register.take(second.kind, second.secret, NOW) is None
    assert await register.take(other.kind, other.secret, NOW) == other
    assert await register.revoked(["g-1", "g-2", "jti"]) == {"g-1"}


async def test_revoking_again_keeps_the_later_end(register):
    await register.revoke(["a", "b"], NOW + HOUR)
    await register.revoke({"a"}, NOW + 2 * HOUR)
    await register.revoke({"b", ""}, NOW)
    await register.revoke([], NOW)
    assert {row.name: row.ends for row in await rows(register, REVOKED)} == {"a": NOW + 2 * HOUR, "b": NOW + HOUR}


async def test_successors_come_with_the_taking_or_not_at_all(register):
    old, new, late = a_slip(SlipKind.REFRESH), a_slip(SlipKind.REFRESH), a_slip(SlipKind.REFRESH)
    await register.put([old])
    assert await register.exchange(old.kind, old.secret, [new], NOW) == old
    assert await register.exchange(old.kind, old.secret, [late], NOW) == AlreadyTaken(old)
    assert await register.look(new.kind, new.secret, NOW) == new
    assert await register.look(late.kind, late.secret, NOW) is None


async def test_if_a_successor_cannot_be_kept_the_old_slip_is_not_taken(register):
    old, twin = a_slip(SlipKind.REFRESH), a_slip(SlipKind.REFRESH)
    await register.put([old])
    with pytest.raises(RegisterFault):
        await register.exchange(old.kind, old.secret, [twin, twin], NOW)
    assert await register.look(old.kind, old.secret, NOW) == old


async def test_of_many_who_take_at_once_in_two_processes_one_wins(database_url):
    async with opened(database_url) as here, opened(database_url) as there:
        for _ in range(5):
            slip = a_slip()
            await here.put([slip])
            tries = [register.take(slip.kind, slip.secret, NOW) for register in (here, there) * 4]
            told = await asyncio.gather(*tries)
            assert told.count(slip) == 1
            assert told.count(AlreadyTaken(slip)) == 7


async def test_of_two_rotations_at_once_one_successor_lives(database_url):
    async with opened(database_url) as here, opened(database_url) as there:
        old, one, other = a_slip(SlipKind.REFRESH), a_slip(SlipKind.REFRESH), a_slip(SlipKind.REFRESH)
        await here.put([old])
        told = await asyncio.gather(
            here.exchange(old.kind, old.secret, [one], NOW), there.exchange(old.kind, old.secret, [other], NOW)
        )
        assert sorted(type(each).__name__ for each in told) == ["AlreadyTaken", "Slip"]
        living = [await there.look(new.kind, new.secret, NOW) for new in (one, other)]
        assert len([slip for slip in living if slip]) == 1


async def test_what_has_ended_is_swept_and_late_reuse_is_still_noticed(register):
    ended, taken, living = a_slip(ends=NOW + HOUR), a_slip(ends=NOW + HOUR), a_slip(ends=NOW + 9 * HOUR)
    await register.put([ended, taken, living])
    await register.take(taken.kind, taken.secret, NOW)
    await register.revoke(["old"], NOW + HOUR)
    await register.revoke(["young"], NOW + 9 * HOUR)
    assert await register.sweep(NOW) == 0
    assert await register.sweep(NOW + 2 * HOUR) == 2
    assert await register.take(taken.kind, taken.secret, NOW + 2 * HOUR) == AlreadyTaken(taken)
    assert await register.revoked(["old", "young"]) == {"young"}
    assert await register.sweep(NOW + TAKEN_KEPT + 2 * HOUR) == 3
    assert await register.take(taken.kind, taken.secret, NOW) is None


async def test_a_database_that_refuses_is_a_fault_of_ours(database_url):
    engine = open_engine(database_url)
    register = SlipRegister(engine)  # never started, so that its tables are missing
    for asking in (register.take(SlipKind.CODE, "x", NOW), register.put([a_slip()]), register.revoke(["a"], NOW)):
        with pytest.raises(RegisterFault):
            await asking
    await engine.dispose()
