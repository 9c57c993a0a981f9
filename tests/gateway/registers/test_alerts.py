"""The register of alerts: each once, nobody changes one, and one process looks at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.registers.alerts import AlertRegister, Lease
from gateway.registers.alerts_entry import AlertQuery, Progress
from gateway.registers.alerts_table import alert_grants_sql
from gateway.registers.engine import RegisterFault, open_engine
from gateway.registers.log import AuditLog
from gateway.registers.log_table import grants_sql
from gateway.registers.subject_keys import SubjectKeys
from schema.vocabulary.alerts import Alert, AlertRule, Watched
from schema.vocabulary.reasons import SourceArticle
from tests.conftest import AS_OF
from tests.gateway.registers.alert_stage import a_request
from tests.gateway.registers.log_stage import TERMS, a_signer

ALERT = Alert(
    AlertRule.BULK_LOOKUPS,
    Watched("bank", "bank-1"),
    window="1",
    begins=AS_OF - timedelta(minutes=30),
    ends=AS_OF,
    count=4,
    first=1,
    last=9,
    article=SourceArticle("TJ", "22(1)"),
)
SOON = AS_OF + timedelta(seconds=6)
MINE, YOURS = Lease("mine", SOON), Lease("yours", SOON)


def over(lease: Lease, seconds: float) -> Lease:
    return replace(lease, until=AS_OF + timedelta(seconds=seconds))


@pytest.fixture
async def log(engine, tmp_path):
    log = AuditLog(engine, a_signer(tmp_path), TERMS)
    await log.start()
    yield log
    await log.aclose()


@pytest.fixture
async def alerts(engine, log):
    register = AlertRegister(engine)
    await register.start()
    return register


async def filed(alerts, *found, cursor=9, before=0, needed_after=0, lease=MINE):
    await alerts.hold(lease, AS_OF)
    after = Progress(cursor, needed_after, announced=0)
    return await alerts.file(found, lease, before=before, after=after, now=AS_OF)


async def test_what_is_filed_is_told_as_it_was(alerts):
    night = replace(ALERT, rule=AlertRule.OUT_OF_HOURS, who=Watched("organ", officer="o-7"), window="2026-06-01")
    assert await filed(alerts, ALERT, night)
    one, two = await alerts.after(0, first=10)
    assert (one.number, one.alert, one.raised_at, one.position, one.name) == (1, ALERT, AS_OF, None, "alert-1")
    assert (two.number, two.alert) == (2, night)
    assert two.alert.ends.utcoffset() == timedelta(hours=8)


async def test_an_alert_is_on_file_once(alerts):
    assert await filed(alerts, ALERT)
    again = replace(ALERT, count=99)
    other = replace(ALERT, window="10")
    assert await filed(alerts, again, other, before=9, cursor=12)
    assert [(one.number, one.alert) for one in await alerts.after(0, first=9)] == [(1, ALERT), (2, other)]


async def test_one_looks_at_a_time(alerts):
    assert await alerts.hold(MINE, AS_OF) == Progress(0, 0, 0)
    assert await alerts.hold(YOURS, AS_OF) is None
    assert await alerts.hold(over(MINE, 9), AS_OF) == Progress(0, 0, 0)
    assert await alerts.hold(over(YOURS, 15), SOON) is None
    assert await alerts.hold(over(YOURS, 15), AS_OF + timedelta(seconds=9)) == Progress(0, 0, 0)
    assert await alerts.hold(over(MINE, 15), AS_OF + timedelta(seconds=9)) is None


async def test_who_goes_lets_the_next_one_look_at_once(alerts):
    await alerts.hold(MINE, AS_OF)
    await alerts.let_go("yours", AS_OF)
    assert await alerts.hold(YOURS, AS_OF) is None
    await alerts.let_go("mine", AS_OF)
    assert await alerts.hold(YOURS, AS_OF) is not None


async def test_a_clock_that_was_wrong_keeps_nobody_from_looking(alerts):
    a_day = timedelta(days=1)
    await alerts.hold(Lease("mine", SOON + a_day), AS_OF + a_day)
    assert await alerts.hold(YOURS, AS_OF) == Progress(0, 0, 0)
    assert await alerts.hold(MINE, AS_OF) is None


async def test_who_has_lost_the_lease_files_nothing(alerts):
    await alerts.hold(MINE, AS_OF)
    await alerts.hold(over(YOURS, 20), AS_OF + timedelta(seconds=7))
    after = Progress(9, 0, 0)
    assert not await alerts.file([ALERT], MINE, before=0, after=after, now=AS_OF)
    assert await alerts.after(0, first=1) == []


async def test_from_where_one_looked_once_nobody_files_again(alerts):
    assert await filed(alerts, cursor=9, needed_after=3)
    assert not await filed(alerts, ALERT, cursor=9)
    assert await alerts.hold(MINE, AS_OF) == Progress(9, 3, 0)


async def test_what_stands_in_the_log_is_noted_and_never_taken_back(alerts):
    await filed(alerts, ALERT)
    await alerts.announced(1)
    await alerts.announced(0)
    assert await alerts.hold(MINE, AS_OF) == Progress(9, 0, 1)


async def test_pages_begin_with_the_latest(alerts):
    await filed(alerts, *(replace(ALERT, window=str(n)) for n in range(5)))
    page = await alerts.page(AlertQuery(), before=None, first=2)
    assert [one.number for one in page] == [5, 4]
    assert [one.number for one in await alerts.page(AlertQuery(), before=4, first=9)] == [3, 2, 1]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (AlertQuery(), [3, 2, 1]),
        (AlertQuery(rule=AlertRule.OUT_OF_HOURS), [2]),
        (AlertQuery(organisation="organ"), [3]),
        (AlertQuery(from_day=date(2026, 6, 2)), [3]),
        (AlertQuery(to_day=date(2026, 6, 1)), [2, 1]),
        (AlertQuery(from_day=date(2026, 6, 1), to_day=date(2026, 6, 1)), [2, 1]),
        (AlertQuery(to_day=date.max), [3, 2, 1]),
        (AlertQuery(rule=AlertRule.OUT_OF_HOURS, organisation="organ"), []),
    ],
)
async def test_lists_choose(alerts, query, numbers):
    late = AS_OF.replace(hour=23, minute=59, second=59)
    early = AS_OF.replace(hour=0) + timedelta(days=1)
    await filed(
        alerts,
        ALERT,
        replace(ALERT, rule=AlertRule.OUT_OF_HOURS, ends=late),
        replace(ALERT, who=Watched("organ"), ends=early),
    )
    assert [one.number for one in await alerts.page(query, before=None, first=9)] == numbers
    assert [one.number for one in await alerts.after(0, query, first=9)] == numbers[::-1]


async def test_what_rests_on_later_entries_is_told(alerts):
    await filed(alerts, ALERT, replace(ALERT, window="2", last=12))
    assert [alert.last for alert in await alerts.resting_after(8)] == [9, 12]
    assert [alert.last for alert in await alerts.resting_after(9)] == [12]


async def test_several_gateways_may_start_at_once(database_url, log):
    engines = [open_engine(database_url) for _ in range(3)]
    await asyncio.gather(*(AlertRegister(engine).start() for engine in engines))
    for engine in engines:
        await engine.dispose()


CHANGES = (
    "UPDATE alert SET count = 1",
    "DELETE FROM alert",
    "UPDATE alert_watch SET cursor = cursor - 1",
    "UPDATE alert_watch SET announced = announced - 1",
    "UPDATE alert_watch SET needed_after = cursor + 1",
    "DELETE FROM alert_watch",
)


@pytest.mark.parametrize("change", CHANGES)
async def test_nobody_changes_what_is_on_file(engine, alerts, change):
    await filed(alerts, ALERT)
    await alerts.announced(1)
    with pytest.raises(DBAPIError, match="alerts are only added"):
        async with engine.begin() as connection:
            await connection.execute(text(change))
    assert [one.alert for one in await alerts.after(0, first=9)] == [ALERT]


async def test_alerts_go_with_the_entries_that_they_rest_on(engine, tmp_path):
    log = AuditLog(engine, a_signer(tmp_path), replace(TERMS, segment_entries=3))
    await log.start()
    for n in range(7):
        await log.append(a_request(f"r-{n}"))
    alerts = AlertRegister(engine)
    await alerts.start()
    await filed(alerts, replace(ALERT, last=3), replace(ALERT, window="4", first=3, last=4))
    assert await alerts.forget_dropped() == 0
    await log.drop_segment(1, AS_OF)
    assert await alerts.forget_dropped() == 1
    assert [one.alert.last for one in await alerts.after(0, first=9)] == [4]
    await log.aclose()


ROLE = 'look "out"'
QUOTED = '"look ""out"""'


@pytest.fixture
async def owner(postgres_url, tmp_path):
    engine = open_engine(postgres_url)
    log = AuditLog(engine, a_signer(tmp_path), TERMS)
    await log.start()
    await AlertRegister(engine).start()
    await SubjectKeys(engine, b"m" * 32).start()
    async with engine.begin() as connection:
        await connection.execute(text(f"CREATE ROLE {QUOTED} LOGIN"))
        for statement in (*grants_sql(ROLE), *alert_grants_sql(ROLE)):
            await connection.execute(text(statement))
    await log.aclose()
    yield engine
    async with engine.begin() as connection:
        await connection.execute(text(f"DROP OWNED BY {QUOTED}"))
        await connection.execute(text(f"DROP ROLE {QUOTED}"))
    await engine.dispose()


@pytest.fixture
async def gate(postgres_url, owner):
    """The database as the gateway's own role opens it."""
    engine = open_engine(postgres_url.replace("postgres@", "look %22out%22@"))
    yield engine
    await engine.dispose()


async def test_a_role_with_the_grants_looks_and_files(gate):
    register = AlertRegister(gate)
    await register.start()
    assert await filed(register, ALERT)
    await register.announced(1)
    assert len(await register.after(0, first=9)) == 1
    with pytest.raises(RegisterFault):
        await register.forget_dropped()


@pytest.mark.parametrize("change", [*CHANGES, "TRUNCATE alert", "TRUNCATE alert_watch", "DROP TABLE alert"])
async def test_a_role_with_the_grants_changes_nothing(gate, change):
    register = AlertRegister(gate)
    await filed(register, ALERT)
    with pytest.raises(DBAPIError):
        async with gate.begin() as connection:
            await connection.execute(text(change))


async def test_a_role_that_may_not_make_what_is_missing_is_refused(gate, owner):
    async with owner.begin() as connection:
        await connection.execute(text("DROP TRIGGER alert_no_update ON alert"))
    with pytest.raises(RegisterFault):
        await AlertRegister(gate).start()
