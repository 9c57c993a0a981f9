"""A log with requests as the seal writes them, and a look-out over it with thresholds of a few."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta

import orjson

from gateway.registers.alerts_entry import NAME_BEGINS, AlertQuery
from gateway.registers.alerts_watch import AlertWatch, WatchTerms
from gateway.registers.log import AuditLog, AuditUnwritable
from gateway.registers.log_entry import NewEntry
from policies.alerts import Thresholds
from tests.calendars import PLAIN
from tests.conftest import AS_OF
from tests.gateway.registers.log_stage import TERMS as LOG_TERMS
from tests.logged import as_logged

FEW = Thresholds(
    client_subjects_hour=4,
    officer_subjects_hour=3,
    client_subjects_day=1000,
    officer_subjects_day=1000,
    refusals_hour=1000,
    refused_share=0.5,
    out_of_hours_day=1,
    no_case_day=1,
    enumeration_day=1,
    quota_day=1,
    used_up_day=1,
    revoked_day=1,
    opens=time(8),
    closes=time(18),
)
LATER = AS_OF + timedelta(minutes=1)
TERMS = WatchTerms(FEW, "TJ", PLAIN, every=timedelta(milliseconds=20))


def a_request(
    name: str,
    *subjects: str,
    at: datetime = AS_OF,
    client: str = "bank-1",
    officer: str = "",
    fault: str | None = None,
    verdicts: tuple[dict[str, object], ...] = (),
    **facts: object,
) -> NewEntry:
    """An entry as the seal writes it, as far as rules look at it; by a client unless an officer is named."""
    caller = {"class": "STATE_ORGAN", "organisation": "bank", "client": client, "officer": officer}
    told = {"v": 1, "id": name, "at": at, "caller": caller, "purpose": None, "case": None, "fault": fault}
    text = orjson.dumps({**told, "subjects": subjects, "verdicts": as_logged(verdicts), **facts})
    return NewEntry(name, at, text, subjects, {"iat": int(at.timestamp()), "jti": name})


def watch_over(log, register, **changed) -> AlertWatch:
    return AlertWatch(log, register, replace(TERMS, **changed))


async def told_in_the_log(log) -> list[dict[str, object]]:
    """The alerts that stand in the log itself, in its order."""
    entries = await log.entries(0, 1_000_000)
    return [orjson.loads(entry.text) for entry in entries if entry.request_id.startswith(NAME_BEGINS)]


@asynccontextmanager
async def opened(engine, signer):
    log = AuditLog(engine, signer, LOG_TERMS)
    await log.start()
    try:
        yield log
    finally:
        await log.aclose()


async def ask(log, count, name="r", *, first=0, **facts):
    for n in range(first, first + count):
        entry = a_request(f"{name}-{n}", f"s{n}", **facts)
        try:
            await log.append(entry)
        except AuditUnwritable:  # an embedded database may be held by who is just being broken off
            await log.append(entry)


async def on_file(register):
    return [filed.alert for filed in await register.after(0, AlertQuery(), first=1000)]
