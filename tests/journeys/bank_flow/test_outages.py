"""Without the server that counts, or without the database, nobody is let in and nothing leaves; then it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from gateway.cli.oauth_client import OAuthTrouble
from tests.journeys.bank_flow.asking import STATUS, Itself, bound, status_in
from tests.journeys.bank_flow.bank import Bank, asking
from tests.journeys.bank_flow.conftest import check
from tests.journeys.bank_flow.gateways_apart import Gateways, gateways_apart
from tests.journeys.bank_flow.subject_at_page import visiting
from tests.journeys.gateways import Reply
from tests.journeys.stage import Stage
from tests.services import PostgresService, RedisService


@pytest.fixture(scope="module")
def database() -> Iterator[PostgresService]:
    """A database of their own, which can be stopped."""
    with ExitStack() as rooms:
        service = PostgresService()
        rooms.callback(service.stop)
        yield service


@pytest.fixture(scope="module")
def counting() -> Iterator[RedisService]:
    """A server that counts for them alone."""
    with ExitStack() as rooms:
        service = RedisService()
        rooms.callback(service.stop)
        yield service


@pytest.fixture(scope="module")
def gateways(
    stage: Stage, database: PostgresService, counting: RedisService, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gateways]:
    """Two on those."""
    shared = {"database": {"url": database.url(database.fresh_database())}, "cache": {"url": counting.url}}
    with gateways_apart(stage, tmp_path_factory.mktemp("outages"), shared, count=2) as opened:
        yield opened
        check(stage, opened)


@pytest.fixture
def ask_all(gateways: Gateways, bank: Bank) -> Callable[[], list[Reply]]:
    """The same question by who proves a key, by a bearer and by the public, to one and the other."""
    plain = Bank(gateways, "bank", proofs=None)
    tokens, bearer = bound(bank, Itself(gateways))[0], plain.bound(0, gateways.files.consents["clean"])
    code = gateways.named["clean"]

    def ask() -> list[Reply]:
        replies = []
        for number in (0, 1):
            replies.append(bank.ask(number, tokens, STATUS, code=code))
            replies.append(plain.ask(number, bearer, STATUS, code=code))
            replies.append(gateways.send(number, STATUS, {}, {"code": code}))
        return replies

    assert [status_in(reply) for reply in ask()] == ["NORMAL", "NORMAL", None] * 2
    return ask


def refused(replies: list[Reply]) -> bool:
    """Whether each is told to come again, and nothing else."""
    return all((reply.status, reply.data) == (503, None) for reply in replies)


def refuses_clients(bank: Bank) -> None:
    """No process hands out anything meanwhile."""
    for number in (0, 1):
        with pytest.raises(OAuthTrouble) as no_token:
            bank.bound(number)
        with pytest.raises(OAuthTrouble) as no_request:
            bank.begin(number, asking(bank.gateways.named["clean"]))
        for trouble in (no_token.value, no_request.value):
            assert (trouble.status, trouble.error) == (503, "temporarily_unavailable")


def test_without_the_server_that_counts(gateways, bank, counting, stage, ask_all):
    stage.forget()
    counting.down()
    try:
        replies = ask_all()
        assert refused(replies)
        assert {code for reply in replies for code in reply.codes} == {"REGISTER_UNREADABLE"}
        assert set(stage.totals().values()) == {0}
        refuses_clients(bank)
    finally:
        counting.up()
    assert [status_in(reply) for reply in ask_all()] == ["NORMAL", "NORMAL", None] * 2
    assert gateways.are_ready() == [True, True]
    assert bank.bound(1).access


def test_without_the_database(gateways, bank, database, stage, ask_all):
    errand = bank.begin(0, asking(gateways.named["penalised"]))
    stage.forget()
    database.down()
    try:
        assert refused(ask_all())
        assert gateways.are_ready() == [False, False]
        assert set(stage.totals().values()) == {0}
        refuses_clients(bank)
        with visiting(gateways, "penalised") as visitor:
            assert visitor.fetch(1, errand.address).status_code == httpx.codes.SERVICE_UNAVAILABLE
    finally:
        database.up()
    assert gateways.are_ready() == [True, True]
    assert [status_in(reply) for reply in ask_all()] == ["NORMAL", "NORMAL", None] * 2
    with visiting(gateways, "penalised") as visitor:
        tokens = bank.redeem(1, errand, bank.code_of(errand, visitor.walk(errand.address)))
    assert status_in(bank.ask(0, tokens, STATUS, code=gateways.named["penalised"])) == "NORMAL"
