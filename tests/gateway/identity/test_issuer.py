"""The authorization server's two doors about tokens that exist: what they say, and how they end; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.registers.callers_book import Identity, Kind
from schema.vocabulary.identifiers import SubjectId
from tests.builders import NOW, SOME_CODE
from tests.gateway.web.oauth_stage import (
    CERTIFICATE,
    CONSENT,
    OTHER_CONSENT,
    Agent,
    details,
    refusal,
    says,
    staged,
    tokens_of,
)

INACTIVE = {"active": False}


@pytest.fixture
async def stage(database_url, tmp_path, monkeypatch):
    async with staged(monkeypatch, tmp_path, database_url) as stage:
        yield stage


@pytest.fixture
def bank(stage):
    return Agent(stage)


async def told(agent, token, **more):
    answer = await agent.post("/oauth/introspect", {"token": token}, proof=None, **more)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


async def revoked(agent, token, **more):
    answer = await agent.post("/oauth/revoke", {"token": token}, proof=None, **more)
    return answer.status_code


async def test_what_a_token_says_is_told_to_its_own_house(stage, bank):
    token, fresh = tokens_of(await bank.exchange(await bank.code()))
    assert await told(bank, token) == {"active": True, "token_type": "DPoP", **says(token)}
    ends = int((NOW + timedelta(days=30)).timestamp())
    of_refresh = {"active": True, "client_id": "bank", "sub": SOME_CODE, "scope": "credit:read", "exp": ends}
    assert await told(bank, fresh, token_type_hint="refresh_token") == of_refresh
    assert await told(Agent(stage, "rival"), token) == INACTIVE
    assert await told(Agent(stage, "rival"), fresh) == INACTIVE
    stage.certificate = CERTIFICATE
    branch = Agent(stage, "branch")
    assert (await told(branch, token, client_id="branch"))["authorization_details"][0]["consent_id"] == CONSENT
    assert await told(branch, fresh, client_id="branch") == INACTIVE


async def test_a_subjects_own_client_sees_its_own_token(stage):
    own = Agent(stage, "own")
    token = (await own.token(proof=None)).json()["access_token"]
    assert (await told(own, token))["token_type"] == "Bearer"


@pytest.mark.parametrize("token", ["x", "a.b.c", "e30.e30.e30", "é"])
async def test_what_is_no_token_is_not_active_and_revoked_already(bank, token):
    assert await told(bank, token) == INACTIVE
    assert await revoked(bank, token) == 200


async def test_a_token_signed_with_another_key_is_not_active(bank):
    token = (await bank.token()).json()["access_token"]
    signature = token.rpartition(".")[2]
    assert await told(bank, token.replace(signature, signature[::-1])) == INACTIVE
    assert await told(bank, bank.assertion(header={"typ": "at+jwt"})) == INACTIVE


async def test_a_token_that_has_ended_is_not_active(stage, bank):
    token, fresh = tokens_of(await bank.exchange(await bank.code()))
    stage.clock.now += timedelta(minutes=10)
    assert await told(bank, token) == INACTIVE
    assert (await told(bank, fresh))["active"] is True


async def test_an_access_token_is_revoked_by_itself(stage, bank):
    token, fresh = tokens_of(await bank.exchange(await bank.code()))
    assert await revoked(bank, token) == 200
    assert await told(bank, token) == INACTIVE
    assert await stage.slips.revoked({says(token)["jti"]})
    assert (await bank.refresh(fresh)).status_code == 200
    assert await revoked(bank, token) == 200


async def test_a_refresh_token_takes_its_grant_along(bank):
    token, first = tokens_of(await bank.exchange(await bank.code()))
    later, second = tokens_of(await bank.refresh(first))
    assert await revoked(bank, second, token_type_hint="whatever") == 200
    assert [await told(bank, one) for one in (token, later, second)] == [INACTIVE] * 3
    assert refusal(await bank.refresh(second)) == (400, "invalid_grant")


async def test_a_refresh_token_that_was_used_takes_its_grant_along_as_well(bank):
    _, first = tokens_of(await bank.exchange(await bank.code()))
    _, second = tokens_of(await bank.refresh(first))
    assert await revoked(bank, first) == 200
    assert refusal(await bank.refresh(second)) == (400, "invalid_grant")


async def test_nobody_revokes_the_tokens_of_others(stage, bank):
    token, fresh = tokens_of(await bank.exchange(await bank.code()))
    rival = Agent(stage, "rival")
    for one in (token, fresh):
        assert refusal(await rival.post("/oauth/revoke", {"token": one}, proof=None)) == (400, "invalid_grant")
        assert (await told(bank, one))["active"] is True


@pytest.mark.parametrize("door", ["introspect", "revoke"])
async def test_a_token_has_to_be_named(bank, door):
    assert refusal(await bank.post(f"/oauth/{door}", {}, proof=None)) == (400, "invalid_request")


async def test_a_suspension_is_felt_at_once(stage):
    permits = Agent(stage, "permits")
    token = (await permits.token(officer="17", proof=None)).json()["access_token"]
    assert (await told(permits, token))["officer"] == "17"
    await stage.register.suspend(Identity(Kind.OFFICER, "17", "tj-permits"), at=NOW)
    assert await told(permits, token) == INACTIVE


async def test_tokens_of_a_suspended_client_are_not_active_for_its_house(stage, bank):
    token = (await bank.token()).json()["access_token"]
    await stage.register.suspend(Identity(Kind.CLIENT, "bank"), at=NOW)
    stage.certificate = CERTIFICATE
    assert await told(Agent(stage, "branch"), token, client_id="branch") == INACTIVE


async def test_a_token_whose_consents_were_all_taken_back_is_not_active(stage, bank):
    token, fresh = tokens_of(await bank.exchange(await bank.code()))
    [held] = says(token)["authorization_details"]
    assert (await told(bank, token))["authorization_details"] == [held]
    del stage.consents.in_force[held["consent_id"]]
    assert [await told(bank, one) for one in (token, fresh)] == [INACTIVE] * 2


async def test_of_several_consents_those_are_told_that_hold(stage, bank):
    both = {"authorization_details": details(CONSENT, OTHER_CONSENT)}
    token = (await bank.token(**both)).json()["access_token"]
    del stage.consents.in_force[CONSENT]
    left = (await told(bank, token))["authorization_details"]
    assert [one["consent_id"] for one in left] == [OTHER_CONSENT]
    stage.consents.in_force[OTHER_CONSENT] = ("bank-1", SubjectId("91310000132260250X"))  # another subject's by now
    assert await told(bank, token) == INACTIVE


async def test_who_asks_too_often_is_told_when_to_come_again(monkeypatch, tmp_path, database_url):
    async with staged(monkeypatch, tmp_path, database_url, oauth_requests=3) as stage:
        bank, permits = Agent(stage), Agent(stage, "permits")
        for _ in range(3):
            assert (await bank.token()).status_code == 200
        refused = await bank.token()
        assert refusal(refused) == (429, "slow_down")
        assert refused.headers["retry-after"] == "60"
        forged = await bank.post("/oauth/token", {"grant_type": "client_credentials", "client_assertion": "x.y.z"})
        assert refusal(forged)[0] in (400, 401), "only who proves to be a client is counted as one"
        assert (await permits.token(officer="17", proof=None)).status_code == 200
        stage.clock.now += timedelta(minutes=1)
        assert (await bank.token()).status_code == 200


async def test_what_has_ended_is_swept(stage, bank):
    await bank.exchange(await bank.code())
    assert await stage.server.sweep(NOW) == 0
    assert await stage.server.sweep(NOW + timedelta(days=40)) == 3
