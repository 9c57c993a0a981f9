"""The writer and the verifier, which share no line of code, agree; and what an owner of the database edits is found."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.identity.key_ring import KeyRing
from gateway.identity.statements import StatementSigner
from gateway.registers.engine import open_engine
from gateway.registers.log import AuditLog
from gateway.verifier.inclusion import prove
from gateway.verifier.keys import read_keys
from gateway.verifier.receipts import read_receipt
from gateway.verifier.report import Report
from gateway.verifier.verify import Trusted, Way, verify
from tests.conftest import AS_OF
from tests.gateway.registers.log_stage import TERMS, a_signer, an_entry, months_later
from tests.verifier_builders import line_of, written

ALL = Way(all_signatures=True, workers=1)
DIGESTS = {"req": "A" * 43, "res": "A" * 43}


@pytest.fixture
def signer(tmp_path: Path) -> StatementSigner:
    return a_signer(tmp_path)


@pytest.fixture
async def log(database_url: str, signer: StatementSigner) -> AsyncIterator[AuditLog]:
    """Segments of ten and of three (a month ended), then one of six with a checkpoint after its fourth entry."""
    engine = open_engine(database_url)
    made = AuditLog(engine, signer, replace(TERMS, segment_entries=10))
    await made.start()
    await asyncio.gather(*(made.append(asked(f"r-{number}")) for number in range(7)))
    await made.checkpoint(AS_OF)
    await asyncio.gather(*(made.append(asked(f"r-{number}")) for number in range(7, 13)))
    for number in range(13, 19):
        await made.append(asked(f"r-{number}", months=1))
        if number == 16:
            await made.checkpoint(months_later(1))
    yield made
    await made.aclose()
    await engine.dispose()


def asked(name: str, *, months: int = 0) -> Any:
    entry = an_entry(name, at=months_later(months))
    return replace(entry, claims={**entry.claims, **DIGESTS})


async def export_of(log: AuditLog, folder: Path) -> list[bytes]:
    """The lines of an export, as the brief of the format has them."""
    head, keys = await log.head(), dict(KeyRing(folder / "keys.json").public())
    told: list[tuple[int, int, Any]] = []
    for entry in await log.entries(0, 1000):
        place = {"pos": entry.position, "seg": entry.segment, "idx": entry.index}
        told.append((entry.position, 0, {"entry": {**place, "text": entry.text, "receipt": entry.receipt}}))
    told += [(one.position, 1, {"checkpoint": one.statement}) for one in await log.checkpoints(0, 1000)]
    for segment in await log.segments():
        last = segment.first + segment.size - 1
        told.append((last, 2, {"closing": segment.closing}))
        if segment.dropped_at is not None:
            told.append((segment.first - 1, 3, {"dropped": {"seg": segment.number}}))
    lines = [one for _, _, one in sorted(told, key=lambda one: one[:2])]
    count = sum("entry" in one for one in lines)
    first = {"log": head.log_id, "exported_from": 0, "keys": keys}
    return [line_of(one) for one in (first, *lines, {"end": {"next": head.position, "entries": count}})]


def report_on(folder: Path, lines: list[bytes], way: Way | None = None) -> Report:
    return verify([written(folder, lines)], Trusted(), way)


async def test_what_was_written_is_verified(log: AuditLog, tmp_path: Path) -> None:
    lines = await export_of(log, tmp_path)
    report = report_on(tmp_path, lines)
    assert report.finding is None
    counted = report.counted
    assert (counted.entries, counted.checkpoints, counted.closings, report.signatures) == (19, 2, 2, 2)
    assert report_on(tmp_path, lines, ALL).signatures == 19


@pytest.mark.parametrize("number", [1, 2])
async def test_what_is_left_after_a_segment_is_gone_is_verified(number: int, log: AuditLog, tmp_path: Path) -> None:
    await log.drop_segment(number, AS_OF)
    report = report_on(tmp_path, await export_of(log, tmp_path), ALL)
    assert report.finding is None
    assert report.counted.dropped == (number,)


async def test_a_receipt_of_the_writer_has_its_proof(log: AuditLog, tmp_path: Path) -> None:
    lines = await export_of(log, tmp_path)
    keys = read_keys(line_of(dict(KeyRing(tmp_path / "keys.json").public())))
    entries = await log.entries(0, 1000)
    for entry in entries[:17]:
        proof = prove(read_receipt(f"{entry.receipt}~{'A' * 22}", keys), written(tmp_path, lines), keys)
        assert proof.index == entry.index


def owned(database: Path) -> Iterator[sqlite3.Connection]:
    """The database as its owner has it who wants to rewrite the log: without the triggers."""
    with closing(sqlite3.connect(database)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        connection.commit()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("edit", "position"),
    [
        ("UPDATE log_entry SET text = replace(text, 'r-5', 'r-x')", 6),
        ("DELETE FROM log_entry", 6),
        ("UPDATE log_entry SET receipt = (SELECT receipt FROM log_entry WHERE position = 7)", 6),
        ("UPDATE log_entry SET text = (SELECT text FROM log_entry WHERE position = 7)", 6),
        # the signature that the first seven share stands with the first of them
        ("UPDATE log_entry SET signature = NULL", 1),
        ("UPDATE log_entry SET signature = (SELECT max(signature) FROM log_entry WHERE position > 1)", 1),
        ("UPDATE log_entry SET signature = replace(signature, '.', '.A')", 1),
    ],
)
async def test_an_edit_by_the_owner_of_the_database_is_found_where_it_is(
    edit: str, position: int, log: AuditLog, tmp_path: Path
) -> None:
    before = len(await log.entries(0, 1000))
    for connection in owned(tmp_path / "registers.db"):
        assert connection.execute(f"{edit} WHERE position = {position}").rowcount == 1
    left = before - edit.startswith("DELETE")
    assert len(await log.entries(0, 1000)) == left, "nothing but what is deleted is out of sight"
    finding = report_on(tmp_path, await export_of(log, tmp_path)).finding
    assert finding is not None
    assert finding.position == position
