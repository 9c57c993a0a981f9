"""Consents and marks: read anew for every request, shared by those who ask at once, never taken for nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, text

from gateway.registers.engine import RegisterFault, open_engine
from gateway.registers.standing import StandingRegister
from gateway.registers.standing_entry import FiledConsent, FiledMark
from policies.evidence import Consent, Mark, RecordMark, Standing
from schema.vocabulary.caller import PUBLIC_CALLER, Caller, CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.records import RecordKind

FIRST, SECOND = SubjectId("911200000000000001"), SubjectId("911200000000000002")
BANK = Caller(CallerClass.FINANCIAL_INSTITUTION, "bank", "第一银行")
CONSENT = Consent(
    items=frozenset({"NB01-1", "SUP-TX1"}),
    purposes=frozenset({Purpose.CREDIT_GRANTING}),
    given_on=date(2026, 1, 1),
    ends_on=date(2027, 1, 1),
    is_written=True,
    was_warned=True,
)
MARK = RecordMark(Mark.RESTORED, RecordKind.ADMINISTRATIVE_PENALTY, "津市监罚〔2024〕1号", date(2026, 2, 1))
TO_BANK = FiledConsent(FIRST, CONSENT, organisation="第一银行")
ON_FIRST = FiledMark(FIRST, MARK)


@pytest.fixture
async def engine(database_url):
    engine = open_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def register(engine):
    register = StandingRegister(engine)
    await register.start()
    yield register
    await register.aclose()


@pytest.fixture
def statements(register):
    """The statements that have read from the register."""
    seen: list[str] = []
    event.listen(register.reading_engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    return seen


async def test_what_was_filed_is_read_as_it_was_told(register):
    await register.file([TO_BANK, ON_FIRST])
    found = await register.standing([FIRST, SECOND], BANK)
    assert found == {FIRST: Standing(frozenset({CONSENT}), frozenset({MARK}))}
    assert await register.filed(FIRST) == [TO_BANK, ON_FIRST]
    assert await register.filed(SECOND) == []


async def test_nothing_on_file_is_an_answer(register):
    assert await register.standing([FIRST], BANK) == {}
    assert await register.standing([], PUBLIC_CALLER) == {}


async def test_a_consent_is_told_to_its_grantee_alone(register):
    by_client = FiledConsent(FIRST, replace(CONSENT, is_written=False), client_id="bank")
    await register.file([TO_BANK, by_client, ON_FIRST])
    told = {
        "both": (await register.standing([FIRST], BANK))[FIRST].consents,
        "organisation": (await register.standing([FIRST], replace(BANK, client_id="other")))[FIRST].consents,
        "client": (await register.standing([FIRST], replace(BANK, organisation="别家")))[FIRST].consents,
        # a client that calls itself as an organisation does, and the other way round
        "mixed up": (await register.standing([FIRST], Caller(BANK.caller_class, "第一银行", "bank")))[FIRST].consents,
        "public": (await register.standing([FIRST], PUBLIC_CALLER))[FIRST].consents,
    }
    assert told == {
        "both": {TO_BANK.consent, by_client.consent},
        "organisation": {TO_BANK.consent},
        "client": {by_client.consent},
        "mixed up": set(),
        "public": set(),
    }


async def test_marks_hold_whoever_asks(register):
    everywhere = replace(MARK, mark=Mark.HIDDEN, key="", until=date(2026, 3, 1))
    await register.file([ON_FIRST, FiledMark(FIRST, everywhere)])
    assert await register.standing([FIRST], PUBLIC_CALLER) == {FIRST: Standing(marks=frozenset({MARK, everywhere}))}


async def test_those_who_ask_at_once_share_one_statement_and_get_their_own(register, statements):
    await register.file([TO_BANK, ON_FIRST, FiledMark(SECOND, MARK)])
    statements.clear()
    other = replace(BANK, client_id="other", organisation="别家")
    asked = [([FIRST], BANK), ([FIRST, SECOND], other), ([SECOND], BANK)] * 20
    answers = await asyncio.gather(*(register.standing(subjects, caller) for subjects, caller in asked))
    assert len(statements) == 1
    marked = Standing(marks=frozenset({MARK}))
    mine = {FIRST: Standing(frozenset({CONSENT}), frozenset({MARK}))}
    assert answers == [mine, {FIRST: marked, SECOND: marked}, {SECOND: marked}] * 20


async def test_what_another_process_files_is_known_to_the_next_request(register, database_url):
    assert await register.standing([FIRST], BANK) == {}
    engine = open_engine(database_url)
    other = StandingRegister(engine)
    await other.file([TO_BANK])
    await engine.dispose()
    assert (await register.standing([FIRST], BANK))[FIRST].consents == {CONSENT}


async def test_who_asks_while_a_statement_is_under_way_is_not_told_what_stood_before(register, statements):
    early = asyncio.create_task(register.standing([FIRST], BANK))
    while not statements:
        await asyncio.sleep(0.001)
    await register.file([TO_BANK])
    assert (await register.standing([FIRST], BANK))[FIRST].consents == {CONSENT}
    await early


async def test_what_is_told_again_takes_the_place_of_what_was_told_before(register):
    withdrawn = replace(TO_BANK, consent=replace(CONSENT, withdrawn_on=date(2026, 5, 1)))
    lifted = replace(ON_FIRST, mark=replace(MARK, until=date(2026, 5, 1)))
    await register.file([TO_BANK, ON_FIRST])
    await register.file([withdrawn, lifted])
    assert await register.filed(FIRST) == [withdrawn, lifted]


async def test_all_is_filed_or_nothing(register):
    broken = FiledMark(SECOND, replace(MARK, since=None))  # type: ignore[arg-type]  # on purpose
    with pytest.raises(RegisterFault):
        await register.file([TO_BANK, broken])
    assert await register.filed(FIRST) == []


async def test_a_register_that_cannot_be_read_refuses_everybody_and_heals(register, engine):
    await register.file([TO_BANK])
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE record_mark RENAME TO elsewhere"))
    outcomes = await asyncio.gather(*(register.standing([FIRST], BANK) for _ in range(5)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {RegisterFault}
    assert "elsewhere" not in str(outcomes[0])
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO record_mark"))
    assert (await register.standing([FIRST], BANK))[FIRST].consents == {CONSENT}


@pytest.mark.parametrize(
    "change",
    ["UPDATE record_mark SET mark = ''", "UPDATE record_mark SET kind = 'Rumour'", "UPDATE consent SET items = '['"],
)
async def test_a_row_that_nobody_can_read_refuses_those_whom_it_concerns(register, engine, change):
    await register.file([TO_BANK, ON_FIRST, FiledMark(SECOND, MARK)])
    async with engine.begin() as connection:
        await connection.execute(text(f"{change} WHERE subject = '{FIRST}'"))
    outcomes = await asyncio.gather(
        register.standing([FIRST], BANK), register.standing([SECOND], BANK), return_exceptions=True
    )
    assert isinstance(outcomes[0], RegisterFault)
    assert outcomes[1] == {SECOND: Standing(marks=frozenset({MARK}))}


async def test_a_caller_who_leaves_takes_nothing_from_the_others(register):
    await register.file([ON_FIRST])
    leaving = asyncio.create_task(register.standing([FIRST], BANK))
    staying = asyncio.create_task(register.standing([FIRST], BANK))
    await asyncio.sleep(0)
    leaving.cancel()
    assert FIRST in await staying


async def test_a_closed_register_is_no_empty_register(engine):
    register = StandingRegister(engine)
    with pytest.raises(RegisterFault, match="closed"):
        await register.standing([FIRST], BANK)
    await register.start()
    await register.file([ON_FIRST])
    last = asyncio.create_task(register.standing([FIRST], BANK))
    await asyncio.sleep(0)
    await register.aclose()
    assert FIRST in await last
    with pytest.raises(RegisterFault, match="closed"):
        await register.standing([FIRST], BANK)


async def test_a_reader_that_takes_too_long_is_given_up(engine):
    register = StandingRegister(engine, patience_s=0.0)
    await register.start()
    with pytest.raises(RegisterFault):
        await register.standing([FIRST], BANK)
    await register.aclose()


async def test_several_gateways_may_create_the_tables_at_once(database_url):
    engines = [open_engine(database_url) for _ in range(3)]
    registers = [StandingRegister(engine) for engine in engines]
    await asyncio.gather(*(register.start() for register in registers))
    for register, engine in zip(registers, engines, strict=True):
        assert await register.standing([FIRST], BANK) == {}
        await register.aclose()
        await engine.dispose()
