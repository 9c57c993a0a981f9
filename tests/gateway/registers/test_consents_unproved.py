"""Consents that their signatures don't prove: a gateway passes them over and says so, and loses no other for it."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from sqlalchemy import text

from gateway.registers.consents import ConsentRegister
from gateway.registers.engine import RegisterFault, open_engine
from tests.builders import NOW, SOME_CODE
from tests.consent_builders import asked, the_papers

PAPERS = the_papers()
FILES = [asked(PAPERS, f"consent-of-the-tests-{number}", now=NOW + timedelta(hours=number)) for number in range(9)]


@pytest.fixture
async def engine(database_url):
    engine = open_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def registers(engine):
    """An operator's and a gateway's, with nine consents; four were altered, the first and the last too."""
    operators, gateways = (ConsentRegister(engine, PAPERS.read, passes_over=over) for over in (False, True))
    for register in (operators, gateways):
        await register.start()
    await operators.add([file.last_row for file in FILES])
    async with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            await connection.execute(text("DROP TRIGGER consent_statement_no_update"))
        else:
            await connection.execute(text("ALTER TABLE consent_statement DISABLE TRIGGER ALL"))
        for number, change in ((0, "statement = 'x'"), (3, "organisation = 'y'"), (4, "statement = ''")):
            where = f"WHERE consent_id = '{FILES[number].consent_id}'"
            await connection.execute(text(f"UPDATE consent_statement SET {change} {where}"))
        where = f"WHERE consent_id = '{FILES[8].consent_id}'"
        await connection.execute(text(f"UPDATE consent_statement SET client_id = 'z' {where}"))
    yield operators, gateways
    for register in (operators, gateways):
        await register.aclose()


async def test_by_its_id_it_is_a_fault_for_an_operator_and_nothing_for_a_gateway(registers, caplog):
    operators, gateways = registers
    with pytest.raises(RegisterFault):
        await operators.files([FILES[4].consent_id])
    with caplog.at_level(logging.ERROR, "creditgraph.registers"):
        found = await gateways.files([FILES[number].consent_id for number in (2, 3, 4)])
    assert found == {FILES[2].consent_id: FILES[2]}
    assert [record.getMessage() for record in caplog.records] == [
        "consents on file that their signatures don't prove count for nothing: 2"
    ]


@pytest.mark.parametrize("first", [1, 2, 3, 9])
async def test_pages_are_as_if_it_were_not_there(registers, first):
    operators, gateways = registers
    with pytest.raises(RegisterFault):
        await operators.of_subject(SOME_CODE, "", 9)
    told, after = [], ""
    while page := await gateways.of_subject(SOME_CODE, after, first):
        told.append(page)
        after = page[-1].consent_id
    assert [file for page in told for file in page] == [FILES[number] for number in (7, 6, 5, 2, 1)]
    assert all(len(page) == first for page in told[:-1])
