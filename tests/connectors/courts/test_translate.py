"""Rows as records: every field, the nulls, the copies, the ends."""

from __future__ import annotations

from datetime import datetime

import pytest

from connectors.courts.codes import COURTS
from connectors.courts.lists import HELD, CourtList
from connectors.courts.translate import merged, translate
from connectors.transport.wire import MalformedAnswer
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind

AS_OF = datetime.fromisoformat("2026-06-01T02:30:00+08:00")
DEFAULTER = RecordKind.JUDGMENT_DEFAULTER
CASE = RecordKind.ENFORCEMENT_CASE
ROW = {
    "caseCode": "（2019）京03执224号",
    "type": "1",
    "partyTypeName": "法人或其他组织",
    "cardNum": "XNXN0002-1",
    "businessEntity": "赵示甲",
    "areaName": "北京",
    "courtName": "北京市朝阳区人民法院",
    "fydm": "110105",
    "gistId": "(2018)京仲裁字第2589号",
    "gistUnit": "北京仲裁委员会",
    "regDate": "20190214",
    "publishDate": "2019年03月01日",
    "duty": "向申请执行人支付货款503000元及利息。",
    "performance": "全部未履行",
    "performedPart": "暂无",
    "unperformPart": "无",
    "disruptTypeName": "违反财产报告制度",
    "exitDate": "暂无",
    "delist": "0",
    "updateTime": "20190301",
}
FACTS = HELD[DEFAULTER][CourtList.DEFAULTERS]


def one(row, facts=FACTS, *, court_list=CourtList.DEFAULTERS, kind=DEFAULTER):
    (record,) = translate(court_list, kind, [row], facts=frozenset(facts), as_of=AS_OF)
    return record


def test_every_field_of_a_defaulter():
    record = one(ROW)
    assert record.facts == {
        "caseNumber": "（2019）京03执224号",
        "enforcementCourt": "北京市朝阳区人民法院",
        "province": "北京",
        "enforcementBasisNumber": "(2018)京仲裁字第2589号",
        "basisIssuingUnit": "北京仲裁委员会",
        "filingDate": "2019-02-14",
        "publicationDate": "2019-03-01",
        "obligation": "向申请执行人支付货款503000元及利息。",
        "performanceStatus": "全部未履行",
        "performedPart": None,
        "unperformedPart": None,
        "defaultConduct": "违反财产报告制度",
        "responsiblePerson": {"name": "赵示甲", "gender": None, "birthDate": None, "identityDocumentNumber": None},
        "exitDate": None,
    }
    assert (record.agency, record.kind, record.as_of) == (AgencyId.COURTS, DEFAULTER, AS_OF)
    assert record.key == "(2019)京03执224号"
    assert record.is_displayed
    assert not record.is_natural_person
    assert record.unreadable == frozenset()


def test_only_ordered_facts():
    assert one(ROW, {"caseNumber", "responsiblePerson.name", "responsiblePerson.telephone", "other"}).facts == {
        "caseNumber": "（2019）京03执224号",
        "responsiblePerson": {"name": "赵示甲"},
    }
    assert one(ROW, {"exitDate"}).facts == {"exitDate": None}


def test_natural_person_with_what_the_courts_have():
    row = ROW | {"type": "0", "cardNum": "000000********123X", "gen": "2", "birth_dt": "19900101"}
    record = one(row | {"identi_id": "000000********123X"})
    assert record.is_natural_person
    assert record.facts["responsiblePerson"] == {
        "name": "赵示甲",
        "gender": "FEMALE",
        "birthDate": "1990-01-01",
        "identityDocumentNumber": "000000********123X",
    }


def test_an_unmasked_identity_number_is_held_back():
    record = one(ROW | {"identi_id": "000000199001011230"})
    assert record.unreadable == {"responsiblePerson.identityDocumentNumber"}
    assert "19900101" not in str(record.facts)


def test_a_party_of_unknown_type_is_protected_as_a_person():
    assert one({name: value for name, value in ROW.items() if name != "type"}).is_natural_person


def test_no_person_at_all():
    assert one(ROW | {"businessEntity": "无"}, {"responsiblePerson.name"}).facts == {"responsiblePerson": None}


def test_court_by_its_code_where_it_has_no_name():
    assert one(ROW | {"courtName": "暂无"}).facts["enforcementCourt"] == COURTS["110105"]
    assert one(ROW | {"courtName": "暂无", "fydm": "暂无"}).facts["enforcementCourt"] is None


def test_what_cannot_be_read_is_named_and_the_rest_stays():
    record = one(ROW | {"courtName": "暂无", "fydm": "990000", "regDate": "2019年02月30日", "gen": "7", "duty": 5})
    assert record.unreadable == {"enforcementCourt", "filingDate", "responsiblePerson.gender", "obligation"}
    assert "enforcementCourt" not in record.facts
    assert record.facts["publicationDate"] == "2019-03-01"


@pytest.mark.parametrize(
    ("changes", "is_displayed"),
    [
        ({"exitDate": "20260531"}, False),
        ({"exitDate": "2026年06月01日"}, False),
        ({"exitDate": "20260602"}, True),
        ({"exitDate": "99990909"}, True),
        ({"exitDate": "已退出"}, False),
        ({"delist": "1"}, False),
    ],
)
def test_listings_that_have_ended(changes, is_displayed):
    assert one(ROW | changes).is_displayed is is_displayed


def test_enforcement_cases_of_three_lists():
    facts = {"caseNumber", "caseKind", "enforcementAmount", "unperformedAmount", "consumptionRestrictionOrderDate"}
    enforced = {"caseCode": "(2026)津01执5号", "type": "1", "execMoney": "2316000", "not_execute_amt": "1158000.00"}
    assert one(enforced, facts, court_list=CourtList.ENFORCED, kind=CASE).facts == {
        "caseNumber": "(2026)津01执5号",
        "caseKind": "ENFORCED",
        "enforcementAmount": {"amount": "2316000.00", "currency": "CNY"},
        "unperformedAmount": {"amount": "1158000.00", "currency": "CNY"},
    }
    ended = {"case_no": "(2026)津01执5号", "type": "1", "execute_amt": "5万元", "not_execute_amt": "无"}
    terminated = one(ended, facts, court_list=CourtList.TERMINATED, kind=CASE)
    assert terminated.facts == {"caseNumber": "(2026)津01执5号", "caseKind": "TERMINATED", "unperformedAmount": None}
    assert terminated.unreadable == {"enforcementAmount"}
    order = {"caseCode": "(2026)津01执5号", "type": "1", "publishDate": "20260105"}
    restricted = one(order, facts, court_list=CourtList.RESTRICTED, kind=CASE)
    assert restricted.facts == {
        "caseNumber": "(2026)津01执5号",
        "caseKind": "CONSUMPTION_RESTRICTED",
        "consumptionRestrictionOrderDate": "2026-01-05",
    }
    assert (terminated.key, restricted.key) == (
        "(2026)津01执5号/TERMINATED",
        "(2026)津01执5号/CONSUMPTION_RESTRICTED",
    )


def test_copies_under_two_keys_are_one_and_the_later_one_wins():
    ended = ROW | {"caseCode": "(2019)京03执224号", "exitDate": "20200101", "updateTime": "2020年01月01日"}
    other = ROW | {"caseCode": "(2019)京03执225号"}
    assert merged([ROW, other, ended], AS_OF) == (ended, other)
    assert merged([ended, other, ROW], AS_OF) == (ended, other)


def test_of_equally_old_copies_the_one_still_listed_wins():
    ended = ROW | {"exitDate": "20200101"}
    assert merged([ended, ROW], AS_OF) == (ROW,)
    assert merged([ROW, ended], AS_OF) == (ROW,)


@pytest.mark.parametrize("changes", [{"caseCode": "暂无"}, {"caseCode": 5}, {"updateTime": "昨天"}])
def test_rows_that_spoil_the_answer(changes):
    with pytest.raises(MalformedAnswer):
        merged([ROW | changes], AS_OF)
