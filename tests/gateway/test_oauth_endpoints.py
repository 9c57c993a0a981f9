"""The issuer's doors: good requests get a token the verifier believes, bad ones a coded answer, never a 500."""

from __future__ import annotations

import asyncio
import base64
import logging
import time
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import KeySet
from starlette.applications import Starlette

from gateway.identity.clients import ClientRecord, hash_secret, new_secret
from gateway.identity.issuer import IssuerRules, TokenIssuer
from gateway.identity.keys import KeyFault, generate_key_set, public_jwks
from gateway.identity.tokens import TokenRefused, TokenRules, TokenVerifier
from gateway.web import oauth_endpoints
from gateway.web.oauth_endpoints import oauth_routes
from schema.vocabulary.caller import CallerClass

ISSUER = "https://gateway.example"
AUDIENCE = f"{ISSUER}/graphql"
SECRET = new_secret()
ODD_SECRET = "a:b%c+d é"
KEYS = generate_key_set()
CLIENTS = {
    record.client_id: record
    for record in (
        ClientRecord(
            client_id="permit-officer",
            secret_hash=hash_secret(SECRET),
            caller_class=CallerClass.STATE_ORGAN,
            organisation="行政许可办公室",
            jurisdiction="120000",
            scopes=frozenset({"graph.read", "graph.introspect"}),
        ),
        ClientRecord(client_id="odd", secret_hash=hash_secret(ODD_SECRET), caller_class=CallerClass.OPERATOR),
        ClientRecord(
            client_id="gone", secret_hash=hash_secret(SECRET), caller_class=CallerClass.OPERATOR, is_active=False
        ),
    )
}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def transport():
    routes = oauth_routes(TokenIssuer(KEYS, CLIENTS, IssuerRules(ISSUER, AUDIENCE, lifetime_s=300)))
    return httpx.ASGITransport(Starlette(routes=list(routes)))


@pytest.fixture
async def web(transport):
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as client:
        yield client


def basic(client_id, secret):
    pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


async def test_client_secret_basic(web):
    answer = await web.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, headers=basic("permit-officer", SECRET)
    )
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 300)
    assert body["scope"] == "graph.introspect graph.read"
    caller = TokenVerifier(KEYS, TokenRules(ISSUER, AUDIENCE)).verify(body["access_token"], time.time())  # noqa: TID251 - the issuer's clock
    assert caller.caller_class is CallerClass.STATE_ORGAN
    assert caller.organisation == "行政许可办公室"


async def test_client_secret_post_with_less_scope(web):
    form = {"grant_type": "client_credentials", "client_id": "permit-officer", "client_secret": SECRET}
    answer = await web.post("/oauth/token", data=form | {"scope": "graph.read"})
    assert answer.status_code == 200
    assert answer.json()["scope"] == "graph.read"


async def test_a_secret_with_odd_characters(web):
    answer = await web.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=basic("odd", ODD_SECRET))
    assert answer.status_code == 200
    assert answer.json()["scope"] == ""


async def test_no_token_and_no_secret_is_logged(web, caplog):
    caplog.set_level(logging.DEBUG)
    answer = await web.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, headers=basic("permit-officer", SECRET)
    )
    assert answer.json()["access_token"] not in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("form", "headers", "status", "error"),
    [
        ({}, {}, 400, "invalid_request"),
        ({"grant_type": ""}, {}, 400, "invalid_request"),
        ({"grant_type": "password"}, basic("permit-officer", SECRET), 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, {}, 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, basic("permit-officer", "wrong"), 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, basic("nobody", SECRET), 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, basic("gone", SECRET), 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, basic("permit-officer", ""), 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, {"Authorization": "Basic !!!"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, {"Authorization": "Basic /////w=="}, 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, {"Authorization": "Basic"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, {"Authorization": b"Basic \xe9\xff"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, {"Authorization": "Bearer x"}, 401, "invalid_client"),
        (
            {"grant_type": "client_credentials", "scope": "graph.write"},
            basic("permit-officer", SECRET),
            400,
            "invalid_scope",
        ),
        (
            {"grant_type": "client_credentials", "client_secret": SECRET},
            basic("permit-officer", SECRET),
            400,
            "invalid_request",
        ),
        (
            {"grant_type": "client_credentials", "client_id": "odd"},
            basic("permit-officer", SECRET),
            400,
            "invalid_request",
        ),
        ({"grant_type": "client_credentials", "client_id": "permit-officer"}, {}, 401, "invalid_client"),
    ],
)
async def test_refusals(web, form, headers, status, error):
    answer = await web.post("/oauth/token", data=form, headers={"Content-Type": FORM} | headers)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"grant_type=client_credentials&grant_type=client_credentials", FORM),
        (b"grant_type=client_credentials", "application/json"),
        (b"grant_type=client_credentials", "application/x-www-form-urlencodedx"),
        (b'{"grant_type": "client_credentials"}', FORM),
        (b"\xff\xfe", FORM),
        (b"grant_type=%FF", FORM),
        (b"&".join(b"a%d=1" % number for number in range(30)), FORM),
        (b"grant_type=" + b"x" * 20_000, FORM),
        (b"", FORM),
    ],
)
async def test_malformed_bodies(web, content, content_type):
    answer = await web.post("/oauth/token", content=content, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=60))
async def test_whatever_the_bytes(web, content, credentials):
    headers = {"Content-Type": FORM, "Authorization": b"Basic " + base64.b64encode(credentials)}
    for body in (content, b"grant_type=client_credentials&" + content):
        answer = await web.post("/oauth/token", content=body, headers=headers)
        assert answer.status_code in {400, 401}
        assert answer.json()["error"]


async def test_other_methods_are_refused(web):
    assert (await web.get("/oauth/token")).status_code == 405


async def test_keys_and_metadata(web):
    keys = (await web.get("/.well-known/jwks.json")).json()
    assert keys == public_jwks(KEYS)
    about = (await web.get("/.well-known/oauth-authorization-server")).json()
    assert about["issuer"] == ISSUER
    assert about["token_endpoint"] == f"{ISSUER}/oauth/token"
    assert about["grant_types_supported"] == ["client_credentials"]
    assert about["scopes_supported"] == ["graph.introspect", "graph.read"]


async def test_whoever_has_the_public_keys_can_verify(web):
    keys = KeySet.import_key_set((await web.get("/.well-known/jwks.json")).json())
    form = {"grant_type": "client_credentials", "client_id": "permit-officer", "client_secret": SECRET}
    token = (await web.post("/oauth/token", data=form)).json()["access_token"]
    now = time.time()  # noqa: TID251 - the issuer's clock
    assert TokenVerifier(keys, TokenRules(ISSUER, AUDIENCE)).verify(token, now)
    with pytest.raises(TokenRefused, match="somebody else"):
        TokenVerifier(keys, TokenRules(ISSUER, "https://other.example")).verify(token, now)


def test_an_issuer_needs_a_private_key():
    with pytest.raises(KeyFault):
        TokenIssuer(KeySet.import_key_set(KEYS.as_dict(private=False)), CLIENTS, IssuerRules(ISSUER, AUDIENCE))


async def test_a_body_that_never_ends_is_not_waited_for(transport, monkeypatch):
    monkeypatch.setattr(oauth_endpoints, "SLOWEST_BODY_S", 0.05)

    async def endless():
        yield b"grant_type="
        await asyncio.sleep(60)
        yield b"client_credentials"

    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as client:
        request = client.post("/oauth/token", content=endless(), headers={"Content-Type": FORM})
        answer = await asyncio.wait_for(request, 5)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
