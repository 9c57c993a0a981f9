"""Tokens at the graph's real door: bound to keys and certificates, of issuers that are away, and what heads say."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from gateway.faults import InsufficientScope
from gateway.identity.dpop import ProofReader, ProofRules
from gateway.identity.tokens import TokenRules, TokenVerifier
from gateway.identity.trust import TrustedIssuer
from gateway.pipeline.house import House
from gateway.registers.quotas import Admitted
from gateway.setting_identity import Proxy
from gateway.settings import Limits
from gateway.web.graph_endpoint import GraphEndpoint
from schema.vocabulary.caller import Caller
from schema.vocabulary.identifiers import SubjectId
from tests.authorities import Authority
from tests.corridor import AUDIENCE, ISSUER, OFFICER, Corridor, a_token, open_corridor
from tests.gateway.identity.issuer_stage import issuer_stage, outside
from tests.gateway.identity.showing import NONCE_KEY, Prover, a_tally
from tests.gateway.web.asking import told
from tests.logged import StillKeys, the_keys

SECRET = "s" * 32
PROXY = Proxy(addresses=("127.0.0.1",), secret=SecretStr(SECRET))
BANK = Authority().client("bank")
STATED = {"Client-Cert": f":{base64.b64encode(BANK.der).decode()}:", "Gateway-Proxy-Secret": SECRET}
PROVER = Prover()


@pytest.fixture
async def corridor(tmp_path: Path) -> AsyncIterator[Corridor]:
    async with open_corridor(tmp_path) as opened:
        yield opened


@pytest.fixture
async def house(corridor: Corridor) -> AsyncIterator[House]:
    """A house that reads proofs."""
    tally = a_tally()
    issuer = TrustedIssuer("", ISSUER, AUDIENCE, StillKeys(the_keys()))
    proofs = ProofReader(ProofRules(), tally, NONCE_KEY)
    yield replace(corridor.house, verifier=TokenVerifier([issuer], TokenRules(), proofs))
    await tally.aclose()


async def ask(house: House, *, method: str = "POST", path: str = "/graphql", **headers: str) -> httpx.Response:
    door = GraphEndpoint(house, Limits(), address=AUDIENCE, proxy=PROXY)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://inside.test") as client:
        if method == "GET":
            return await client.get(path, params={"query": "{ __typename }"}, headers=named)
        return await client.post(path, json={"query": "{ __typename }"}, headers=named)


def a_proof(token: str, nonce: str | None, **changes: Any) -> str:
    made = datetime.now().timestamp()  # noqa: DTZ005, TID251 - a proof that the door's real clock accepts
    good: dict[str, Any] = {"iat": made, "htu": AUDIENCE, "nonce": nonce, "jti": str(made)}
    return PROVER.proof(token, **good | changes)


def code_of(response: httpx.Response) -> str:
    return str(response.json()["errors"][0]["extensions"]["code"])


async def test_a_holder_of_a_key_learns_the_nonce_proves_it_and_is_told_the_next(house: House) -> None:
    token = a_token(OFFICER, cnf={"jkt": PROVER.thumbprint})
    first = await ask(house, authorization=f"DPoP {token}", dpop=a_proof(token, None))
    assert (first.status_code, code_of(first)) == (401, "UNAUTHENTICATED")
    assert first.headers["www-authenticate"].startswith('DPoP error="use_dpop_nonce", error_description="')
    assert first.headers["www-authenticate"].endswith('algs="ES256 PS256 EdDSA"')
    nonce = first.headers["dpop-nonce"]
    second = await ask(house, authorization=f"DPoP {token}", dpop=a_proof(token, nonce))
    assert (second.status_code, told(second)) == (200, {"data": {"__typename": "Query"}})
    assert second.headers["dpop-nonce"]
    by_get = a_proof(token, nonce, htm="GET")
    assert (await ask(house, method="GET", authorization=f"DPoP {token}", dpop=by_get)).status_code == 200
    again = await ask(house, method="GET", authorization=f"DPoP {token}", dpop=by_get)
    assert (again.status_code, "used before" in again.headers["www-authenticate"]) == (401, True)


async def test_a_stolen_token_is_not_the_public_either(house: House, corridor: Corridor) -> None:
    token = a_token(OFFICER, cnf={"jkt": PROVER.thumbprint})
    response = await ask(house, authorization=f"Bearer {token}")
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith('DPoP error="invalid_token"')
    assert corridor.ordered() == set()


async def test_the_address_is_the_one_that_the_world_knows_whatever_the_request_says(house: House) -> None:
    token = a_token(OFFICER, cnf={"jkt": PROVER.thumbprint})
    nonce = house.verifier.nonce(datetime.now().timestamp())  # noqa: DTZ005, TID251 - as above
    inside = a_proof(token, nonce, htu="http://inside.test/graphql")
    response = await ask(house, authorization=f"DPoP {token}", dpop=inside, x_forwarded_host="inside.test")
    assert "another address" in response.headers["www-authenticate"]
    with_query = a_proof(token, nonce, htu=f"{AUDIENCE}?query=x")
    assert (await ask(house, authorization=f"DPoP {token}", dpop=with_query)).status_code == 200


async def test_a_token_bound_to_a_certificate_that_the_proxy_names(house: House) -> None:
    bearer = f"Bearer {a_token(OFFICER, cnf={'x5t#S256': BANK.thumbprint})}"
    assert (await ask(house, authorization=bearer, **STATED)).status_code == 200
    stranger = await ask(house, authorization=bearer, **STATED | {"Gateway-Proxy-Secret": "x" * 32})
    told = "the token is bound to a certificate that the connection does not show"
    assert stranger.status_code == 401
    assert stranger.headers.get_list("www-authenticate") == [
        f'Bearer error="invalid_token", error_description="{told}"',
        'DPoP algs="ES256 PS256 EdDSA"',
    ]
    assert (await ask(house, authorization=bearer)).status_code == 401


async def test_an_issuer_that_is_away_is_503_and_never_the_public(house: House, corridor: Corridor) -> None:
    async with issuer_stage() as stage:
        settings = stage.asked_settings()
    async with outside(settings) as issuer:
        away = replace(house, verifier=TokenVerifier([issuer], TokenRules()))
        response = await ask(away, authorization="Bearer opaque")
    assert (response.status_code, code_of(response)) == (503, "ISSUER_UNREACHABLE")
    assert response.json()["errors"][0]["message"] == "the gateway cannot answer at present"
    assert corridor.ordered() == set()


async def test_too_little_scope_names_the_smallest_set_that_suffices(house: House) -> None:
    def narrow(_stage: str) -> Any:
        raise InsufficientScope(["credit:read", "consents:read"])

    response = await ask(replace(house, watch=narrow), authorization=f"Bearer {a_token(OFFICER)}")
    assert (response.status_code, code_of(response)) == (403, "SCOPE_REQUIRED")
    told = response.headers.get_list("www-authenticate")
    assert [one.partition(" ")[0] for one in told] == ["Bearer", "DPoP"]
    assert all('error="insufficient_scope"' in one for one in told)
    assert all('scope="consents:read credit:read"' in one for one in told)


class Counted:
    """Notes the addresses under which requests are counted."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    async def admit(
        self, caller: Caller, subjects: Collection[SubjectId], *, now: datetime, address: str = ""
    ) -> Admitted:
        self.addresses.append(address)
        return Admitted()

    async def tell_unknown(self, caller: Caller, unknown: int, *, now: datetime, address: str = "") -> None:
        raise AssertionError


async def test_nobody_goes_uncounted_because_a_proxy_does_not_say_where_from(house: House) -> None:
    counted = Counted()
    house = replace(house, counting=counted)
    proxied = {"Gateway-Proxy-Secret": SECRET}
    for stated in ("198.51.100.1", "unknown", ""):
        assert (await ask(house, **proxied, x_forwarded_for=stated)).status_code == 200
    assert (await ask(house)).status_code == 200
    assert counted.addresses == ["198.51.100.1", "somewhere", "somewhere", "127.0.0.1"]
