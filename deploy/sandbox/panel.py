"""The fault panel: what goes wrong at which simulated agency, and what that agency was asked for.

Each agency has one `AgencyDesk`. `FaultyApp` stands in front of the agency's server and does what
the desk says; the panel changes the desk over HTTP while everything runs.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.sandbox.panel_page import page


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong at one agency. Everything off is the healthy state."""

    latency_ms: int = 0
    """Waited before each answer, in milliseconds."""
    error_rate: float = 0.0
    """Share of calls answered with HTTP 500, 0 to 1."""
    malformed: bool = False
    """Answers are garbled as this agency would garble them: half a body, wrong charset, wrong signature."""
    hang: bool = False
    """The agency takes the call and never answers."""
    down: bool = False
    """The agency closes the connection without a word."""

    @classmethod
    def parse(cls, value: object, *, base: Faults) -> Faults:
        """Change `base` by the members of a JSON object; raises ValueError with one clear sentence."""
        if not isinstance(value, dict):
            raise ValueError("the body must be a JSON object")  # noqa: TRY004 - one refusal type for the door
        known = {field.name: getattr(base, field.name) for field in fields(cls)}
        for key, stated in value.items():
            if key not in known:
                raise ValueError(f"unknown fault `{key}`; known are {', '.join(known)}")
            known[key] = _checked(str(key), stated)
        return cls(**known)


def _checked(key: str, stated: object) -> object:
    """`stated` as the fault `key` wants it; raises ValueError."""
    if key in {"malformed", "hang", "down"}:
        if not isinstance(stated, bool):
            raise ValueError(f"`{key}` must be true or false")
        return stated
    if isinstance(stated, bool) or not isinstance(stated, int | float):
        raise ValueError(f"`{key}` must be a number")  # noqa: TRY004 - one refusal type for the door
    if key == "latency_ms" and not 0 <= stated <= 600_000:
        raise ValueError("`latency_ms` must lie between 0 and 600000")
    if key == "error_rate" and not 0 <= stated <= 1:
        raise ValueError("`error_rate` must lie between 0 and 1")
    return int(stated) if key == "latency_ms" else float(stated)


class AgencyDesk:
    """The fault switches and the counter of one agency.

    `on_change` is called with the new faults after each change, for an agency that is not an HTTP
    server and has to be broken by other means.
    """

    def __init__(self, name: str, on_change: Callable[[Faults], None] | None = None) -> None:
        self.name = name
        self.on_change = on_change
        self._faults = Faults()
        self._operations: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._dice = random.Random(name)

    @property
    def faults(self) -> Faults:
        """The faults in force."""
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._faults = faults
        if self.on_change is not None:
            self.on_change(faults)

    def count(self, operation: str, asked: Iterable[str] = ()) -> None:
        """Note one call of `operation` that asked for the fields, sections or columns `asked`."""
        self._operations[operation] += 1
        self._asked.update(asked)

    @property
    def calls(self) -> dict[str, object]:
        """Shape: {"total": n, "operations": {operation: n}, "asked": {field: n}}."""
        return {
            "total": self._operations.total(),
            "operations": dict(sorted(self._operations.items())),
            "asked": dict(sorted(self._asked.items())),
        }

    def reset(self) -> None:
        """Forget the counted calls; faults stay."""
        self._operations.clear()
        self._asked.clear()

    def draws_error(self) -> bool:
        """Whether this call is one of the failing share."""
        return self._faults.error_rate > 0 and self._dice.random() < self._faults.error_rate


class FaultyApp:
    """An agency's server with the faults of its desk in front.

    `garble` turns a healthy body into a broken one, in the way that this agency's answers break.
    """

    def __init__(self, app: ASGIApp, desk: AgencyDesk, garble: Callable[[bytes], bytes]) -> None:
        self._app = app
        self._desk = desk
        self._garble = garble

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request, or fail at it as ordered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        faults = self._desk.faults
        if faults.down:
            self._desk.count("(down)")
            await _drop(scope, send)
            return
        if faults.hang:
            self._desk.count("(hang)")
            await _until_gone(receive)
            return
        if faults.latency_ms:
            await asyncio.sleep(faults.latency_ms / 1000)
        if self._desk.draws_error():
            self._desk.count("(error)")
            await Response("Internal Server Error", status_code=500)(scope, receive, send)
            return
        await self._app(scope, receive, _Garbling(send, self._garble) if faults.malformed else send)


async def _drop(scope: Scope, send: Send) -> None:
    """Cut the connection without a word; under a server that does not offer it, in the middle of an answer."""
    cut = scope.get("extensions", {}).get("sandbox.cut")
    if cut is not None:
        cut()
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000000")]})


async def _until_gone(receive: Receive) -> None:
    """Return when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        continue


class _Garbling:
    """Collects a whole answer and sends it garbled."""

    def __init__(self, send: Send, garble: Callable[[bytes], bytes]) -> None:
        self._send = send
        self._garble = garble
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        """Hold back everything until the answer is complete."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body") or self._start is None:
            return
        body = self._garble(self._body)
        kept = [(name, value) for name, value in self._start["headers"] if name.lower() != b"content-length"]
        await self._send({**self._start, "headers": [*kept, (b"content-length", str(len(body)).encode())]})
        await self._send({"type": "http.response.body", "body": body})


def build_panel(desks: Mapping[str, AgencyDesk]) -> Starlette:
    """The panel's own server: a page for people, JSON for scripts."""

    async def show_page(_: Request) -> Response:
        return HTMLResponse(page(tuple(desks), [(field.name, str(field.type)) for field in fields(Faults)]))

    async def list_agencies(_: Request) -> Response:
        return _json({name: asdict(desk.faults) for name, desk in desks.items()})

    async def change_agency(request: Request) -> Response:
        desk = desks.get(request.path_params["name"])
        if desk is None:
            return _refused(404, f"no such agency; there are {', '.join(desks)}")
        try:
            desk.faults = Faults.parse(orjson.loads(await request.body()), base=desk.faults)
        except orjson.JSONDecodeError:
            return _refused(400, "the body is not JSON")
        except ValueError as refusal:
            return _refused(400, str(refusal))
        return _json(asdict(desk.faults))

    async def show_calls(_: Request) -> Response:
        return _json({name: desk.calls for name, desk in desks.items()})

    async def forget_calls(_: Request) -> Response:
        for desk in desks.values():
            desk.reset()
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route("/", show_page),
            Route("/agencies", list_agencies),
            Route("/agencies/{name}", change_agency, methods=["PUT"]),
            Route("/calls", show_calls, methods=["GET"]),
            Route("/calls", forget_calls, methods=["DELETE"]),
        ]
    )


def _json(value: object) -> Response:
    return Response(orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n", media_type="application/json")


def _refused(status: int, sentence: str) -> Response:
    return Response(orjson.dumps({"error": sentence}) + b"\n", status_code=status, media_type="application/json")
