"""A consent that somebody alters in the database counts for nothing, hides no other, and is told of in the log."""

from __future__ import annotations

import base64
import json

import httpx
import pytest

from gateway.cli.oauth_client import OAuthTrouble
from tests.journeys.bank_flow.asking import STATUS, Itself, bound, status_in
from tests.journeys.bank_flow.bank import asking
from tests.journeys.bank_flow.gateways_apart import Gateways
from tests.journeys.bank_flow.subject_at_page import visiting

_LISTED = "{ consents(first: 100) { edges { node { id } } } }"


def alter(gateways: Gateways, consent: str, **terms: object) -> None:
    """Write other terms into a consent, as somebody would who has the database to himself but no key."""
    query = "SELECT statement FROM consent_statement WHERE consent_id = :id AND number = 0"
    [row] = gateways.sql(query, id=consent)
    header, payload, signature = row["statement"].split(".")
    told = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert terms.keys() <= told.keys(), told
    forged = base64.urlsafe_b64encode(json.dumps(told | terms).encode()).rstrip(b"=").decode()
    is_embedded = "sqlite" in gateways.files.settings.database.url.get_secret_value()
    unlock = (
        "DROP TRIGGER IF EXISTS consent_statement_no_update"
        if is_embedded
        else "SET session_replication_role = replica"
    )
    change = "UPDATE consent_statement SET statement = :text WHERE consent_id = :id AND number = 0"
    gateways.sql(change, unlock, text=f"{header}.{forged}.{signature}", id=consent)


def test_it_counts_for_nothing(gateways, bank):
    itself = Itself(gateways)
    tokens, consent = bound(bank, itself, "NB01-1")
    others, other = bound(bank, itself)
    for one in (tokens, others):
        assert status_in(bank.ask(0, one, STATUS, code=gateways.named["clean"])) == "NORMAL"
    said = len(gateways.log())
    alter(gateways, consent, items=["NB01-1", "NB02-1"])
    for number in (0, 1):
        seen = bank.ask(number, tokens, STATUS, code=gateways.named["clean"])
        assert (status_in(seen), seen.codes) == (None, ["CONSENT_REQUIRED"])
        assert status_in(bank.ask(number, others, STATUS, code=gateways.named["clean"])) == "NORMAL"
        with pytest.raises(OAuthTrouble, match="invalid_authorization_details"):
            bank.bound(number, consent)
        listed = {edge["node"]["id"] for edge in itself.ask(number, _LISTED).data["consents"]["edges"]}
        assert other in listed
        assert consent not in listed
    log = gateways.log()[said:]
    assert "a consent on file has been altered and counts for nothing" in log
    assert gateways.named["clean"] not in log


def test_what_was_altered_before_it_was_given_cannot_be_given(gateways, bank):
    errand = bank.begin(0, asking(gateways.named["defaulter"], "NB01-1"))
    newest = "SELECT consent_id FROM consent_statement WHERE number = 0 ORDER BY at DESC LIMIT 1"
    [row] = gateways.sql(newest)
    alter(gateways, row["consent_id"], items=["NB01-1", "NB02-1"])
    with visiting(gateways, "defaulter") as visitor:
        asked = visitor.sign_in(1, visitor.open(0, errand.address))
        assert visitor.fetch(1, asked).status_code == httpx.codes.CONFLICT
