"""The simulated courts' service: signed and encrypted JSON, one list and one key a call, ten rows a page.

Every refusal is an HTTP 200 with a code in the body. The lists are compiled each night at half past two.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from types import MappingProxyType

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from deploy.sandbox.courts_envelope import Opened, Refusal, Seal
from deploy.sandbox.courts_rows import LISTS, Holdings, Row, rows_under
from deploy.sandbox.panel import AgencyDesk, FaultyApp
from deploy.sandbox.world_draft import SHANGHAI

CREDENTIALS: Mapping[str, str] = MappingProxyType(
    {
        "app_key": "creditgraph-sandbox",
        "sign_key": "sandbox-courts-sign-key",
        "sm4_key": "53414e44424f582d434f555254532d31",
    }
)
"""What a caller of the simulated service needs to know; valid nowhere else."""
PATH = "/api/zxgk"
MOST_ROWS = 10


def _actual_hour() -> datetime:
    return datetime.now(SHANGHAI)  # noqa: TID251 - the service checks callers' clocks against the real one


@dataclass(frozen=True, slots=True)
class CourtsOptions:
    """How the service behaves."""

    requests_per_second: int = 0
    """Calls a second; 0 is no limit. The real service is taken to allow 5."""
    daily_quota: int = 0
    """Calls a day; 0 is no limit."""
    is_renewing: bool = False
    """The nightly renewal is under way."""
    clock: Callable[[], datetime] = _actual_hour
    """The service's own clock; aware."""


def build(world: Holdings, desk: AgencyDesk, options: Mapping[str, object] | None = None) -> ASGIApp:
    """The service with the desk's faults in front; `options` by the names of `CourtsOptions`."""
    service = _Service(world, desk, CourtsOptions(**(options or {})))  # type: ignore[arg-type]  # a wrong option fails at its use
    return FaultyApp(
        Starlette(routes=[Route(f"{PATH}/{{list_name}}", service.serve, methods=["POST"])]), desk, _garbler()
    )


class _Service:
    def __init__(self, world: Holdings, desk: AgencyDesk, options: CourtsOptions) -> None:
        self._world = world
        self._desk = desk
        self._options = options
        self._seal = Seal(CREDENTIALS, options.clock)
        self._recent: deque[datetime] = deque()
        self._today = ("", 0)
        self._credit_codes = {code[8:17]: code for code in world.codes} | {code: code for code in world.codes}

    async def serve(self, request: Request) -> Response:
        """Answer one call."""
        list_name = request.path_params["list_name"]
        content = await request.body()
        request_id = ""
        try:
            opened = self._seal.open(content)
            request_id = opened.request_id
            self._admit()
            data = self._page(list_name, opened)
        except Refusal as refusal:
            self._desk.count("(refused)")
            return _json(self._seal.refuse(request_id, refusal))
        self._desk.count(list_name, [list_name])
        return _json(self._seal.answer(request_id, data))

    def _admit(self) -> None:
        """Keep the hour and the limits."""
        now = self._options.clock()
        if self._options.is_renewing:
            raise Refusal("5001", "名单更新中，请稍后再试")
        if self._options.requests_per_second:
            while self._recent and now - self._recent[0] >= timedelta(seconds=1):
                self._recent.popleft()
            if len(self._recent) >= self._options.requests_per_second:
                raise Refusal("4290", "访问过于频繁")
            self._recent.append(now)
        day, used = self._today
        today = now.astimezone(SHANGHAI).date().isoformat()
        used = used if day == today else 0
        if self._options.daily_quota and used >= self._options.daily_quota:
            raise Refusal("4291", "当日查询次数已用完")
        self._today = (today, used + 1)

    def _page(self, list_name: str, opened: Opened) -> Mapping[str, object]:
        """One page; for a whole credit code also the number of rows under the organisation code inside."""
        body = opened.body
        key, number, size = (body.get(name) for name in ("cardNum", "pageNo", "pageSize"))
        delist = body.get("delist", "0")
        if list_name not in LISTS or not isinstance(key, str) or len(key) not in {9, 18} or delist not in {"0", "1"}:
            raise Refusal("2001", "查询参数错误")
        if type(number) is not int or type(size) is not int or number < 1 or not 1 <= size <= MOST_ROWS:
            raise Refusal("2001", "分页参数错误")
        with_past = delist == "1"
        rows = self._rows(key, list_name, with_past=with_past)
        first = (number - 1) * size
        data: dict[str, object] = {
            "total": str(len(rows)),
            "pageNo": number,
            "pageSize": size,
            "dataTime": f"{_compiled_at(self._options.clock()):%Y%m%d%H%M%S}",
            "list": rows[first : first + size],
        }
        if len(key) == 18:
            data["zzjgdmTotal"] = str(len(self._rows(key[8:17], list_name, with_past=with_past)))
        return data

    def _rows(self, key: str, list_name: str, *, with_past: bool) -> list[Row]:
        code = self._credit_codes.get(key)
        if code is None:
            return []
        return rows_under(self._world, code, list_name, by_credit_code=len(key) == 18, with_past=with_past)


def _compiled_at(now: datetime) -> datetime:
    """The last night's compilation before `now`."""
    local = now.astimezone(SHANGHAI)
    compiled = local.replace(hour=2, minute=30, second=0, microsecond=0)
    return compiled if compiled <= local else compiled - timedelta(days=1)


def _json(content: bytes) -> Response:
    return Response(content, media_type="application/json")


def _garbler() -> Callable[[bytes], bytes]:
    """The ways in which this service's answers break, one after another."""
    ways: tuple[Callable[[bytes], bytes], ...] = (
        lambda body: body[: len(body) // 2],
        lambda body: body.replace(b'"token":"', b'"token":"0', 1),
        lambda body: body.replace(b'"data":"', b'"data":"AAAA', 1),
        lambda _: "<html><body><h1>系统繁忙，请稍后再试</h1></body></html>".encode(),
    )
    turn = count()

    def garble(body: bytes) -> bytes:
        return ways[next(turn) % len(ways)](body)

    return garble
