"""The same journeys on PostgreSQL (registers and exchange tables) and Redis: the same bytes come back."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from tests.journeys.audit import check_gateway, leaks, rows_of, secrets_of
from tests.journeys.gateways import NO_CACHE, Gateway
from tests.journeys.normal import normalised
from tests.journeys.questions import whole_question
from tests.journeys.stage import Stage, open_stage
from tests.journeys.test_permit_check import ASKERS, ask, expected
from tests.journeys.test_search import found, pages
from tests.services import PostgresService, RedisService

OFFICE = {"persona": "permit-officer", "purpose": "ADMINISTRATIVE_PERMIT"}
CACHE_KEY = "a key that several gateways share, long enough"
QUESTION = """query($code: CreditCode!) { subject(code: $code) {
  legalPerson { registeredName provenance { fromCache } } judgmentDefaults { caseNumber }
  taxpayerProfile { taxpayerStatus } annualReports { reportYear } } }"""


@pytest.fixture(scope="module")
def elsewhere(postgres_service: PostgresService, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The same world, its exchange tables in PostgreSQL."""
    name = postgres_service.fresh_database()
    folder = tmp_path_factory.mktemp("elsewhere")
    with open_stage(folder, market_regulation_url=postgres_service.url(name)) as opened:
        yield opened
    postgres_service.drop_database(name)


@pytest.fixture(scope="module")
def registers(postgres_service: PostgresService) -> Iterator[str]:
    """A database for the gateway's own registers."""
    name = postgres_service.fresh_database()
    yield postgres_service.url(name)
    postgres_service.drop_database(name)


@pytest.fixture(scope="module")
def other(elsewhere: Stage, registers: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway on PostgreSQL that keeps nothing."""
    overrides = {**NO_CACHE, "database": {"url": registers}}
    with elsewhere.gateway(tmp_path_factory.mktemp("other"), overrides) as opened:
        yield opened
        check_gateway(elsewhere, opened)


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.name)
def test_the_permit_check_is_answered_alike(other, elsewhere, asker):
    assert normalised(ask(other, elsewhere, asker)) == expected(asker.name)


def test_every_hand_made_subject_is_answered_with_the_same_bytes(gateway, stage, other, elsewhere):
    assert stage.named == elsewhere.named
    for name, code in stage.named.items():
        here, there = (door.ask(whole_question(), **OFFICE, code=code) for door in (gateway, other))
        assert here.text == there.text, name


def test_a_search_finds_the_same_on_the_same_pages(gateway, other):
    here, there = (list(pages(door, "有限公司", first=50)) for door in (gateway, other))
    assert [page["edges"][-1]["node"] for page in here] == [page["edges"][-1]["node"] for page in there]
    assert sum(len(page["edges"]) for page in there) == there[0]["totalCount"]
    assert found(other, "%") == found(other, "_") == found(other, "\\") == set()


def test_refused_columns_are_not_selected_there_either(other, elsewhere):
    elsewhere.forget()
    other.ask(whole_question(), code=elsewhere.named["clean"])
    asked = set(elsewhere.calls()["market_regulation"]["asked"])
    assert "E_BASEINFO.ENTNAME" in asked
    assert asked.isdisjoint({"E_PRI_PERSON.CERNO", "E_PRI_PERSON.TEL", "E_PRI_PERSON.DOM", "E_BASEINFO.PAIDINCAP"})


async def _command(url: str, statement: str) -> None:
    address = make_url(url)
    connection: Any = await asyncpg.connect(
        host=address.query["host"], user=address.username, database=address.database
    )
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def test_what_cannot_be_recorded_does_not_leave(other, elsewhere, registers):
    code = elsewhere.named["clean"]
    trigger = """
      CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full disk'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON log_entry FOR EACH ROW EXECUTE FUNCTION full_disk()"""
    before = len(rows_of(other))
    asyncio.run(_command(registers, trigger))
    try:
        refused = other.ask(QUESTION, code=code)
        red = other.get("/readyz")
    finally:
        asyncio.run(_command(registers, "DROP TRIGGER full_disk ON log_entry; DROP FUNCTION full_disk()"))
    assert (refused.status, refused.codes, refused.data) == (503, ["AUDIT_UNWRITABLE"], None)
    assert red.status_code == 503
    assert len(rows_of(other)) == before
    assert other.get("/readyz").status_code == 200
    assert other.ask(QUESTION, code=code).status == 200


def on_redis(url: str, key: str = CACHE_KEY) -> dict[str, dict[str, str]]:
    """Settings of a gateway with a cache that it shares."""
    return {"cache": {"url": url, "key": key}}


def test_gateways_share_what_they_fetched_under_keys_that_tell_nothing(stage, redis_url, tmp_path):
    code = stage.named["defaulter"]
    with stage.gateway(tmp_path / "one", on_redis(redis_url)) as one:
        first = one.ask(QUESTION, **OFFICE, code=code)
        assert first.errors == []
        check_gateway(stage, one)
        keys = _keys(redis_url)
        assert keys
        assert leaks(b"\n".join(keys).decode("utf-8", "replace"), secrets_of(stage), one) == []
    stage.forget()
    with stage.gateway(tmp_path / "two", on_redis(redis_url)) as two:
        second = two.ask(QUESTION, **OFFICE, code=code)
        assert second.text == first.text.replace('"fromCache":false', '"fromCache":true')
        assert set(stage.totals().values()) == {0}
    with stage.gateway(tmp_path / "three", on_redis(redis_url, "another key, which opens nothing of theirs")) as three:
        assert three.ask(QUESTION, **OFFICE, code=code).text == first.text
        assert min(stage.totals().values()) > 0


def test_without_the_server_that_counts_nobody_is_answered_and_what_is_sealed_says_so(stage, tmp_path):
    service = RedisService()
    code = stage.named["clean"]
    try:
        with stage.gateway(tmp_path / "gateway", on_redis(service.url)) as alone:
            assert alone.ask(QUESTION, **OFFICE, code=code).errors == []
            service.stop()
            stage.forget()
            refused = alone.ask(QUESTION, **OFFICE, code=code)
            assert (refused.status, refused.codes, refused.data) == (503, ["REGISTER_UNREADABLE"], None)
            assert set(stage.totals().values()) == {0}
            assert [row["fault_code"] for row in rows_of(alone)] == [None, "REGISTER_UNREADABLE"]
            check_gateway(stage, alone)
    finally:
        service.stop()


def _keys(url: str) -> list[bytes]:
    """Every key of a Redis server, as it lies there."""
    address = make_url(url)
    with (
        socket.create_connection((str(address.host), int(address.port or 0)), timeout=5) as wire,
        wire.makefile("rwb") as stream,
    ):
        stream.write(b"KEYS *\r\n")
        stream.flush()
        count = int(stream.readline()[1:])
        return [stream.read(int(stream.readline()[1:]) + 2)[:-2] for _ in range(count)]
