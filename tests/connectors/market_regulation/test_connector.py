"""Orders against exchange tables on SQLite and PostgreSQL: which rows are current, which columns are asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.port import Fetched, NameSearch, Unavailable, Unreadable
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.records import RecordKind, SourceRecord, of_person

CODE = SubjectId("91120101XNXN00005Q")
OTHER = SubjectId("91120101XNXN00013K")
NAME = frozenset({"registeredName"})


async def one(clerk: Any, errand: Any, kind: RecordKind, *facts: str) -> tuple[SourceRecord, ...]:
    """The records of one subject and kind."""
    outcomes = await clerk.ask([CODE], {kind: frozenset(facts)}, errand())
    outcome = outcomes[(CODE, kind)]
    assert isinstance(outcome, Fetched), outcome
    return outcome.records


async def test_the_newest_row_is_served_although_an_older_one_came_later(office, clerk, errand):
    await office.register(ENTNAME="旧名", at="2024-01-01 00:00:00")
    await office.register(ENTNAME="新名", at="2026-05-01 08:30:00", flag="U")
    await office.register(ENTNAME="更旧", at="2023-01-01 00:00:00", flag="U")
    [found] = await one(clerk, errand, RecordKind.LEGAL_PERSON, "registeredName")
    assert found.facts == {"registeredName": "新名"}
    assert found.as_of.isoformat() == "2026-05-01T08:30:00+08:00"


async def test_rows_of_the_same_moment_are_told_apart_by_their_sequence_and_repeats_collapse(office, clerk, errand):
    await office.register(ENTNAME="先到")
    await office.register(ENTNAME="后到", flag="U")
    await office.register(ENTNAME="后到", flag="U")
    assert [each.facts["registeredName"] for each in await one(clerk, errand, RecordKind.LEGAL_PERSON, *NAME)] == [
        "后到"
    ]


@pytest.mark.parametrize("last", [{"flag": "D"}, {"switch": "0"}])
async def test_a_deleted_or_switched_off_record_is_gone(office, clerk, errand, last):
    await office.register()
    await office.put("E_BRANCH", BRID="1", PRIPID=f"P{CODE}", BRNAME="第一分公司")
    await office.put("E_BRANCH", BRID="2", PRIPID=f"P{CODE}", BRNAME="第二分公司")
    await office.put("E_BRANCH", BRID="1", PRIPID=f"P{CODE}", BRNAME="第一分公司", at="2026-05-02 00:00:00", **last)
    await office.put("E_BRANCH", BRID="1", PRIPID=f"P{CODE}", BRNAME="迟到", at="2026-04-02 00:00:00")
    assert [each.key for each in await one(clerk, errand, RecordKind.BRANCH, "branchName")] == ["第二分公司"]


async def test_a_registration_that_has_another_code_by_now_is_not_found_by_the_old_one(office, clerk, errand):
    await office.register()
    await office.register(OTHER, PRIPID=f"P{CODE}", at="2026-05-02 00:00:00", flag="U")
    assert await one(clerk, errand, RecordKind.LEGAL_PERSON, "registeredName") == ()


async def test_after_a_move_the_newer_of_two_provinces_is_served_and_equal_pripids_are_kept_apart(
    office, clerk, errand
):
    await office.register(REGSTATE="4", at="2025-01-01 00:00:00")
    await office.register(REGSTATE="1", S_EXT_NODENUM="310000", PRIPID="X")
    await office.register(OTHER, PRIPID="X")
    await office.put("E_BRANCH", BRID="1", PRIPID="X", BRNAME="别家分公司")
    [found] = await one(clerk, errand, RecordKind.LEGAL_PERSON, "registrationStatus")
    assert found.facts == {"registrationStatus": "ACTIVE"}
    assert await one(clerk, errand, RecordKind.BRANCH, "branchName") == ()


async def test_natives_become_facts(office, clerk, errand):
    await office.register(
        REGNO="\\n", OPTO="9999-09-09", ESTDATE="2014-02-28", REGCAP="123.456789", REGCAPCUR="840", ENTNAME_OLD="甲；乙"
    )
    [found] = await one(
        clerk,
        errand,
        RecordKind.LEGAL_PERSON,
        *("registrationNumber", "businessTermTo", "establishmentDate", "registeredCapital", "formerNames"),
        *("organizationCode", "paidInCapital", "taxpayerStatus"),
    )
    assert found.facts == {
        "registrationNumber": None,
        "businessTermTo": None,
        "establishmentDate": "2014-02-28",
        "registeredCapital": {"amount": "1234567.89", "currency": "USD"},
        "formerNames": ["甲", "乙"],
        "organizationCode": "XNXN00005",
        "paidInCapital": None,
    }


async def test_an_unknown_code_spoils_its_own_fact_only(office, clerk, errand):
    await office.register(REGSTATE="7", ENTTYPE="8888")
    [found] = await one(clerk, errand, RecordKind.LEGAL_PERSON, "registrationStatus", "entityType", "registeredName")
    assert found.unreadable == {"registrationStatus", "entityType"}
    assert found.facts == {"registeredName": "天津市虚拟甲有限公司"}


async def test_the_legal_representative_is_the_one_who_bears_the_sign_now(office, clerk, errand):
    await office.register()
    person = {"PRIPID": f"P{CODE}", "LEREPSIGN": "1"}
    await office.put("E_PRI_PERSON", **person, PERSON_ID="1", NAME="前任甲", CERNO="1")
    await office.put(
        "E_PRI_PERSON", **person | {"LEREPSIGN": "0"}, PERSON_ID="1", NAME="前任甲", at="2026-05-02 00:00:00"
    )
    await office.put("E_PRI_PERSON", **person, PERSON_ID="2", NAME="现任乙", POSITION="431A", CERNO="2")
    [found] = await one(
        clerk, errand, RecordKind.LEGAL_PERSON, "legalRepresentative.name", "legalRepresentative.position"
    )
    assert found.facts == {"legalRepresentative": {"name": "现任乙", "position": "董事长"}}


async def test_a_shareholder_that_is_a_person_is_marked_and_known_by_its_own_document(office, clerk, errand):
    await office.register()
    pripid = f"P{CODE}"
    person, firm = {"PRIPID": pripid, "CERNO": "000000"}, {"PRIPID": pripid, "BLICNO": "91"}
    await office.put("E_INV_INVESTMENT", **person, INVID="1", INV="人甲", INVTYPE="20", CONPROP="60.5000")
    await office.put("E_INV_INVESTMENT", **firm, INVID="2", INV="企业（乙）", INVTYPE="10", CONPROP="39.5")
    await office.put("E_INV_INVESTMENT", **person, INVID="3", INV="不明丙", INVTYPE="77")
    of_a_person = of_person("shareholderCode")
    wanted = ("shareholderCode", of_a_person, "holdingRatio")
    found = {each.key: each for each in await one(clerk, errand, RecordKind.SHAREHOLDER, *wanted)}
    codes = {key: (each.facts["shareholderCode"], each.facts[of_a_person]) for key, each in found.items()}
    assert {key: each.is_natural_person for key, each in found.items()} == {
        "人甲": True,
        "企业(乙)": False,
        "不明丙": True,
    }
    assert codes == {"人甲": (None, "000000"), "企业(乙)": ("91", None), "不明丙": (None, "000000")}
    assert found["人甲"].facts["holdingRatio"] == "60.5"


async def test_a_penalty_sent_with_two_widths_of_brackets_is_one(office, clerk, errand):
    row = {"CF_XDR_SHXYM": CODE, "CF_CFJGDM": "11120101XNXNYUAD29", "CF_CFLB": "罚款;警告;没收违法所得"}
    await office.put("CF_XZCF", **row, CF_WSH="津市监罚〔2026〕1号", CF_NR_FK="1", at="2026-01-01 00:00:00")
    await office.put("CF_XZCF", **row, CF_WSH="津市监罚(2026) 1号", CF_NR_FK="5.2", case_process_type="02", GSZT="0")
    [found] = await one(
        clerk, errand, RecordKind.ADMINISTRATIVE_PENALTY, "penaltyCategory", "fineAmount", "procedureType"
    )
    assert found.key == "津市监罚(2026)1号|11120101XNXNYUAD29"
    assert not found.is_displayed
    assert found.facts == {
        "penaltyCategory": ["FINE", "WARNING"],
        "fineAmount": {"amount": "52000.00", "currency": "CNY"},
        "procedureType": "ORDINARY",
    }


async def test_only_columns_of_ordered_facts_are_asked_beside_the_bookkeeping(office, clerk, errand, statement_log):
    await office.register()
    await clerk.ask(
        [CODE],
        {
            RecordKind.LEGAL_PERSON: frozenset({"registeredName", "registeredCapital", "legalRepresentative.name"}),
            RecordKind.BRANCH: frozenset({"branchCode"}),
            RecordKind.TAX_ARREARS: frozenset({"arrearsBalance"}),
        },
        errand(),
    )
    written = statement_log.read_text()
    lines = [json.loads(line) for line in written.splitlines()]
    books = {"更新时间", "增删改标志", "交换开关"}
    assert {line["operation"]: set(line["columns"]) for line in lines} == {
        "LegalPerson": {f"E_BASEINFO.{name}" for name in {"UNISCID", "ENTNAME", "REGCAP", "REGCAPCUR"} | books},
        "LegalPerson.legalRepresentative": {f"E_PRI_PERSON.{name}" for name in {"PRIPID", "NAME", "LEREPSIGN"} | books},
        "Branch": {f"E_BRANCH.{name}" for name in {"PRIPID", "BRNAME", "UNISCID"} | books},
    }
    assert {line["attribution"] for line in lines} == {"gateway/request-1"}
    assert "*" not in written
    assert CODE not in written
    assert not any("CERNO" in line["statement"] for line in lines)


async def test_many_subjects_share_one_statement_and_each_gets_its_own(office, clerk, errand, statement_log):
    for code in (CODE, OTHER):
        await office.register(code, ENTNAME=code[-3:])
    unknown = [SubjectId(f"unknown-{number}") for number in range(48)]
    outcomes = await clerk.ask([CODE, *unknown, OTHER], {RecordKind.LEGAL_PERSON: NAME}, errand())
    assert len(statement_log.read_text().splitlines()) == 1
    names = [each.facts["registeredName"] for outcome in outcomes.values() for each in outcome.records]
    assert names == [CODE[-3:], OTHER[-3:]]
    assert len(outcomes) == 50


async def test_a_kind_kept_elsewhere_is_fetched_as_nothing_without_asking(clerk, errand, statement_log):
    outcomes = await clerk.ask([CODE], {RecordKind.TAX_ARREARS: frozenset({"arrearsBalance"})}, errand())
    assert outcomes == {(CODE, RecordKind.TAX_ARREARS): Fetched(())}
    assert not statement_log.exists()


async def test_a_row_with_senseless_bookkeeping_makes_the_kind_unreadable_and_no_other(office, clerk, errand):
    await office.register(flag="?")
    await office.put("CF_XZCF", CF_XDR_SHXYM=CODE, CF_WSH="1")
    wanted = {RecordKind.LEGAL_PERSON: NAME, RecordKind.ADMINISTRATIVE_PENALTY: frozenset({"violationType"})}
    outcomes = await clerk.ask([CODE], wanted, errand())
    assert outcomes[(CODE, RecordKind.LEGAL_PERSON)] == Unreadable("unknown-flag-or-switch")
    assert isinstance(outcomes[(CODE, RecordKind.ADMINISTRATIVE_PENALTY)], Fetched)


async def test_a_table_that_is_not_as_specified_is_unreadable(office, clerk, errand):
    await office.run('DROP TABLE "E_BRANCH"')
    outcomes = await clerk.ask([CODE], {RecordKind.BRANCH: frozenset({"branchName"})}, errand())
    assert isinstance(outcomes[(CODE, RecordKind.BRANCH)], Unreadable)


async def test_a_row_of_tomorrow_is_not_newer_than_now(office, clerk, errand, as_of):
    await office.register(at="2027-01-01 00:00:00")
    [found] = await one(clerk, errand, RecordKind.LEGAL_PERSON, "registeredName")
    assert found.as_of == as_of


async def test_names_are_paged_in_a_stable_order_with_the_total(office, clerk, errand):
    codes = [f"91120101XNXN{number:05d}A" for number in range(5)]
    for number, code in enumerate(codes):
        await office.register(code, ENTNAME=f"虚拟（天津）{number // 2}公司")
    await office.register(codes[4], ENTNAME="改名公司", at="2026-05-02 00:00:00", flag="U")
    seen: list[str] = []
    position = None
    while True:
        page = await clerk.search(NameSearch("拟(天津)", 2, position), errand())
        seen += page.codes
        assert page.total == 4
        if not page.has_next:
            break
        position = page.positions[page.codes[-1]]
    assert seen == codes[:4]
    assert page.names[seen[-1]] == "虚拟（天津）1公司"


@pytest.mark.parametrize(
    ("text", "found"), [("100%", 1), ("a_b", 1), ("%", 1), ("_", 1), ("!", 1), ("没有", 0), ("A_B!", 1)]
)
async def test_wildcards_of_the_caller_mean_themselves(office, clerk, errand, text, found):
    await office.register(ENTNAME="虚拟100%棉A_b!公司")
    await office.register(OTHER, ENTNAME="虚拟1000棉AxB公司")
    page = await clerk.search(NameSearch(text, 10), errand())
    assert page.total == found
    assert len(page.codes) == found


async def test_a_position_that_is_none_of_ours_is_unreadable(clerk, errand):
    assert await clerk.search(NameSearch("甲", 2, '{"x": 1}'), errand()) == Unreadable("position")


async def test_no_time_left_is_unavailable_without_asking(office, clerk, errand, statement_log):
    outcomes = await clerk.ask([CODE], {RecordKind.LEGAL_PERSON: NAME}, errand(-1))
    assert outcomes[(CODE, RecordKind.LEGAL_PERSON)] == Unavailable("deadline")
    assert not statement_log.exists()
