"""What a caller asks is counted over both processes: requests, subjects, and codes that nobody has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from gateway.pipeline.admit import hour
from tests.journeys.bank_flow.asking import STATUS
from tests.journeys.bank_flow.bank import Bank, Tokens
from tests.journeys.bank_flow.conftest import check
from tests.journeys.bank_flow.gateways_apart import Gateways, gateways_apart
from tests.journeys.gateways import Overrides, Reply
from tests.journeys.stage import Stage
from tests.services import PostgresService, RedisService

FEW: Mapping[str, Any] = {
    "client_requests": 30,
    "officer_requests": 12,
    "client_subjects": 6,
    "officer_subjects": 4,
    "unknown_slow": 20,
    "unknown_stop": 25,
    "slowest": "1ms",
}
NOBODY = "{ __typename }"


@pytest.fixture(scope="module")
def gateways(
    stage: Stage,
    postgres_service: PostgresService,
    redis_service: RedisService,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Gateways]:
    """Two that allow little."""
    name = postgres_service.fresh_database()
    shared: Overrides = {
        "database": {"url": postgres_service.url(name)},
        "cache": {"url": redis_service.url},
        "quotas": FEW,
    }
    with gateways_apart(stage, tmp_path_factory.mktemp("few"), shared, count=2) as opened:
        yield opened
        check(stage, opened)
    postgres_service.drop_database(name)


def within_a_minute(client: Bank, tokens: Tokens, times: int) -> Sequence[Reply]:
    """So many questions to one and the other by turns, none of which falls into another minute than the first."""
    while True:
        begun = hour().minute
        replies = [client.ask(number, tokens, NOBODY, purpose="") for number in range(times)]
        if hour().minute == begun:
            return replies


@pytest.mark.parametrize(
    ("persona", "form", "most"), [("bank", {}, 30), ("permit-officer", {"officer": "officer-1"}, 12)]
)
def test_requests_of_one_minute(gateways, persona, form, most):
    client = Bank(gateways, persona, proofs=None)
    replies = within_a_minute(client, client.bound(0, **form), 2 * most)
    answered = [reply for reply in replies if reply.status == 200]
    refused = [reply for reply in replies if reply.status == 429]
    assert (len(answered), len(refused)) == (most, most)
    assert {code for reply in refused for code in reply.codes} == {"QUOTA_EXCEEDED"}
    assert all(0 < int(reply.headers["retry-after"]) <= 60 for reply in refused)
    assert client.ask(1, client.bound(1, **form), NOBODY, purpose="").status == 429  # another token changes nothing


@pytest.mark.parametrize(("persona", "form", "most"), [("developer", {}, 6), ("auditor", {"officer": "officer-1"}, 4)])
def test_subjects_of_one_day(gateways, persona, form, most):
    client = Bank(gateways, persona, proofs=None)
    tokens, codes = client.bound(0, **form), [*gateways.named.values()][: most + 2]
    replies = [client.ask(number, tokens, STATUS, purpose="", code=code) for number, code in enumerate(codes)]
    assert [reply.status for reply in replies] == [200] * most + [429] * 2
    assert {code for reply in replies[most:] for code in reply.codes} == {"QUOTA_EXCEEDED"}
    for number in (0, 1):  # who was asked about today may be asked about again
        assert client.ask(number, tokens, STATUS, purpose="", code=codes[0]).status == 200


def test_who_tries_codes_is_stopped_at_both(gateways, bank):
    tokens, wrong = bank.bound(0), [f"91120101XNXN{number:05d}X" for number in range(30)]
    seen: list[int] = []
    for number, code in enumerate(wrong):
        seen.append(bank.ask(number, tokens, STATUS, code=code).status)
    stopped = seen.index(429)
    assert 20 <= stopped <= 27
    assert set(seen[:stopped]) == {200}
    assert set(seen[stopped:]) == {429}
    for number in (0, 1):
        refused = bank.ask(number, bank.bound(number), STATUS, code=gateways.named["clean"])
        assert (refused.status, refused.codes) == (429, ["ENUMERATION_STOPPED"])
        assert 60 < int(refused.headers["retry-after"]) <= 900
