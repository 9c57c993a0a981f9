"""A closed segment's entries go whole, and the rest still verifies; an open one stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from gateway.registers import log_drop
from gateway.registers.engine import RegisterFault, open_engine
from gateway.registers.log import AuditLog, SegmentStands
from gateway.registers.log_table import ENTRIES, SUBJECTS
from tests.conftest import AS_OF
from tests.gateway.registers.log_stage import TERMS, a_signer, an_entry, verified

SUBJECT = "5" * 32


@pytest.fixture
def signer(tmp_path):
    return a_signer(tmp_path)


@pytest.fixture
async def log(database_url, signer):
    engine = open_engine(database_url)
    log = AuditLog(engine, signer, replace(TERMS, segment_entries=40))
    await log.start()
    for number in range(100):
        await log.append(an_entry(f"r-{number}", subjects=(f"{number % 16:x}" * 32, SUBJECT)))
    yield log
    await log.aclose()
    await engine.dispose()


async def kept(log) -> tuple[int, int]:
    """How many rows of entries and of subjects there are."""
    async with log._engine.connect() as connection:
        counts = [
            (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (ENTRIES, SUBJECTS)
        ]
    return counts[0], counts[1]


async def test_a_segment_goes_whole_and_the_rest_verifies(log, signer, monkeypatch):
    monkeypatch.setattr(log_drop, "_PORTION", 7)
    _, subjects_before = await kept(log)
    of_first = len([n for n in range(40) if n % 16 != 5]) + 40
    assert await log.drop_segment(1, AS_OF) == 40
    assert await verified(log, signer) == [f"r-{n}" for n in range(40, 100)]
    assert await kept(log) == (60, subjects_before - of_first)
    first, second = await log.segments()
    assert (first.size, first.dropped_at, second.dropped_at) == (40, AS_OF, None)
    assert {entry.segment for entry in await log.of_subjects([SUBJECT], first=1000)} == {2, 3}
    assert (await log.append(an_entry("next"))).position == 101
    await log.drop_segment(2, AS_OF)
    assert await verified(log, signer) == [*(f"r-{n}" for n in range(80, 100)), "next"]
    assert await log.drop_segment(1, AS_OF) == 40


@pytest.mark.parametrize("number", [3, 4, 0, -1])
async def test_a_segment_that_is_not_closed_stays(log, signer, number):
    with pytest.raises(SegmentStands):
        await log.drop_segment(number, AS_OF)
    assert len(await verified(log, signer)) == 100


async def test_what_a_crash_leaves_over_is_read_by_nobody_and_goes_the_next_time(log, signer, monkeypatch):
    portions = log_drop._portions

    def half(*args):
        yield from list(portions(*args))[:8]
        raise OSError("the plug was pulled")

    monkeypatch.setattr(log_drop, "_portions", half)
    with pytest.raises(RegisterFault):
        await log.drop_segment(1, AS_OF)
    assert await verified(log, signer) == [f"r-{n}" for n in range(40, 100)]
    assert (await kept(log))[0] == 100
    assert {entry.segment for entry in await log.of_subjects(["e" * 32], first=1000)} == {2, 3}
    assert await log.of_request("r-3") == []
    monkeypatch.setattr(log_drop, "_portions", portions)
    await log.drop_segment(1, AS_OF.replace(year=2027))
    assert (await kept(log))[0] == 60
    assert (await log.segments())[0].dropped_at == AS_OF


async def test_other_segments_entries_stay_protected(log, signer):
    await log.drop_segment(1, AS_OF)
    for table in ("log_entry", "log_subject"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with log._engine.begin() as connection:
                await connection.execute(text(f"DELETE FROM {table}"))
    assert len(await verified(log, signer)) == 60
