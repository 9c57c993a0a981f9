"""Consents on file: only added to, found by whose they are, and used no more often than was agreed."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.exc import DBAPIError

from gateway.registers.consents import AlreadyWritten, ConsentRegister, Use
from gateway.registers.consents_table import CONSENT_STATEMENTS
from gateway.registers.engine import RegisterFault, open_engine
from schema.vocabulary.consents import ConsentAct
from schema.vocabulary.identifiers import SubjectId
from tests.builders import NOW, SOME_CODE
from tests.consent_builders import acted, asked, the_papers

PAPERS = the_papers()
ASKED = asked(PAPERS)
GRANTED = acted(PAPERS, ASKED, ConsentAct.GRANT)
OTHER = asked(PAPERS, "another-consent-of-the-tests", now=NOW + timedelta(hours=1), organisation="other")
MONTHLY = Use("a-consent", "2026-06", 3)


@pytest.fixture
async def engine(database_url):
    engine = open_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def register(engine):
    register = ConsentRegister(engine, PAPERS.read)
    await register.start()
    yield register
    await register.aclose()


@pytest.fixture
async def second(register, database_url):
    """The register as another process has it."""
    engine = open_engine(database_url)
    register = ConsentRegister(engine, the_papers().read)
    await register.start()
    yield register
    await register.aclose()
    await engine.dispose()


async def altered(engine, statement: str) -> None:
    """Change what is written, as somebody would who has the database to himself."""
    async with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for name in ("update", "delete", "replace"):
                await connection.execute(text(f"DROP TRIGGER consent_statement_no_{name}"))
        else:
            await connection.execute(text("ALTER TABLE consent_statement DISABLE TRIGGER ALL"))
        await connection.execute(text(statement))


async def test_what_was_written_is_read_by_its_id_alone(register, second):
    await register.add([ASKED.last_row])
    assert await second.files([ASKED.consent_id, "nobody's"]) == {ASKED.consent_id: ASKED}
    await second.add([GRANTED.last_row])
    assert await register.files([ASKED.consent_id]) == {ASKED.consent_id: GRANTED}
    assert await register.files([]) == {}


async def test_of_two_that_act_at_once_one_is_first_and_the_other_writes_nothing(register, second):
    await register.add([ASKED.last_row])
    rejected = acted(PAPERS, ASKED, ConsentAct.REJECT)
    await register.add([GRANTED.last_row])
    with pytest.raises(AlreadyWritten):
        await second.add([OTHER.last_row, rejected.last_row])
    assert await second.files([ASKED.consent_id, OTHER.consent_id]) == {ASKED.consent_id: GRANTED}


async def test_many_acts_at_once_have_one_winner(register, second):
    await register.add([ASKED.last_row])

    async def tried(book):
        try:
            await book.add([GRANTED.last_row])
        except AlreadyWritten:
            return False
        return True

    assert sum(await asyncio.gather(*(tried(book) for book in (register, second) * 5))) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE consent_statement SET statement = ''",
        "DELETE FROM consent_statement",
        "TRUNCATE consent_statement",
        "INSERT OR REPLACE INTO consent_statement SELECT * FROM consent_statement",
    ],
)
async def test_nothing_that_is_written_is_changed(register, engine, change):
    await register.add([ASKED.last_row])
    with pytest.raises(DBAPIError):
        async with engine.begin() as connection:
            await connection.execute(text(change))
    assert await register.files([ASKED.consent_id]) == {ASKED.consent_id: ASKED}


async def test_a_consent_that_its_signatures_do_not_prove_is_not_read(register, engine):
    await register.add([ASKED.last_row, GRANTED.last_row])
    await altered(engine, "UPDATE consent_statement SET statement = replace(statement, '.', '.e') WHERE number = 1")
    with pytest.raises(RegisterFault):
        await register.files([ASKED.consent_id])


@pytest.mark.parametrize("column", ["consent_id", "subject", "organisation", "client_id"])
async def test_a_row_that_says_otherwise_than_its_statement_is_not_read(register, engine, column):
    row = asdict(ASKED.last_row) | {column: "moved"}
    async with engine.begin() as connection:
        await connection.execute(insert(CONSENT_STATEMENTS), row)
    with pytest.raises(RegisterFault):
        await register.files([str(row["consent_id"])])


async def test_an_act_that_is_missing_between_is_missed(register, engine):
    revoked = acted(PAPERS, GRANTED, ConsentAct.PAUSE)
    await register.add([ASKED.last_row, GRANTED.last_row, revoked.last_row])
    await altered(engine, "DELETE FROM consent_statement WHERE number = 1")
    with pytest.raises(RegisterFault):
        await register.files([ASKED.consent_id])


async def test_pages_show_each_consent_once_and_the_latest_first(register):
    hours = [0, 2, 1, 2, 3]  # two of one moment
    files = [
        asked(PAPERS, f"consent-of-the-tests-{number}", now=NOW + timedelta(hours=hour))
        for number, hour in enumerate(hours)
    ]
    await register.add([file.last_row for file in [*files, OTHER]])
    order = [files[number] for number in (4, 3, 1, 2, 0)]
    for ask, whose in ((register.of_organisation, "bank"), (register.of_subject, SOME_CODE)):
        expected = [*order[:3], OTHER, *order[3:]] if ask == register.of_subject else order
        found, after = [], ""
        while page := await ask(whose, after, 2):
            assert len(page) <= 2
            found += page
            after = page[-1].consent_id
        if ask == register.of_subject:
            assert {file.consent_id for file in found} == {file.consent_id for file in expected}
            assert [file.asked_at for file in found] == sorted((file.asked_at for file in expected), reverse=True)
        else:
            assert found == expected
    assert await register.of_organisation("bank", OTHER.consent_id, 9) == []  # somebody else's is no place in this list
    assert await register.of_subject(SubjectId("911200000000000001"), "", 9) == []
    assert await register.of_subject(SOME_CODE, "", 0) == []


async def test_the_fourth_pull_of_three_is_refused(register):
    assert [await register.count_use([MONTHLY]) for _ in range(4)] == [frozenset()] * 3 + [frozenset({MONTHLY})]
    assert await register.count_use([replace(MONTHLY, span="2026-07")]) == frozenset()
    assert await register.count_use([replace(MONTHLY, consent_id="other")]) == frozenset()
    assert await register.count_use([]) == frozenset()


async def test_a_request_counts_all_its_uses_or_none(register):
    once = Use("once", "", 1)
    assert await register.count_use([once, MONTHLY]) == frozenset()
    for _ in range(5):
        assert await register.count_use([once, MONTHLY]) == frozenset({once})
    assert [await register.count_use([MONTHLY]) for _ in range(3)] == [frozenset()] * 2 + [frozenset({MONTHLY})]


async def test_a_use_that_is_named_twice_is_one(register):
    assert await register.count_use([MONTHLY, MONTHLY]) == frozenset()
    assert [await register.count_use([MONTHLY]) for _ in range(3)][-1] == frozenset({MONTHLY})


async def test_requests_of_one_moment_share_a_transaction_and_their_order(register, monkeypatch):
    batches: list[int] = []
    count = register._counting.count

    async def watched(batch):
        batches.append(len(batch))
        return await count(batch)

    monkeypatch.setattr(register._counting, "count", watched)
    refused = await asyncio.gather(*(register.count_use([MONTHLY]) for _ in range(10)))
    assert batches == [10]
    assert refused == [frozenset()] * 3 + [frozenset({MONTHLY})] * 7


async def test_two_books_on_one_database_count_together(register, second):
    wants = [[MONTHLY, Use(f"own-{number}", "2026", 1)] for number in range(20)]
    refused = await asyncio.gather(
        *(book.count_use(want if book is register else want[::-1]) for want in wants for book in (register, second))
    )
    assert sum(not one for one in refused) == 3
    assert await register.count_use([MONTHLY]) == frozenset({MONTHLY})


async def test_two_processes_pull_exactly_as_often_as_was_agreed(database_url):
    module = "tests.gateway.registers.consent_puller"
    pullers = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, database_url, "60", "50"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for puller in pullers:
        assert puller.stdout is not None
        assert await puller.stdout.readline() == b"ready\n"
    answers = await asyncio.gather(*(puller.communicate(b"go\n") for puller in pullers))
    assert sum(int(told) for told, _ in answers) == 50


async def test_who_no_longer_waits_does_not_hold_up_the_others(register):
    left = asyncio.create_task(register.count_use([MONTHLY]))
    stayed = asyncio.create_task(register.count_use([Use("other", "", 1)]))
    await asyncio.sleep(0)
    left.cancel()
    assert await stayed == frozenset()


async def test_a_database_that_is_away_refuses_everybody(register, engine):
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE consent_use RENAME TO elsewhere"))
    for answer in await asyncio.gather(*(register.count_use([MONTHLY]) for _ in range(3)), return_exceptions=True):
        assert isinstance(answer, RegisterFault)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO consent_use"))
    assert await register.count_use([MONTHLY]) == frozenset()


async def test_a_book_that_is_closed_counts_nothing(engine):
    register = ConsentRegister(engine, PAPERS.read)
    with pytest.raises(RegisterFault):
        await register.count_use([MONTHLY])
    await register.start()
    await register.start()  # without harm
    asking = asyncio.create_task(register.count_use([MONTHLY]))
    await asyncio.sleep(0)
    await register.aclose()
    assert await asking == frozenset()
    with pytest.raises(RegisterFault):
        await register.count_use([MONTHLY])


async def test_a_connection_that_has_died_meanwhile_is_replaced(postgres_url):
    engine = open_engine(postgres_url, pool_size=1)
    register = ConsentRegister(engine, PAPERS.read)
    await register.start()
    assert await register.count_use([MONTHLY]) == frozenset()
    killer = open_engine(postgres_url)
    async with killer.begin() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await killer.dispose()
    assert await register.count_use([MONTHLY]) == frozenset()
    await register.aclose()
    await engine.dispose()


async def test_counting_costs_a_fixed_number_of_statements(register, engine):
    counting = register._counting
    seen: list[str] = []
    watched = counting._pool.sync_engine if engine.dialect.name == "postgresql" else counting._engine
    event.listen(watched, "before_cursor_execute", lambda *told: seen.append(told[2]))
    await asyncio.gather(*(register.count_use([Use(f"one-{number}", "", 1)]) for number in range(50)))
    assert len(seen) <= 3
