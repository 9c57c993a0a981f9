"""What every agency's connector is held to, and how each is set up against its simulated agency.

A further agency adds a `Case` to `CASES`; the laws in `test_conformance.py` stay as they are.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from connectors.courts.connector import CourtsClerk, CourtsSettings
from connectors.enterprise_disclosure.connector import EnterpriseDisclosureClerk, EnterpriseDisclosureSettings
from connectors.market_regulation.connector import MarketRegulationClerk, MarketRegulationSettings
from connectors.port import Errand, FetchOrder
from connectors.tax.connector import TaxClerk, TaxSettings
from connectors.transport.desk import Desk, DeskSettings
from connectors.transport.exchange import Exchange
from connectors.transport.line import Line, LineSettings
from connectors.transport.resilience import BreakerSettings, RetrySettings
from connectors.transport.wire import Clerk
from deploy.sandbox.panel import Faults
from deploy.sandbox.servers import Sandbox
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind

PATIENT = BreakerSettings(least_calls=1_000)
"""The laws break agencies on purpose; a breaker would carry one law's trouble into the next."""
ONCE = RetrySettings(retries=0)


@dataclass(frozen=True, slots=True)
class Case:
    """One agency: what its simulation certainly holds about one named subject."""

    agency: AgencyId
    name: str
    """Of the simulated agency."""
    subject: str
    kind: RecordKind
    facts: frozenset[str]
    hire: Callable[[Line, Mapping[str, str]], Clerk] | None
    """None for the agency that is asked through its exchange tables."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One agency's connector at work, with its simulation's fault switches."""

    case: Case
    desk: Desk
    sandbox: Sandbox

    def order(self, subject: SubjectId | None = None, *, facts: frozenset[str] | None = None) -> FetchOrder:
        """The case's order, about another subject or with other facts."""
        held = SubjectId(self.sandbox.world.named[self.case.subject])
        return FetchOrder(self.case.agency, subject or held, self.case.kind, facts or self.case.facts)

    @contextlib.contextmanager
    def broken(self, faults: Faults) -> Iterator[None]:
        """The agency has these faults inside the block."""
        switches = self.sandbox.desks[self.case.name]
        switches.faults = faults
        try:
            yield
        finally:
            switches.faults = Faults()


def errand(seconds: float = 5.0) -> Errand:
    """An errand with so long to go."""
    return Errand("CG/conformance", asyncio.get_running_loop().time() + seconds)


@contextlib.asynccontextmanager
async def bench(case: Case, sandbox: Sandbox) -> AsyncIterator[Bench]:
    """The agency's connector, without a cache, as the gateway builds it."""
    url = sandbox.urls[case.name]
    async with contextlib.AsyncExitStack() as rooms:
        clerk: Clerk
        if case.hire is None:
            settings = MarketRegulationSettings(url, retry=ONCE, breaker=PATIENT)
            exchange = Exchange(settings.exchange)
            rooms.push_async_callback(exchange.aclose)
            clerk = MarketRegulationClerk(exchange, settings, _hour)
        else:
            line = Line(LineSettings(url, retry=ONCE, breaker=PATIENT))
            rooms.push_async_callback(line.aclose)
            clerk = case.hire(line, {**sandbox.credentials[case.name], "base_url": url})
        desk = Desk(clerk, None, settings=DeskSettings())
        rooms.push_async_callback(desk.aclose)
        yield Bench(case, desk, sandbox)


def _hour() -> datetime:
    return datetime.now(ZoneInfo("Asia/Shanghai"))  # noqa: TID251 - the courts compare our clock with theirs


def _tax(line: Line, account: Mapping[str, str]) -> Clerk:
    return TaxClerk(line, TaxSettings(**account), _hour)  # type: ignore[arg-type]  # no number among them


def _courts(line: Line, account: Mapping[str, str]) -> Clerk:
    return CourtsClerk(line, CourtsSettings(**account), _hour)  # type: ignore[arg-type]  # no number among them


def _disclosure(line: Line, account: Mapping[str, str]) -> Clerk:
    return EnterpriseDisclosureClerk(line, EnterpriseDisclosureSettings(**account), _hour)  # type: ignore[arg-type]  # likewise


CASES: Mapping[str, Case] = MappingProxyType(
    {
        case.name: case
        for case in (
            Case(
                AgencyId.TAX,
                *("tax", "clean", RecordKind.TAXPAYER_PROFILE),
                facts=frozenset({"taxpayerIdentificationNumber", "taxpayerStatus"}),
                hire=_tax,
            ),
            Case(
                AgencyId.COURTS,
                *("courts", "defaulter", RecordKind.JUDGMENT_DEFAULTER),
                facts=frozenset({"caseNumber", "publicationDate"}),
                hire=_courts,
            ),
            Case(
                AgencyId.MARKET_REGULATION,
                *("market_regulation", "clean", RecordKind.LEGAL_PERSON),
                facts=frozenset({"registeredName", "registrationStatus"}),
                hire=None,
            ),
            Case(
                AgencyId.ENTERPRISE_DISCLOSURE,
                *("enterprise_disclosure", "abnormal", RecordKind.ABNORMAL_OPERATION_LISTING),
                facts=frozenset({"listingReason", "listingDate"}),
                hire=_disclosure,
            ),
        )
    }
)
