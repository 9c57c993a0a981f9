"""The whole flow of a bank, from its question to the subject to the entry in the record, over real sockets."""

from __future__ import annotations

import json
from dataclasses import replace

import httpx
import pytest

from gateway.cli.oauth_client import OAuthTrouble, Pkce
from tests.journeys.audit import rows_of
from tests.journeys.bank_flow.asking import STATUS, Itself, bound, status_in
from tests.journeys.bank_flow.bank import Bank, asking
from tests.journeys.bank_flow.subject_at_page import visiting


def test_each_step_at_another_process(gateways, bank):
    subject = gateways.named["penalised"]
    before = bank.ask(0, bank.bound(1), STATUS, code=subject)
    assert (status_in(before), before.codes) == (None, ["CONSENT_REQUIRED"])
    errand = bank.begin(0, asking(subject))
    with visiting(gateways, "penalised") as visitor:
        asked = visitor.sign_in(0, visitor.open(1, errand.address))
        page = visitor.open(1, asked)
        assert "NB09-1" in page
        place = visitor.answer(0, page)
    tokens = bank.redeem(1, errand, bank.code_of(errand, place))
    assert (tokens.told["token_type"], len(tokens.consents)) == ("DPoP", 1)
    for number in (0, 1):
        seen = bank.ask(number, tokens, STATUS, code=subject)
        assert (status_in(seen), seen.errors) == ("NORMAL", [])
        [entry] = [row for row in rows_of(gateways) if row["request_id"] == seen.headers["x-request-id"]]
        [judged] = entry["verdicts"]
        assert (entry["client_id"], judged["consents"]) == (bank.client_id, [*tokens.consents])
        assert subject not in json.dumps(entry, default=str)
    again = bank.refresh(0, tokens)
    assert again.consents == tokens.consents
    assert status_in(bank.ask(1, again, STATUS, code=subject)) == "NORMAL"


def test_who_does_not_agree_is_not_looked_at(gateways, bank):
    subject = gateways.named["arrears"]
    errand = bank.begin(1, asking(subject))
    with visiting(gateways, "arrears") as visitor:
        place = visitor.walk(errand.address, "refuse")
    assert "error=access_denied" in place
    assert "code=" not in place
    told = bank.ask(0, bank.bound(0), "{ consents(state: REJECTED, first: 9) { edges { node { id subject } } } }")
    [consent] = [one["node"]["id"] for one in told.data["consents"]["edges"] if one["node"]["subject"] == subject]
    with pytest.raises(OAuthTrouble) as refused:
        bank.bound(1, consent)
    assert refused.value.error == "invalid_authorization_details"
    with visiting(gateways, "arrears") as late:
        assert late.fetch(1, errand.address).status_code == httpx.codes.BAD_REQUEST


def test_a_code_is_of_use_to_nobody_else(gateways, bank):
    errand = bank.begin(0, asking(gateways.named["rating-c"]))
    with visiting(gateways, "rating-c") as visitor:
        code = bank.code_of(errand, visitor.walk(errand.address))
    with pytest.raises(OAuthTrouble, match="invalid_grant"):
        bank.redeem(1, replace(errand, pkce=Pkce()), code)
    with pytest.raises(OAuthTrouble, match="unauthorized_client"):
        Bank(gateways, "bank", proofs=None).redeem(0, errand, code)
    tokens = bank.redeem(1, errand, code)
    assert status_in(bank.ask(0, tokens, STATUS, code=gateways.named["rating-c"])) == "NORMAL"
    stolen = Bank(gateways).ask(0, tokens, STATUS, code=gateways.named["rating-c"])
    assert (stolen.status, stolen.data) == (401, None)


def test_a_consent_that_is_given_on_the_graph_is_bound_by_its_id(gateways, bank):
    itself = Itself(gateways)
    tokens, consent = bound(bank, itself)
    assert tokens.consents == (consent,)
    seen = bank.ask(1, tokens, STATUS, code=gateways.named["clean"])
    assert status_in(seen) == "NORMAL"
    for act, told in (("pause", "PAUSED"), ("resume", "ACTIVE"), ("revoke", "REVOKED")):
        assert itself.act(1, act, consent).data[f"{act}Consent"] == {"id": consent, "state": told}
        seen = bank.ask(0, tokens, STATUS, code=gateways.named["clean"])
        assert (status_in(seen) is None) == (told != "ACTIVE")
    told = itself.ask(1, "{ consents(first: 9) { edges { node { id acts { act by } } } } }").data["consents"]["edges"]
    [acts] = [one["node"]["acts"] for one in told if one["node"]["id"] == consent]
    assert [one["act"] for one in acts] == ["GRANT", "PAUSE", "RESUME", "REVOKE"]
