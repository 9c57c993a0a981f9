"""The look-out while a gateway is open: it looks by itself, unless that is left to others."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from gateway.alert_room import open_alerts
from gateway.identity.key_ring import KeyRing
from gateway.log_room import open_log
from gateway.official_calendar import CalendarFault
from gateway.registers.engine import open_engine
from gateway.settings import load_settings
from tests.conftest import AS_OF
from tests.gateway.registers.alert_stage import a_request
from tests.gateway.registers.log_stage import a_signer
from tests.gateway.test_settings import EXAMPLE


@asynccontextmanager
async def opened(folder, url, **alerts):
    a_signer(folder)
    read = load_settings(EXAMPLE, {"CREDITGRAPH__DATABASE__URL": url, "CREDITGRAPH__ALERTS__EVERY": "10ms"})
    settings = read.model_copy(update={"alerts": read.alerts.model_copy(update=alerts)})
    engine, keys = open_engine(url), KeyRing(folder / "keys.json")
    try:
        async with (
            open_log(settings, engine, keys, lambda: AS_OF) as log,
            open_alerts(settings, engine, keys, lambda: AS_OF) as register,
        ):
            yield log, register
    finally:
        await engine.dispose()


async def test_it_looks_by_itself(tmp_path, database_url):
    async with opened(tmp_path, database_url) as (log, register):
        await log.append(a_request("r", fault="ENUMERATION_STOPPED"))
        async with asyncio.timeout(20):
            while not (found := await register.after(0, first=9)) or found[0].position is None:
                await asyncio.sleep(0.01)
        assert [(one.alert.last, one.position) for one in found] == [(1, 2)]


async def test_where_that_is_left_to_others_alerts_can_be_read(tmp_path, sqlite_url):
    async with opened(tmp_path, sqlite_url, enabled=False) as (log, register):
        await log.append(a_request("r", fault="ENUMERATION_STOPPED"))
        await asyncio.sleep(0.1)
        assert await register.after(0, first=9) == []


async def test_a_calendar_that_cannot_be_read_is_told_at_the_start(tmp_path, sqlite_url):
    a_signer(tmp_path)
    settings = load_settings(EXAMPLE, {"CREDITGRAPH__CATALOG__CALENDAR_OVERRIDES": str(tmp_path / "none.toml")})
    engine, keys = open_engine(sqlite_url), KeyRing(tmp_path / "keys.json")
    async with open_log(settings, engine, keys, lambda: AS_OF):
        with pytest.raises(CalendarFault):
            async with open_alerts(settings, engine, keys, lambda: AS_OF):
                pass
    await engine.dispose()
