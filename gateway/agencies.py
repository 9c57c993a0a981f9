"""Hires the four clerks: settings become lines, clerks and desks; the only room that knows each agency by name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.courts.connector import CourtsClerk, CourtsSettings
from connectors.enterprise_disclosure.connector import EnterpriseDisclosureClerk, EnterpriseDisclosureSettings
from connectors.market_regulation.connector import MarketRegulationClerk, MarketRegulationSettings
from connectors.port import NameIndex, Observe
from connectors.tax.connector import TaxClerk, TaxSettings
from connectors.transport.cache import CacheSettings, RecordCache
from connectors.transport.desk import Desk, DeskSettings
from connectors.transport.exchange import Exchange
from connectors.transport.line import Line
from connectors.transport.line_settings import LineSettings
from connectors.transport.resilience import Breakers, BreakerSettings, RetrySettings
from connectors.transport.wire import Clerk
from gateway.setting_agencies import Agency, HttpAgency
from gateway.settings import Settings
from gateway.telemetry.agency_watch import AgencyWatch
from schema.vocabulary.identifiers import AgencyId


@dataclass(frozen=True, slots=True)
class Counters:
    """Every agency's counter, and the one that can search by name."""

    desks: Mapping[AgencyId, Desk]
    names: NameIndex
    cache: RecordCache


@asynccontextmanager
async def open_counters(
    settings: Settings, clock: Callable[[], datetime], watch: AgencyWatch | None = None
) -> AsyncIterator[Counters]:
    """Open what leads to the agencies, without asking any; everything is closed when the block ends.

    Shape:   `watch` makes the coats in which clerks and counters are seen at work; None: nobody looks
    """
    agencies = settings.agencies
    async with AsyncExitStack() as rooms:
        cache = RecordCache(_cache(settings), lambda: clock().timestamp())
        rooms.push_async_callback(cache.aclose)
        hired: list[tuple[Clerk, Breakers, Agency]] = []
        by_http: Sequence[tuple[AgencyId, HttpAgency, _Hire]] = (
            (AgencyId.TAX, agencies.tax, _tax),
            (AgencyId.COURTS, agencies.courts, _courts),
            (AgencyId.ENTERPRISE_DISCLOSURE, agencies.enterprise_disclosure, _disclosure),
        )
        for name, agency, clerk_of in by_http:
            line = Line(_line(agency), observe=_operations(watch, name))
            rooms.push_async_callback(line.aclose)
            hired.append((clerk_of(line, settings, clock), line.breakers, agency))
        exchange_settings = _exchange(settings)
        observe = _operations(watch, AgencyId.MARKET_REGULATION)
        exchange = Exchange(exchange_settings.exchange, observe=observe)
        rooms.push_async_callback(exchange.aclose)
        registrar = MarketRegulationClerk(exchange, exchange_settings, clock)
        hired.append((registrar, exchange.breakers, agencies.market_regulation))
        desks = {
            clerk.agency: _desk(watch.clerk(clerk) if watch else clerk, cache, breakers=breakers, agency=agency)
            for clerk, breakers, agency in hired
        }
        for desk in desks.values():
            rooms.push_async_callback(desk.aclose)
        names = watch.index(registrar, registrar.agency) if watch else registrar
        yield Counters(desks, names, cache)


def _operations(watch: AgencyWatch | None, agency: AgencyId) -> Observe | None:
    return watch.operations(agency) if watch is not None else None


_Hire = Callable[[Line, Settings, Callable[[], datetime]], Clerk]


def _tax(line: Line, settings: Settings, clock: Callable[[], datetime]) -> Clerk:
    tax = settings.agencies.tax
    account = TaxSettings(
        base_url=tax.url,
        channel_id=tax.channel_id,
        identity_type=tax.identity_type,
        rid=tax.rid,
        sid=tax.sid,
        app_secret=tax.app_secret.get_secret_value(),
    )
    return TaxClerk(line, account, clock)


def _courts(line: Line, settings: Settings, clock: Callable[[], datetime]) -> Clerk:
    courts = settings.agencies.courts
    account = CourtsSettings(
        base_url=courts.url,
        app_key=courts.app_key,
        sign_key=courts.sign_key.get_secret_value(),
        sm4_key=courts.sm4_key.get_secret_value(),
    )
    return CourtsClerk(line, account, clock)


def _disclosure(line: Line, settings: Settings, clock: Callable[[], datetime]) -> Clerk:
    disclosure = settings.agencies.enterprise_disclosure
    account = EnterpriseDisclosureSettings(
        base_url=disclosure.url,
        rid=disclosure.rid,
        sid=disclosure.sid,
        app_secret=disclosure.app_secret.get_secret_value(),
    )
    return EnterpriseDisclosureClerk(line, account, clock)


def _exchange(settings: Settings) -> MarketRegulationSettings:
    registrar = settings.agencies.market_regulation
    return MarketRegulationSettings(
        url=registrar.url.get_secret_value(),
        statement_log=registrar.statement_log,
        pool_size=registrar.pool_size,
        call_timeout_s=registrar.call_timeout.total_seconds(),
        retry=RetrySettings(retries=registrar.retries),
        breaker=_breaker(registrar),
    )


def _line(agency: HttpAgency) -> LineSettings:
    return LineSettings(
        base_url=agency.url,
        connect_timeout_s=agency.connect_timeout.total_seconds(),
        call_timeout_s=agency.call_timeout.total_seconds(),
        pool_size=agency.pool_size,
        retry=RetrySettings(retries=agency.retries),
        breaker=_breaker(agency),
    )


def _breaker(agency: Agency) -> BreakerSettings:
    return BreakerSettings(
        window_s=agency.breaker_window.total_seconds(),
        least_calls=agency.breaker_calls,
        failure_share=agency.breaker_share,
        open_s=agency.breaker_rest.total_seconds(),
    )


def _desk(clerk: Clerk, cache: RecordCache, *, breakers: Breakers, agency: Agency) -> Desk:
    settings = DeskSettings(linger_s=agency.batch_window.total_seconds(), concurrency=agency.pool_size)
    return Desk(clerk, cache, settings=settings, breakers=breakers)


def _cache(settings: Settings) -> CacheSettings:
    cache = settings.cache
    return CacheSettings(
        key=cache.key.get_secret_value().encode()[:64],
        url=cache.url.get_secret_value(),
        default_ttl_s=cache.ttl / timedelta(seconds=1),
        ttl_s={kind: ttl.total_seconds() for kind, ttl in cache.ttl_by_kind.items()},
        max_entries=cache.max_entries,
        timeout_s=cache.record_timeout.total_seconds(),
    )
