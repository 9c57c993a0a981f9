"""The stages of the bank's flow: one gateway with what is embedded, and two on PostgreSQL and Redis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest

from tests.journeys.audit import leaks, rows_of, secrets_of
from tests.journeys.bank_flow.bank import Bank
from tests.journeys.bank_flow.gateways_apart import Gateways, gateways_apart
from tests.journeys.gateways import Gateway
from tests.journeys.stage import Stage
from tests.services import PostgresService, RedisService


@pytest.fixture(scope="session")
def alone(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateways]:
    """One gateway on SQLite, which counts in its own memory."""
    with gateways_apart(stage, tmp_path_factory.mktemp("alone"), {}, count=1) as opened:
        yield opened
        check(stage, opened)


@pytest.fixture(scope="session")
def two(
    stage: Stage,
    postgres_service: PostgresService,
    redis_service: RedisService,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Gateways]:
    """Two gateways that share PostgreSQL and Redis."""
    name = postgres_service.fresh_database()
    shared = {"database": {"url": postgres_service.url(name)}, "cache": {"url": redis_service.url}}
    with gateways_apart(stage, tmp_path_factory.mktemp("two"), shared, count=2) as opened:
        yield opened
        check(stage, opened)
    postgres_service.drop_database(name)


@pytest.fixture(params=["alone", "two"])
def gateways(request: pytest.FixtureRequest) -> Gateways:
    """Each of the two stages."""
    return cast("Gateways", request.getfixturevalue(request.param))


@pytest.fixture
def bank(gateways: Gateways) -> Bank:
    """A system of the bank's with a key that nobody has seen before."""
    return Bank(gateways)


def check(stage: Stage, gateways: Gateways) -> None:
    """Every answer stands in the one record, once; what the processes have said tells nothing of anybody."""
    answered = [reply.headers["x-request-id"] for reply in gateways.replies if reply.status == 200]
    written = [row["request_id"] for row in rows_of(cast("Gateway", gateways))]
    assert [name for name in answered if written.count(name) != 1] == []
    assert leaks(gateways.log(), secrets_of(stage), cast("Gateway", gateways)) == []
