"""What the authorization server must not fall for, one by one, on both databases."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from gateway.identity.authorization import RequestGone
from gateway.registers.callers_book import Identity, Kind
from tests.builders import NOW, SOME_CODE
from tests.gateway.web.oauth_stage import (
    CALLBACK,
    CALLBACK_WITH_QUERY,
    ISSUER,
    KEYS,
    Agent,
    challenge_of,
    refusal,
    says,
    staged,
    tokens_of,
)

INVALID_GRANT = (400, "invalid_grant")
INVALID_CLIENT = (401, "invalid_client")
INVALID_REQUEST = (400, "invalid_request")


@pytest.fixture
async def stage(sqlite_url, tmp_path, monkeypatch):
    async with staged(monkeypatch, tmp_path, sqlite_url) as stage:
        yield stage


@pytest.fixture
def bank(stage):
    return Agent(stage)


@pytest.fixture
async def two(database_url, redis_url, tmp_path, monkeypatch):
    """Two processes on one database and one Redis."""
    async with AsyncExitStack() as opened:
        first = await opened.enter_async_context(staged(monkeypatch, tmp_path, database_url, tally_url=redis_url))
        second = staged(monkeypatch, tmp_path, database_url, tally_url=redis_url, fill=False)
        yield first, await opened.enter_async_context(second)


async def is_revoked(stage, token):
    """Whether the evidence statement of the next request finds a name of the token among the revoked."""
    claims = says(token)
    return bool(await stage.slips.revoked({claims["jti"], claims["grant"]}))


async def test_a_reused_code_ends_all_that_came_of_it(two):
    here, there = (Agent(stage) for stage in two)
    code = await here.code()
    access, fresh = tokens_of(await here.exchange(code))
    assert not await is_revoked(here.stage, access)
    assert refusal(await there.exchange(code)) == INVALID_GRANT
    assert await is_revoked(here.stage, access)
    assert refusal(await here.refresh(fresh)) == INVALID_GRANT


async def test_a_code_reused_after_its_end_is_noticed_as_well(stage, bank):
    code = await bank.code()
    access, _ = tokens_of(await bank.exchange(code))
    stage.clock.now += timedelta(minutes=5)
    assert refusal(await bank.exchange(code)) == INVALID_GRANT
    assert await is_revoked(stage, access)


async def test_a_code_that_two_processes_get_at_once_gives_one_token_which_is_then_revoked(two):
    here, there = (Agent(stage) for stage in two)
    for _ in range(3):
        code = await here.code()
        answers = await asyncio.gather(*(agent.exchange(code) for agent in (here, there, here, there)))
        given = [answer for answer in answers if answer.status_code == 200]
        assert len(given) == 1
        assert {refusal(answer) for answer in answers if answer not in given} == {INVALID_GRANT}
        assert await is_revoked(there.stage, given[0].json()["access_token"])


async def test_a_code_ends_after_a_minute(stage, bank):
    code = await bank.code()
    stage.clock.now += timedelta(seconds=60)
    assert refusal(await bank.exchange(code)) == INVALID_GRANT


async def test_a_code_of_another_client(stage, bank):
    code = await bank.code()
    assert refusal(await Agent(stage, "rival").exchange(code)) == INVALID_GRANT
    assert (await bank.exchange(code)).status_code == 200


@pytest.mark.parametrize(
    "address",
    [None, CALLBACK + "/", CALLBACK + "?", CALLBACK_WITH_QUERY, "https://bank.example:443/cb", CALLBACK.upper()],
)
async def test_a_code_for_another_redirect_address(bank, address):
    said = {} if address is None else {"redirect_uri": address}
    code = await bank.code()
    assert refusal(await bank.token("authorization_code", code=code, code_verifier="v" * 43, **said)) == INVALID_GRANT


@pytest.mark.parametrize(
    ("verifier", "error"),
    [
        ("", INVALID_REQUEST),
        ("w" * 43, INVALID_GRANT),
        ("v" * 44, INVALID_GRANT),
        (challenge_of("v" * 43), INVALID_GRANT),
    ],
)
async def test_a_verifier_that_does_not_fit(bank, verifier, error):
    code = await bank.code()
    assert refusal(await bank.exchange(code, code_verifier=verifier)) == error
    assert (await bank.exchange(code)).status_code == 200


async def test_a_pushed_request_used_twice(two):
    here, there = two
    address = (await Agent(here).push()).json()["request_uri"]
    pushed = await there.server.desk.look("bank", address, now=NOW)
    tries = (stage.server.desk.finish(pushed, subject=SOME_CODE, consents=pushed.consents, now=NOW) for stage in two)
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["RequestGone", "str"]
    assert await here.server.desk.look("bank", address, now=NOW) is None


async def test_a_reused_refresh_token_ends_its_grant_in_every_process(two):
    here, there = (Agent(stage) for stage in two)
    _, first = tokens_of(await here.exchange(await here.code()))
    access, second = tokens_of(await there.refresh(first))
    assert refusal(await here.refresh(first)) == INVALID_GRANT
    assert await is_revoked(there.stage, access)
    assert refusal(await there.refresh(second)) == INVALID_GRANT


async def test_a_refresh_token_that_two_processes_get_at_once(two):
    here, there = (Agent(stage) for stage in two)
    _, token = tokens_of(await here.exchange(await here.code()))
    answers = await asyncio.gather(*(agent.refresh(token) for agent in (here, there)))
    assert sorted(answer.status_code for answer in answers) == [200, 400]
    last = next(answer for answer in answers if answer.status_code == 200)
    assert refusal(await here.refresh(tokens_of(last)[1])) == INVALID_GRANT


async def test_a_refresh_token_of_another_client(stage, bank):
    _, token = tokens_of(await bank.exchange(await bank.code()))
    assert refusal(await Agent(stage, "rival").refresh(token)) == INVALID_GRANT
    assert (await bank.refresh(token)).status_code == 200


async def test_a_refresh_token_that_nobody_used_for_long(stage, bank):
    _, token = tokens_of(await bank.exchange(await bank.code()))
    stage.clock.now += timedelta(days=30)
    assert refusal(await bank.refresh(token)) == INVALID_GRANT


@pytest.mark.parametrize("grant", ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"])
async def test_grants_that_do_not_exist(bank, grant):
    answer = await bank.token(grant, username="bank", password="secret", assertion="x")
    assert refusal(answer) == (400, "unsupported_grant_type")


@pytest.mark.parametrize(
    ("proof", "error"),
    [
        pytest.param(None, "invalid_dpop_proof", id="missing"),
        pytest.param("x.y.z", "invalid_dpop_proof", id="none"),
        pytest.param({"htu": f"{ISSUER}/graphql"}, "invalid_dpop_proof", id="for another address"),
        pytest.param({"htu": f"{ISSUER}/oauth/par"}, "invalid_dpop_proof", id="for another door"),
        pytest.param({"htm": "GET"}, "invalid_dpop_proof", id="for another method"),
        pytest.param({"iat": NOW.timestamp() - 120}, "invalid_dpop_proof", id="too old"),
        pytest.param({"jti": None}, "invalid_dpop_proof", id="without a name"),
        pytest.param({"nonce": None}, "use_dpop_nonce", id="without the nonce"),
        pytest.param({"nonce": "x"}, "use_dpop_nonce", id="with another nonce"),
    ],
)
async def test_a_proof_of_possession_that_does_not_hold(stage, bank, proof, error):
    made = bank.proof("/oauth/token", **proof) if isinstance(proof, dict) else proof
    code = await bank.code()
    answer = await bank.exchange(code, proof=made)
    assert refusal(answer) == (400, error)
    assert answer.headers["dpop-nonce"] == stage.server.nonce(NOW)
    assert (await bank.exchange(code)).status_code == 200


async def test_a_proof_that_is_replayed_in_the_other_process(two):
    here, there = (Agent(stage) for stage in two)
    proof = here.proof("/oauth/token")
    assert (await here.token(proof=proof)).status_code == 200
    assert refusal(await there.token(proof=proof)) == (400, "invalid_dpop_proof")


async def test_an_assertion_that_is_replayed_in_the_other_process(two):
    here, there = (Agent(stage) for stage in two)
    proved = here.proved_by()
    assert (await here.token(**proved)).status_code == 200
    assert refusal(await there.token(**proved)) == INVALID_CLIENT
    assert refusal(await here.push(**proved)) == INVALID_CLIENT


@pytest.mark.parametrize("how", ["dpop_jkt", "proof"])
async def test_a_code_that_was_asked_for_with_another_key(stage, bank, how):
    thumbprint = {"dpop_jkt": KEYS["key-1"].thumbprint()} if how == "dpop_jkt" else {"proof": bank.proof("/oauth/par")}
    code = await bank.code(**thumbprint)
    assert refusal(await Agent(stage, key="key-2").exchange(code)) == INVALID_GRANT
    assert (await bank.exchange(code)).status_code == 200


@pytest.mark.parametrize("who", [Identity(Kind.CLIENT, "bank"), Identity(Kind.ORGANISATION, "bank-1")], ids=str)
async def test_a_suspended_client_gets_nothing_from_any_process(two, who):
    here, there = (Agent(stage) for stage in two)
    code = await here.code()
    _, fresh = tokens_of(await there.exchange(await there.code()))
    address = (await here.push()).json()["request_uri"]
    pushed = await there.stage.server.desk.look("bank", address, now=NOW)
    assert pushed is not None
    await here.stage.register.suspend(who, at=NOW)
    for answer in (
        await there.token(),
        await there.push(),
        await there.exchange(code),
        await there.refresh(fresh),
        await there.post("/oauth/introspect", {"token": "x"}),
        await there.post("/oauth/revoke", {"token": "x"}),
    ):
        assert refusal(answer) == INVALID_CLIENT
    desk = there.stage.server.desk
    assert await desk.look("bank", address, now=NOW) is None
    with pytest.raises(RequestGone):
        await desk.finish(pushed, subject=SOME_CODE, consents=pushed.consents, now=NOW)
