"""Accounts on both databases: added once, switched and renewed at once for every process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.registers.accounts import Account, AccountRegister
from gateway.registers.engine import RegisterFault, open_engine
from schema.vocabulary.identifiers import SubjectId
from tests.builders import SOME_CODE

OTHER = SubjectId("91120000MA05A1B29K")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[AccountRegister]:
    engine = open_engine(url)
    register = AccountRegister(engine)
    try:
        await register.start()
        yield register
    finally:
        await engine.dispose()


async def test_one_account_a_subject(database_url):
    async with opened(database_url) as register:
        assert await register.find(SOME_CODE) is None
        assert await register.add(Account(SOME_CODE, "first"))
        assert not await register.add(Account(SOME_CODE, "second"))
        assert await register.add(Account(OTHER, "other", is_active=False))
        assert await register.find(SOME_CODE) == Account(SOME_CODE, "first")
        assert await register.listed() == [Account(SOME_CODE, "first"), Account(OTHER, "other", is_active=False)]


async def test_a_change_is_seen_by_another_process(database_url):
    async with opened(database_url) as register, opened(database_url) as elsewhere:
        await register.add(Account(SOME_CODE, "first"))
        assert await register.switch(SOME_CODE, is_active=False)
        assert await elsewhere.find(SOME_CODE) == Account(SOME_CODE, "first", is_active=False)
        assert await elsewhere.renew(SOME_CODE, "second")
        assert await register.find(SOME_CODE) == Account(SOME_CODE, "second", is_active=False)
        assert not await register.switch(OTHER, is_active=True)
        assert not await register.renew(OTHER, "other")


async def test_a_database_that_is_none(tmp_path):
    (tmp_path / "x.db").write_text("this is no database" * 100, "utf-8")
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path}/x.db")
    register = AccountRegister(engine)
    with pytest.raises(RegisterFault):
        await register.start()
    with pytest.raises(RegisterFault):
        await register.find(SOME_CODE)
    await engine.dispose()
