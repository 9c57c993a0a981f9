"""Authorization requests: pushed, looked at and answered once; and, one by one, what is not taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.identity.authorization import RequestGone
from tests.builders import NOW, SOME_CODE
from tests.gateway.web.oauth_stage import (
    BOTH,
    CALLBACK,
    CALLBACK_WITH_QUERY,
    CONSENT,
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
def desk(stage):
    return stage.server.desk


async def pushed_by(bank, **more):
    """The address of a request, and the request."""
    address = (await bank.push(**more)).json()["request_uri"]
    return address, await bank.stage.server.desk.look("bank", address, now=NOW)


async def test_a_pushed_request_says_what_was_asked(bank):
    address, pushed = await pushed_by(bank, dpop_jkt=KEYS["key-1"].thumbprint())
    assert address.startswith("urn:ietf:params:oauth:request_uri:")
    assert (pushed.client_id, pushed.redirect_uri, pushed.state) == ("bank", CALLBACK, "s-1")
    assert (pushed.scopes, pushed.consents) == ({"credit:read"}, (CONSENT,))
    assert pushed.key == KEYS["key-1"].thumbprint()
    assert pushed.handle not in repr(pushed)


async def test_a_subject_may_agree_to_a_part(desk, bank):
    _, pushed = await pushed_by(bank, authorization_details=BOTH)
    address = await desk.finish(pushed, subject=SOME_CODE, consents=[OTHER_CONSENT], now=NOW)
    claims = says(tokens_of(await bank.exchange(parameters(address)["code"]))[0])
    assert [one["consent_id"] for one in claims["authorization_details"]] == [OTHER_CONSENT]


@pytest.mark.parametrize("consents", [[], ["consent-9999999999"], [CONSENT, "consent-9999999999"]])
async def test_a_subject_agrees_to_what_it_was_asked_for(desk, bank, consents):
    _, pushed = await pushed_by(bank)
    with pytest.raises(ValueError, match="agrees"):
        await desk.finish(pushed, subject=SOME_CODE, consents=consents, now=NOW)


async def test_a_request_is_answered_once(desk, bank):
    address, pushed = await pushed_by(bank)
    await desk.refuse(pushed, error="access_denied", now=NOW)
    assert await desk.look("bank", address, now=NOW) is None
    with pytest.raises(RequestGone):
        await desk.finish(pushed, subject=SOME_CODE, consents=[CONSENT], now=NOW)
    with pytest.raises(RequestGone):
        await desk.refuse(pushed, error="access_denied", now=NOW)
    with pytest.raises(ValueError, match="no error"):
        await desk.refuse(pushed, error="teapot", now=NOW)


async def test_who_has_begun_in_time_has_time_to_read(desk, bank):
    address, pushed = await pushed_by(bank)
    later = NOW + timedelta(minutes=19)
    assert await desk.look("bank", address, now=later) is None
    assert await desk.look("bank", address, now=later, has_begun=True) == pushed
    assert await desk.look("bank", address, now=NOW + timedelta(minutes=20), has_begun=True) is None
    assert await desk.finish(pushed, subject=SOME_CODE, consents=[CONSENT], now=later)


async def test_a_redirect_address_that_is_no_longer_registered(stage, desk, bank):
    address, pushed = await pushed_by(bank)
    client = stage.register.book.clients["bank"]
    await stage.register.put([replace(client, redirect_uris=(CALLBACK_WITH_QUERY,))], at=NOW)
    assert await desk.look("bank", address, now=NOW) is None
    with pytest.raises(RequestGone):
        await desk.finish(pushed, subject=SOME_CODE, consents=[CONSENT], now=NOW)


async def test_a_state_is_given_back_as_it_came(desk, bank):
    state = "ü&code=x#é" + "x" * 502
    _, pushed = await pushed_by(bank, state=state)
    assert parameters(await desk.refuse(pushed, error="access_denied", now=NOW))["state"] == state
    assert refusal(await bank.push(state=state + "x")) == INVALID_REQUEST


@pytest.mark.parametrize(
    ("without", "details"),
    [(["authorization_details"], ""), ((), "[]"), ((), "{}"), ((), '[{"type":"payment"}]'), ((), "x" * 70_000)],
)
async def test_a_request_has_to_ask_for_consents(bank, without, details):
    answer = await bank.push(without=without, authorization_details=details)
    assert refusal(answer) == (400, "invalid_authorization_details")


async def test_a_request_for_more_scope_than_the_client_holds(bank):
    assert refusal(await bank.push(scope="credit:read graph.introspect")) == (400, "invalid_scope")


async def test_a_request_without_scope_asks_for_all_that_the_client_holds(bank):
    _, pushed = await pushed_by(bank, without=["scope"])
    assert pushed.scopes == {"credit:read", "consents:read"}


@pytest.mark.parametrize(
    ("without", "changes"),
    [
        pytest.param((), {"code_challenge_method": "plain", "code_challenge": "v" * 43}, id="plain"),
        pytest.param((), {"code_challenge_method": "s256"}, id="a method of another name"),
        pytest.param(("code_challenge_method",), {}, id="no method, which would mean plain"),
        pytest.param(("code_challenge",), {}, id="no challenge"),
        pytest.param(("code_challenge", "code_challenge_method"), {}, id="nothing of it"),
        pytest.param((), {"code_challenge": "short"}, id="a challenge that is none"),
        pytest.param((), {"code_challenge": "v" * 43 + "\n"}, id="a challenge with an end of line"),
    ],
)
async def test_a_downgraded_challenge(bank, without, changes):
    assert refusal(await bank.push(without=without, **changes)) == INVALID_REQUEST


async def test_a_pushed_request_of_another_client(stage, bank):
    address = (await bank.push()).json()["request_uri"]
    assert await stage.server.desk.look("rival", address, now=stage.now) is None
    assert await stage.server.desk.look("bank", address + "x", now=stage.now) is None
    assert await stage.server.desk.look("bank", address.removeprefix("urn:"), now=stage.now) is None


@pytest.mark.parametrize("parameter", ["request", "request_uri"])
async def test_a_pushed_request_that_points_elsewhere(bank, parameter):
    assert refusal(await bank.push(**{parameter: "https://bank.example/request"})) == INVALID_REQUEST


async def test_a_pushed_request_that_names_another_client(bank):
    assert refusal(await bank.push(client_id="rival")) == INVALID_CLIENT


async def test_a_pushed_request_that_names_something_twice(stage, bank):
    form = f"client_id=bank&client_assertion={bank.assertion()}&client_id=rival"
    answer = await stage.web.post(
        "/oauth/par", content=form, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert refusal(answer) == INVALID_REQUEST


async def test_a_pushed_request_that_has_ended(stage, bank):
    address = (await bank.push()).json()["request_uri"]
    stage.clock.now += timedelta(minutes=5)
    assert await stage.server.desk.look("bank", address, now=stage.now) is None


async def test_mix_up_every_answer_says_whose_it_is(stage, bank):
    address = (await bank.push()).json()["request_uri"]
    assert parameters(await agreed(stage, address))["iss"] == ISSUER
    pushed = await stage.server.desk.look("bank", (await bank.push()).json()["request_uri"], now=NOW)
    said = parameters(await stage.server.desk.refuse(pushed, error="access_denied", now=NOW))
    assert said == {"error": "access_denied", "state": "s-1", "iss": ISSUER}


@pytest.mark.parametrize("kind", ["token", "id_token", "code token", "code id_token", "none"])
async def test_implicit_grants(bank, kind):
    assert refusal(await bank.push(response_type=kind)) == (400, "unsupported_response_type")


@pytest.mark.parametrize("mode", ["fragment", "form_post"])
async def test_another_response_mode(bank, mode):
    assert refusal(await bank.push(response_mode=mode)) == INVALID_REQUEST


@pytest.mark.parametrize(
    "address",
    [
        *(CALLBACK + more for more in ("/", "?", "?x=1", "#", "/../cb", "%2F")),
        *(
            "http://bank.example/cb",
            "https://bank.example:443/cb",
            "https://BANK.example/cb",
            "https://bank.example/CB",
        ),
        *("https://bank.example", "https://evil.example/cb", "https://bank.example@evil.example/cb", "javascript:x"),
        CALLBACK_WITH_QUERY + "&x=1",
    ],
)
async def test_a_redirect_address_that_is_off_by_a_little(bank, address):
    assert refusal(await bank.push(redirect_uri=address)) == INVALID_REQUEST


async def test_a_redirect_address_that_is_missing(bank):
    assert refusal(await bank.push(without=["redirect_uri"])) == INVALID_REQUEST


async def test_a_pushed_request_whose_proof_is_of_another_key_than_it_names(bank):
    answer = await bank.push(proof=bank.proof("/oauth/par"), dpop_jkt=KEYS["key-2"].thumbprint())
    assert refusal(answer) == (400, "invalid_dpop_proof")
    assert refusal(await bank.push(dpop_jkt="x")) == INVALID_REQUEST
