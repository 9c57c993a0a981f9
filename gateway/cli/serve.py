"""`creditgraph serve`: one process on one port; whatever is wrong is told in lines before anything opens."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.app import build_app
from gateway.cli.exits import end_with, print_json
from gateway.cli.show_settings import SettingsFile, read_settings
from gateway.cli.tls import TlsFault, tls_context
from gateway.faults import ClientFault
from gateway.identity.keys import KeyFault
from gateway.official_calendar import CalendarFault
from gateway.registers.engine import RegisterFault
from gateway.settings import Server, Settings
from gateway.telemetry.log_lines import start_logging
from gateway.web.request_head import BoundedHeads
from schema.catalog.data_file import CatalogFault

_FAULTS = (CalendarFault, CatalogFault, KeyFault, RegisterFault, ClientFault, TlsFault)


def serve(
    settings_file: SettingsFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tell the address, or what is wrong, as JSON.")] = False,
) -> None:
    """Serve until Ctrl-C. Exit codes: 0 ended; 2 the settings, the catalog or the port cannot be used."""
    settings = read_settings(settings_file, as_json=as_json)
    start_logging(settings.telemetry.log_format)
    try:
        context = tls_context(settings.server)
        app = _Watched(build_app(settings))
    except _FAULTS as fault:
        end_with(_sentences(fault), as_json=as_json)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=BoundedHeads,
        lifespan="on",
        log_config=None,  # lines go where all lines go
        log_level="warning",
        access_log=False,  # addresses may hold the codes of subjects
        server_header=False,
        date_header=False,
        proxy_headers=False,  # only `gateway.web.peer` says whose word about a client is taken
        ssl_context_factory=None if context is None else lambda _config, _default: context,
    )
    try:
        with _listen(settings.server) as listening:
            server = _Server(config, lambda: _tell(settings, listening, as_json=as_json))
            server.run(sockets=[listening])
    except _PortTaken as taken:
        end_with([str(taken)], as_json=as_json)
    except KeyboardInterrupt:
        return
    except SystemExit:  # how the server says that the doors stay shut; why is told below
        pass
    if app.fault is not None:
        end_with(_sentences(app.fault), as_json=as_json)
    if not server.started:
        end_with(["the gateway could not start"], as_json=as_json)


class _PortTaken(Exception):
    """The address cannot be listened on."""


def _listen(server: Server) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
        return socket.create_server((server.host, server.port), family=family, backlog=2048)
    except OSError as fault:
        message = f"cannot listen on {server.host}:{server.port}: {(fault.strerror or str(fault)).lower()}"
        raise _PortTaken(f"{message}; set `server.port` or `server.host` to another one") from fault


def _tell(settings: Settings, listening: socket.socket, *, as_json: bool) -> None:
    host, port = listening.getsockname()[:2]
    scheme = "http" if settings.server.tls_certificate is None else "https"
    address = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}/graphql"
    if as_json:
        print_json({"graphql": address, "graphiql": settings.graphiql.enabled})
    else:
        page = " (GraphiQL in a browser)" if settings.graphiql.enabled else ""
        typer.echo(f"creditgraph: listening on {address}{page}; Ctrl-C ends it")


class _Server(uvicorn.Server):
    """Says when it is up."""

    def __init__(self, config: uvicorn.Config, when_up: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_up = when_up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            gc.collect()
            gc.freeze()  # graph, catalog and libraries stay to the end; looking through them again only takes time
            self._when_up()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Ctrl-C and SIGTERM end the serving well; uvicorn would send them on to the process afterwards."""
        with super().capture_signals():
            try:
                yield
            finally:
                self._captured_signals.clear()


class _Watched:
    """The application, keeping the fault for which it would not start, so that it is told without a trace."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.fault: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        async def without_trace(message: Message) -> None:
            is_failure = message["type"] == "lifespan.startup.failed"
            await send({**message, "message": ""} if is_failure else message)

        try:
            await self._app(scope, receive, without_trace)
        except _FAULTS as fault:
            self.fault = fault


def _sentences(fault: Any) -> Sequence[str]:
    return tuple(getattr(fault, "faults", ())) or (str(fault),)
