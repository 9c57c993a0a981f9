"""The simulated courts, asked over loopback with messages written here by hand."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import datetime, timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from deploy.sandbox import courts
from deploy.sandbox.courts_rows import COURT_CODES, LISTS, Filing, filing_of
from deploy.sandbox.doors import open_doors
from deploy.sandbox.panel import AgencyDesk, Faults
from deploy.sandbox.world import World, build_world
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind

HOUR = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
OWN = courts.CREDENTIALS
DEFAULTER = RecordKind.JUDGMENT_DEFAULTER


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(size=600, today=HOUR.date())


def token(timestamp, text, sign_key=OWN["sign_key"]):
    return hashlib.new("sm3", f"{OWN['app_key']}{timestamp}{sign_key}".encode() + text).hexdigest()


def cipher():
    return Cipher(SM4(bytes.fromhex(OWN["sm4_key"])), modes.CBC(b"\x07" * 16))


def message(body, *, at=HOUR, sign_key=OWN["sign_key"], sealed=None, **header):
    """A message as the interface document says."""
    text = json.dumps(body).encode()
    pad = 16 - len(text) % 16
    encryptor = cipher().encryptor()
    own = base64.b64encode(b"\x07" * 16 + encryptor.update(text + bytes([pad]) * pad) + encryptor.finalize()).decode()
    timestamp = str(int(at.timestamp() * 1000))
    whole = {
        "appKey": OWN["app_key"],
        "timestamp": timestamp,
        "token": token(timestamp, text, sign_key),
        "signType": "SM3",
        "requestId": "r-1",
        "encryption": "SM4",
    }
    return json.dumps({"requestHeader": whole | header, "requestBody": own if sealed is None else sealed}).encode()


def query(key, number=1, **changes):
    return {"cardNum": key, "pageNo": number, "pageSize": 10} | changes


def data_of(answer):
    """The data inside, after the answer's own token was checked."""
    header = answer["responseHeader"]
    raw = base64.b64decode(answer["data"])
    decryptor = Cipher(SM4(bytes.fromhex(OWN["sm4_key"])), modes.CBC(raw[:16])).decryptor()
    padded = decryptor.update(raw[16:]) + decryptor.finalize()
    text = padded[: -padded[-1]]
    assert header["token"] == token(header["timestamp"], text)
    assert header["requestId"] == "r-1"
    return json.loads(text)


async def post(world, *messages, list_name="sxbzxr", options=None, desk=None):
    """The answers to `messages`, one after another."""
    app = courts.build(world, desk or AgencyDesk("courts"), {"clock": lambda: HOUR, **(options or {})})
    async with open_doors({"courts": app}) as doors, httpx.AsyncClient(trust_env=False) as client:
        url = f"{doors['courts']}{courts.PATH}/{list_name}"
        answers = [await client.post(url, content=each) for each in messages]
    assert all(answer.status_code == 200 for answer in answers)
    return [answer.json() for answer in answers]


async def rows(world, key, *, list_name="sxbzxr", **changes):
    (answer,) = await post(world, message(query(key, **changes)), list_name=list_name)
    return data_of(answer)["list"]


async def test_page_of_a_defaulter(world):
    code = world.named["defaulter"]
    desk = AgencyDesk("courts")
    (answer,) = await post(world, message(query(code)), desk=desk)
    assert (answer["code"], answer["msg"]) == ("0000", "成功")
    data = data_of(answer)
    held = [filing_of(record["caseNumber"]) for record in world.records(AgencyId.COURTS, code, DEFAULTER)]
    assert data["total"] == str(len(held) - held.count(Filing.ORGANISATION_CODE))
    assert data["zzjgdmTotal"] == str(len(held) - held.count(Filing.CREDIT_CODE))
    assert data["dataTime"] == "20260601023000"
    assert {"caseCode", "disruptTypeName", "unperformPart", "businessEntity", "fydm"} <= data["list"][0].keys()
    assert desk.calls == {"total": 1, "operations": {"sxbzxr": 1}, "asked": {"sxbzxr": 1}}


async def test_one_key_finds_only_what_is_filed_under_it(world):
    code = world.named["defaulter"]
    whole = {row["caseCode"].replace("（", "(").replace("）", ")") for row in await rows(world, code)}
    (answer,) = await post(world, message(query(code[8:17])))
    data = data_of(answer)
    assert "zzjgdmTotal" not in data
    numbers = {row["caseCode"] for row in data["list"]}
    assert numbers - whole
    assert all("（" not in number for number in numbers)
    assert {row["cardNum"].replace("-", "") for row in data["list"]} == {code[8:17]}


async def test_unknown_key_has_no_rows(world):
    assert await rows(world, world.named["unknown"]) == []


async def test_dates_are_mixed_and_nothing_is_said_in_words(world):
    found = [
        row for code in (world.named["defaulter"], world.named["expired-record"]) for row in await rows(world, code)
    ]
    dates = {re.sub(r"\d", "0", row[name]) for row in found for name in ("regDate", "publishDate")}
    assert dates == {"0000年00月00日", "00000000"}
    assert {row["exitDate"] for row in found} | {row["performedPart"] for row in found} >= {"暂无", "无"}


async def test_listings_of_the_past_only_on_request(world):
    code = world.named["expired-record"]
    keys = (code, code[8:17])
    now = [row["delist"] for key in keys for row in await rows(world, key)]
    ever = [row for key in keys for row in await rows(world, key, delist="1")]
    assert set(now) <= {"0"}
    past = [row for row in ever if row["delist"] == "1"]
    assert past
    assert all(re.search(r"\d{4}", row["exitDate"]) for row in past)


async def test_each_list_has_its_own_columns(world):
    code = world.named["defaulter"]
    wanted = {"zxgk": "execMoney", "xgl": "publishDate", "zhongben": "execute_amt"}
    for list_name, column in wanted.items():
        found = [row for key in (code, code[8:17]) for row in await rows(world, key, list_name=list_name)]
        assert found, list_name
        for other in set(wanted) - {list_name}:
            assert wanted[other] not in found[0]
        assert column in found[0]


async def test_no_identity_number_leaves_whole(world):
    seen = 0
    for code in world.codes:
        for record in world.records(AgencyId.COURTS, code, DEFAULTER):
            seen += bool(record["_natural_person"])
            for key in (code, code[8:17]) if record["_natural_person"] else ():
                for row in await rows(world, key, delist="1"):
                    assert record["responsiblePerson"]["identityDocumentNumber"] not in str(row)
                    assert re.fullmatch(r"(000000|999999)\*{8}[0-9X]{4}", row["cardNum"])
        if seen >= 3:
            break
    assert seen


async def test_pages_of_at_most_ten(world):
    class Long:
        codes = ("91120101XNXN00021E",)

        def records(self, agency, code, kind):
            return [{"caseNumber": f"（2026）津0101执{number}号", "exitDate": None} for number in range(60)]

    first, second, beyond, greedy = await post(
        Long(),
        message(query(Long.codes[0])),
        message(query(Long.codes[0], 2)),
        message(query(Long.codes[0], 99)),
        message(query(Long.codes[0], pageSize=11)),
    )
    cases = [{row["caseCode"] for row in data_of(each)["list"]} for each in (first, second)]
    assert [len(each) for each in cases] == [10, 10]
    assert not cases[0] & cases[1]
    assert data_of(beyond)["list"] == []
    assert greedy["code"] == "2001"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (message(query("XNXN00021"), sign_key="wrong"), "1001"),
        (message(query("XNXN00021"), at=HOUR - timedelta(minutes=6)), "1002"),
        (message(query("XNXN00021"), at=HOUR + timedelta(minutes=6)), "1002"),
        (message(query("XNXN00021"), timestamp="now"), "1002"),
        (message(query("XNXN00021"), sealed="AAAA"), "1003"),
        (message(query("XNXN00021"), sealed="no base64"), "1003"),
        (message(query("XNXN00021"), appKey="nobody"), "1004"),
        (message(query("XNXN00021"), signType="MD5"), "2001"),
        (message(query("XNXN00021"), requestId=None), "0000"),
        (message([]), "2001"),
        (message(query("XNXN")), "2001"),
        (message(query(None)), "2001"),
        (message(query("XNXN00021", 0)), "2001"),
        (message(query("XNXN00021", True)), "2001"),
        (message(query("XNXN00021", delist="2")), "2001"),
        (b"{}", "2001"),
        (b"[1]", "2001"),
        (b"\xff", "2001"),
    ],
)
async def test_refusals_are_answers_with_a_code(world, sent, code):
    (answer,) = await post(world, sent)
    assert answer["code"] == code
    assert (answer["data"] is None) == (code != "0000")


async def test_unknown_list(world):
    (answer,) = await post(world, message(query("XNXN00021")), list_name="nothing")
    assert answer["code"] == "2001"


async def test_limits(world):
    calls = [message(query("XNXN00021"))] * 3
    assert [each["code"] for each in await post(world, *calls, options={"daily_quota": 2})] == ["0000", "0000", "4291"]
    assert [each["code"] for each in await post(world, *calls, options={"requests_per_second": 2})] == [
        "0000",
        "0000",
        "4290",
    ]
    assert [each["code"] for each in await post(world, *calls, options={"is_renewing": True})] == ["5001"] * 3


async def test_limits_end(world):
    hours = [HOUR + timedelta(seconds=second) for second in (0, 2)] + [HOUR + timedelta(days=1)]
    for options in ({"requests_per_second": 1}, {"daily_quota": 1}):
        clock = {"at": HOUR}
        app = courts.build(world, AgencyDesk("courts"), {"clock": lambda clock=clock: clock["at"], **options})
        codes = []
        async with open_doors({"courts": app}) as doors, httpx.AsyncClient(trust_env=False) as client:
            for clock["at"] in hours:
                sent = message(query("XNXN00021"), at=clock["at"])
                codes.append((await client.post(f"{doors['courts']}{courts.PATH}/xgl", content=sent)).json()["code"])
        assert codes == (["0000"] * 3 if "requests_per_second" in options else ["0000", "4291", "0000"])


async def test_list_of_last_night_before_half_past_two(world):
    early = HOUR.replace(hour=1)
    (answer,) = await post(world, message(query("XNXN00021"), at=early), options={"clock": lambda: early})
    assert data_of(answer)["dataTime"] == "20260531023000"


async def test_broken_answers_break_in_turn(world):
    desk = AgencyDesk("courts")
    desk.faults = Faults(malformed=True)
    app = courts.build(world, desk, {"clock": lambda: HOUR})
    async with open_doors({"courts": app}) as doors, httpx.AsyncClient(trust_env=False) as client:
        url = f"{doors['courts']}{courts.PATH}/sxbzxr"
        bodies = [(await client.post(url, content=message(query("XNXN00021")))).content for _ in range(4)]
    with pytest.raises(json.JSONDecodeError):
        json.loads(bodies[0])
    assert len(json.loads(bodies[1])["responseHeader"]["token"]) == 65
    assert json.loads(bodies[2])["data"].startswith("AAAA")
    assert bodies[3].startswith(b"<html>")


def test_every_court_of_the_world_has_a_code(world):
    named = {
        record["enforcementCourt"] for code in world.codes for record in world.records(AgencyId.COURTS, code, DEFAULTER)
    }
    assert named <= COURT_CODES.keys()
    assert len(LISTS) == 4


def test_unknown_option_is_refused(world):
    with pytest.raises(TypeError):
        courts.build(world, AgencyDesk("courts"), {"quota": 1})
