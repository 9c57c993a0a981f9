"""The simulated tax office, asked over loopback with letters written here by hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import date

import httpx
import pytest

from deploy.sandbox import tax
from deploy.sandbox.doors import open_doors
from deploy.sandbox.panel import AgencyDesk, Faults
from deploy.sandbox.tax_codes import SWJG_DM
from deploy.sandbox.tax_letter import TRAN_ID
from deploy.sandbox.tax_message import SECTIONS
from deploy.sandbox.world import World, build_world
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind

TODAY = date(2026, 6, 1)
SEQ = "a" * 32


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(size=150, today=TODAY)


def letter(
    codes, asked, *, secret=tax.CREDENTIALS["app_secret"], channel=tax.CREDENTIALS["channel_id"], page=1, size=100
):
    """A signed letter that asks for the elements `asked` by section."""
    rid, sid, rtime = tax.CREDENTIALS["rid"], tax.CREDENTIALS["sid"], "1780279200000"
    sign = base64.b64encode(hmac.digest(secret.encode(), f"{sid}{rid}{rtime}".encode(), hashlib.sha256)).decode()
    sections = "".join(
        f'<cxGridlb><xxlb bm="{section}"/>' + "".join(f"<fhzd>{name}</fhzd>" for name in names) + "</cxGridlb>"
        for section, names in asked.items()
    )
    taxpayers = "".join(f"<nsrGridlb><nsrsbh>{code}</nsrsbh></nsrGridlb>" for code in codes)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>'
        '<tongtechheader xmlns="http://www.tongtech.com/exchange/">'
        f"<gjgxjhpt_rid>{rid}</gjgxjhpt_rid><gjgxjhpt_sid>{sid}</gjgxjhpt_sid>"
        f"<gjgxjhpt_rtime>{rtime}</gjgxjhpt_rtime><gjgxjhpt_sign>{sign}</gjgxjhpt_sign></tongtechheader></e:Header>"
        '<e:Body><service xmlns="http://www.chinatax.gov.cn/spec/"><head>'
        f"<tran_id>SWZJ.HXZG.XY.PLCXSSXYXX</tran_id><channel_id>{channel}</channel_id><tran_seq>{SEQ}</tran_seq>"
        f"<expand><name>identityType</name><value>{tax.CREDENTIALS['identity_type']}</value></expand></head>"
        f'<body><![CDATA[<taxML xmlns="http://www.chinatax.gov.cn/dataspec/"><nsrGrid>{taxpayers}</nsrGrid>'
        f"<cxGrid>{sections}</cxGrid><pageNum>{page}</pageNum><pageSize>{size}</pageSize></taxML>]]></body>"
        "</service></e:Body></e:Envelope>"
    ).encode("gb18030")


async def answer(world, *letters, options=None, desk=None):
    """The answers to `letters`, one after another, decoded as the office writes them."""
    app = tax.build(world, desk or AgencyDesk("tax"), options)
    async with open_doors({"tax": app}) as doors, httpx.AsyncClient(base_url=doors["tax"]) as client:
        replies = [await client.post(tax.PATH, content=content) for content in letters]
    assert all(reply.status_code == 200 for reply in replies)
    return [reply.content.decode("gb18030", "replace") for reply in replies]


def code_of(text):
    """The business code of an answer."""
    found = re.search(r"<Code>(\w+)</Code>", text)
    return found.group(1) if found else None


async def test_only_the_named_elements_are_answered_and_counted(world):
    desk = AgencyDesk("tax")
    code = world.named["arrears"]

    (text,) = await answer(world, letter([code], {"QSXX": ["ZSXM_DM", "JKQX"]}), desk=desk)

    assert code_of(text) == "000"
    assert f"<tran_seq>{SEQ}</tran_seq>" in text
    assert "<ZSXM_DM>10101</ZSXM_DM>" in text
    assert "<sjrq>2026-05-31</sjrq>" in text
    assert "qsye" not in text
    assert desk.calls == {"total": 1, "operations": {TRAN_ID: 1}, "asked": {"JKQX": 1, "ZSXM_DM": 1}}


async def test_the_bytes_are_gb18030_whatever_the_prolog_says(world):
    app = tax.build(world, AgencyDesk("tax"), None)
    async with open_doors({"tax": app}) as doors, httpx.AsyncClient(base_url=doors["tax"]) as client:
        reply = await client.post(tax.PATH, content=letter([world.named["arrears"]], {"QSXX": ["fbbm"]}))

    assert reply.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert "国家税务总局".encode("gb18030") in reply.content
    with pytest.raises(UnicodeDecodeError):
        reply.content.decode("utf-8")


async def test_an_unknown_taxpayer_is_absent_and_a_15_digit_number_stands(world):
    old = world.named["old-taxpayer-number"]

    (text,) = await answer(world, letter([world.named["unknown"], old], {"NSRJBXX": ["nsrsbh"]}))

    assert re.findall(r"<shxydm>(\w+)</shxydm>", text) == [old]
    assert re.search(r"<nsrsbh>\d{6}\w{9}</nsrsbh>", text)


async def test_no_amount_of_a_natural_person_is_ever_answered(world):
    codes = [code for code in world.codes if code.startswith("92")][:100]
    amounts = {"QSXX": ["ZSXM_DM", "qsye"], "XZCFXX": ["CF_WSH", "CF_NR_FK", "CF_NR_WFFF"]}

    (text,) = await answer(world, letter(codes, amounts))

    assert code_of(text) == "000"
    assert len(codes) > 5
    assert not re.search("<(qsye|CF_NR_FK|CF_NR_WFFF)>", text)


async def test_a_stopped_publication_is_flagged(world):
    (text,) = await answer(world, letter([world.named["expired-record"]], {"ZDSSWFXX": ["gbbz"]}))

    assert "<gbbz>N</gbbz>" in text


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (letter(["x"] * 101, {"QSXX": ["qsye"]}), "101"),
        (letter([], {"QSXX": ["qsye"]}), "101"),
        (letter(["x"], {"QSXX": ["*"]}), "102"),
        (letter(["x"], {"QSXX": []}), "102"),
        (letter(["x"], {"GSXX": ["qsye"]}), "102"),
        (letter(["x"], {"QSXX": ["qsye"]}, size=101), "103"),
        (letter(["x"], {"QSXX": ["qsye"]}, page=0), "103"),
        (letter(["x"], {"QSXX": ["qsye"]}, channel="someone"), "201"),
        (b"<half", "100"),
        (b"\xff\xff", "100"),
    ],
)
async def test_business_errors_come_with_status_200(world, content, code):
    desk = AgencyDesk("tax")

    (text,) = await answer(world, content, desk=desk)

    assert code_of(text) == code
    assert desk.calls["asked"] == {}


async def test_a_wrong_signature_is_a_fault_of_the_exchange_platform(world):
    (text,) = await answer(world, letter(["x"], {"QSXX": ["qsye"]}, secret="wrong"))

    assert "<faultcode>GJGXJHPT-4003</faultcode>" in text


async def test_maintenance_and_rate_limit(world):
    ask = letter([world.named["clean"]], {"NSRJBXX": ["djrq"]})

    assert [code_of(text) for text in await answer(world, ask, options={"is_in_maintenance": True})] == ["900"]
    assert [code_of(text) for text in await answer(world, ask, ask, options={"requests_per_second": 1})] == [
        "000",
        "301",
    ]


async def test_pages_are_cut_between_taxpayers(world):
    asked = {"NSRJBXX": ["nsrsbh"]}
    codes = list(world.codes[:5])

    first, last = await answer(world, letter(codes, asked, page=1, size=3), letter(codes, asked, page=2, size=3))

    assert "<pageTotal>2</pageTotal>" in first
    assert re.findall(r"<shxydm>(\w+)</shxydm>", first) + re.findall(r"<shxydm>(\w+)</shxydm>", last) == codes


async def test_garbled_answers_are_garbled(world):
    desk = AgencyDesk("tax")
    desk.faults = Faults(malformed=True)
    ask = letter([world.named["clean"]], {"NSRJBXX": ["djrq"]})

    texts = await answer(world, ask, ask, ask, ask, desk=desk)

    assert not any(text.endswith("</soapenv:Envelope>") and "]]>" in text for text in texts)


def test_every_authority_of_the_world_has_a_code(world):
    profiles = [world.records(AgencyId.TAX, code, RecordKind.TAXPAYER_PROFILE) for code in world.codes]

    assert {row["competentTaxAuthority"] for rows in profiles for row in rows} <= SWJG_DM.keys()


def test_no_native_element_stands_for_two_facts():
    natives = [element[0] for _, elements in SECTIONS.values() for element in elements]

    assert len(natives) == len(set(natives))
