"""The authorization server through its doors, on both databases: every way to a token, and what a bad form gets."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oauth2.rfc9207.discovery import AuthorizationServerMetadata as WithIssuerInResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.identity.keys import load_key_set, rotate, save_key_set
from gateway.registers.callers_book import Identity, Kind
from gateway.web import oauth_endpoints
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

FORM = "application/x-www-form-urlencoded"
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
    grants = client.grants - {next(grant for grant in client.grants if grant.value == "refresh_token")}
    await small.register.put([type(client)(**{**_fields(client), "grants": grants})], at=NOW)
    assert "refresh_token" not in (await bank.exchange(code)).json()


def _fields(client):
    return {name: getattr(client, name) for name in client.__slots__}


async def test_no_token_no_code_and_no_assertion_is_logged(small, caplog):
    caplog.set_level(logging.DEBUG)
    bank = Agent(small)
    code = await bank.code()
    proved = bank.proved_by()
    answer = await bank.exchange(code, **proved)
    for secret in (*tokens_of(answer), code, proved["client_assertion"]):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "magic"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "scope": "graph.write"}, 400, "invalid_scope"),
        ({"grant_type": "client_credentials", "scope": 'a"b\\'}, 400, "invalid_scope"),
        ({"grant_type": "authorization_code"}, 400, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "invalid_grant"),
        ({"grant_type": "refresh_token"}, 400, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "é\0"}, 400, "invalid_grant"),
        ({"grant_type": "client_credentials", "client_id": "rival"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_secret": "secret"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_assertion_type": "saml"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_assertion": "a.b"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_assertion": "é.é.é"}, 401, "invalid_client"),
    ],
)
async def test_refusals(small, form, status, error):
    answer = await Agent(small).post("/oauth/token", form)
    assert refusal(answer) == (status, error)
    assert ("www-authenticate" in answer.headers) == (status == 401)


async def test_a_client_without_the_grant_may_not_use_it(small):
    permits = Agent(small, "permits")
    assert refusal(await permits.push()) == (400, "invalid_request")  # it has no redirect address either
    assert refusal(await permits.refresh("x")) == (400, "unauthorized_client")
    assert refusal(await permits.exchange("x")) == (400, "unauthorized_client")


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"grant_type=client_credentials&grant_type=client_credentials", FORM),
        (b"grant_type=client_credentials", "application/json"),
        (b"grant_type=client_credentials", "application/x-www-form-urlencodedx"),
        (b"\xff\xfe", FORM),
        (b"grant_type=%FF", FORM),
        (b"&".join(b"a%d=1" % number for number in range(40)), FORM),
        (b"grant_type=" + b"x" * 20_000, FORM),
    ],
)
async def test_malformed_bodies(small, content, content_type):
    for path in ("/oauth/token", "/oauth/revoke", "/oauth/introspect"):
        answer = await small.web.post(path, content=content, headers={"Content-Type": content_type})
        assert refusal(answer) == (400, "invalid_request")


async def test_parameters_in_the_address_are_refused(small):
    answer = await small.web.post("/oauth/token?client_id=bank", data=Agent(small).proved_by())
    assert refusal(answer) == (400, "invalid_request")


async def test_basic_authentication_is_no_way_here(small):
    answer = await small.web.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=("bank", "secret"))
    assert refusal(answer) == (401, "invalid_client")


async def test_two_proofs_are_none(small):
    agent = Agent(small)
    headers = [("DPoP", agent.proof("/oauth/token")), ("DPoP", agent.proof("/oauth/token"))]
    answer = await small.web.post("/oauth/token", data=agent.proved_by(), headers=headers)
    assert refusal(answer) == (400, "invalid_dpop_proof")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["token", "par", "revoke", "introspect"]))
async def test_whatever_the_bytes(small, content, door):
    for body in (content, b"client_assertion_type=x&client_assertion=" + content):
        answer = await small.web.post(f"/oauth/{door}", content=body, headers={"Content-Type": FORM, "DPoP": "x"})
        assert answer.status_code in {400, 401}
        assert answer.json()["error"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.dictionaries(st.sampled_from(["scope", "redirect_uri", "state", "response_type", "code_challenge"]), st.text())
)
async def test_whatever_is_pushed(small, said):
    answer = await Agent(small).push(**said)
    assert answer.status_code in {201, 400}


async def test_other_methods_are_refused(small):
    for door in ("token", "par", "revoke", "introspect"):
        assert (await small.web.get(f"/oauth/{door}")).status_code == 405


async def test_what_the_server_says_of_itself(small):
    about = (await small.web.get("/.well-known/oauth-authorization-server")).json()
    AuthorizationServerMetadata(about).validate(metadata_classes=[WithIssuerInResponse])
    assert about["issuer"] == ISSUER
    assert about["require_pushed_authorization_requests"] is True
    assert about["authorization_response_iss_parameter_supported"] is True
    assert about["tls_client_certificate_bound_access_tokens"] is True
    assert about["code_challenge_methods_supported"] == ["S256"]
    assert about["grant_types_supported"] == ["client_credentials", "authorization_code", "refresh_token"]
    assert about["token_endpoint_auth_methods_supported"] == ["private_key_jwt", "self_signed_tls_client_auth"]
    assert about["authorization_details_types_supported"] == ["credit_information"]
    assert not {"none", "HS256", "RS256"} & set(about["dpop_signing_alg_values_supported"])
    for name, address in about.items():
        if name.endswith("_endpoint") and name != "authorization_endpoint":
            answer = await small.web.post(address.removeprefix(ISSUER), data={"token": "x"})
            assert answer.status_code == 401, name


async def test_keys_change_while_the_server_runs(small, tmp_path):
    before = (await small.web.get("/.well-known/jwks.json")).json()["keys"]
    assert not any("d" in key for key in before)
    token = (await Agent(small).token()).json()["access_token"]
    save_key_set(tmp_path / "keys.json", rotate(load_key_set(tmp_path / "keys.json")))
    assert small.keys.refresh()
    after = (await small.web.get("/.well-known/jwks.json")).json()["keys"]
    assert {key["kid"] for key in before} < {key["kid"] for key in after}
    assert (await Agent(small).post("/oauth/introspect", {"token": token})).json()["active"] is True


async def test_registers_that_cannot_be_read_are_a_temporary_error(small):
    bank = Agent(small)

    async with small.register._engine.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE slip")
    answer = await bank.push()
    assert refusal(answer) == (503, "temporarily_unavailable")
    assert answer.headers["retry-after"] == "1"


async def test_a_body_that_never_ends_is_not_waited_for(small, monkeypatch):
    monkeypatch.setattr(oauth_endpoints, "SLOWEST_BODY_S", 0.05)

    async def endless():
        yield b"grant_type="
        await asyncio.sleep(60)
        yield b"client_credentials"

    request = small.web.post("/oauth/token", content=endless(), headers={"Content-Type": FORM})
    assert refusal(await asyncio.wait_for(request, 5)) == (400, "invalid_request")


async def test_whoever_leaves_is_not_answered(small):
    async def gone():
        yield b"grant_type="
        raise httpx.ReadError("gone")

    with pytest.raises(httpx.ReadError):
        await small.web.post("/oauth/token", content=gone(), headers={"Content-Type": FORM})
