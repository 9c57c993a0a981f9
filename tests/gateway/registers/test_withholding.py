"""Withholdings are added and lifted once; nobody changes one, and no case or subject stands there in clear."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.registers.engine import RegisterFault
from gateway.registers.withholding import WithholdingRegister
from gateway.registers.withholding_entry import Selection, Selectors, Withholding
from tests.builders import SOME_CODE
from tests.conftest import AS_OF
from tests.inquiry_stage import SELECTORS, TODAY, Looked, MemoryLog

CHOSEN = Selection("police", case=SELECTORS.case("案-1"), subject=SELECTORS.subject(SOME_CODE), first_day=TODAY)
FILED = Withholding("w-1", CHOSEN, TODAY, "CPL 54", filed_by="case office 3", filed_at=AS_OF)


@pytest.fixture
async def register(engine):
    register = WithholdingRegister(engine)
    await register.start()
    await register.start()
    return register


async def test_what_is_filed_is_read_again(register):
    await register.file(FILED)
    other = Withholding("w-0", Selection("bank"), TODAY, "x", filed_by="y", filed_at=AS_OF + timedelta(hours=1))
    await register.file(other)
    assert await register.listed() == [other, FILED]
    assert {one.withholding_id for one in await register.in_force(TODAY)} == {"w-0", "w-1"}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE inquiry_withholding SET until = '2027-01-01'",
        "UPDATE inquiry_withholding SET lifted_at = '2026-06-01 02:00:00', purpose = 'x'",
        "UPDATE inquiry_withholding SET lifted_by = 'x'",
        "DELETE FROM inquiry_withholding",
    ],
)
async def test_nobody_changes_one(register, engine, change):
    await register.file(FILED)
    with pytest.raises(DBAPIError, match="only added"):
        async with engine.begin() as connection:
            await connection.execute(text(change))
    assert await register.listed() == [FILED]


async def test_one_that_was_lifted_stays_lifted(register, engine):
    await register.file(FILED)
    assert await register.lift("w-1", by="x", at=AS_OF)
    assert not await register.lift("w-1", by="y", at=AS_OF)
    with pytest.raises(DBAPIError, match="only added"):
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE inquiry_withholding SET lifted_at = NULL"))
    with pytest.raises(RegisterFault):
        await register.file(FILED)


async def test_neither_case_nor_subject_stand_there_in_clear(register, engine):
    await register.file(FILED)
    async with engine.connect() as connection:
        row = (await connection.execute(text("SELECT * FROM inquiry_withholding"))).one()
    assert not any(clear in str(value) for value in row for clear in ("案", SOME_CODE))
    other = Selectors(b"another key")
    assert {other.case("案-1"), other.subject(SOME_CODE)} & set(row) == set()
    assert SELECTORS.case("x") != SELECTORS.subject("x")


@pytest.mark.parametrize(
    ("selection", "is_taken"),
    [
        (Selection("police"), True),
        (Selection("permits"), False),
        (Selection("police", client="police-desk", purpose="INSPECTION", case=SELECTORS.case("案-1")), True),
        (Selection("police", client="another"), False),
        (Selection("police", purpose="AUDITING"), False),
        (Selection("police", case=SELECTORS.case("案-2")), False),
        (Selection("police", first_day=TODAY, last_day=TODAY), True),
        (Selection("police", first_day=TODAY + timedelta(days=1)), False),
        (Selection("police", last_day=TODAY - timedelta(days=1)), False),
    ],
)
async def test_an_inquiry_is_taken_if_everything_that_is_named_holds(selection, is_taken):
    log = MemoryLog()
    log.add(Looked(case="案-1"), SOME_CODE)
    (one,) = await log.inquiries([SOME_CODE], before=None, first=1)
    assert selection.takes(one, SELECTORS) is is_taken


async def test_a_register_that_is_not_there_is_a_fault_and_not_an_empty_one(engine):
    with pytest.raises(RegisterFault):
        await WithholdingRegister(engine).in_force(TODAY)
