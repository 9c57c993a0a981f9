"""The registers that standing is read from, on an empty database of each kind."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from gateway.registers.callers import CallersRegister
from gateway.registers.callers_entry import Client, Organisation
from gateway.registers.consents import ConsentRegister
from gateway.registers.engine import open_engine
from gateway.registers.slips import SlipRegister
from gateway.registers.standing import StandingRegister
from schema.vocabulary.caller import CallerClass
from tests.gateway.registers.standing_stage import (
    NOW,
    PAPERS,
    KnownHere,
)


@pytest.fixture
async def engine(database_url):
    engine = open_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def callers(engine):
    register = CallersRegister(engine)
    await register.start()
    bank = Organisation("bank", "第一银行", CallerClass.FINANCIAL_INSTITUTION)
    await register.put([bank, Client("bank-app", "bank")], at=NOW)
    return register


@pytest.fixture
async def consents(engine):
    register = ConsentRegister(engine, PAPERS.read)
    await register.start()
    yield register
    await register.aclose()


@pytest.fixture
async def slips(engine):
    register = SlipRegister(engine)
    await register.start()
    return register


@pytest.fixture
async def register(engine, callers, consents, slips):
    register = StandingRegister(engine, callers=KnownHere(callers), read=PAPERS.read)
    await register.start()
    yield register
    await register.aclose()


@pytest.fixture
def statements(register):
    """The statements that have read from the register."""
    seen: list[str] = []
    event.listen(register.reading_engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    return seen
