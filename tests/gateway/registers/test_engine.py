"""The registers' database: which kinds there are, and that its own errors never get out."""

from __future__ import annotations

import pytest
from sqlalchemy import MetaData

from gateway.registers.engine import RegisterFault, create_tables, open_engine


@pytest.mark.parametrize("url", ["mysql://x", "sqlite:///x", "nonsense", ""])
def test_only_two_kinds_of_database(url) -> None:
    with pytest.raises(RegisterFault):
        open_engine(url)


async def test_a_database_that_is_not_there(tmp_path) -> None:
    for url in (f"sqlite+aiosqlite:///{tmp_path}/none/x.db", "postgresql+asyncpg://postgres@127.0.0.1:1/none"):
        engine = open_engine(url)
        with pytest.raises(RegisterFault):
            await create_tables(engine, MetaData(), {})
        await engine.dispose()
