"""The composition root: settings become rooms, rooms become one ASGI application.

Refuses to start if catalog and graph differ by a single field.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace

from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from connectors.transport.desk import Desk
from gateway.agencies import Counters, open_counters
from gateway.catalog_notes import notes
from gateway.faults import FaultCode, GatewayFault
from gateway.identity.clients import load_clients
from gateway.identity.issuer import IssuerRules, TokenIssuer
from gateway.identity.keys import load_key_set
from gateway.identity.tokens import TokenRules, TokenVerifier
from gateway.law import Law, Wanted, read_law, renew, wanted_law
from gateway.pipeline.admit import hour
from gateway.pipeline.cursors import Cursors
from gateway.pipeline.demand import Documents
from gateway.pipeline.find import Searcher
from gateway.pipeline.house import House, Watch
from gateway.pipeline.plan import Planner
from gateway.registers.audit import AuditRegister
from gateway.registers.engine import open_engine
from gateway.registers.standing import StandingRegister
from gateway.settings import CatalogSettings, Settings
from gateway.web.graph_endpoint import GraphEndpoint
from gateway.web.graphiql import graphiql_assets, graphiql_page
from gateway.web.health import healthz, readyz
from gateway.web.oauth_endpoints import oauth_routes
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


@asynccontextmanager
async def open_house(
    settings: Settings, watch: Watch | None = None, *, foundation: Foundation | None = None
) -> AsyncIterator[tuple[House, Counters]]:
    """Everything behind the doors, opened; closed again when the block ends.

    Errors:  CatalogFault, KeyFault, RegisterFault
    """
    foundation = foundation or lay_foundation(settings.catalog)
    async with AsyncExitStack() as rooms:
        counters = await rooms.enter_async_context(open_counters(settings, hour))
        engine = open_engine(settings.database.url.get_secret_value())
        rooms.push_async_callback(engine.dispose)
        audit = AuditRegister(engine)
        await audit.start()
        rooms.push_async_callback(audit.aclose)
        books = StandingRegister(engine)
        await books.start()
        rooms.push_async_callback(books.aclose)
        planner = Planner(foundation.law.catalog, foundation.law.neighbours)
        exceptions = frozenset(settings.catalog.code_exceptions)
        house = House(
            core=foundation.graph.core,
            catalog=foundation.law.catalog,
            verifier=_verifier(settings, exceptions),
            documents=Documents(foundation.graph.core, settings.limits, exceptions),
            planner=planner,
            searcher=Searcher(counters.names, Cursors(_secret(settings.cursors.key)), planner),
            connectors=counters.desks,
            audit=audit,
            audit_subject_key=_secret(settings.audit.subject_key)[:64],
            introspection_scope=settings.identity.introspection_scope,
            books=books,
        )
        yield replace(house, watch=watch) if watch is not None else house, counters


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


@dataclass(frozen=True, slots=True)
class _Open:
    """What stands behind the doors while the application runs."""

    house: House
    counters: Counters
    endpoint: GraphEndpoint


class _Door:
    """The ASGI application at `/graphql`, which exists before its house does."""

    def __init__(self, opened: Sequence[_Open]) -> None:
        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._opened:
            raise GatewayFault(FaultCode.INTERNAL, "the doors are closed")
        await self._opened[0].endpoint(scope, receive, send)


def build_app(settings: Settings) -> Starlette:
    """The ASGI application; rooms open with its lifespan.

    Errors:  KeyFault or ClientRegisterFault from the built-in issuer's files
    """
    opened: list[_Open] = []

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        page = graphiql_page(settings) if settings.graphiql.enabled else None
        foundation = lay_foundation(settings.catalog)

        async def put(law: Law) -> None:
            """The next request is judged by the new law; those under way keep the house that they entered."""
            house = await asyncio.to_thread(under, law, opened[0].house)
            opened[0] = _Open(house, opened[0].counters, GraphEndpoint(house, settings.limits, page))

        async with open_house(settings, foundation=foundation) as (house, counters):
            opened.append(_Open(house, counters, GraphEndpoint(house, settings.limits, page)))
            renewal = asyncio.create_task(
                renew(settings.catalog, foundation.graph, lambda: hour().date(), first=foundation.wanted, put=put)
            )
            try:
                yield
            finally:
                renewal.cancel()
                with suppress(asyncio.CancelledError):
                    await renewal
                opened.clear()

    def agencies() -> Mapping[str, Mapping[str, object]]:
        now = asyncio.get_running_loop().time()
        return {name.value: _state(desk, now) for rooms in opened for name, desk in rooms.counters.desks.items()}

    async def is_writable() -> bool:
        return bool(opened) and await opened[0].house.audit.check()

    routes: list[BaseRoute] = [
        Route("/graphql", _Door(opened)),
        Route("/healthz", healthz),
        Route("/readyz", readyz(agencies, is_writable)),
        *_issuer_routes(settings),
    ]
    if settings.graphiql.enabled:
        routes.append(graphiql_assets())
    return Starlette(routes=routes, lifespan=lifespan)


def _state(desk: Desk, now: float) -> Mapping[str, object]:
    status = desk.status(now)
    operations = {name: state.value for name, state in status.operations.items()}
    return {"available": status.is_available, "operations": operations, "callsUnderWay": status.calls_under_way}


def _verifier(settings: Settings, exceptions: frozenset[str]) -> TokenVerifier:
    identity = settings.identity
    rules = TokenRules(
        issuer=identity.issuer,
        audience=identity.audience,
        leeway_s=identity.leeway.total_seconds(),
        longest=identity.token_size,
        remembered=identity.cached_tokens,
        code_exceptions=exceptions,
    )
    return TokenVerifier(load_key_set(identity.keys), rules)


def _issuer_routes(settings: Settings) -> Sequence[BaseRoute]:
    """The built-in issuer's doors, if it has a register of clients."""
    identity = settings.identity
    if identity.clients is None:
        return ()
    clients = load_clients(identity.clients, frozenset(settings.catalog.code_exceptions))
    rules = IssuerRules(identity.issuer, identity.audience, int(identity.token_lifetime.total_seconds()))
    return oauth_routes(TokenIssuer(load_key_set(identity.keys), clients, rules))


def _secret(secret: SecretStr) -> bytes:
    return secret.get_secret_value().encode()
