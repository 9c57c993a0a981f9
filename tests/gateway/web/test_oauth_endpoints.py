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
from gateway.web import oauth_endpoints
from schema.vocabulary.identifiers import SubjectId
from tests.gateway.web.oauth_stage import (
    ISSUER,
    Agent,
    refusal,
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
