"""The simulated disclosure system, asked by hand over a real socket."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any

import httpx
import pytest

from deploy.sandbox.doors import open_doors
from deploy.sandbox.enterprise_disclosure import CREDENTIALS, build
from deploy.sandbox.enterprise_disclosure_rows import SECTIONS, rows
from deploy.sandbox.panel import AgencyDesk, Faults
from deploy.sandbox.world import build_world
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind

WORLD = build_world(size=40, today=date(2026, 6, 1))


class Visitor:
    """Signs, searches and asks for sections."""

    def __init__(self, base_url: str, desk: AgencyDesk, guard: dict[str, str]) -> None:
        self.desk = desk
        self.guard = guard
        self.http = httpx.AsyncClient(base_url=base_url, trust_env=False)

    async def post(self, path: str, *, sign: bool = True, secret: str = "", **form: Any) -> httpx.Response:
        paging = {"draw": 1, "start": 0, "length": 10}
        headers = _signed(secret or CREDENTIALS["app_secret"]) if sign else {}
        return await self.http.post(f"/share/{path}", headers=headers, data=paging | form)

    async def token(self, name: str) -> str:
        hit = (await self.post("entSearch", uniscId=WORLD.named[name])).json()["data"][0]
        return str(hit["pripid"])

    async def rows(self, name: str, section: str, **form: Any) -> list[dict[str, Any]]:
        answer = await self.post(section, pripid=await self.token(name), nodeNum="12", **form)
        assert answer.status_code == 200
        return list(answer.json()["data"])


def _signed(secret: str) -> Mapping[str, str]:
    rtime = "1780279200000"
    said = CREDENTIALS["sid"] + CREDENTIALS["rid"] + rtime
    sign = base64.b64encode(hmac.digest(secret.encode(), said.encode(), "sha256")).decode()
    return {
        "gjgxjhpt_rid": CREDENTIALS["rid"],
        "gjgxjhpt_sid": CREDENTIALS["sid"],
        "gjgxjhpt_rtime": rtime,
        "gjgxjhpt_sign": sign,
    }


@pytest.fixture
def options() -> dict[str, object]:
    """Changed by tests that want the system to behave otherwise."""
    return {}


@pytest.fixture
async def visitor(options: dict[str, object]) -> AsyncIterator[Visitor]:
    desk, guard = AgencyDesk("enterprise_disclosure"), dict[str, str]()
    async with open_doors({"ed": build(WORLD, desk, {"guard": guard} | options)}) as doors:
        visitor = Visitor(doors["ed"], desk, guard)
        yield visitor
        await visitor.http.aclose()


async def test_search_gives_a_token_with_a_timestamp_or_nothing(visitor: Visitor) -> None:
    assert re.fullmatch(r"[0-9A-F]{40}-\d{13}", await visitor.token("clean"))
    answer = await visitor.post("entSearch", uniscId=WORLD.named["unknown"], draw=3)
    assert answer.json() | {"cacheKey": ""} == {
        "data": [],
        "draw": 3,
        "recordsTotal": 0,
        "recordsFiltered": 0,
        "cacheKey": "",
    }


async def test_rows_are_worded_as_the_real_ones(visitor: Visitor) -> None:
    base = (await visitor.rows("clean", "entBaseInfo"))[0]
    assert base["regState_CN"] == "存续（在营、开业、在册）"
    assert base["cerNo"] == base["regNo"] == ""
    dates = [base["estDate"], base["opFrom"], base["opTo"]]
    assert any(isinstance(day, int) for day in dates)
    assert any(re.fullmatch(r"\d{4}年\d\d月\d\d日", str(day)) for day in dates)
    holders = await visitor.rows("clean", "shareholderInfo")
    money = await visitor.rows("clean", "contributionInfo")
    assert [row["cerNo"] for row in holders] == ["", ""]
    assert {row["invId"] for row in holders} == {row["invId"] for row in money}
    assert any(str(row["liSubConAm"]).endswith("万元") for row in money)
    assert any(re.fullmatch(r"\d+\.\d{6}", str(row["liSubConAm"])) for row in money)
    assert "liSubConAm" not in holders[0]


def test_every_section_writes_every_subject() -> None:
    for code in WORLD.codes:
        for section, (kind, columns) in SECTIONS.items():
            written = rows(WORLD, code, section)
            assert len(written) == len(WORLD.records(AgencyId.ENTERPRISE_DISCLOSURE, code, kind))
            assert all({native for _, native, _ in columns} <= set(row) for row in written)


async def test_flags_say_what_the_enterprise_chose(visitor: Visitor) -> None:
    report = (await visitor.rows("hidden-amounts", "anCheYearInfo"))[0]
    hidden = (await visitor.rows("hidden-amounts", "anCheYearDetail", anCheId=report["anCheId"]))[0]
    report = (await visitor.rows("visible-amounts", "anCheYearInfo"))[0]
    shown = (await visitor.rows("visible-amounts", "anCheYearDetail", anCheId=report["anCheId"]))[0]
    assert set(report) == {"anCheYear", "anCheId", "pubState_CN", "updTime", "relType_CN"}
    flags = [name for name in hidden if name.startswith("pub") and name != "pubState_CN"]
    assert len(flags) == 10
    assert {hidden[flag] for flag in flags} == {"2"}
    assert {shown[flag] for flag in flags} == {"1"}
    assert hidden["assGro"] != ""


@pytest.mark.parametrize("paging", [{"length": 11}, {"length": 0}, {"start": "x"}, {"draw": ""}, {"start": -1}])
async def test_paging_is_checked(visitor: Visitor, paging: dict[str, Any]) -> None:
    assert (await visitor.post("entSearch", uniscId=WORLD.named["clean"], **paging)).status_code == 400


async def test_pages(visitor: Visitor) -> None:
    token = await visitor.token("clean")
    second = (await visitor.post("shareholderInfo", pripid=token, nodeNum="12", draw=2, start=1, length=1)).json()
    assert (second["draw"], second["recordsTotal"], len(second["data"])) == (2, 2, 1)


async def test_who_is_turned_away(visitor: Visitor) -> None:
    token = await visitor.token("clean")
    assert (await visitor.post("entBaseInfo", pripid=token, nodeNum="12", secret="wrong")).json()[
        "code"
    ] == "SIGN_INVALID"
    assert (await visitor.post("entBaseInfo", pripid="NO-1", nodeNum="12")).status_code == 401
    assert (await visitor.post("noSuch", pripid=token, nodeNum="12")).status_code == 404
    assert (await visitor.post("entBaseInfo", pripid=token, nodeNum="31")).status_code == 404
    for answer in (
        await visitor.post("entSearch", uniscId=WORLD.named["clean"], sign=False),
        await visitor.post("entSearch", uniscId=WORLD.named["captcha"]),
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert "验证码" in answer.text


@pytest.mark.parametrize("guard", ["403", "412", "429"])
async def test_guards(visitor: Visitor, guard: str) -> None:
    visitor.guard["entSearch"] = guard
    answer = await visitor.post("entSearch", uniscId=WORLD.named["clean"])
    assert (str(answer.status_code), answer.headers["retry-after"]) == (guard, "1")


@pytest.mark.parametrize("options", [{"token_life_s": 0.0}])
async def test_tokens_expire(visitor: Visitor) -> None:
    answer = await visitor.post("entBaseInfo", pripid=await visitor.token("clean"), nodeNum="12")
    assert (answer.status_code, answer.json()["code"]) == (401, "TOKEN_EXPIRED")


@pytest.mark.parametrize("options", [{"requests_per_second": 2}])
async def test_too_often(visitor: Visitor) -> None:
    statuses = [(await visitor.post("entSearch", uniscId="x")).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_calls_are_counted_and_answers_garbled(visitor: Visitor) -> None:
    await visitor.rows("clean", "branchInfo")
    assert visitor.desk.calls == {
        "total": 2,
        "operations": {"branchInfo": 1, "entSearch": 1},
        "asked": {"branchInfo": 1},
    }


async def test_garbled_answers_differ_from_whole_ones(visitor: Visitor) -> None:
    token = await visitor.token("clean")
    whole = (await visitor.post("entBaseInfo", pripid=token, nodeNum="12")).content
    visitor.desk.faults = Faults(malformed=True)
    garbled = [(await visitor.post("entBaseInfo", pripid=token, nodeNum="12")).content for _ in range(4)]
    assert whole not in garbled


def test_kinds_of_the_world_have_a_section() -> None:
    kept = {
        kind for kind in RecordKind for code in WORLD.codes if WORLD.records(AgencyId.ENTERPRISE_DISCLOSURE, code, kind)
    }
    assert kept <= {kind for kind, _ in SECTIONS.values()}
