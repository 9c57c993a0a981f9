"""The simulated tax office: SOAP behind the government exchange platform, GB18030 bytes, errors inside HTTP 200.

One operation answers for up to 100 taxpayers at once and only with the elements that the letter names.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType

from lxml import etree
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from deploy.sandbox.panel import AgencyDesk, FaultyApp
from deploy.sandbox.tax_letter import (
    MAX_BATCH,
    SOAP,
    TRAN_ID,
    Letter,
    Node,
    Refusal,
    business,
    fault,
    is_signed,
    parse,
    read_letter,
    reply,
    service_of,
    service_part,
)
from deploy.sandbox.tax_message import SPEC, is_known, write_answer
from deploy.sandbox.world import World

CREDENTIALS: Mapping[str, str] = MappingProxyType(
    {
        "channel_id": "CREDITGRAPH.SANDBOX",
        "identity_type": "ZWBM",
        "rid": "r_1120000MB1234567_0001",
        "sid": "s_11200000MB1541123_2108",
        "app_secret": "sandbox-tax-app-secret",
    }
)
"""What a caller of the simulated office needs to know; valid nowhere else."""
PATH = "/esb/SWZJ"


@dataclass(frozen=True, slots=True)
class TaxOptions:
    """How the office behaves."""

    requests_per_second: int = 0
    """Calls a second for each channel; 0 is no limit. The real office is taken to allow 20."""
    page_size: int = MAX_BATCH
    """The most taxpayers it puts on one page, whatever is asked."""
    is_in_maintenance: bool = False


def build(world: World, desk: AgencyDesk, options: Mapping[str, object] | None = None) -> ASGIApp:
    """The office's server with the desk's faults in front; `options` by the names of `TaxOptions`."""
    office = _Office(world, desk, TaxOptions(**(options or {})))  # type: ignore[arg-type]  # a wrong option fails at its use
    return FaultyApp(Starlette(routes=[Route(PATH, office.serve, methods=["POST"])]), desk, _garbler())


class _Office:
    def __init__(self, world: World, desk: AgencyDesk, options: TaxOptions) -> None:
        self._world = world
        self._desk = desk
        self._options = options
        self._recent: deque[float] = deque()

    async def serve(self, request: Request) -> Response:
        """Answer one letter; every business error is an HTTP 200."""
        content = await request.body()
        tran_seq = ""
        try:
            envelope = parse(content.decode("gb18030").encode("utf-8"), f"{{{SOAP}}}Envelope")
            if not is_signed(envelope, CREDENTIALS):
                self._desk.count("(refused)")
                return reply(fault("GJGXJHPT-4003", "签名验证失败"))
            service = service_of(envelope)
            tran_seq = service.findtext(f"{{{SPEC}}}head/{{{SPEC}}}tran_seq") or ""
            self._admit(service)
            letter = read_letter(service, tran_seq)
        except (UnicodeDecodeError, etree.XMLSyntaxError):
            self._desk.count("(refused)")
            return reply(business(tran_seq, "100", "报文格式错误"))
        except Refusal as refusal:
            self._desk.count("(refused)")
            return reply(business(tran_seq, refusal.code, refusal.words))
        self._desk.count(TRAN_ID, [name for names in letter.asked.values() for name in names])
        return reply(service_part(tran_seq, "0", ("000", "成功"), self._answer(letter)))

    def _admit(self, service: Node) -> None:
        """Check the channel, the operation, the hour and the rate."""
        head = f"{{{SPEC}}}head/{{{SPEC}}}"
        identities = {
            expand.findtext(f"{{{SPEC}}}name"): expand.findtext(f"{{{SPEC}}}value")
            for expand in service.findall(f"{head}expand")
        }
        if (
            service.findtext(f"{head}channel_id") != CREDENTIALS["channel_id"]
            or identities.get("identityType") != CREDENTIALS["identity_type"]
        ):
            raise Refusal("201", "渠道未授权")
        if service.findtext(f"{head}tran_id") != TRAN_ID:
            raise Refusal("202", "交易码不存在")
        if self._options.is_in_maintenance:
            raise Refusal("900", "系统维护中，请稍后再试")
        if self._options.requests_per_second:
            self._limit(asyncio.get_running_loop().time())

    def _limit(self, at: float) -> None:
        while self._recent and at - self._recent[0] >= 1:
            self._recent.popleft()
        if len(self._recent) >= self._options.requests_per_second:
            raise Refusal("301", "访问频率超过限制")
        self._recent.append(at)

    def _answer(self, letter: Letter) -> str:
        known = [code for code in letter.taxpayers if is_known(self._world, code)]
        size = min(letter.page_size, self._options.page_size)
        first = (letter.page - 1) * size
        pages = max(1, -(-len(known) // size))
        return write_answer(self._world, known[first : first + size], letter.asked, page=letter.page, pages=pages)


def _garbler() -> Callable[[bytes], bytes]:
    """The ways in which this office's answers break, one after another."""
    ways: tuple[Callable[[bytes], bytes], ...] = (
        lambda body: body[: len(body) // 2],
        lambda body: body.decode("gb18030").encode("utf-16"),
        lambda body: body.replace(b"]]>", b""),
        lambda _: "<html><body><h1>系统繁忙</h1></body></html>".encode("gb18030"),
    )
    turn = count()

    def garble(body: bytes) -> bytes:
        return ways[next(turn) % len(ways)](body)

    return garble
