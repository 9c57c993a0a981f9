"""The client proves itself anew for each request, keeps the nonce it was told, and says what the server said."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import orjson
import pytest
from joserfc import jws

from gateway.cli.oauth_client import Credentials, OAuthClient, OAuthTrouble, Pkce, ProofMaker, origin_of
from gateway.identity.client_assertion import ASSERTION_TYPE
from gateway.identity.keys import generate_key_set, signing_key

ISSUER = "https://issuer.example"
ADDRESS = "http://127.0.0.1:9"
KEY, PROOF_KEY = (signing_key(generate_key_set()) for _ in range(2))


class Server:
    """Says what it is told to say, one answer after the other, and keeps what it was sent."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers = list(answers)
        self.heard: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        return self.answers.pop(0)

    def forms(self):
        return [{k: v[0] for k, v in parse_qs(one.content.decode()).items()} for one in self.heard]


def client_of(server, *, proofs=None):
    http = httpx.Client(transport=httpx.MockTransport(server))
    return OAuthClient(http, Credentials("app", KEY), address=f"{ADDRESS}/", issuer=ISSUER, proofs=proofs)


def claims_of(text, key):
    signed = jws.deserialize_compact(text, key, algorithms=["ES256"])
    return signed.headers(), orjson.loads(signed.payload)


def test_it_asserts_who_it_is_to_this_issuer_and_only_once():
    server = Server(*(httpx.Response(200, json={"access_token": "t"}) for _ in range(2)))
    client = client_of(server)
    assert client.token({"grant_type": "client_credentials"})["access_token"] == "t"
    client.token({"grant_type": "client_credentials"})
    first, second = server.forms()
    assert (first["client_id"], first["client_assertion_type"]) == ("app", ASSERTION_TYPE)
    header, claims = claims_of(first["client_assertion"], KEY)
    assert header == {"alg": "ES256", "kid": KEY.kid, "typ": "JWT"}
    assert (claims["iss"], claims["sub"], claims["aud"]) == ("app", "app", ISSUER)
    assert 0 < claims["exp"] - claims["iat"] <= 60
    assert claims["jti"] != claims_of(second["client_assertion"], KEY)[1]["jti"]
    assert "DPoP" not in server.heard[0].headers


def test_a_proof_repeats_the_nonce_that_was_asked_for():
    asked = {"error": "use_dpop_nonce"}
    server = Server(
        httpx.Response(400, json=asked, headers={"DPoP-Nonce": "n1"}),
        httpx.Response(200, json={"access_token": "t"}, headers={"DPoP-Nonce": "n2"}),
    )
    proofs = ProofMaker(PROOF_KEY)
    client_of(server, proofs=proofs).token({"grant_type": "client_credentials"})
    first, second = (claims_of(one.headers["DPoP"], PROOF_KEY) for one in server.heard)
    assert first[0]["typ"] == "dpop+jwt"
    assert first[0]["jwk"] == PROOF_KEY.as_dict(private=False)
    assert "nonce" not in first[1]
    assert (second[1]["nonce"], second[1]["htm"], second[1]["htu"]) == ("n1", "POST", f"{ISSUER}/oauth/token")
    assert first[1]["jti"] != second[1]["jti"]
    assert proofs.nonce == "n2"


def test_a_nonce_that_is_asked_for_again_and_again_ends_it():
    asked = {"error": "use_dpop_nonce"}
    server = Server(*(httpx.Response(400, json=asked, headers={"DPoP-Nonce": f"n{n}"}) for n in range(3)))
    with pytest.raises(OAuthTrouble, match="use_dpop_nonce"):
        client_of(server, proofs=ProofMaker(PROOF_KEY)).token({"grant_type": "client_credentials"})
    assert len(server.heard) == 2


def test_a_proof_for_a_token_names_its_digest():
    _, claims = claims_of(ProofMaker(PROOF_KEY).proof("POST", "https://a/graphql", now=1.0, token="abc"), PROOF_KEY)
    assert claims["ath"] == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"


def test_a_pushed_request_and_where_it_is_answered():
    server = Server(httpx.Response(201, json={"request_uri": "urn:x:1", "expires_in": 300}))
    client = client_of(server)
    assert client.push({"scope": "credit:read"}) == "urn:x:1"
    assert server.heard[0].url.path == "/oauth/par"
    place = urlsplit(client.authorization_address("urn:x:1"))
    assert parse_qs(place.query) == {"client_id": ["app"], "request_uri": ["urn:x:1"]}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (httpx.Response(400, json={"error": "invalid_scope", "error_description": "no"}), "invalid_scope: no"),
        (httpx.Response(503, text="<html>"), "HTTP 503"),
        (httpx.Response(400, json=[1]), "HTTP 400"),
    ],
)
def test_a_refusal_is_told_in_the_servers_words(answer, sentence):
    with pytest.raises(OAuthTrouble) as caught:
        client_of(Server(answer)).token({"grant_type": "client_credentials"})
    assert str(caught.value) == sentence
    assert caught.value.status == answer.status_code


def test_the_vector_of_rfc_7636():
    assert (
        Pkce("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )
    assert Pkce().verifier != Pkce().verifier


def test_nothing_secret_is_printed():
    assert "key=" not in repr(Credentials("app", KEY))
    assert "verifier" not in repr(Pkce())
    assert origin_of("http://127.0.0.1:8000/x?y") == "http://127.0.0.1:8000"
