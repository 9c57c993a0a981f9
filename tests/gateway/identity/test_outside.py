"""Issuers elsewhere over a real wire: rotation, limits of fetching, and answers that nobody waits for."""

from __future__ import annotations

import asyncio
import gzip
import inspect

import httpx
import pytest
from joserfc.jwk import ECKey

from gateway.identity import outside as module
from gateway.identity.outside import LARGEST, outside_issuers, wire_errors
from gateway.identity.refusals import IssuerUnreachable, TokenRefused
from tests.gateway.identity.issuer_stage import OUTSIDE, OUTSIDE_AUDIENCE, IssuerStage, issuer_stage, outside
from tests.gateway.identity.showing import EDWARDS_KEY, KEY, NOW, a_token, a_verifier, header, shown, trusted


@pytest.fixture
async def stage():
    async with issuer_stage() as opened:
        opened.keys = [EDWARDS_KEY]
        yield opened


def a_foreign_token(key=EDWARDS_KEY, **changes) -> str:
    return a_token(key, head=header(key), iss=OUTSIDE, aud=OUTSIDE_AUDIENCE, **changes)


async def test_its_tokens_are_believed_and_nothing_is_fetched_before_one_comes(stage: IssuerStage) -> None:
    async with outside(stage.settings()) as issuer:
        verifier = a_verifier(trusted(), issuer)
        await verifier.verify(shown(a_token()), NOW)
        assert stage.fetches == 0
        for number in range(3):
            facts = await verifier.verify(shown(a_foreign_token(jti=str(number))), NOW)
        assert (facts.issuer, stage.fetches) == ("elsewhere", 1)


async def test_a_new_key_is_fetched_when_it_is_named_first(stage: IssuerStage) -> None:
    async with outside(stage.settings()) as issuer:
        verifier = a_verifier(issuer)
        await verifier.verify(shown(a_foreign_token()), NOW)
        new = ECKey.generate_key("P-256", auto_kid=True)
        stage.keys.append(new)
        with pytest.raises(TokenRefused):  # too soon after the last fetch
            await verifier.verify(shown(a_foreign_token(new)), NOW + 29)
        assert (await verifier.verify(shown(a_foreign_token(new)), NOW + 30)).client_id
        assert stage.fetches == 2


async def test_a_key_that_was_taken_back_is_felt_once_the_keys_are_old_also_by_remembered_tokens(
    stage: IssuerStage,
) -> None:
    async with outside(stage.settings(keys_kept="1min")) as issuer:
        verifier = a_verifier(issuer)
        token = a_foreign_token()
        first = await verifier.verify(shown(token), NOW)
        assert await verifier.verify(shown(token), NOW + 59) is first
        stage.keys = [KEY]
        with pytest.raises(TokenRefused, match="not known"):
            await verifier.verify(shown(token), NOW + 60)


async def test_names_of_keys_that_nobody_has_cost_one_fetch_however_many(stage: IssuerStage) -> None:
    async with outside(stage.settings()) as issuer:
        verifier = a_verifier(issuer)
        strangers = [ECKey.generate_key("P-256", auto_kid=True) for _ in range(20)]
        asked = (verifier.verify(shown(a_foreign_token(key)), NOW + late) for late, key in enumerate(strangers))
        refused = await asyncio.gather(*asked, return_exceptions=True)
        assert {type(one) for one in refused} == {TokenRefused}
        assert stage.fetches == 1


async def test_while_it_is_away_its_keys_stay_and_new_ones_are_not_refused_but_undecided(stage: IssuerStage) -> None:
    new = ECKey.generate_key("P-256", auto_kid=True)
    async with outside(stage.settings()) as issuer:
        verifier = a_verifier(issuer)
        await verifier.verify(shown(a_foreign_token()), NOW)
        stage.status = 503
        assert await verifier.verify(shown(a_foreign_token(jti="2")), NOW + 599)
        assert await verifier.verify(shown(a_foreign_token(exp=NOW + 999)), NOW + 650)
        with pytest.raises(IssuerUnreachable):
            await verifier.verify(shown(a_foreign_token(new, exp=NOW + 999)), NOW + 651)
        assert stage.fetches == 2


@pytest.mark.parametrize(
    "mood",
    [
        {"status": 500},
        {"status": 404},
        {"status": 302, "headers": [(b"location", b"/jwks")]},
        {"status": 301, "headers": [(b"location", b"http://127.0.0.1:9/")]},
        {"body": b"not json"},
        {"body": b"[" * 1000},
        {"body": b'{"keys": []}' + b" " * LARGEST},
        {"body": gzip.compress(b'{"keys": []}'), "headers": [(b"content-encoding", b"gzip")]},
        {"headers": [(b"content-encoding", b"br")]},
    ],
    ids=["broken", "not there", "redirect", "redirect away", "text", "deep", "large", "packed", "packed otherwise"],
)
async def test_answers_that_are_none(stage: IssuerStage, mood) -> None:
    for name, value in mood.items():
        setattr(stage, name, value)
    async with outside(stage.settings()) as issuer:
        with pytest.raises(IssuerUnreachable):
            await a_verifier(issuer).verify(shown(a_foreign_token()), NOW)
    assert stage.fetches == 1


async def test_whoever_answers_slowly_is_not_waited_for(stage: IssuerStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMEOUT_S", 0.1)
    stage.waits = asyncio.Event()
    async with outside(stage.asked_settings()) as issuer:
        for token in (a_foreign_token(), "opaque"):
            with pytest.raises(IssuerUnreachable):
                await a_verifier(issuer).verify(shown(token), NOW)


async def test_at_the_end_a_fetch_under_way_is_given_up(stage: IssuerStage) -> None:
    stage.waits = asyncio.Event()
    async with outside(stage.settings()) as issuer:
        asking = asyncio.create_task(a_verifier(issuer).verify(shown(a_foreign_token()), NOW))
        while stage.fetches == 0:
            await asyncio.sleep(0.005)
    await asyncio.wait([asking], timeout=5)
    assert asking.done()


async def test_an_opaque_token_is_asked_about_with_the_gateways_own_credentials(stage: IssuerStage) -> None:
    stage.active["opaque token"] = {"active": True, "client_id": "bank", "scope": "credit:read", "jti": "7"}
    async with outside(stage.asked_settings()) as issuer:
        verifier = a_verifier(trusted(), issuer)
        for late in (0, 9, 10, 19):
            facts = await verifier.verify(shown("opaque token"), NOW + late)
    assert (facts.issuer, facts.client_id, facts.token_id) == ("elsewhere", "bank", "7")
    assert len(stage.questions) == 2
    head, form = stage.questions[0]
    assert head["authorization"] == "Basic Z2F0ZXdheSUzQTE6cyslMjYrdA=="
    assert form == {"token": "opaque token", "token_type_hint": "access_token"}


async def test_a_revocation_there_is_felt_once_the_answer_is_old(stage: IssuerStage) -> None:
    stage.active["opaque"] = {"active": True, "client_id": "bank"}
    async with outside(stage.asked_settings(answers_kept="5s")) as issuer:
        verifier = a_verifier(issuer)
        await verifier.verify(shown("opaque"), NOW)
        stage.active.clear()
        assert await verifier.verify(shown("opaque"), NOW + 4.9)
        with pytest.raises(TokenRefused, match="not active"):
            await verifier.verify(shown("opaque"), NOW + 5)


async def test_an_issuer_may_only_be_asked_and_have_no_keys(stage: IssuerStage) -> None:
    async with outside(stage.asked_settings(jwks=None)) as issuer:
        assert issuer.keys is None
        stage.active[token := a_foreign_token()] = {"active": True, "client_id": "bank"}
        assert (await a_verifier(issuer).verify(shown(token), NOW)).client_id == "bank"


async def test_every_issuer_has_its_name(stage: IssuerStage) -> None:
    async with outside_issuers({"a": stage.settings(), "b": stage.settings(issuer="https://b.example")}) as issuers:
        assert [(one.name, one.issuer, one.audience) for one in issuers] == [
            ("a", OUTSIDE, OUTSIDE_AUDIENCE),
            ("b", "https://b.example", OUTSIDE_AUDIENCE),
        ]


def _exceptions() -> list[type[Exception]]:
    return [one for _, one in inspect.getmembers(httpx, inspect.isclass) if issubclass(one, Exception)]


@pytest.mark.parametrize("kind", [*_exceptions(), OSError, TimeoutError, ConnectionResetError])
def test_every_error_of_the_wire_is_ours(kind: type[Exception]) -> None:
    error = kind.__new__(kind)
    with pytest.raises(IssuerUnreachable, match=kind.__name__), wire_errors():
        raise error
