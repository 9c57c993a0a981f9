"""Arenas of the books: one gateway on a file, and two on a PostgreSQL server that may be killed."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.journeys.books.arena import Arena, open_arena
from tests.journeys.books.violence import Violence
from tests.journeys.stage import Stage
from tests.services import PostgresService, RedisService


@pytest.fixture(scope="session")
def embedded(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """One gateway with what is embedded."""
    with open_arena(stage, tmp_path_factory.mktemp("embedded"), {}) as arena:
        yield arena


@pytest.fixture(scope="session")
def own_postgres() -> Iterator[PostgresService]:
    """A server that nobody else uses, so that it may be killed."""
    service = PostgresService()
    yield service
    service.stop()


@pytest.fixture(scope="session")
def shared(
    stage: Stage,
    own_postgres: PostgresService,
    redis_service: RedisService,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Arena]:
    """Two gateways on one database, to which they are a role that owns nothing."""
    url = own_postgres.url(own_postgres.fresh_database())
    overrides = {"database": {"url": url}, "cache": {"url": redis_service.url}}
    with open_arena(stage, tmp_path_factory.mktemp("shared"), overrides, gateways=2, role="clerk") as arena:
        yield arena


@pytest.fixture(scope="session")
def violence(shared: Arena, own_postgres: PostgresService) -> Violence:
    """Against the two and their database."""
    return Violence(shared, random.Random(2), own_postgres)
