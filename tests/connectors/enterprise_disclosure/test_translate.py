"""Pages and rows of the disclosure system, without a wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
import pytest

from connectors.enterprise_disclosure.facts import FACTS, PERSONS
from connectors.enterprise_disclosure.translate import joined, plan, read_page, source_record
from connectors.transport.wire import AgencyRefusal, MalformedAnswer, WireResponse
from schema.vocabulary.records import RecordKind, SourceRecord

HOUR = datetime.fromisoformat("2026-06-01T10:00:00+08:00")


def _record(kind: RecordKind, facts: str, row: dict[str, Any]) -> SourceRecord:
    planned = plan(kind, frozenset(facts.split()))
    assert planned is not None
    return source_record(planned, row, HOUR)


def _answer(**changes: object) -> WireResponse:
    page = {"data": [{"inv": "x"}], "draw": 1, "recordsTotal": 1, "cacheKey": "a"} | changes
    return WireResponse(200, {}, orjson.dumps(page))


def test_only_the_sections_of_the_ordered_facts() -> None:
    def sections(kind: RecordKind, facts: str) -> tuple[str, ...]:
        planned = plan(kind, frozenset(facts.split()))
        return () if planned is None else planned.sections

    assert sections(RecordKind.SHAREHOLDER, "shareholderName holdingRatio") == ("shareholderInfo",)
    assert sections(RecordKind.SHAREHOLDER, "paidDate") == ("shareholderInfo", "contributionInfo")
    assert sections(RecordKind.ANNUAL_REPORT, "reportYear") == ("anCheYearInfo",)
    assert sections(RecordKind.ANNUAL_REPORT, "netProfit") == ("anCheYearInfo", "anCheYearDetail")
    assert sections(RecordKind.LEGAL_PERSON, "legalRepresentative.name") == ("entBaseInfo",)
    assert sections(RecordKind.LEGAL_PERSON, "paidInCapital legalRepresentative.birthDate") == ()
    assert sections(RecordKind.BRANCH, "") == ("branchInfo",)
    assert sections(RecordKind.TAX_ARREARS, "") == ()


def test_every_fact_survives_an_empty_row() -> None:
    for kind, natives in FACTS.items():
        person = PERSONS.get(kind, ("", ""))[0]
        got = _record(kind, " ".join((*natives, person)), {})
        assert not got.unreadable
        assert all(value in (None, []) for value in got.facts.values())
        assert got.as_of == HOUR


def test_a_legal_person() -> None:
    row = {
        "entName": "样禾（天津）有限公司",
        "regState_CN": "存续（在营、开业、在册）",
        "regCap": "100万元",
        "regCapCur_CN": "美元",
        "name": "孙例己",
        "positionCN": "执行董事",
        "cerNo": "",
        "opTo": "9999年09月09日",
        "updTime": 1_779_237_000_000,
    }
    ordered = "registeredName registrationStatus registeredCapital businessTermTo legalRepresentative.name"
    got = _record(RecordKind.LEGAL_PERSON, ordered, row)
    assert got.facts == {
        "registeredName": "样禾（天津）有限公司",
        "registrationStatus": "ACTIVE",
        "registeredCapital": {"amount": "1000000.00", "currency": "USD"},
        "businessTermTo": None,
        "legalRepresentative": {"name": "孙例己"},
    }
    assert got.as_of.isoformat() == "2026-05-20T08:30:00+08:00"
    assert got.key == ""


def test_flags_mark_what_is_not_public_and_keep_the_value() -> None:
    row = {"anCheYear": "2025", "assGro": "120.5万元", "pubAssGro": "2", "netInc": "1", "pubNetInc": "1", "empNum": "3"}
    got = _record(RecordKind.ANNUAL_REPORT, "reportYear totalAssets netProfit employeeCount", row)
    assert got.facts["totalAssets"] == {"amount": "1205000.00", "currency": "CNY"}
    assert got.not_public == {"totalAssets", "employeeCount"}  # a flag that is missing is no permission
    assert (got.facts["reportYear"], got.key) == (2025, "2025")


def test_what_cannot_be_read_is_named_and_the_rest_stays() -> None:
    row = {
        "penDecNo": "津市监罚〔2024〕 1号",
        "judAuth": "11120000X",
        "penType_CN": "打屁股",
        "penAm": "许多",
        "judAuth_CN": "某局",
    }
    ordered = "penaltyCategory fineAmount penaltyAuthority penaltyDocumentNumber"
    got = _record(RecordKind.ADMINISTRATIVE_PENALTY, ordered, row)
    assert got.unreadable == {"penaltyCategory", "fineAmount"}
    assert got.facts == {"penaltyAuthority": "某局", "penaltyDocumentNumber": "津市监罚〔2024〕 1号"}
    assert got.key == "津市监罚(2024)1号|11120000X"


def test_keys_do_not_depend_on_the_order() -> None:
    listing = {"abntime": "2024年07月05日", "decOrg_CN": "天津市 （和平区）局"}
    assert _record(RecordKind.ABNORMAL_OPERATION_LISTING, "removalDate", listing).key == "2024-07-05|天津市(和平区)局"
    assert _record(RecordKind.BRANCH, "branchCode", {"brName": "甲（乙）公司"}).key == "甲(乙)公司"
    unreadable = {"abntime": "某日", "decOrg_CN": ["x"]}
    assert _record(RecordKind.ABNORMAL_OPERATION_LISTING, "", unreadable).key == "|"


def test_a_serious_listing() -> None:
    row = {
        "illListName": "名单",
        "validFrom": "2024年01月01日",
        "validTo": "2099年12月31日",
        "remCondList": [{"seq": 1, "cond_CN": "满一年"}, {"seq": 2, "cond_CN": ""}],
        "remedyList": "x",
        "linkPersonList": [{"name": "孙例己", "positionCN": "", "cerNo": ""}],
        "pubState_CN": "停止公示",
    }
    ordered = "listingTerm removalRequirements remedyChannels linkedPersons.name linkedPersons.position"
    got = _record(RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING, ordered, row)
    assert got.facts == {
        "listingTerm": {"from": "2024-01-01", "to": None},
        "removalRequirements": ["满一年"],
        "linkedPersons": [{"name": "孙例己", "position": None}],
    }
    assert got.unreadable == {"remedyChannels"}
    assert not got.is_displayed


def test_natural_persons_are_known_by_their_certificate_or_party() -> None:
    assert _record(RecordKind.SHAREHOLDER, "", {"cerType_CN": "居民身份证", "cerNo": ""}).is_natural_person
    assert _record(RecordKind.ADMINISTRATIVE_PENALTY, "", {"relType_CN": "自然人"}).is_natural_person
    assert _record(RecordKind.ADMINISTRATIVE_PENALTY, "", {"relType_CN": "某种新类别"}).is_natural_person
    assert not _record(RecordKind.ADMINISTRATIVE_PENALTY, "", {"relType_CN": "法人及非法人组织"}).is_natural_person


def test_two_sections_are_joined_by_identifier() -> None:
    rows = [{"invId": "1", "inv": "a"}, {"invId": "2", "inv": "b"}]
    assert joined(rows, [{"invId": "2", "conDate": ""}], "invId")[1] == {"invId": "2", "inv": "b", "conDate": ""}
    bad: list[list[dict[str, object]]] = [[{"invId": "3"}], [{"invId": "1"}, {"invId": "1"}], [{"invId": ["1"]}], [{}]]
    for others in bad:
        with pytest.raises(MalformedAnswer):
            joined(rows, others, "invId")


def test_a_page() -> None:
    assert read_page(_answer(), 1).rows == ({"inv": "x"},)


@pytest.mark.parametrize(
    "response",
    [
        _answer(draw=2),
        _answer(draw=None),
        _answer(recordsTotal=0),
        _answer(recordsTotal="1"),
        _answer(recordsTotal=True, data=[]),
        _answer(data={}),
        _answer(data=["x"]),
        _answer(cacheKey=None),
        WireResponse(404, {}, b"{}"),
        WireResponse(200, {}, b'{"data": [{"in'),
        WireResponse(200, {}, b"[]"),
        WireResponse(200, {}, b""),
        WireResponse(200, {}, '{"data":"样"}'.encode("gb18030")),
        WireResponse(200, {}, b"<html>busy</html>"),
    ],
)
def test_no_page(response: WireResponse) -> None:
    with pytest.raises(MalformedAnswer):
        read_page(response, 1)


def test_a_captcha_is_a_refusal() -> None:
    with pytest.raises(AgencyRefusal):
        read_page(WireResponse(200, {}, "\n<!DOCTYPE html><title>验证码</title>".encode()), 1)


def test_an_update_time_that_is_none_spoils_the_record() -> None:
    with pytest.raises(MalformedAnswer):
        _record(RecordKind.BRANCH, "", {"updTime": "yesterday"})
