"""The simulated authority against its specification, and our clerk against it, on both kinds of database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.market_regulation.connector import MarketRegulationClerk, MarketRegulationSettings
from connectors.port import Errand, Fetched, NameSearch, Unavailable, Unreadable
from connectors.transport.exchange import Exchange
from connectors.transport.resilience import RetrySettings
from deploy.sandbox.market_regulation import ExchangeDesk, prepare
from deploy.sandbox.panel import Faults
from deploy.sandbox.world import World, build_world
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind, of_person

TODAY = date(2026, 6, 1)
NAME = {RecordKind.LEGAL_PERSON: frozenset({"registeredName"})}


@pytest.fixture(scope="module")
def world() -> World:
    """A small world."""
    return build_world(size=150, today=TODAY)


@pytest.fixture
def desk(tmp_path: Path) -> ExchangeDesk:
    """The authority's desk."""
    return ExchangeDesk("market-regulation", tmp_path / "statements.jsonl")


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'mr.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def url(empty_url: str, world: World, desk: ExchangeDesk) -> AsyncIterator[str]:
    """A filled exchange database."""
    async with prepare(world, empty_url, desk) as filled:
        yield filled


@pytest.fixture
async def clerk(url: str, desk: ExchangeDesk, as_of: datetime) -> AsyncIterator[MarketRegulationClerk]:
    """Our clerk at the authority."""
    settings = MarketRegulationSettings(url, statement_log=desk.statement_log, retry=RetrySettings(retries=0))
    clerk = MarketRegulationClerk(Exchange(settings.exchange), settings, lambda: as_of)
    yield clerk
    await clerk.aclose()


def errand(left_s: float = 5.0) -> Errand:
    """An errand with so many seconds left."""
    return Errand("gateway/request-1", asyncio.get_running_loop().time() + left_s)


async def only(clerk: Any, code: str, kind: RecordKind, *facts: str) -> Any:
    """The records of one kind about one subject."""
    outcome = (await clerk.ask([SubjectId(code)], {kind: frozenset(facts)}, errand()))[(SubjectId(code), kind)]
    assert isinstance(outcome, Fetched), outcome
    return outcome.records


async def test_what_the_world_holds_is_what_the_clerk_brings(world, clerk):
    facts = {
        RecordKind.LEGAL_PERSON: ("registeredName", "businessTermTo", "registrationStatus"),
        RecordKind.SHAREHOLDER: ("shareholderName", "subscribedDate"),
        RecordKind.BRANCH: ("branchName", "branchCode"),
        RecordKind.PLEDGE_REGISTRATION: ("pledgeKind", "pledgor", "registrationDate"),
        RecordKind.ABNORMAL_OPERATION_LISTING: ("listingReason", "listingDate", "removalDate"),
        RecordKind.ADMINISTRATIVE_LICENSE: ("licenseDocumentNumber", "validTo", "grantedOnPledge", "licenseStatus"),
        RecordKind.ADMINISTRATIVE_PENALTY: ("penaltyDocumentNumber", "penaltyCategory", "procedureType"),
        RecordKind.CREDIT_PLEDGE: ("pledgeType", "pledgeDate", "performanceStatus"),
    }
    apart = {world.named[name] for name in ("late-rows", "unknown-code", "long-name")}
    codes = [SubjectId(code) for code in world.codes if code not in apart]
    outcomes = await clerk.ask(codes, {kind: frozenset(names) for kind, names in facts.items()}, errand(20))
    for (code, kind), outcome in outcomes.items():
        assert isinstance(outcome, Fetched), outcome
        held = [
            {name: stated(record.get(name)) for name in facts[kind]}
            for record in world.records(AgencyId.MARKET_REGULATION, code, kind)
            if record.get("_flag") != "D"
        ]
        brought = [dict(record.facts) for record in outcome.records]
        assert sorted(map(str, brought)) == sorted(map(str, map(ordered, held)))


async def test_the_code_of_a_firm_and_the_number_of_a_person_are_asked_for_apart(world, clerk):
    code, persons = SubjectId(world.named["clean"]), of_person("shareholderCode")
    held = world.records(AgencyId.MARKET_REGULATION, code, RecordKind.SHAREHOLDER)
    plain = await only(clerk, code, RecordKind.SHAREHOLDER, "shareholderCode")
    both = await only(clerk, code, RecordKind.SHAREHOLDER, "shareholderCode", persons)
    assert [one.facts["shareholderCode"] for one in plain if one.is_natural_person] == [
        None for one in held if one["_natural_person"]
    ]
    assert sorted(str(one.facts["shareholderCode"] or one.facts[persons]) for one in both) == sorted(
        str(one["shareholderCode"]) for one in held
    )


def stated(value: Any) -> Any:
    """A neutral value in the form in which it may leave."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [str(member) for member in value]
    return value if value is None or isinstance(value, bool) else str(value)


def ordered(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts in the order of their names, as the clerk brings them."""
    return dict(sorted(facts.items()))


async def test_late_repeated_and_deleted_rows(world, clerk):
    code = world.named["late-rows"]
    [found] = await only(clerk, code, RecordKind.LEGAL_PERSON, "registeredName")
    [held] = world.records(AgencyId.MARKET_REGULATION, code, RecordKind.LEGAL_PERSON)
    assert found.facts["registeredName"] == held["registeredName"]
    kept = [
        record["branchName"]
        for record in world.records(AgencyId.MARKET_REGULATION, code, RecordKind.BRANCH)
        if record["_flag"] != "D"
    ]
    assert [each.facts["branchName"] for each in await only(clerk, code, RecordKind.BRANCH, "branchName")] == kept


async def test_a_long_name_is_cut_at_a_hundred_bytes_of_gbk(world, clerk):
    code = world.named["long-name"]
    [found] = await only(clerk, code, RecordKind.LEGAL_PERSON, "registeredName")
    [held] = world.records(AgencyId.MARKET_REGULATION, code, RecordKind.LEGAL_PERSON)
    assert len(found.facts["registeredName"].encode("gbk")) == 100
    assert str(held["registeredName"]).startswith(found.facts["registeredName"])


async def test_codes_outside_the_tables_are_written_as_they_stand(world, clerk):
    wanted = ("registrationStatus", "entityType", "registeredName")
    [found] = await only(clerk, world.named["unknown-code"], RecordKind.LEGAL_PERSON, *wanted)
    assert found.unreadable == {"registrationStatus", "entityType"}
    assert set(found.facts) == {"registeredName"}


async def test_nobody_knows_the_unknown_subject(world, clerk):
    assert await only(clerk, world.named["unknown"], RecordKind.LEGAL_PERSON, "registeredName") == ()


async def test_the_search_walks_through_every_name_once(world, clerk):
    text, position, seen = "有限公司", None, []
    while True:
        page = await clerk.search(NameSearch(text, 40, position), errand())
        seen += page.codes
        if not page.has_next:
            break
        position = page.positions[page.codes[-1]]
    assert len(seen) == len(set(seen)) == page.total > 40


async def test_the_desk_counts_the_columns_that_readers_noted(world, clerk, desk):
    await only(clerk, world.codes[0], RecordKind.LEGAL_PERSON, "registeredName")
    calls = desk.calls
    assert calls["operations"] == {"LegalPerson": 1}
    assert set(calls["asked"]) == {
        f"E_BASEINFO.{name}" for name in ("UNISCID", "ENTNAME", "更新时间", "增删改标志", "交换开关")
    }
    desk.reset()
    assert desk.calls["total"] == 0


class TestFaultsOfTheFile:
    """Played on the SQLite file by locks, absence and broken views."""

    @pytest.fixture
    async def url(self, world: World, desk: ExchangeDesk, tmp_path: Path) -> AsyncIterator[str]:
        async with prepare(world, f"sqlite+aiosqlite:///{tmp_path / 'mr.db'}", desk) as filled:
            yield filled

    @pytest.mark.parametrize(
        ("faults", "kind", "cause"),
        [
            (Faults(down=True), Unavailable, "exchange-file-missing"),
            (Faults(hang=True), Unavailable, "deadline"),
            (Faults(malformed=True), Unreadable, "unknown-flag-or-switch"),
            (Faults(latency_ms=600_000), Unavailable, "deadline"),
            (Faults(error_rate=1), Unavailable, "exchange-file-missing"),
        ],
    )
    async def test_each_fault_is_felt_and_ends(self, world, clerk, desk, faults, kind, cause):
        code = SubjectId(world.codes[0])
        desk.faults = faults
        outcomes = await clerk.ask([code], NAME, errand(0.3))
        assert outcomes[(code, RecordKind.LEGAL_PERSON)] == kind(cause)
        desk.faults = Faults()
        outcomes = await clerk.ask([code], NAME, errand())
        assert isinstance(outcomes[(code, RecordKind.LEGAL_PERSON)], Fetched)

    async def test_latency_is_a_wait_and_no_failure(self, world, clerk, desk):
        desk.faults = Faults(latency_ms=150)
        started = asyncio.get_running_loop().time()
        assert await only(clerk, world.codes[0], RecordKind.LEGAL_PERSON, "registeredName")
        assert asyncio.get_running_loop().time() - started < 1.5

    async def test_all_is_put_right_when_the_sandbox_ends_in_the_middle_of_a_fault(self, world, tmp_path):
        path = tmp_path / "again.db"
        desk = ExchangeDesk("market-regulation", tmp_path / "none.jsonl")
        async with prepare(world, f"sqlite+aiosqlite:///{path}", desk):
            desk.faults = Faults(down=True)
            assert not path.exists()
        assert path.exists()


async def test_the_file_has_every_trap_of_an_exchange_database(world, desk, tmp_path):
    path = tmp_path / "mr.db"
    steps: list[tuple[int, int]] = []
    async with prepare(world, f"sqlite+aiosqlite:///{path}", desk, lambda done, of: steps.append((done, of))):
        with closing(sqlite3.connect(path)) as connection:
            flags = Counter(
                flag
                for (flag,) in connection.execute(
                    'SELECT "增删改标志" FROM "CF_XZCF" UNION ALL '
                    'SELECT "增删改标志" FROM "E_INV_INVESTMENT" UNION ALL '
                    'SELECT "增删改标志" FROM "E_BRANCH"'
                )
            )
            assert set(flags) == {"I", "U", "D"}
            [[repeated]] = connection.execute(
                'SELECT count(*) FROM (SELECT 1 FROM "E_INV_INVESTMENT" '
                'GROUP BY "INVID", "更新时间" HAVING count(*) > 1)'
            )
            [[written_nothing]] = connection.execute('SELECT count(*) FROM "E_BASEINFO" WHERE "ENTNAME_OLD" = \'\\n\'')
            [[null]] = connection.execute('SELECT count(*) FROM "E_BASEINFO" WHERE "ENTNAME_OLD" IS NULL')
            [[open_ended]] = connection.execute('SELECT count(*) FROM "E_BASEINFO" WHERE "OPTO" = \'9999-09-09\'')
            [[late]] = connection.execute(
                'SELECT count(*) FROM "E_BASEINFO" a JOIN "E_BASEINFO" b ON a."PRIPID" = b."PRIPID" '
                'AND a."更新时间" < b."更新时间" AND a."S_EXT_SEQUENCE" > b."S_EXT_SEQUENCE"'
            )
            [[off]] = connection.execute('SELECT count(*) FROM "E_ALTER_RECODER" WHERE "交换开关" = \'0\'')
    assert min(repeated, written_nothing, null, open_ended, late, off) > 0
    assert steps[-1] == (len(world.codes), len(world.codes))


async def test_any_other_database_is_refused(world):
    with pytest.raises(ValueError, match="SQLite file or a PostgreSQL"):
        async with prepare(world, "mysql://host/db"):
            pass
