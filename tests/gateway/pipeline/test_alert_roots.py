"""Alerts and the log's head on the graph: to whom, page by page, and itself written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.faults import GatewayFault
from gateway.identity.statements import StatementSigner
from gateway.pipeline.gather import EmptyBooks
from gateway.registers.alerts import AlertRegister
from gateway.registers.alerts_watch import AlertWatch
from gateway.registers.engine import RegisterFault
from gateway.registers.log import AuditLog, LogTerms
from gateway.registers.log_entry import CHECKPOINT, CLOSING
from gateway.registers.standing_entry import CallerChanged
from schema.vocabulary.caller import Caller, CallerClass, Inquiry, Purpose
from tests.builders import NOW, SOME_CODE
from tests.corridor import ISSUER, OFFICER, PERMIT, open_corridor
from tests.gateway.registers.alert_stage import FEW, TERMS
from tests.logged import StillKeys, the_keys

AUDITOR = Caller(CallerClass.SUPERVISOR_AUDITOR, "audit-1", "audit", scopes=frozenset({"audit:read"}))
OPERATOR = replace(AUDITOR, caller_class=CallerClass.OPERATOR, client_id="desk", organisation="platform")
PERSON = replace(OFFICER, organisation="organ", officer="o-7")
LATER = NOW + timedelta(seconds=2)
ALL = """{ alerts(first: 100) { edges { node {
    id rule article organisation client officer begins ends count firstPosition lastPosition raisedAt position
} } pageInfo { hasNextPage endCursor } } }"""
HEAD = "{ logHead { logId position root checkpoint } }"


@pytest.fixture
async def corridor(tmp_path):
    async with open_corridor(tmp_path) as opened:
        register = AlertRegister(opened.log._engine)
        await register.start()
        yield replace(opened, house=replace(opened.house, alerts=register))


async def look(corridor, **changed):
    """Look once, as the house's own look-out does."""
    log = AuditLog(corridor.log._engine, StatementSigner(StillKeys(the_keys())), LogTerms(ISSUER, 1000))
    await log.start()
    terms = replace(TERMS, thresholds=replace(FEW, **changed))
    watch = AlertWatch(log, corridor.house.alerts, terms)
    assert await watch.look(LATER)
    await corridor.house.alerts.let_go(watch._holder, LATER)
    await log.aclose()


async def nodes(corridor, query=ALL, caller=AUDITOR):
    body = (await corridor.ask(query, caller)).body
    assert "errors" not in body, body
    return [edge["node"] for edge in body["data"]["alerts"]["edges"]]


SUBJECT = f'{{ subject(code: "{SOME_CODE}") {{ taxArrears(first: 1) {{ taxCategory }} }} }}'


async def test_an_officer_without_a_case_is_told_of(corridor):
    await corridor.ask(SUBJECT, PERSON, stated=PERMIT)
    await look(corridor)
    assert await nodes(corridor) == [
        {
            "id": "alert-1",
            "rule": "NO_CASE_REFERENCE",
            "article": "TJ 21(2)",
            "organisation": "organ",
            "client": None,
            "officer": "o-7",
            "begins": NOW.isoformat(),
            "ends": NOW.isoformat(),
            "count": 1,
            "firstPosition": 1,
            "lastPosition": 1,
            "raisedAt": LATER.isoformat(),
            "position": 2,
        }
    ]
    assert await nodes(corridor, caller=OPERATOR) == await nodes(corridor)


async def test_who_names_a_case_in_working_hours_is_not(corridor):
    stated = Inquiry(Purpose.ADMINISTRATIVE_PERMIT, case_reference="(2026)津0101行审1号")
    await corridor.ask(SUBJECT, PERSON, stated=stated)
    await look(corridor)
    assert await nodes(corridor) == []
    await corridor.ask(SUBJECT, PERSON, stated=stated, as_of=NOW.replace(hour=22))
    await look(corridor)
    assert [node["rule"] for node in await nodes(corridor)] == ["OUT_OF_HOURS"]


async def test_a_token_that_was_revoked_is_told_of(corridor):
    class Revoked(EmptyBooks):
        async def standing(self, _subjects, _caller, *, now):
            raise CallerChanged

    stopped = replace(corridor, house=replace(corridor.house, books=Revoked()))
    assert (await stopped.ask(SUBJECT, PERSON)).status == 401
    await look(corridor)
    assert [(node["rule"], node["officer"]) for node in await nodes(corridor)] == [("REVOKED_TOKEN", "o-7")]


async def test_what_the_law_withholds_is_counted(corridor):
    bank = Caller(CallerClass.FINANCIAL_INSTITUTION, "bank-1", "bank", scopes=frozenset({"credit:read"}))
    for _ in range(3):
        await corridor.ask(f'{{ subject(code: "{SOME_CODE}") {{ taxArrears(first: 1) {{ taxPeriodFrom }} }} }}', bank)
    await look(corridor, refusals_hour=3)
    assert [(node["rule"], node["client"], node["count"]) for node in await nodes(corridor)] == [
        ("MANY_REFUSALS", "bank-1", 3)
    ]


async def test_pages_go_back_in_time(corridor):
    for n in range(5):
        await corridor.ask(SUBJECT, replace(PERSON, officer=f"o-{n}"), stated=PERMIT)
    await look(corridor)
    seen, after = [], "null"
    for _ in range(3):
        fields = "{ edges { node { id } } pageInfo { hasNextPage endCursor } }"
        query = f"{{ alerts(first: 2, after: {after}) {fields} }}"
        page = (await corridor.ask(query, AUDITOR)).body["data"]["alerts"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = f'"{page["pageInfo"]["endCursor"]}"'
    assert seen == ["alert-5", "alert-4", "alert-3", "alert-2", "alert-1"]
    assert page["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ("rule: NO_CASE_REFERENCE", 1),
        ("rule: BULK_LOOKUPS", 0),
        ('organisation: "organ"', 1),
        ('organisation: "bank"', 0),
        (f'from: "{NOW.date()}", to: "{NOW.date()}"', 1),
        (f'from: "{NOW.date() + timedelta(days=1)}"', 0),
    ],
)
async def test_lists_choose(corridor, arguments, count):
    await corridor.ask(SUBJECT, PERSON, stated=PERMIT)
    await look(corridor)
    assert len(await nodes(corridor, f"{{ alerts(first: 9, {arguments}) {{ edges {{ node {{ id }} }} }} }}")) == count


async def test_a_cursor_is_its_caller_s_and_its_list_s(corridor):
    await corridor.ask(SUBJECT, PERSON, stated=PERMIT)
    await look(corridor)
    cursor = (await corridor.ask(ALL, AUDITOR)).body["data"]["alerts"]["pageInfo"]["endCursor"]
    for caller, more in ((OPERATOR, ""), (AUDITOR, ', organisation: "organ"'), (AUDITOR, ", rule: OUT_OF_HOURS")):
        query = f'{{ alerts(first: 1, after: "{cursor}"{more}) {{ edges {{ cursor }} }} }}'
        body = (await corridor.ask(query, caller)).body
        assert body["data"] == {"alerts": None}
        assert [error["extensions"]["code"] for error in body["errors"]] == ["INVALID_CURSOR"]


@pytest.mark.parametrize("query", [ALL, HEAD])
async def test_others_are_refused(corridor, query):
    for caller_class in set(CallerClass) - {CallerClass.SUPERVISOR_AUDITOR, CallerClass.OPERATOR, CallerClass.PUBLIC}:
        body = (await corridor.ask(query, replace(AUDITOR, caller_class=caller_class))).body
        (error,) = body["errors"]
        assert [*body["data"].values()] == [None]
        assert error["extensions"]["code"] == "CALLER_NOT_AUTHORISED"
        assert (error["path"], error["extensions"]["article"]) == ([*body["data"]], "house rule")
    reply = await corridor.ask(query, replace(AUDITOR, scopes=frozenset({"credit:read"})))
    assert reply.status == 403
    assert (await corridor.ask(query)).status == 401


async def test_reading_is_itself_an_entry(corridor):
    await corridor.ask(f"{{ a: {ALL[1:-1]} b: {HEAD[1:-1]} }}", AUDITOR)
    (row,) = await corridor.rows()
    assert (row["client_id"], row["subjects"]) == ("audit-1", [])
    assert row["verdicts"] == [
        {"about": "audit", "subjects": [], "field": "alerts", "outcome": "DONE"},
        {"about": "audit", "subjects": [], "field": "logHead", "outcome": "DONE"},
    ]
    await corridor.ask(HEAD, replace(AUDITOR, caller_class=CallerClass.STATE_ORGAN))
    (row,) = await corridor.rows()
    assert row["verdicts"][0]["outcome"] == "CALLER_NOT_AUTHORISED"


async def head_of(corridor):
    return (await corridor.ask(HEAD, AUDITOR)).body["data"]["logHead"]


async def test_the_head_of_the_log_can_be_kept(corridor):
    log, signer = corridor.log, StatementSigner(StillKeys(the_keys()))
    told = await head_of(corridor)
    assert (told["logId"], told["position"], told["checkpoint"]) == ((await log.head()).log_id, 0, None)
    await log.checkpoint(NOW)
    await corridor.ask(SUBJECT)
    told = await head_of(corridor)
    claims = signer.verify(told["checkpoint"], CHECKPOINT)
    assert (told["position"], claims["size"], claims["log"]) == (2, 1, told["logId"])
    await log.checkpoint(NOW)
    assert (await log.head()).position == 3
    told = await head_of(corridor)
    assert signer.verify(told["checkpoint"], CHECKPOINT)["root"] == told["root"]


async def test_a_segment_that_was_closed_since_is_the_latest_word(corridor):
    signer = StatementSigner(StillKeys(the_keys()))
    await corridor.ask(SUBJECT)
    await corridor.log.checkpoint(NOW)
    await corridor.ask(SUBJECT)
    await corridor.ask(SUBJECT, as_of=NOW + timedelta(days=31))
    told = await head_of(corridor)
    assert signer.verify(told["checkpoint"], CLOSING)["size"] == 2
    await corridor.log.checkpoint(NOW)
    assert signer.verify((await head_of(corridor))["checkpoint"], CHECKPOINT)["seg"] == 2


async def test_what_cannot_be_read_is_the_house_s_fault(corridor):
    class Broken:
        async def page(self, *_wanted, **_page):
            raise RegisterFault("the database refused")

    broken = replace(corridor, house=replace(corridor.house, alerts=Broken()))
    with pytest.raises(GatewayFault):
        await broken.ask(ALL, AUDITOR)


async def test_where_nobody_looks_there_is_nothing(corridor):
    without = replace(corridor, house=replace(corridor.house, alerts=None))
    assert (await without.ask(ALL, AUDITOR)).body["data"] == {"alerts": None}
