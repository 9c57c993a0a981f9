"""What one process has seen, the other knows: proofs, assertions, codes, refresh tokens, suspensions, keys."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from joserfc import jws

from gateway.cli.oauth_client import OAuthTrouble
from gateway.identity.client_assertion import ASSERTION_TYPE
from gateway.pipeline.admit import hour
from tests.journeys.bank_flow.asking import STATUS, Itself, bound, status_in
from tests.journeys.bank_flow.bank import PURPOSE, Bank, Tokens, asking
from tests.journeys.bank_flow.gateways_apart import Gateways
from tests.journeys.bank_flow.subject_at_page import visiting
from tests.journeys.gateways import PATIENCE_S, Reply

PUBLIC = "query($code: CreditCode!) { subject(code: $code) { legalPerson { registeredName } } }"


@pytest.fixture
def gateways(two: Gateways) -> Gateways:
    return two


@pytest.fixture
def itself(gateways: Gateways) -> Itself:
    return Itself(gateways)


def on_both(bank: Bank, tokens: Tokens, name: str = "clean", **how) -> list[Reply]:
    """The same question to the one and to the other."""
    return [bank.ask(number, tokens, STATUS, code=bank.gateways.named[name], **how) for number in (0, 1)]


def statuses(bank: Bank, tokens: Tokens, name: str = "clean", **how) -> list[int]:
    """How both answer."""
    return [reply.status for reply in on_both(bank, tokens, name, **how)]


def walked(bank: Bank, name: str):
    """The errand to a subject that has agreed on the page, and the code."""
    errand = bank.begin(0, asking(bank.gateways.named[name]))
    with visiting(bank.gateways, name) as visitor:
        return errand, bank.code_of(errand, visitor.walk(errand.address))


def test_a_proof_is_good_once_whoever_sees_it(gateways, bank, itself):
    tokens, _ = bound(bank, itself)
    variables = {"code": gateways.named["clean"]}
    headers = {**bank.shown(tokens.access), "Inquiry-Purpose": PURPOSE}
    assert status_in(gateways.send(0, STATUS, headers, variables)) == "NORMAL"
    for number in (1, 0):
        replayed = gateways.send(number, STATUS, headers, variables)
        assert (replayed.status, replayed.data) == (401, None)
        assert 'error="invalid_dpop_proof"' in replayed.headers["www-authenticate"]


def test_a_client_assertion_is_good_once_whoever_sees_it(gateways, bank):
    bank.bound(0)  # brings the nonce
    address, now = f"{gateways.public_url}/oauth/token", hour().timestamp()
    assertion = bank.credentials.assertion(gateways.public_url, now)
    form = {
        "grant_type": "client_credentials",
        "client_id": bank.client_id,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
    }
    answers = [
        gateways.http.post(
            f"{gateways.at(number)}/oauth/token",
            data=form,
            headers={"DPoP": bank.proofs.proof("POST", address, now=now)},
        )
        for number in (0, 1, 0)
    ]
    assert [answer.status_code for answer in answers] == [200, 401, 401]
    assert {answer.json()["error"] for answer in answers[1:]} == {"invalid_client"}


def test_a_code_that_comes_twice_takes_all_that_came_of_it_along(bank):
    errand, code = walked(bank, "penalised")
    tokens = bank.redeem(0, errand, code)
    assert statuses(bank, tokens, "penalised") == [200, 200]
    with pytest.raises(OAuthTrouble, match="invalid_grant"):
        bank.redeem(1, errand, code)
    assert statuses(bank, tokens, "penalised") == [401, 401]
    for number in (0, 1):
        with pytest.raises(OAuthTrouble, match="invalid_grant"):
            bank.refresh(number, tokens)


def test_a_refresh_token_that_comes_twice_takes_all_that_came_of_it_along(bank):
    errand, code = walked(bank, "arrears")
    first = bank.redeem(1, errand, code)
    second = bank.refresh(0, first)
    assert statuses(bank, second, "arrears") == [200, 200]
    with pytest.raises(OAuthTrouble, match="invalid_grant"):
        bank.refresh(1, first)
    for tokens in (first, second):
        assert statuses(bank, tokens, "arrears") == [401, 401]
    with pytest.raises(OAuthTrouble, match="invalid_grant"):
        bank.refresh(0, second)


@contextmanager
def suspended(gateways: Gateways, *who: str) -> Iterator[None]:
    """Somebody, by the command, while the block lasts."""
    kind, *names = who
    gateways.command(kind, "suspend", *names)
    try:
        yield
    finally:
        gateways.command(kind, "resume", *names)


@pytest.mark.parametrize("who", [("clients", "bank-app"), ("orgs", "xn-bank")], ids=["client", "organisation"])
def test_who_is_suspended_gets_no_further_answer_from_either(gateways, bank, itself, who):
    tokens, _ = bound(bank, itself)
    assert statuses(bank, tokens) == [200, 200]
    errand = bank.begin(0, asking(gateways.named["defaulter"]))
    with suspended(gateways, *who), visiting(gateways, "defaulter") as visitor:
        assert statuses(bank, tokens) == [401, 401]
        for number in (0, 1):
            with pytest.raises(OAuthTrouble, match="invalid_client"):
                bank.bound(number)
            assert visitor.fetch(number, errand.address).status_code == 400
    assert statuses(bank, tokens) == [200, 200]


def test_an_officer_who_is_suspended_gets_no_further_answer_from_either(gateways):
    unit, how = Bank(gateways, "permit-officer", proofs=None), {"purpose": "ADMINISTRATIVE_PERMIT"}
    tokens = unit.bound(0, officer="officer-1")
    assert [status_in(reply) for reply in on_both(unit, tokens, **how)] == ["NORMAL", "NORMAL"]
    with suspended(gateways, "officers", "tj-heping-permits", "officer-1"):
        assert statuses(unit, tokens, **how) == [401, 401]
        with pytest.raises(OAuthTrouble, match="invalid_grant"):
            unit.bound(1, officer="officer-1")
    assert statuses(unit, tokens, **how) == [200, 200]


def test_a_subject_whose_account_is_suspended_has_no_open_page(gateways, bank):
    errand = bank.begin(0, asking(gateways.named["abnormal"]))
    with visiting(gateways, "abnormal") as visitor:
        asked = visitor.sign_in(1, visitor.open(0, errand.address))
        page = visitor.open(0, asked)
        with suspended(gateways, "subjects", gateways.named["abnormal"]):
            for number in (1, 0):
                assert visitor.send(number, "answer", page, answer="approve").status_code == 403


def test_who_is_registered_just_now_is_known_to_both(gateways):
    key = gateways.files.cast.key_file("new-app")
    how = ("--organisation", "xn-bank", "--scope", "credit:read", "--make-key", str(key))
    gateways.command("clients", "add", "new-app", *how)
    client = Bank(gateways, "new-app")
    assert statuses(client, client.bound(0)) == [200, 200]


def signers(gateways: Gateways) -> list[list[str]]:
    """Names of the keys that each process shows, in their order."""
    shown = [gateways.http.get(f"{gateways.at(number)}/.well-known/jwks.json").json() for number in (0, 1)]
    return [[key["kid"] for key in keys["keys"]] for keys in shown]


def wait_for(gateways: Gateways, kids: Sequence[str]) -> None:
    """Until both show these keys."""
    ends = time.monotonic() + PATIENCE_S
    while signers(gateways) != [[*kids], [*kids]]:
        assert time.monotonic() < ends, "a process does not follow its keys"
        time.sleep(0.02)


def kid_of(tokens: Tokens) -> str:
    return str(jws.extract_compact(tokens.access.encode()).headers()["kid"])


def test_keys_change_without_a_token_or_a_consent_being_lost(gateways, bank, itself):
    before, consent = bound(bank, itself)
    rotated = [key["kid"] for key in gateways.command("keys", "rotate")["keys"]]
    assert rotated.index(kid_of(before)) == 2
    wait_for(gateways, rotated)
    after = [bank.bound(number, consent) for number in (0, 1)]
    assert {kid_of(tokens) for tokens in after} == {rotated[0]}
    for tokens in (before, *after):
        assert [status_in(reply) for reply in on_both(bank, tokens)] == ["NORMAL", "NORMAL"]
    dropped = gateways.command("keys", "drop", kid_of(before))
    wait_for(gateways, [key["kid"] for key in dropped["keys"]])
    assert statuses(bank, before) == [401, 401]
    for tokens in after:  # what the key has signed of consents counts no more either
        assert [status_in(reply) for reply in on_both(bank, tokens)] == [None, None]
    tokens, _ = bound(bank, Itself(gateways))
    assert [status_in(reply) for reply in on_both(bank, tokens)] == ["NORMAL", "NORMAL"]
