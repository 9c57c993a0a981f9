"""What becomes of a consent at one process acts at the other with its next request; uses are counted over both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.cli.oauth_client import OAuthTrouble
from tests.journeys.bank_flow.asking import STATUS, Itself, bound, status_in
from tests.journeys.bank_flow.bank import Bank, Tokens
from tests.journeys.bank_flow.gateways_apart import Gateways
from tests.journeys.gateways import Reply

MONTHLY = {"frequency": {"times": 3, "per": "MONTH"}}
CACHED = (
    "query($code: CreditCode!) { subject(code: $code) { legalPerson { registeredName provenance { fromCache } } } }"
)


@pytest.fixture
def gateways(two: Gateways) -> Gateways:
    return two


@pytest.fixture
def itself(gateways: Gateways) -> Itself:
    return Itself(gateways)


def look(bank: Bank, number: int, tokens: Tokens) -> Reply:
    """The question for what the consent is about."""
    return bank.ask(number, tokens, STATUS, code=bank.gateways.named["clean"])


def test_a_revocation_at_one_stops_the_next_request_at_the_other(gateways, bank, itself):
    tokens, consent = bound(bank, itself)
    for number in (0, 1, 1):
        assert status_in(look(bank, number, tokens)) == "NORMAL"
    warm = bank.ask(1, tokens, CACHED, code=gateways.named["clean"])
    warm = bank.ask(1, tokens, CACHED, code=gateways.named["clean"])
    assert warm.data["subject"]["legalPerson"]["provenance"] == {"fromCache": True}
    itself.act(0, "revoke", consent)
    for number in (1, 0):
        refused = look(bank, number, tokens)
        assert (status_in(refused), refused.codes) == (None, ["CONSENT_EXPIRED"])
    with pytest.raises(OAuthTrouble, match="invalid_authorization_details"):
        bank.bound(1, consent)


def test_a_revocation_by_the_operator_does_so_too(gateways, bank, itself):
    tokens, consent = bound(bank, itself)
    assert status_in(look(bank, 0, tokens)) == "NORMAL"
    gateways.command("consents", "revoke", consent)
    assert [status_in(look(bank, number, tokens)) for number in (0, 1)] == [None, None]


def test_a_consent_that_rests_is_none_until_it_goes_on(bank, itself):
    tokens, consent = bound(bank, itself)
    for act, expected in (("pause", None), ("resume", "NORMAL"), ("pause", None), ("resume", "NORMAL")):
        itself.act(0, act, consent)
        assert [status_in(look(bank, number, tokens)) for number in (1, 0)] == [expected, expected]


def test_of_two_who_act_at_once_one_is_told_what_stands(gateways, bank, itself):
    consent = itself.give(bank)
    query = "mutation($id: ID!) { revokeConsent(id: $id) { state } }"
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda number: itself.ask(number, query, id=consent), range(8)))
    assert sorted(str(reply.codes) for reply in told) == ["['CONSENT_STATE']"] * 7 + ["[]"]
    statements = "SELECT number FROM consent_statement WHERE consent_id = :id ORDER BY number"
    assert [row["number"] for row in gateways.sql(statements, id=consent)] == [0, 1, 2]


def test_the_fourth_pull_of_three_is_refused_whoever_gets_it(bank, itself):
    for last in (0, 1):
        tokens, _ = bound(bank, itself, **MONTHLY)
        assert [status_in(look(bank, number, tokens)) for number in (0, 1, 0)] == ["NORMAL"] * 3
        fourth = look(bank, last, tokens)
        assert (status_in(fourth), fourth.codes) == (None, ["CONSENT_USED_UP"])


def test_of_twenty_at_once_exactly_three_succeed(bank, itself):
    tokens, _ = bound(bank, itself, **MONTHLY)
    with ThreadPoolExecutor(20) as threads:
        replies = list(threads.map(lambda number: look(bank, number, tokens), range(20)))
    assert [reply.status for reply in replies] == [200] * 20
    assert sorted(str(status_in(reply)) for reply in replies) == ["NORMAL"] * 3 + ["None"] * 17
    assert {code for reply in replies for code in reply.codes} == {"CONSENT_USED_UP"}


def test_another_token_of_the_same_consent_is_counted_with_the_first(bank, itself):
    tokens, consent = bound(bank, itself, **MONTHLY)
    others = [bank.bound(number, consent) for number in (1, 0)]
    assert [status_in(look(bank, 1, one)) for one in (tokens, *others)] == ["NORMAL"] * 3
    assert status_in(look(bank, 0, bank.bound(0, consent))) is None


def test_what_takes_the_place_of_a_consent_ends_it_on_both(bank, itself):
    tokens, consent = bound(bank, itself)
    successor, _ = bound(bank, itself, "NB01-1", replaces=consent)
    assert [status_in(look(bank, number, tokens)) for number in (0, 1)] == [None, None]
    assert [status_in(look(bank, number, successor)) for number in (0, 1)] == ["NORMAL", "NORMAL"]
