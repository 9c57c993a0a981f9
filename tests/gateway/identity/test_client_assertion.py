"""How clients prove who they are: what is accepted, and, one by one, what is not."""

from __future__ import annotations

import base64
import hmac
from dataclasses import replace

import orjson
import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gateway.identity.client_assertion import _keys
from tests.builders import NOW
from tests.gateway.web.oauth_stage import AUDIENCE, CERTIFICATE, ISSUER, KEYS, SCOPES, Agent, refusal, staged

INVALID_CLIENT = (401, "invalid_client")


@pytest.fixture
async def stage(sqlite_url, tmp_path, monkeypatch):
    async with staged(monkeypatch, tmp_path, sqlite_url) as stage:
        yield stage


@pytest.fixture
def bank(stage):
    return Agent(stage)


def encoded(value):
    return base64.urlsafe_b64encode(value if isinstance(value, bytes) else orjson.dumps(value)).rstrip(b"=").decode()


def with_header(assertion, header, sign=lambda _text: b""):
    """The same claims under another header, signed in another way or not at all."""
    text = f"{encoded(header)}.{assertion.split('.')[1]}"
    return f"{text}.{encoded(sign(text.encode()))}"


async def accepted(agent, **proved):
    answer = await agent.token(**(agent.proved_by() | proved))
    return answer.status_code == 200


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ECKey.generate_key("P-256"), "ES256"),
        (RSAKey.generate_key(2048), "PS256"),
        (OKPKey.generate_key("Ed25519"), "Ed25519"),
    ],
    ids=["ES256", "PS256", "Ed25519"],
)
async def test_each_accepted_signature(stage, bank, key, algorithm):
    client = stage.register.book.clients["bank"]
    keys = orjson.dumps({"keys": [{**key.as_dict(private=False), "kid": "new"}]}).decode()
    await stage.register.put([replace(client, keys=keys)], at=NOW)
    header = {"alg": algorithm, "kid": "new"}
    assert await accepted(bank, client_assertion=bank.assertion(header=header, key=key))
    assert await accepted(bank, client_assertion=bank.assertion(header=header | {"typ": "JWT"}, key=key))
    if algorithm == "Ed25519":
        text = with_header(bank.assertion(), {"alg": "EdDSA", "kid": "new"}, key.private_key.sign)
        assert await accepted(bank, client_assertion=text)
    assert not await accepted(bank)  # the key before is forgotten


async def test_times_have_a_leeway(bank):
    now = NOW.timestamp()
    for changes in ({"iat": now + 4, "nbf": now + 4}, {"exp": now - 4}, {"exp": now + 300}, {"iat": None}):
        assert await accepted(bank, client_assertion=bank.assertion(**changes)), changes


async def test_a_client_may_name_itself_beside_its_assertion(bank):
    assert await accepted(bank, client_id="bank")
    assert not await accepted(bank, client_id="rival")


async def test_a_client_without_keys_cannot_assert(stage):
    branch = Agent(stage, "branch")
    assert not await accepted(branch, client_assertion=branch.assertion(key=KEYS["bank"]))


def test_what_is_no_key_that_signs_is_passed_over():
    shared, named = {"kty": "oct", "k": "AAAA", "kid": "a"}, KEYS["bank"].as_dict(private=False)
    unnamed = {name: value for name, value in named.items() if name != "kid"}
    text = orjson.dumps({"keys": [shared, named, unnamed]}).decode()
    assert list(_keys(text)) == ["bank", KEYS["bank"].thumbprint()]


async def test_a_client_that_nobody_knows(stage):
    nobody = Agent(stage, "nobody")
    assert not await accepted(nobody, client_assertion=nobody.assertion(key=KEYS["bank"]))


async def test_a_client_of_another_issuer_is_none_here(stage, bank):
    await stage.register.put([replace(stage.register.book.clients["bank"], issuer="elsewhere")], at=NOW)
    assert not await accepted(bank)


async def test_a_certificate_is_looked_at_only_without_an_assertion(stage, bank):
    stage.certificate = CERTIFICATE
    assert not await accepted(bank, client_assertion=bank.assertion(aud="x"), client_id="branch")
    assert refusal(await stage.web.post("/oauth/token", data={"client_id": "bank"})) == INVALID_CLIENT


async def test_a_client_bound_to_its_certificate_may_assert_and_has_to_show_it(stage, bank):
    client = stage.register.book.clients["branch"]
    keys = orjson.dumps({"keys": [KEYS["key-1"].as_dict(private=False)]}).decode()
    await stage.register.put([replace(client, keys=keys)], at=NOW)
    branch = Agent(stage, "branch")

    def proved():
        return branch.proved_by(header={"kid": "key-1"}, key=KEYS["key-1"])

    for certificate, status in (("", 401), ("d" * 43, 401), (CERTIFICATE, 200)):
        stage.certificate = certificate
        answer = await branch.post("/oauth/token", {"grant_type": "client_credentials", **proved()}, proof=None)
        assert answer.status_code == status, answer.text
    assert set(answer.json()["scope"].split()) == SCOPES


async def test_what_only_looks_like_a_signature(bank):
    sent, header = bank.assertion(), {"alg": "ES256", "kid": "bank"}
    public = KEYS["bank"].as_pem(private=False)
    forged = [
        with_header(sent, header | {"alg": "none"}),
        with_header(sent, header | {"alg": "None"}),
        with_header(sent, header | {"alg": "HS256"}, lambda text: hmac.digest(public, text, "sha256")),
        with_header(sent, header, lambda _text: bytes(64)),
        with_header(sent, header),
        with_header(sent, header | {"kid": 7}),
        with_header(sent, header | {"crit": ["x"], "x": 1}),
        sent + "x",
        sent.rpartition(".")[0],
        f"{sent}.{sent}",
        sent[: len(sent) // 2],
        "..",
        "e30.e30.e30",
        sent + "A" * 9000,
    ]
    for text in forged:
        assert refusal(await bank.token(**(bank.proved_by() | {"client_assertion": text}))) == INVALID_CLIENT


FOREIGN = {
    "another client's key": KEYS["rival"],
    "a key of nobody": KEYS["key-1"],
    "an RSA key": RSAKey.generate_key(2048),
    "an Ed25519 key": OKPKey.generate_key("Ed25519"),
}


@pytest.mark.parametrize(
    "asserted",
    [
        *(
            pytest.param({"key": key, "header": {"alg": algorithm}}, id=name)
            for (name, key), algorithm in zip(FOREIGN.items(), ["ES256", "ES256", "PS256", "Ed25519"], strict=True)
        ),
        *(
            pytest.param({"header": header}, id=f"header {name}")
            for header in (
                {"kid": "rival"},
                {"kid": "../../bank"},
                {"typ": "at+jwt"},
                {"typ": "dpop+jwt"},
                {"jwk": KEYS["bank"].as_dict(private=False)},
                {"jku": "https://evil.example/jwks"},
                {"x5u": "https://evil.example/cert"},
                {"x5c": ["AAAA"]},
                {"zip": "DEF"},
            )
            for name in [", ".join(f"{key}={value}" for key, value in header.items() if key != "jwk") or "jwk"]
        ),
        pytest.param({"aud": "https://other.example"}, id="aud of another server"),
        pytest.param({"aud": f"{ISSUER}/oauth/token"}, id="aud of the token endpoint"),
        pytest.param({"aud": [ISSUER]}, id="aud as a list"),
        pytest.param({"aud": f"{ISSUER}/"}, id="aud with a slash"),
        pytest.param({"aud": AUDIENCE}, id="aud of the graph"),
        pytest.param({"aud": None}, id="no aud"),
        pytest.param({"iss": "rival"}, id="another iss"),
        pytest.param({"sub": "rival"}, id="another sub"),
        pytest.param({"sub": None}, id="no sub"),
        pytest.param({"jti": None}, id="no jti"),
        pytest.param({"jti": ""}, id="empty jti"),
        pytest.param({"jti": "x" * 300}, id="jti too long"),
        pytest.param({"exp": None}, id="no exp"),
        pytest.param({"exp": True}, id="exp that is no time"),
        pytest.param({"exp": NOW.timestamp() - 6}, id="expired"),
        pytest.param({"exp": NOW.timestamp() + 400}, id="living too long"),
        pytest.param({"iat": NOW.timestamp() + 60}, id="made in the future"),
        pytest.param({"nbf": NOW.timestamp() + 60}, id="not valid yet"),
        pytest.param({"iat": "now"}, id="iat that is no time"),
    ],
)
async def test_an_assertion_that_is_not_the_clients(bank, asserted):
    for path in ("/oauth/token", "/oauth/par", "/oauth/revoke", "/oauth/introspect"):
        assert refusal(await bank.post(path, bank.proved_by(**asserted) | {"token": "x"})) == INVALID_CLIENT
