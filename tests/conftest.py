"""What every test stands on: a fixed hour, loopback only, and databases and caches of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.services import PostgresService, RedisService

AS_OF = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
"""The hour at which all tests take place unless they say otherwise."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let tests reach loopback and Unix sockets, nothing else."""
    config.option.allow_hosts = "127.0.0.1,::1"
    config.option.allow_unix_socket = True


@pytest.fixture
def as_of() -> datetime:
    """The fixed hour."""
    return AS_OF


@pytest.fixture(scope="session")
def postgres_service() -> Iterator[PostgresService]:
    """The session's PostgreSQL server; started when the first test needs it."""
    service = PostgresService()
    yield service
    service.stop()


@pytest.fixture(scope="session")
def redis_service() -> Iterator[RedisService]:
    """The session's Redis server; started when the first test needs it."""
    service = RedisService()
    yield service
    service.stop()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An embedded database file that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'registers.db'}"


@pytest.fixture
def postgres_url(postgres_service: PostgresService) -> Iterator[str]:
    """An empty PostgreSQL database, removed after the test."""
    name = postgres_service.fresh_database()
    yield postgres_service.url(name)
    postgres_service.drop_database(name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Runs the test on SQLite and on PostgreSQL, each time on an empty database."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def redis_url(redis_service: RedisService) -> str:
    """The Redis server with no key in it."""
    redis_service.flush()
    return redis_service.url


@pytest.fixture(params=["memory", "redis"])
def cache_url(request: pytest.FixtureRequest) -> str:
    """Runs the test with the in-process cache and with Redis, each time empty."""
    return "memory://" if request.param == "memory" else str(request.getfixturevalue("redis_url"))
