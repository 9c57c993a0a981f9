"""The composition root: settings become rooms, rooms become one ASGI application.

Refuses to start if catalog and graph differ by a single field.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial

from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.transport.desk import Desk, DeskStatus
from gateway.agencies import Counters, open_counters
from gateway.alert_room import open_alerts
from gateway.catalog_notes import notes
from gateway.desks import Desks, open_desks
from gateway.faults import FaultCode, GatewayFault
from gateway.law import Law, Wanted, read_law, renew, wanted_law
from gateway.log_room import open_log
from gateway.pipeline.admit import hour
from gateway.pipeline.cursors import Cursors
from gateway.pipeline.demand import Documents
from gateway.pipeline.find import Searcher
from gateway.pipeline.house import House, Watch
from gateway.pipeline.plan import Planner
from gateway.registers.engine import open_engine
from gateway.rights.consent_answers import AnswerDesk
from gateway.settings import CatalogSettings, Settings
from gateway.telemetry.agency_watch import AgencyWatch
from gateway.telemetry.sight import Sight, open_sight
from gateway.watching import numbers_of, show, watched
from gateway.web.consent_pages import ConsentPages
from gateway.web.consent_replies import PageRules
from gateway.web.graph_endpoint import GraphEndpoint
from gateway.web.graphiql import graphiql_assets, graphiql_page
from gateway.web.health import healthz, readyz
from gateway.web.oauth_endpoints import oauth_routes
from gateway.web.watched import WatchedDoor
from schema.catalog.catalog import Catalog
from schema.graph.assemble import Graph, assemble


@dataclass(frozen=True, slots=True)
class Foundation:
    """What is known before any door opens: graph and catalog, in agreement."""

    graph: Graph
    law: Law
    wanted: Wanted
    """What the law was read for."""


def lay_foundation(settings: CatalogSettings) -> Foundation:
    """Load the law and assemble the graph.

    Errors:  CatalogFault with every fault of the data files, or every field that stands on one side only
    """
    wanted = wanted_law(settings, hour().date())
    law = read_law(settings, wanted, assemble())
    return Foundation(assemble(notes(law.catalog)), law, wanted)


class LawInForce:
    """The catalog that is in force, for those who ask for it now and then; called, it tells which."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def __call__(self) -> Catalog:
        return self.catalog


@dataclass(frozen=True, slots=True)
class Opened:
    """What stands behind the doors."""

    house: House
    counters: Counters
    desks: Desks
    law: LawInForce
    sight: Sight | None = None


@asynccontextmanager
async def open_house(
    settings: Settings, watch: Watch | None = None, *, foundation: Foundation | None = None
) -> AsyncIterator[Opened]:
    """Everything behind the doors, opened; closed again when the block ends.

    Shape:   `watch` sees the stages in the place of what the settings would have see them
    Errors:  CalendarFault, CatalogFault, KeyFault, RegisterFault
    """
    foundation = foundation or lay_foundation(settings.catalog)
    async with AsyncExitStack() as rooms:
        sight = await rooms.enter_async_context(open_sight(settings.telemetry))
        agencies = AgencyWatch(sight) if sight is not None else None
        counters = await rooms.enter_async_context(open_counters(settings, hour, agencies))
        engine = open_engine(settings.database.url.get_secret_value())
        rooms.push_async_callback(engine.dispose)
        law = LawInForce(foundation.law.catalog)
        desks = await rooms.enter_async_context(open_desks(settings, engine, catalog=law, clock=hour))
        audit = await rooms.enter_async_context(open_log(settings, engine, desks.keys, hour))
        alerts = await rooms.enter_async_context(open_alerts(settings, engine, desks.keys, hour))
        planner = Planner(foundation.law.catalog, foundation.law.neighbours)
        exceptions = frozenset(settings.catalog.code_exceptions)
        house = House(
            core=foundation.graph.core,
            catalog=foundation.law.catalog,
            verifier=desks.verifier,
            callers=desks.callers,
            documents=Documents(foundation.graph.core, settings.limits, exceptions),
            planner=planner,
            searcher=Searcher(counters.names, Cursors(_secret(settings.cursors.key)), planner),
            connectors={name: agencies.connector(desk) for name, desk in counters.desks.items()}
            if agencies is not None
            else counters.desks,
            audit=audit,
            subject_keys=desks.subject_keys,
            audit_subject_key=_secret(settings.audit.subject_key)[:64],
            introspection_scope=settings.identity.introspection_scope,
            books=desks.books,
            counting=desks.counting,
            consents=desks.consents,
            teller=desks.teller,
            alerts=alerts,
        )
        if sight is not None:
            house = watched(house, sight)
            show(
                sight,
                audit,
                desks=partial(_statuses, counters),
                cache=counters.cache.counts,
                edition=lambda: law.catalog.edition,
            )
        yield Opened(replace(house, watch=watch) if watch is not None else house, counters, desks, law, sight)


def _statuses(counters: Counters) -> Sequence[DeskStatus]:
    now = asyncio.get_running_loop().time()
    return [desk.status(now) for desk in counters.desks.values()]


def under(law: Law, house: House) -> House:
    """The same house under another law; what it tells of the graph is what the new edition says of each field."""
    planner = Planner(law.catalog, law.neighbours)
    return replace(
        house,
        core=assemble(notes(law.catalog)).core,
        catalog=law.catalog,
        planner=planner,
        searcher=replace(house.searcher, planner=planner),
    )


class _Door:
    """An ASGI application whose inside is there only while the house is open."""

    def __init__(self) -> None:
        self.inside: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.inside is None:
            raise GatewayFault(FaultCode.INTERNAL, "the doors are closed")
        await self.inside(scope, receive, send)


def build_app(settings: Settings) -> Starlette:
    """The ASGI application; rooms open with its lifespan."""
    graph, oauth, numbers = _Door(), _Door(), _Door()
    open_now: list[Opened] = []

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        foundation = lay_foundation(settings.catalog)

        async def put(law: Law) -> None:
            """The next request is judged by the new law; those under way keep the house that they entered."""
            house = await asyncio.to_thread(under, law, open_now[0].house)
            open_now[0].law.catalog = law.catalog
            open_now[0] = replace(open_now[0], house=house)
            graph.inside = _endpoint(settings, house, open_now[0].sight)

        async with open_house(settings, foundation=foundation) as opened:
            open_now.append(opened)
            graph.inside = _endpoint(settings, opened.house, opened.sight)
            numbers.inside = numbers_of(opened.sight, settings.telemetry.metrics_addresses, settings.identity.proxy)
            oauth.inside = Router(_oauth_routes(settings, opened))
            renewal = asyncio.create_task(
                renew(settings.catalog, foundation.graph, lambda: hour().date(), first=foundation.wanted, put=put)
            )
            try:
                yield
            finally:
                renewal.cancel()
                with suppress(asyncio.CancelledError):
                    await renewal
                graph.inside = oauth.inside = numbers.inside = None
                open_now.clear()

    def agencies() -> Mapping[str, Mapping[str, object]]:
        now = asyncio.get_running_loop().time()
        return {name.value: _state(desk, now) for rooms in open_now for name, desk in rooms.counters.desks.items()}

    async def is_writable() -> bool:
        return bool(open_now) and await open_now[0].house.audit.check()

    routes: list[BaseRoute] = [
        Route("/graphql", graph),
        Route("/healthz", healthz),
        Route("/readyz", readyz(agencies, is_writable)),
    ]
    if settings.telemetry.metrics:
        routes.append(Route("/metrics", numbers))
    if settings.graphiql.enabled:
        routes.append(graphiql_assets())
    if settings.identity.built_in:
        routes.append(Mount("/", oauth))
    return Starlette(routes=routes, lifespan=lifespan)


def _endpoint(settings: Settings, house: House, sight: Sight | None) -> ASGIApp:
    page = graphiql_page(settings) if settings.graphiql.enabled else None
    address = f"{settings.server.public_url}/graphql"
    door = GraphEndpoint(house, settings.limits, page, address=address, proxy=settings.identity.proxy)
    return door if sight is None else WatchedDoor(door, sight, house.catalog.edition)


def _oauth_routes(settings: Settings, opened: Opened) -> Sequence[BaseRoute]:
    """The built-in authorization server's doors, and the page on which subjects answer."""
    desks, identity = opened.desks, settings.identity
    answers = AnswerDesk(desks.server.desk, desks.consents, desks.callers)
    rules = PageRules(settings.server.public_url, identity.page_lifetime)
    pages = ConsentPages(answers, desks.sign_in, catalog=opened.law, rules=rules)
    return (*oauth_routes(desks.server, identity.proxy), *pages.routes())


def _state(desk: Desk, now: float) -> Mapping[str, object]:
    status = desk.status(now)
    operations = {name: state.value for name, state in status.operations.items()}
    return {"available": status.is_available, "operations": operations, "callsUnderWay": status.calls_under_way}


def _secret(secret: SecretStr) -> bytes:
    return secret.get_secret_value().encode()
