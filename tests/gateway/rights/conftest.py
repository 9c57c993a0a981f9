"""A desk on each database, and another process's desk beside it."""

from __future__ import annotations

import pytest

from gateway.registers.consents import ConsentRegister
from gateway.registers.engine import open_engine
from tests.consent_builders import the_papers
from tests.gateway.rights.consent_desks import a_desk


@pytest.fixture
async def register(database_url):
    engine = open_engine(database_url)
    register = ConsentRegister(engine, the_papers().read)
    await register.start()
    yield register
    await register.aclose()
    await engine.dispose()


@pytest.fixture
async def elsewhere(register, database_url):
    """The register as another process has it."""
    engine = open_engine(database_url)
    register = ConsentRegister(engine, the_papers().read)
    await register.start()
    yield register
    await register.aclose()
    await engine.dispose()


@pytest.fixture
def desk(register):
    return a_desk(register)


@pytest.fixture
def second(elsewhere):
    """Another process's desk."""
    return a_desk(elsewhere)
