"""Exports of a real log, whole and in parts, verified by who knows nothing of the writer."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from gateway.identity.key_ring import KeyRing
from gateway.registers.alerts import AlertRegister
from gateway.registers.log import AuditLog
from gateway.registers.log_export import ExportFault, LogExport
from gateway.registers.log_reader import LogReader
from gateway.verifier.verify import Trusted, Way, verify
from tests.conftest import AS_OF
from tests.gateway.registers.alert_stage import a_request, watch_over
from tests.gateway.registers.log_stage import TERMS, a_signer, an_entry, months_later

ALL = Way(all_signatures=True, workers=1)


@pytest.fixture
def keys(tmp_path):
    a_signer(tmp_path)
    return KeyRing(tmp_path / "keys.json").public()


@pytest.fixture
async def log(engine, tmp_path, keys):
    """Segments of five, five and two (a month ended), then an open one of four; checkpoints at 3, 5, 8 and 14."""
    made = AuditLog(engine, a_signer(tmp_path), replace(TERMS, segment_entries=5))
    await made.start()
    for number in range(1, 17):
        await made.append(an_entry(f"r-{number}", at=months_later(number > 12)))
        if number in (3, 8, 14):
            await made.checkpoint(AS_OF)
    yield made
    await made.aclose()


async def export(log, keys, *, after=0, most=None):
    """The lines of a part, and where it ended."""
    told = LogExport(log, keys, after=after, most=most)
    return [line.raw async for line in told.lines()], told


def written(folder: Path, *parts):
    paths = [folder / f"part-{number}.jsonl" for number in range(len(parts))]
    for path, lines in zip(paths, parts, strict=True):
        path.write_bytes(b"".join(lines))
    return paths


def report_on(folder, *parts, **trusted):
    report = verify(written(folder, *parts), Trusted(**trusted), ALL)
    assert report.finding is None, report.finding
    return report.counted


def names(lines):
    return [next(iter(orjson.loads(line))) for line in lines]


async def test_it_is_told_whole_in_the_order_of_the_format(log, keys, tmp_path):
    lines, told = await export(log, keys)
    assert names(lines) == [
        "log",
        *("entry", "entry", "entry", "checkpoint", "entry", "entry", "closing"),
        *("entry", "entry", "entry", "checkpoint", "entry", "entry", "closing"),
        *("entry", "entry", "closing"),
        *("entry", "entry", "checkpoint", "entry", "entry"),
        "end",
    ]
    head = await log.head()
    assert orjson.loads(lines[0]) == {"log": head.log_id, "exported_from": 0, "keys": dict(keys)}
    assert orjson.loads(lines[-1]) == {"end": {"next": 16, "entries": 16}}
    assert (told.position, told.entries) == (16, 16)
    counted = report_on(tmp_path, lines, keys=orjson.dumps(dict(keys)), log=head.log_id, reaches=16)
    assert (counted.entries, counted.checkpoints, counted.closings) == (16, 3, 3)


@pytest.mark.parametrize("most", range(1, 17))
async def test_parts_of_any_size_make_the_whole(log, keys, tmp_path, most):
    parts, after = [], 0
    while True:
        lines, told = await export(log, keys, after=after, most=most)
        assert orjson.loads(lines[-1])["end"] == {"next": told.position, "entries": told.entries}
        parts.append(lines)
        if told.position == after:
            break
        after = told.position
    assert report_on(tmp_path, *parts).entries == 16
    for lines in parts:
        report_on(tmp_path, lines)


@pytest.mark.parametrize("after", range(1, 17))
async def test_whoever_begins_anywhere_can_verify_what_follows(log, keys, tmp_path, after):
    lines, _ = await export(log, keys, after=after)
    assert report_on(tmp_path, lines).entries == 16 - after
    before, told = await export(log, keys, most=after)
    assert told.position == after
    assert report_on(tmp_path, before, lines).entries == 16


@pytest.mark.parametrize("cut", [1, 2, 5, 9, 12])
async def test_what_was_broken_off_is_told_again_with_the_same_ids(log, keys, cut):
    """At least once: whoever has kept some of the lines goes on from the last position among them."""
    lines, _ = await export(log, keys)
    kept = [orjson.loads(line) for line in lines[1:cut]]
    reached = max((line["entry"]["pos"] for line in kept if "entry" in line), default=0)
    more, _ = await export(log, keys, after=reached)
    entries = [line["entry"] for line in (*kept, *map(orjson.loads, more)) if "entry" in line]
    assert [entry["pos"] for entry in entries] == [*range(1, 17)]
    whole = [orjson.loads(line)["entry"] for line in lines if line.startswith(b'{"entry"')]
    assert entries == whole


@pytest.mark.parametrize("dropped", [(1,), (2,), (1, 2), (2, 3), (1, 2, 3)])
async def test_dropped_segments_leave_a_log_that_verifies(log, keys, tmp_path, dropped):
    for number in dropped:
        await log.drop_segment(number, AS_OF)
    left = 16 - sum({1: 5, 2: 5, 3: 2}[number] for number in dropped)
    lines, told = await export(log, keys)
    assert told.entries == left
    counted = report_on(tmp_path, lines, reaches=16)
    assert (counted.entries, counted.dropped) == (left, dropped)
    for after in range(1, 17):
        rest, _ = await export(log, keys, after=after)
        report_on(tmp_path, rest)
    for most in (1, 2, 3, 7):
        parts: list[list[bytes]] = []
        after = 0
        while not parts or told.position > after or told.entries:
            after = told.position if parts else 0
            lines, told = await export(log, keys, after=after, most=most)
            parts.append(lines)
        assert report_on(tmp_path, *parts).entries == left


async def test_a_segment_that_is_dropped_between_two_parts(log, keys, tmp_path):
    for most in (1, 4, 5, 6):
        first, told = await export(log, keys, most=most)
        parts = [first]
        if most == 6:
            await log.drop_segment(2, AS_OF)
        rest, _ = await export(log, keys, after=told.position)
        report_on(tmp_path, *parts, rest)
    await log.drop_segment(1, AS_OF)
    rest, _ = await export(log, keys, after=3)
    report_on(tmp_path, rest)


async def test_statements_that_were_made_since_come_with_the_next_part(log, keys, tmp_path):
    first, told = await export(log, keys)
    await log.checkpoint(AS_OF)
    second, _ = await export(log, keys, after=told.position)
    assert names(second) == ["log", "checkpoint", "end"]
    assert report_on(tmp_path, first, second).checkpoints == 4
    await log.append(an_entry("later", at=months_later(3)))
    third, _ = await export(log, keys, after=told.position)
    assert names(third) == ["log", "closing", "entry", "end"]
    assert report_on(tmp_path, first, second, third).entries == 17
    assert report_on(tmp_path, first, third).entries == 17


async def test_an_empty_log_and_one_that_has_not_come_so_far(engine, keys, tmp_path):
    log = AuditLog(engine, a_signer(tmp_path), TERMS)
    await log.start()
    lines, _ = await export(log, keys)
    assert names(lines) == ["log", "end"]
    assert report_on(tmp_path, lines).entries == 0
    with pytest.raises(ExportFault, match="position 0 only"):
        await export(log, keys, after=1)
    await log.aclose()


async def test_a_segment_that_is_dropped_under_way_is_noticed(log, keys, tmp_path):
    class Dropping(LogReader):
        async def segments(self):
            found = await super().segments()
            await log.drop_segment(2, AS_OF)
            return found

    with pytest.raises(ExportFault, match="begin again after position 5"):
        await export(Dropping(log._engine), keys)


async def test_it_ends_where_the_log_was_when_it_began(log, keys, tmp_path):
    lines, told = [], LogExport(log, keys)
    async for line in told.lines():
        lines.append(line.raw)
        if len(lines) % 5 == 0:
            await log.append(an_entry(f"more-{len(lines)}", at=months_later(1)))
            await log.checkpoint(AS_OF)
    assert told.position == 16
    assert report_on(tmp_path, lines).entries == 16
    assert report_on(tmp_path, lines, (await export(log, keys, after=16))[0]).entries > 16


async def test_more_than_a_portion_and_what_the_look_out_wrote(engine, keys, tmp_path):
    log = AuditLog(engine, a_signer(tmp_path), replace(TERMS, segment_entries=900))
    await log.start()
    await asyncio.gather(*(log.append(a_request(f"r-{n}", f"s{n}")) for n in range(2100)))
    await log.checkpoint(AS_OF)
    register = AlertRegister(engine)
    await register.start()
    assert await watch_over(log, register).look(AS_OF)
    lines, told = await export(log, keys)
    assert told.entries == 2100 + 526
    counted = report_on(tmp_path, lines)
    assert (counted.entries, counted.closings) == (2626, 2)
    kinds = Counter(
        orjson.loads(orjson.loads(line)["entry"]["text"]).get("kind") for line in lines if b'{"entry"' in line
    )
    assert kinds == {None: 2100, "alert": 526}
    assert all(
        one.position >= other.position for other, one in pairwise([line async for line in LogExport(log, keys).lines()])
    )
    await log.aclose()
