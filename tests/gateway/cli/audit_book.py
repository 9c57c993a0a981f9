"""A log with requests and alerts in it, in the database of the settings that commands go by."""

from __future__ import annotations

import asyncio
import threading
from datetime import date, datetime

from gateway.cli.audit_office import AuditOffice
from gateway.cli.callers_acts import let_go
from gateway.registers.alerts import AlertRegister
from gateway.registers.engine import open_engine
from gateway.registers.subject_keys import SubjectKeys
from gateway.settings import Settings, load_settings
from tests.gateway.cli.standing_stage import EXAMPLE
from tests.gateway.registers.alert_stage import a_request, watch_over
from tests.gateway.registers.log_stage import months_later


def settings_of(url: str = "", *, segment_entries: int = 1_000_000) -> Settings:
    """Those of the example, with small segments."""
    settings = load_settings(EXAMPLE, {"CREDITGRAPH__DATABASE__URL": url} if url else {})
    return settings.model_copy(update={"audit": settings.audit.model_copy(update={"segment_entries": segment_entries})})


def written(count: int, *, months: int = 0, segment_entries: int = 1_000_000, url: str = "") -> None:
    """Append requests of one client about a subject each, and look at them: each four make an alert."""
    asyncio.run(_write(settings_of(url, segment_entries=segment_entries), count, months_later(months)))


async def _write(settings: Settings, count: int, at: datetime) -> None:
    engine, before = open_engine(settings.database.url.get_secret_value()), frozenset(threading.enumerate())
    async with AuditOffice(settings, engine).writing() as log:
        for n in range(count):
            await log.append(a_request(f"r-{n}", f"s{n}", at=at, officer="o-7" if n == 0 else ""))
        register = AlertRegister(engine)
        await register.start()
        watch = watch_over(log, register)
        assert await watch.look(at)
        await register.let_go(watch._holder, at)
    await engine.dispose()
    await let_go(before)


def with_keys(*days: date, url: str = "") -> None:
    """Keys of subjects for the months of these days."""
    asyncio.run(_make_keys(settings_of(url), days))


async def _make_keys(settings: Settings, days: tuple[date, ...]) -> None:
    engine, before = open_engine(settings.database.url.get_secret_value()), frozenset(threading.enumerate())
    keys = SubjectKeys(engine, settings.audit.subject_key.get_secret_value().encode())
    await keys.start()
    for day in days:
        await keys.current(day)
    await engine.dispose()
    await let_go(before)
