"""The tax office's letter: the SOAP envelope, the service inside it, the taxML inside that.

Both ways the bytes are GB18030 although the XML prolog says UTF-8. The inner message travels as text
in a CDATA section. Answers are read without DTD, entities or network.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from xml.sax.saxutils import escape

from lxml import etree

from connectors.transport.wire import AgencyRefusal, MalformedAnswer

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
EXCHANGE: Final = "http://www.tongtech.com/exchange/"
SPEC: Final = "http://www.chinatax.gov.cn/spec/"
DATASPEC: Final = "http://www.chinatax.gov.cn/dataspec/"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
TRAN_ID: Final = "SWZJ.HXZG.XY.PLCXSSXYXX"
TITLE: Final = "批量查询涉税信用信息"
"""The message's Chinese name, stated in every taxML; it shows which charset the bytes really have."""
CONTENT_TYPE: Final = "text/xml; charset=UTF-8"
MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
BUSY_CODES: Final = {"301": 1.0, "900": 600.0, "999": None}
"""Codes that pass: too many calls, maintenance, internal trouble; with the seconds to wait."""

Node: TypeAlias = etree._Element  # noqa: SLF001 - lxml gives its element type no public name
_PROLOG: Final = re.compile(r"\A\ufeff?\s*<\?xml[^>]*\?>")
_CODE: Final = re.compile(r"[A-Z0-9-]{1,20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around the message: the exchange platform's four words and the office's service head."""

    rid: str
    sid: str
    rtime: str
    """Epoch milliseconds."""
    sign: str
    channel_id: str
    identity_type: str
    tran_seq: str
    """32 hexadecimal digits; the answer repeats them."""
    tran_date: str
    tran_time: str
    attribution: str


def write(head: Head, message: str) -> bytes:
    """The letter that carries the taxML `message`."""
    expands: Sequence[tuple[str, str]] = (("identityType", head.identity_type), ("cxly", head.attribution))
    expand = "".join(f"<expand><name>{name}</name><value>{escape(value)}</value></expand>" for name, value in expands)
    enclosed = message.replace("]]>", "]]]]><![CDATA[>")
    letter = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}"><soapenv:Header><tongtechheader xmlns="{EXCHANGE}">'
        f"<gjgxjhpt_rid>{escape(head.rid)}</gjgxjhpt_rid><gjgxjhpt_sid>{escape(head.sid)}</gjgxjhpt_sid>"
        f"<gjgxjhpt_rtime>{head.rtime}</gjgxjhpt_rtime><gjgxjhpt_sign>{head.sign}</gjgxjhpt_sign>"
        f'</tongtechheader></soapenv:Header><soapenv:Body><service xmlns="{SPEC}"><head>'
        f"<tran_id>{TRAN_ID}</tran_id><channel_id>{escape(head.channel_id)}</channel_id>"
        f"<tran_seq>{head.tran_seq}</tran_seq><tran_date>{head.tran_date}</tran_date>"
        f"<tran_time>{head.tran_time}</tran_time>{expand}</head>"
        f"<body><![CDATA[{enclosed}]]></body></service></soapenv:Body></soapenv:Envelope>"
    )
    return letter.encode("gb18030")


def read(content: bytes, *, tran_seq: str) -> Node:
    """The taxML inside the answer to the letter `tran_seq`.

    Errors:  MalformedAnswer for anything that is not a whole, well-formed answer to this letter;
             AgencyRefusal for a business error (HTTP 200 with a return code) and for a SOAP fault.
    """
    if len(content) > MAX_ANSWER_BYTES:
        raise MalformedAnswer("the answer is too large")
    letter = _decode(content)
    body = _only(_parse(letter, f"{{{SOAP}}}Envelope"), f"{{{SOAP}}}Body")
    if body.find(f"{{{SOAP}}}Fault") is not None:
        raise AgencyRefusal("the exchange platform refused")
    service = _only(body, f"{{{SPEC}}}service")
    head = _only(service, f"{{{SPEC}}}head")
    if head.findtext(f"{{{SPEC}}}tran_seq") != tran_seq:
        raise MalformedAnswer("the answer belongs to another letter")
    _require_success(head)
    message = _parse(_only(service, f"{{{SPEC}}}body").text or "", f"{{{DATASPEC}}}taxML")
    if message.get("cnName") != TITLE:
        raise MalformedAnswer("the answer is written in another charset or is another message")
    return message


def _require_success(head: Node) -> None:
    """Raise for a return code other than 0 / 000; the office's own words go no further."""
    returned = (head.findtext(f"{{{SPEC}}}rtn_code") or "").strip()
    detail = (head.findtext(f"{{{SPEC}}}rtn_msg/{{{SPEC}}}Code") or "").strip()
    if not _CODE.fullmatch(returned) or not _CODE.fullmatch(detail):
        raise MalformedAnswer("the return code is missing")
    if returned != "0" or detail != "000":
        raise AgencyRefusal(f"business error {detail}", retry_after_s=BUSY_CODES.get(detail))


def _decode(content: bytes) -> str:
    """The letter's text, whatever its prolog says.

    GB18030 bytes may decode as UTF-8 without an error, and the reverse, so strict decoding alone does
    not decide: the message's own Chinese title does. Without the title (a refusal has no taxML) the
    bytes must be strict GB18030, the office's charset.
    """
    charset = "gb18030"
    if TITLE.encode(charset) not in content and TITLE.encode("utf-8") in content:
        charset = "utf-8"
    try:
        return content.decode(charset)
    except UnicodeDecodeError:
        raise MalformedAnswer("the answer is in an unknown charset") from None


def _parse(text: str, root: str) -> Node:
    """The element `root` written in `text`; a document type is refused before anything is parsed."""
    bare = _PROLOG.sub("", text, count=1)
    if "<!DOCTYPE" in bare or "<!ENTITY" in bare:
        raise MalformedAnswer("the answer declares a document type")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        node = etree.fromstring(bare.strip().encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise MalformedAnswer("the answer is not well-formed XML") from None
    if node.tag != root:
        raise MalformedAnswer("the answer is another document")
    return node


def _only(node: Node, tag: str) -> Node:
    """The single child `tag`; raises MalformedAnswer if there is none or more than one."""
    children = node.findall(tag)
    if len(children) != 1:
        raise MalformedAnswer("an element of the envelope is missing or doubled")
    return children[0]
