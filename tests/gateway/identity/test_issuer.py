"""The built-in issuer: what its register says of a client is what its tokens are believed to say."""

from __future__ import annotations

from gateway.identity.clients import ClientRecord, hash_secret
from gateway.identity.issuer import IssuerRules, TokenIssuer
from gateway.identity.keys import generate_key_set
from gateway.identity.tokens import TokenRules, TokenVerifier
from schema.vocabulary.caller import Caller, CallerClass, Purpose

NOW = 1_780_279_200.0
KEYS = generate_key_set()
OFFICER = ClientRecord(
    "permit-officer",
    hash_secret("secret"),
    CallerClass.STATE_ORGAN,
    organisation="Permit office",
    jurisdiction="120000",
    scopes=frozenset({"credit:read"}),
    designated=frozenset({Purpose.ADMINISTRATIVE_PERMIT, Purpose.INSPECTION}),
    officer_items=frozenset({"*"}),
)


def test_a_token_says_what_the_register_says_of_its_client():
    issuer = TokenIssuer(KEYS, {OFFICER.client_id: OFFICER}, IssuerRules("https://issuer.example", "graph"))
    form = {"grant_type": "client_credentials", "client_id": OFFICER.client_id, "client_secret": "secret"}
    token = issuer.answer(form, None, now=NOW).access_token
    caller = TokenVerifier(KEYS, TokenRules("https://issuer.example", "graph")).verify(token, NOW)
    assert caller == Caller(
        OFFICER.caller_class,
        OFFICER.client_id,
        organisation=OFFICER.organisation,
        jurisdiction=OFFICER.jurisdiction,
        scopes=OFFICER.scopes,
        designated=OFFICER.designated,
        officer_items=OFFICER.officer_items,
    )
