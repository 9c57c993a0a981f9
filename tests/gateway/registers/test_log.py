"""The log: in order without gaps, durable on return, one commit for many; segments, checkpoints, pages."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from gateway.base64url import base64url_text
from gateway.registers.engine import open_engine
from gateway.registers.log import AuditLog
from gateway.registers.log_entry import CHECKPOINT
from gateway.registers.merkle import leaf_hash, root_of
from tests.conftest import AS_OF
from tests.gateway.registers.log_stage import ISSUER, TERMS, a_signer, an_entry, months_later, verified


@pytest.fixture
def signer(tmp_path):
    return a_signer(tmp_path)


@pytest.fixture
async def log(engine, signer):
    log = AuditLog(engine, signer, TERMS)
    await log.start()
    yield log
    await log.aclose()


async def test_an_entry_is_there_when_append_returns(log, signer, database_url):
    entry = an_entry(subjects=("a" * 32, "b" * 32, "a" * 32))
    placed = await log.append(entry)
    assert (placed.position, placed.segment, placed.index) == (1, 1, 0)
    engine = open_engine(database_url)
    other = AuditLog(engine, signer, TERMS)
    (kept,) = await other.entries(0, 10)
    assert (kept.position, kept.text.encode(), kept.receipt) == (1, entry.text, placed.receipt)
    assert await other.of_subjects(["a" * 32], first=10) == [kept]
    assert await other.of_request("r-1") == [kept]
    assert await verified(other, signer) == ["r-1"]
    await engine.dispose()


async def test_concurrent_entries_share_commits(log, signer):
    placed = await asyncio.gather(*(log.append(an_entry(f"r-{n}")) for n in range(200)))
    assert [one.position for one in placed] == list(range(1, 201))
    assert log.commits <= 3
    assert await verified(log, signer) == [f"r-{n}" for n in range(200)]


async def test_two_gateways_write_one_log(log, signer, database_url):
    engine = open_engine(database_url)
    other = AuditLog(engine, signer, TERMS)
    await other.start()

    async def write(book, name):
        return [(await book.append(an_entry(f"{name}-{n}"))).position for n in range(15)]

    tasks = [write(book, f"{where}{n}") for n in range(8) for where, book in (("here", log), ("there", other))]
    positions = [position for one in await asyncio.gather(*tasks) for position in one]
    assert sorted(positions) == list(range(1, 241))
    await log.checkpoint(AS_OF)
    assert not await other.checkpoint(AS_OF)
    assert len(await verified(other, signer)) == 240
    await other.aclose()
    await engine.dispose()


async def test_several_gateways_may_found_it_at_once(database_url, signer):
    engines = [open_engine(database_url) for _ in range(3)]
    logs = [AuditLog(engine, signer, TERMS) for engine in engines]
    await asyncio.gather(*(log.start() for log in logs))
    assert len({(await log.head()).log_id for log in logs}) == 1
    for log, engine in zip(logs, engines, strict=True):
        assert log.is_writable
        await log.aclose()
        await engine.dispose()


async def test_it_goes_on_where_it_stopped(log, signer, engine):
    await log.append(an_entry("before"))
    again = AuditLog(engine, signer, TERMS)
    await again.start()
    assert (await again.append(an_entry("after"))).position == 2
    assert await verified(again, signer) == ["before", "after"]
    await again.aclose()


async def test_a_full_segment_is_closed(engine, signer):
    log = AuditLog(engine, signer, replace(TERMS, segment_entries=4))
    await log.start()
    placed = await asyncio.gather(*(log.append(an_entry(f"r-{n}")) for n in range(10)))
    assert [(one.segment, one.index) for one in placed][3:6] == [(1, 3), (2, 0), (2, 1)]
    assert [(one.first, one.size) for one in await log.segments()] == [(1, 4), (5, 4)]
    assert (await log.head()).size == 2
    await asyncio.gather(*(log.append(an_entry(f"r-{n}")) for n in range(10, 12)))
    assert (await log.head()).size == 0
    assert not await log.checkpoint(AS_OF)
    assert len(await verified(log, signer)) == 12
    await log.aclose()


async def test_a_month_ends_with_the_first_entry_of_a_later_one(log, signer):
    june, july = AS_OF, months_later(1)
    entries = [an_entry("june", at=june), an_entry("july", at=july), an_entry("slow", at=june), an_entry("2", at=july)]
    placed = await asyncio.gather(*(log.append(entry) for entry in entries))
    assert [(one.segment, one.index) for one in placed] == [(1, 0), (2, 0), (2, 1), (2, 2)]
    assert (await log.head()).month == "2026-07"
    assert len(await verified(log, signer)) == 4


async def test_checkpoints_say_how_far_it_has_come(log, signer):
    assert not await log.checkpoint(AS_OF)
    for names in (("a", "b"), ("c",)):
        await asyncio.gather(*(log.append(an_entry(name)) for name in names))
        assert await log.checkpoint(AS_OF)
        assert not await log.checkpoint(AS_OF)
    first, second = await log.checkpoints(0, 10)
    assert (first.position, second.position) == (2, 3)
    assert await log.checkpoints(2, 10) == [second]
    leaves = [leaf_hash(an_entry(name).text) for name in ("a", "b", "c")]
    assert signer.verify(second.statement, CHECKPOINT) == {
        "iss": ISSUER,
        "iat": int(AS_OF.timestamp()),
        "log": (await log.head()).log_id,
        "seg": 1,
        "first": 1,
        "size": 3,
        "root": base64url_text(root_of(leaves)),
        "previous": "",
    }


async def test_checkpoints_are_written_again_and_again(log):
    await log.append(an_entry())
    watching = asyncio.create_task(log.watch(0.01, lambda: AS_OF))
    while not await log.checkpoints(0, 1):
        await asyncio.sleep(0.01)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching


async def test_subjects_find_their_entries_newest_first(log):
    subjects = [("a" * 32,), ("b" * 32,), ("a" * 32, "b" * 32), (), ("a" * 32,)]
    for number, names in enumerate(subjects):
        await log.append(an_entry(f"r-{number}", subjects=names))
    page = await log.of_subjects(["a" * 32], first=2)
    assert [one.position for one in page] == [5, 3]
    assert [one.position for one in await log.of_subjects(["a" * 32], 3, first=2)] == [1]
    assert [one.position for one in await log.of_subjects(["a" * 32, "b" * 32], first=9)] == [5, 3, 2, 1]
    assert await log.of_subjects([], first=9) == []


async def test_pages_in_both_directions(log):
    for number in range(5):
        await log.append(an_entry(f"r-{number}"))
    assert [one.position for one in await log.read(2)] == [5, 4]
    assert [one.position for one in await log.read(2, before=4)] == [3, 2]
    assert [one.position for one in await log.entries(3, 10)] == [4, 5]
