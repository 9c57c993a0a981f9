"""The letters of the simulated tax office: reading a signed request, writing an answer around a message."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from xml.sax.saxutils import escape

from lxml import etree
from starlette.responses import Response

from deploy.sandbox.tax_message import DATASPEC, SECTIONS, SPEC

TRAN_ID = "SWZJ.HXZG.XY.PLCXSSXYXX"
MAX_BATCH = 100
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
EXCHANGE = "http://www.tongtech.com/exchange/"
Node: TypeAlias = etree._Element  # noqa: SLF001 - lxml gives its element type no public name


@dataclass(frozen=True, slots=True)
class Letter:
    """A request as read."""

    tran_seq: str
    taxpayers: tuple[str, ...]
    asked: Mapping[str, tuple[str, ...]]
    page: int
    page_size: int


class Refusal(Exception):
    """A business error: its code and the office's words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(code)
        self.code = code
        self.words = words


def is_signed(envelope: Node, credentials: Mapping[str, str]) -> bool:
    """Whether the exchange platform's triple is ours: Base64(HMAC-SHA256(secret, sid + rid + rtime))."""
    header = f"{{{SOAP}}}Header/{{{EXCHANGE}}}tongtechheader/{{{EXCHANGE}}}gjgxjhpt_"
    rid, sid, rtime, sign = (envelope.findtext(f"{header}{name}") or "" for name in ("rid", "sid", "rtime", "sign"))
    digest = hmac.digest(credentials["app_secret"].encode(), f"{sid}{rid}{rtime}".encode(), hashlib.sha256)
    return (
        (rid, sid) == (credentials["rid"], credentials["sid"])
        and rtime.isdigit()
        and hmac.compare_digest(base64.b64encode(digest), sign.encode())
    )


def service_of(envelope: Node) -> Node:
    """The service inside the envelope; refused if there is none."""
    service = envelope.find(f"{{{SOAP}}}Body/{{{SPEC}}}service")
    if service is None:
        raise Refusal("100", "报文格式错误")
    return service


def read_letter(service: Node, tran_seq: str) -> Letter:
    """The question inside the letter; refused if it is too wide, unknown or badly paged."""
    message = parse((service.findtext(f"{{{SPEC}}}body") or "").encode("utf-8"), f"{{{DATASPEC}}}taxML")
    tag = f"{{{DATASPEC}}}"
    taxpayers = tuple(row.findtext(f"{tag}nsrsbh") or "" for row in message.findall(f"{tag}nsrGrid/{tag}nsrGridlb"))
    if not 1 <= len(taxpayers) <= MAX_BATCH:
        raise Refusal("101", "纳税人数量超过上限")
    asked: dict[str, tuple[str, ...]] = {}
    for row in message.findall(f"{tag}cxGrid/{tag}cxGridlb"):
        named = row.find(f"{tag}xxlb")
        section = named.get("bm", "") if named is not None else ""
        names = tuple(cell.text or "" for cell in row.findall(f"{tag}fhzd"))
        if section not in SECTIONS or not names or not {element[0] for element in SECTIONS[section][1]} >= set(names):
            raise Refusal("102", "返回字段不存在")
        asked[section] = names
    page, size = (message.findtext(f"{tag}{name}") or "" for name in ("pageNum", "pageSize"))
    if not asked or not (page.isdigit() and size.isdigit()) or int(page) < 1 or not 1 <= int(size) <= MAX_BATCH:
        raise Refusal("103", "分页参数错误")
    return Letter(tran_seq, taxpayers, asked, int(page), int(size))


def parse(content: bytes, root: str) -> Node:
    """The element `root` written in UTF-8 `content`; raises XMLSyntaxError, or Refusal for another element."""
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True)
    node = etree.fromstring(content, parser)
    if node.tag != root:
        raise Refusal("100", "报文格式错误")
    return node


def business(tran_seq: str, code: str, words: str) -> str:
    """A business error: return code 1 and its code."""
    return service_part(tran_seq, "1", (code, words), "")


def service_part(tran_seq: str, returned: str, message: tuple[str, str], body: str) -> str:
    """The service head with return code and message, and `body` in CDATA."""
    enclosed = body.replace("]]>", "]]]]><![CDATA[>")
    return (
        f'<service xmlns="{SPEC}"><head><tran_id>{TRAN_ID}</tran_id><tran_seq>{escape(tran_seq)}</tran_seq>'
        f"<rtn_code>{returned}</rtn_code><rtn_msg><Code>{message[0]}</Code><Message>{message[1]}</Message></rtn_msg>"
        f"</head><body><![CDATA[{enclosed}]]></body></service>"
    )


def fault(code: str, words: str) -> str:
    """A SOAP fault, as the exchange platform writes it."""
    return f"<soapenv:Fault><faultcode>{code}</faultcode><faultstring>{words}</faultstring></soapenv:Fault>"


def reply(body: str) -> Response:
    """The SOAP answer. The prolog and the header say UTF-8; the bytes are GB18030, as the real office sends them."""
    letter = (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{SOAP}"><soapenv:Header/>'
        f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    )
    return Response(letter.encode("gb18030"), headers={"content-type": "text/xml; charset=UTF-8"})
