"""The look-out over the log as a gateway keeps it: the register of alerts, and the task that looks while it is open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from gateway.identity.key_ring import KeyRing
from gateway.identity.statements import StatementSigner
from gateway.official_calendar import load_calendar
from gateway.registers.alerts import AlertRegister
from gateway.registers.alerts_watch import AlertWatch, WatchTerms
from gateway.registers.engine import RegisterEngine
from gateway.registers.log import AuditLog, LogTerms
from gateway.setting_alerts import Alerts
from gateway.settings import Settings
from policies.alerts import Thresholds


@asynccontextmanager
async def open_alerts(
    settings: Settings, engine: RegisterEngine, keys: KeyRing, clock: Callable[[], datetime]
) -> AsyncIterator[AlertRegister]:
    """Begin to look, if this process takes part; the log has been opened before.

    Errors:  RegisterFault; CalendarFault, as working hours depend on it
    """
    register = AlertRegister(engine)
    await register.start()
    if not settings.alerts.enabled:
        yield register
        return
    terms = _terms(settings)
    # a log of its own: what goes wrong with an alert's entry goes wrong with no request's
    log = AuditLog(engine, StatementSigner(keys), LogTerms(settings.identity.issuer, settings.audit.segment_entries))
    await log.start()
    watch = AlertWatch(log, register, terms)
    looking = asyncio.create_task(watch.watch(clock), name="look-out")
    try:
        yield register
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        await log.aclose()


def thresholds_of(alerts: Alerts) -> Thresholds:
    """The numbers of the settings as the rules have them."""
    return Thresholds(**{name: getattr(alerts, name) for name in Thresholds.__slots__})


def _terms(settings: Settings) -> WatchTerms:
    return WatchTerms(
        thresholds_of(settings.alerts),
        settings.catalog.jurisdiction,
        load_calendar(settings.catalog.calendar_overrides),
        settings.alerts.every,
    )
