"""The token endpoint, on both databases: every way to a token, and what the token says then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.registers.callers_book import Identity, Kind
from gateway.registers.callers_entry import Grant
from schema.vocabulary.identifiers import SubjectId
from tests.builders import NOW, SOME_CODE
from tests.gateway.web.oauth_stage import (
    ASKED,
    AUDIENCE,
    BOTH,
    CALLBACK_WITH_QUERY,
    CERTIFICATE,
    CONSENT,
    DETAILS,
    ISSUER,
    KEYS,
    OTHER_CONSENT,
    Agent,
    agreed,
    parameters,
    refusal,
    says,
    staged,
    tokens_of,
)

OTHER_CODE = SubjectId("91120000MA05A1B29K")


@pytest.fixture
async def stage(database_url, tmp_path, monkeypatch):
    async with staged(monkeypatch, tmp_path, database_url) as stage:
        yield stage


@pytest.fixture
async def small(sqlite_url, tmp_path, monkeypatch):
    """Where the database does not matter."""
    async with staged(monkeypatch, tmp_path, sqlite_url) as stage:
        yield stage


@pytest.fixture
def bank(stage):
    return Agent(stage)


async def test_client_credentials_give_a_token_that_is_bound_to_a_key(stage, bank):
    answer = await bank.token()
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["dpop-nonce"] == stage.server.nonce(stage.now)
    body = answer.json()
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("DPoP", 600, "consents:read credit:read")
    assert "refresh_token" not in body
    claims = says(body["access_token"])
    assert len(claims.pop("jti")) > 20
    assert claims == {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "bank",
        "client_id": "bank",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 600,
        "scope": "consents:read credit:read",
        "cnf": {"jkt": KEYS["key-1"].thumbprint()},
    }


async def test_less_scope_may_be_asked_for(bank):
    assert (await bank.token(scope="credit:read")).json()["scope"] == "credit:read"


async def test_a_certificate_proves_the_client_and_binds_its_token(stage):
    stage.certificate = CERTIFICATE
    answer = await Agent(stage, "branch").token(client_id="branch", proof=None)
    assert answer.json()["token_type"] == "Bearer"
    assert says(answer.json()["access_token"])["cnf"] == {"x5t#S256": CERTIFICATE}
    for certificate in ("", "d" * 43):
        stage.certificate = certificate
        form = {"grant_type": "client_credentials", "client_id": "branch"}
        assert refusal(await stage.web.post("/oauth/token", data=form)) == (401, "invalid_client")


async def test_an_officer_stands_in_the_token_of_its_own_organisation(stage):
    permits = Agent(stage, "permits")
    answer = await permits.token(officer="17", proof=None)
    assert answer.json()["token_type"] == "Bearer"
    claims = says(answer.json()["access_token"])
    assert claims["officer"] == "17"
    assert "cnf" not in claims
    for officer in ("18", "19", "\0"):
        assert refusal(await permits.token(officer=officer, proof=None)) == (400, "invalid_grant")
    assert refusal(await Agent(stage, "own").token(officer="17", proof=None)) == (400, "invalid_grant")
    await stage.register.suspend(Identity(Kind.OFFICER, "17", "tj-permits"), at=NOW)
    assert refusal(await permits.token(officer="17", proof=None)) == (400, "invalid_grant")


async def test_a_client_that_needs_no_proof_may_bring_one(stage):
    answer = await Agent(stage, "permits").token()
    assert (answer.json()["token_type"], says(answer.json()["access_token"])["cnf"]["jkt"]) == (
        "DPoP",
        KEYS["key-1"].thumbprint(),
    )


async def test_consents_in_force_can_be_bound_into_a_token(stage, bank):
    answer = (await bank.token(authorization_details=BOTH)).json()
    bound = [
        {"type": "credit_information", "consent_id": one, "subject": SOME_CODE} for one in (CONSENT, OTHER_CONSENT)
    ]
    assert answer["authorization_details"] == bound
    assert says(answer["access_token"])["authorization_details"] == bound


@pytest.mark.parametrize(
    "details",
    [
        "no json",
        "[]",
        "[1]",
        '[{"type":"payment"}]',
        DETAILS.replace(CONSENT, "consent-9999999999"),
        BOTH.replace(OTHER_CONSENT, "consent-9999999999"),
        ASKED,
    ],
)
async def test_other_details_cannot(small, details):
    answer = await Agent(small).token(authorization_details=details)
    assert refusal(answer) == (400, "invalid_authorization_details")


async def test_consents_of_others_cannot_be_bound(small):
    answer = await Agent(small, "rival").token(authorization_details=DETAILS)
    assert refusal(answer) == (400, "invalid_authorization_details")


async def test_the_whole_way_by_a_subject(stage, bank):
    pushed = await bank.push(authorization_details=BOTH)
    assert (pushed.status_code, pushed.json()["expires_in"]) == (201, 300)
    assert pushed.headers["dpop-nonce"]
    address = await agreed(stage, pushed.json()["request_uri"])
    said = parameters(address)
    assert address.startswith("https://bank.example/cb?")
    assert (said["state"], said["iss"]) == ("s-1", ISSUER)
    answer = await bank.exchange(said["code"])
    claims = says(tokens_of(answer)[0])
    assert (claims["sub"], claims["client_id"], claims["scope"]) == (SOME_CODE, "bank", "credit:read")
    assert claims["grant"]
    assert [one["consent_id"] for one in claims["authorization_details"]] == [CONSENT, OTHER_CONSENT]
    again = says(tokens_of(await bank.refresh(tokens_of(answer)[1]))[0])
    assert again["jti"] != claims["jti"]
    assert {**again, "jti": ""} == {**claims, "jti": ""}


async def test_what_is_asked_for_reaches_the_desk_of_consents(small):
    answer = await Agent(small).push(authorization_details=ASKED)
    assert answer.status_code == 201
    assert small.consents.asked[0][0]["items"] == ["NB01-1"]


async def test_a_redirect_address_keeps_its_query(small):
    pushed = await Agent(small).push(redirect_uri=CALLBACK_WITH_QUERY, without=["state"])
    said = parameters(await agreed(small, pushed.json()["request_uri"]))
    assert (said["from"], "state" in said, said["iss"]) == ("gateway", False, ISSUER)


async def test_a_refresh_token_is_exchanged_for_the_next(stage, bank):
    first = tokens_of(await bank.exchange(await bank.code()))[1]
    second = tokens_of(await bank.refresh(first))[1]
    third = tokens_of(await bank.refresh(second))[1]
    assert len({first, second, third}) == 3


async def test_a_refresh_may_ask_for_less_and_then_again_for_all(small):
    bank = Agent(small)
    token = tokens_of(await bank.exchange(await bank.code(scope="credit:read consents:read")))[1]
    less = await bank.refresh(token, scope="credit:read")
    assert less.json()["scope"] == "credit:read"
    assert (await bank.refresh(tokens_of(less)[1])).json()["scope"] == "consents:read credit:read"


async def test_a_refresh_may_not_ask_for_more(small):
    bank = Agent(small)
    token = tokens_of(await bank.exchange(await bank.code()))[1]
    assert refusal(await bank.refresh(token, scope="consents:read")) == (400, "invalid_scope")
    assert (await bank.refresh(token)).status_code == 200


async def test_a_scope_that_the_client_has_lost_since_is_gone(small):
    bank = Agent(small)
    token = tokens_of(await bank.exchange(await bank.code(scope="credit:read consents:read")))[1]
    client = small.register.book.clients["bank"]
    await small.register.put([replace(client, scopes=client.scopes - {"consents:read"})], at=NOW)
    assert refusal(await bank.refresh(token, scope="consents:read")) == (400, "invalid_scope")
    assert (await bank.refresh(token)).json()["scope"] == "credit:read"


async def test_a_grant_lives_as_long_as_one_of_its_consents(stage, bank):
    token = tokens_of(await bank.exchange(await bank.code(authorization_details=BOTH)))[1]
    kept = stage.consents.in_force.pop(CONSENT)
    answer = await bank.refresh(token)
    assert [one["consent_id"] for one in answer.json()["authorization_details"]] == [OTHER_CONSENT]
    token = tokens_of(answer)[1]
    ended = stage.consents.in_force.pop(OTHER_CONSENT)
    assert refusal(await bank.refresh(token)) == (400, "invalid_grant")
    stage.consents.in_force = {CONSENT: kept, OTHER_CONSENT: ended}  # it only rested
    assert len((await bank.refresh(token)).json()["authorization_details"]) == 2


async def test_a_consent_of_another_subject_is_not_bound(small):
    bank = Agent(small)
    code = await bank.code()
    small.consents.in_force[CONSENT] = ("bank-1", OTHER_CODE)
    assert refusal(await bank.exchange(code)) == (400, "invalid_grant")


async def test_without_the_grant_there_is_no_refresh_token(small):
    bank = Agent(small)
    code = await bank.code()
    client = small.register.book.clients["bank"]
    await small.register.put([replace(client, grants=client.grants - {Grant.REFRESH_TOKEN})], at=NOW)
    assert "refresh_token" not in (await bank.exchange(code)).json()
