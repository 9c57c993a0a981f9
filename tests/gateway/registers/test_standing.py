"""What our books hold for a request: read anew each time, shared by those who ask at once, never taken for nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from gateway.registers.consents import ConsentRegister
from gateway.registers.engine import RegisterFault, open_engine
from gateway.registers.standing import StandingRegister
from gateway.registers.standing_entry import FiledMark
from policies.evidence import ConsentUse, Mark, Standing
from schema.vocabulary.caller import PUBLIC_CALLER
from tests.gateway.registers.standing_stage import (
    BANK,
    FIRST,
    MARK,
    NOW,
    ON_FIRST,
    PAPERS,
    SECOND,
    granted,
    write,
)


async def test_nothing_on_file_is_an_answer(register):
    assert await register.standing([FIRST], BANK, now=NOW) == {}
    assert await register.standing([], PUBLIC_CALLER, now=NOW) == {}


async def test_marks_hold_whoever_asks(register):
    everywhere = replace(MARK, mark=Mark.HIDDEN, key="", until=date(2026, 3, 1))
    await register.file([ON_FIRST, FiledMark(FIRST, everywhere)])
    found = await register.standing([FIRST], PUBLIC_CALLER, now=NOW)
    assert found == {FIRST: Standing(marks=frozenset({MARK, everywhere}))}


async def test_those_who_ask_at_once_share_one_statement_and_get_their_own(register, consents, statements):
    await write(consents, granted())
    await register.file([ON_FIRST, FiledMark(SECOND, MARK)])
    statements.clear()
    public = PUBLIC_CALLER
    asked = [([FIRST], BANK), ([FIRST, SECOND], public), ([SECOND], BANK)] * 20
    answers = await asyncio.gather(*(register.standing(subjects, caller, now=NOW) for subjects, caller in asked))
    assert len(statements) == 1
    marked, told = Standing(marks=frozenset({MARK})), granted().as_evidence(NOW)
    assert told is not None
    mine = {FIRST: Standing(frozenset({told}), {told: ConsentUse("C1")}, frozenset({MARK}))}
    assert answers == [mine, {FIRST: marked, SECOND: marked}, {SECOND: marked}] * 20


async def test_what_another_process_files_is_known_to_the_next_request(register, consents, database_url):
    assert await register.standing([FIRST], BANK, now=NOW) == {}
    engine = open_engine(database_url)
    other = ConsentRegister(engine, PAPERS.read)
    await other.start()
    await write(other, granted())
    await other.aclose()
    await engine.dispose()
    assert (await register.standing([FIRST], BANK, now=NOW))[FIRST].consents


async def test_who_asks_while_a_statement_is_under_way_is_not_told_what_stood_before(register, consents, statements):
    early = asyncio.create_task(register.standing([FIRST], BANK, now=NOW))
    while not statements:
        await asyncio.sleep(0.001)
    await write(consents, granted())
    assert (await register.standing([FIRST], BANK, now=NOW))[FIRST].consents
    await early


async def test_what_is_told_again_takes_the_place_of_what_was_told_before(register):
    lifted = replace(ON_FIRST, mark=replace(MARK, until=date(2026, 5, 1)))
    await register.file([ON_FIRST])
    await register.file([lifted])
    assert await register.filed(FIRST) == [lifted]


async def test_all_is_filed_or_nothing(register):
    broken = FiledMark(SECOND, replace(MARK, since=None))  # type: ignore[arg-type]  # on purpose
    with pytest.raises(RegisterFault):
        await register.file([ON_FIRST, broken])
    assert await register.filed(FIRST) == []


async def test_a_register_that_cannot_be_read_refuses_everybody_and_heals(register, engine):
    await register.file([ON_FIRST])
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE record_mark RENAME TO elsewhere"))
    outcomes = await asyncio.gather(
        *(register.standing([FIRST], BANK, now=NOW) for _ in range(5)), return_exceptions=True
    )
    assert {type(outcome) for outcome in outcomes} == {RegisterFault}
    assert "elsewhere" not in str(outcomes[0])
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO record_mark"))
    assert (await register.standing([FIRST], BANK, now=NOW))[FIRST].marks == {MARK}


@pytest.mark.parametrize("change", ["UPDATE record_mark SET mark = ''", "UPDATE record_mark SET kind = 'Rumour'"])
async def test_a_row_that_nobody_can_read_refuses_those_whom_it_concerns(register, engine, change):
    await register.file([ON_FIRST, FiledMark(SECOND, MARK)])
    async with engine.begin() as connection:
        await connection.execute(text(f"{change} WHERE subject = '{FIRST}'"))
    outcomes = await asyncio.gather(
        register.standing([FIRST], BANK, now=NOW), register.standing([SECOND], BANK, now=NOW), return_exceptions=True
    )
    assert isinstance(outcomes[0], RegisterFault)
    assert outcomes[1] == {SECOND: Standing(marks=frozenset({MARK}))}


async def test_a_caller_who_leaves_takes_nothing_from_the_others(register):
    await register.file([ON_FIRST])
    leaving = asyncio.create_task(register.standing([FIRST], BANK, now=NOW))
    staying = asyncio.create_task(register.standing([FIRST], BANK, now=NOW))
    await asyncio.sleep(0)
    leaving.cancel()
    assert FIRST in await staying


async def test_a_closed_register_is_no_empty_register(engine, callers, consents, slips):
    register = StandingRegister(engine)
    with pytest.raises(RegisterFault, match="closed"):
        await register.standing([FIRST], BANK, now=NOW)
    await register.start()
    await register.file([ON_FIRST])
    last = asyncio.create_task(register.standing([FIRST], BANK, now=NOW))
    await asyncio.sleep(0)
    await register.aclose()
    assert FIRST in await last
    with pytest.raises(RegisterFault, match="closed"):
        await register.standing([FIRST], BANK, now=NOW)


async def test_a_reader_that_takes_too_long_is_given_up(engine, callers, consents, slips):
    register = StandingRegister(engine, patience_s=0.0)
    await register.start()
    with pytest.raises(RegisterFault):
        await register.standing([FIRST], BANK, now=NOW)
    await register.aclose()


async def test_several_gateways_may_create_the_tables_at_once(database_url, callers, consents, slips):
    engines = [open_engine(database_url) for _ in range(3)]
    registers = [StandingRegister(engine) for engine in engines]
    await asyncio.gather(*(register.start() for register in registers))
    for register, engine in zip(registers, engines, strict=True):
        assert await register.standing([FIRST], BANK, now=NOW) == {}
        await register.aclose()
        await engine.dispose()
