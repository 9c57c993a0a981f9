"""The simulated disclosure system: search for a subject's token, then its sections, ten rows a page.

`POST /share/entSearch` with `uniscId`, then `POST /share/{section}` with `pripid` and `nodeNum`, forms both,
paged by `draw`, `start`, `length` (10 at most), answered as `{"data", "draw", "recordsTotal", "cacheKey"}`.
Callers sign as the exchange platform demands; whoever does not is taken for a robot and shown a captcha.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs
from zlib import crc32

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from deploy.sandbox.enterprise_disclosure_rows import SECTIONS, WireRow, rows
from deploy.sandbox.panel import AgencyDesk, FaultyApp
from deploy.sandbox.world import World
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind

CREDENTIALS: Mapping[str, str] = MappingProxyType(
    {
        "rid": "r_1120000MB1234567_0004",
        "sid": "s_1100000000MB0143_2108",
        "app_secret": "sandbox-disclosure-app-secret",
    }
)
"""What a caller of the simulated system needs to know; valid nowhere else."""

MOST_ROWS: Final = 10
_SEARCH: Final = "entSearch"
_CAPTCHA: Final = (
    "<!DOCTYPE html><html lang='zh-CN'><head><meta charset='utf-8'><title>验证码</title></head>"
    "<body><div class='geetest_captcha'>请点击按钮进行验证</div></body></html>"
)
_MOST_TOKENS: Final = 50_000


@dataclass(frozen=True, slots=True)
class EnterpriseDisclosureOptions:
    """How the system behaves."""

    token_life_s: float = 600.0
    """How long a subject's token opens its sections."""
    requests_per_second: int = 0
    """Calls a second for each caller; 0 is no limit. The real system is taken to allow 1 to the open web."""
    guard: Mapping[str, str] = field(default_factory=dict)
    """What stands before an operation (`*` for all): `captcha`, `403`, `412` or `429`. Read at each call."""


@dataclass(slots=True)
class _Token:
    code: str
    ends_at: float


def build(world: World, desk: AgencyDesk, options: Mapping[str, object] | None = None) -> ASGIApp:
    """The server with the desk's faults in front; `options` by the names of `EnterpriseDisclosureOptions`."""
    system = _System(world, desk, EnterpriseDisclosureOptions(**(options or {})))  # type: ignore[arg-type]  # a wrong option fails at its use
    routes = [
        Route(f"/share/{_SEARCH}", system.search, methods=["POST"]),
        Route("/share/{section}", system.section, methods=["POST"]),
    ]
    return FaultyApp(Starlette(routes=routes), desk, _garbler())


class _System:
    def __init__(self, world: World, desk: AgencyDesk, options: EnterpriseDisclosureOptions) -> None:
        self._world = world
        self._desk = desk
        self._options = options
        self._tokens: dict[str, _Token] = {}
        self._recent: dict[str, deque[float]] = {}

    async def search(self, request: Request) -> Response:
        """The hits for one code: none or one, with a fresh token."""
        self._desk.count(_SEARCH)
        turned_away = self._turned_away(request, _SEARCH)
        if turned_away is not None:
            return turned_away
        form = await _form(request)
        code = form.get("uniscId", "")
        if self._world.trap(code) == "captcha":
            return HTMLResponse(_CAPTCHA)
        found = self._world.records(AgencyId.ENTERPRISE_DISCLOSURE, code, RecordKind.LEGAL_PERSON)
        return _page([self._hit(code, str(found[0]["registeredName"]))] if found else [], form)

    async def section(self, request: Request) -> Response:
        """One page of one section."""
        section = request.path_params["section"]
        if section not in SECTIONS:
            return _refused(404, "NOT_FOUND", "接口不存在")
        self._desk.count(section, [section])
        turned_away = self._turned_away(request, section)
        if turned_away is not None:
            return turned_away
        form = await _form(request)
        token = self._tokens.get(form.get("pripid", ""))
        if token is None or token.ends_at <= asyncio.get_running_loop().time():
            return _refused(401, "TOKEN_EXPIRED", "pripid已失效，请重新查询")
        if form.get("nodeNum") != token.code[2:4]:
            return _refused(404, "NOT_FOUND", "节点不符")
        answer = rows(self._world, token.code, section)
        if section == "anCheYearDetail":
            answer = [row for row in answer if row["anCheId"] == form.get("anCheId")]
        return _page(answer, form)

    def _hit(self, code: str, name: str) -> WireRow:
        """A token is opaque but for the milliseconds of its making at its end."""
        made_ms = time.time_ns() // 1_000_000
        secret = hashlib.sha256(f"{CREDENTIALS['app_secret']}/{code}/{made_ms}/{len(self._tokens)}".encode())
        pripid = f"{secret.hexdigest()[:40].upper()}-{made_ms}"
        if len(self._tokens) >= _MOST_TOKENS:
            del self._tokens[next(iter(self._tokens))]
        self._tokens[pripid] = _Token(code, asyncio.get_running_loop().time() + self._options.token_life_s)
        return {"pripid": pripid, "nodeNum": code[2:4], "entType": "", "entName": name, "uniscId": code, "regNo": ""}

    def _turned_away(self, request: Request, operation: str) -> Response | None:
        """The door-keeper: guards first, then who it is, then how often."""
        guard = self._options.guard.get(operation) or self._options.guard.get("*", "")
        signature = request.headers.get("gjgxjhpt_sign")
        if guard == "captcha" or signature is None:
            return HTMLResponse(_CAPTCHA)
        if guard:
            return _refused(int(guard), "GUARDED", "访问受限", retry_after_s=1)
        if not _is_signed(request.headers, signature):
            return _refused(401, "SIGN_INVALID", "签名验证失败")
        if self._options.requests_per_second and self._is_too_often(request.headers["gjgxjhpt_rid"]):
            return _refused(429, "TOO_OFTEN", "访问过于频繁", retry_after_s=1)
        return None

    def _is_too_often(self, caller: str) -> bool:
        recent = self._recent.setdefault(caller, deque())
        at = asyncio.get_running_loop().time()
        while recent and at - recent[0] >= 1:
            recent.popleft()
        if len(recent) >= self._options.requests_per_second:
            return True
        recent.append(at)
        return False


def _is_signed(headers: Mapping[str, str], signature: str) -> bool:
    """Base64(HMAC-SHA256(appSecret, sid + rid + rtime)) over the three values as sent."""
    rid, sid, rtime = (headers.get(f"gjgxjhpt_{name}", "") for name in ("rid", "sid", "rtime"))
    if (rid, sid) != (CREDENTIALS["rid"], CREDENTIALS["sid"]) or not rtime.isdigit():
        return False
    secret = CREDENTIALS["app_secret"].encode()
    expected = base64.b64encode(hmac.digest(secret, f"{sid}{rid}{rtime}".encode(), "sha256")).decode()
    return hmac.compare_digest(expected.encode(), signature.encode())


async def _form(request: Request) -> dict[str, str]:
    fields = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    return {name: stated[-1] for name, stated in fields.items()}


def _page(answer: list[WireRow], form: Mapping[str, str]) -> Response:
    """The rows asked for, in DataTables' form."""
    paging = [form.get(name, "") for name in ("draw", "start", "length")]
    if not all(number.isascii() and number.isdigit() for number in paging):
        return _refused(400, "BAD_PAGING", "分页参数错误")
    draw, start, length = map(int, paging)
    if not 1 <= length <= MOST_ROWS:
        return _refused(400, "BAD_PAGING", f"每页最多{MOST_ROWS}条")
    content = orjson.dumps(
        {
            "data": answer[start : start + length],
            "draw": draw,
            "recordsTotal": len(answer),
            "recordsFiltered": len(answer),
            "cacheKey": f"{len(answer):x}-{crc32(form.get('uniscId', form.get('nodeNum', '')).encode()):08x}",
        }
    )
    return Response(content, media_type="application/json;charset=UTF-8")


def _refused(status: int, code: str, words: str, *, retry_after_s: int | None = None) -> Response:
    headers = {} if retry_after_s is None else {"retry-after": str(retry_after_s)}
    return Response(
        orjson.dumps({"code": code, "msg": words}), status_code=status, headers=headers, media_type="application/json"
    )


def _garbler() -> Callable[[bytes], bytes]:
    """The ways in which this system's answers break, one after another."""
    ways: tuple[Callable[[bytes], bytes], ...] = (
        lambda body: body[: len(body) // 2],
        lambda _: "<html><body><h1>502 系统繁忙</h1></body></html>".encode(),
        lambda body: body.decode().encode("gb18030") if not body.isascii() else b"\xff" + body,
        lambda body: body.replace(b'"draw":', b'"drew":'),
    )
    turn = count()

    def garble(body: bytes) -> bytes:
        return ways[next(turn) % len(ways)](body)

    return garble
