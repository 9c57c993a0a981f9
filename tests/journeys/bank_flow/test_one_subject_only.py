"""A token with one subject's consent yields nothing about any other, nor about the persons around the first."""

from __future__ import annotations

import json

import pytest

from tests.journeys.bank_flow.asking import STATUS, Itself, bound
from tests.journeys.bank_flow.bank import Bank, Tokens, asking
from tests.journeys.bank_flow.gateways_apart import Gateways
from tests.journeys.questions import whole_question

AT = (0, 1)


@pytest.fixture
def tokens(gateways, bank) -> Tokens:
    """With the consent of `clean`."""
    return bound(bank, Itself(gateways))[0]


def test_neither_by_its_code_nor_among_others_nor_by_its_name(gateways, bank, tokens):
    one, other = gateways.named["clean"], gateways.named["penalised"]
    name = bank.ask(
        0, tokens, "query($code: CreditCode!) { subject(code: $code) { legalPerson { registeredName } } }", code=one
    )
    assert name.data["subject"]["legalPerson"]["registeredName"]
    for number in AT:
        alone = bank.ask(number, tokens, STATUS, code=other)
        assert (alone.data, alone.codes) == ({"subject": None}, ["SUBJECT_NOT_COVERED"])
        query = "query($codes: [CreditCode!]!) { subjects(codes: $codes) { unifiedSocialCreditCode } }"
        both = bank.ask(number, tokens, query, codes=[one, other])
        assert both.data == {"subjects": [{"unifiedSocialCreditCode": one}, None]}
        assert both.codes == ["SUBJECT_NOT_COVERED"]
        search = (
            '{ searchSubjects(name: "有限公司", first: 5) { totalCount edges { node { unifiedSocialCreditCode } } } }'
        )
        found = bank.ask(number, tokens, search)
        assert (found.data, found.codes) == ({"searchSubjects": None}, ["SUBJECT_NOT_COVERED"])


def test_nor_what_the_law_says_of_it(gateways, bank, tokens):
    query = """query($code: CreditCode!) {
      explainAccess(subject: $code, fields: ["TaxpayerProfile.taxpayerStatus"]) { effect code }
    }"""
    own = bank.ask(0, tokens, query, code=gateways.named["clean"])
    assert own.data == {"explainAccess": [{"effect": "SHOW", "code": None}]}
    other = bank.ask(1, tokens, query, code=gateways.named["penalised"])
    assert (other.data, other.codes) == ({"explainAccess": None}, ["SUBJECT_NOT_COVERED"])


def test_nor_its_consents(gateways, bank, tokens):
    bank.begin(0, asking(gateways.named["penalised"]))  # one that could be told of
    query = "{ consents(first: 100) { edges { node { id subject } } } }"
    for number in AT:
        told = bank.ask(number, tokens, query)
        assert {edge["node"]["subject"] for edge in told.data["consents"]["edges"]} == {gateways.named["clean"]}
    foreign = next(
        edge["node"]["id"]
        for edge in bank.ask(0, bank.bound(0), query).data["consents"]["edges"]
        if edge["node"]["subject"] == gateways.named["penalised"]
    )
    manager = the_manager(gateways)
    held = manager.bound(0, *tokens.consents)
    for number in AT:
        refused = manager.ask(number, held, "mutation($id: ID!) { revokeConsent(id: $id) { id } }", id=foreign)
        assert (refused.data, refused.codes) == ({"revokeConsent": None}, ["CONSENT_NOT_FOUND"])


def the_manager(gateways: Gateways) -> Bank:
    """Another client of the bank's, which may also give consents back."""
    key = gateways.files.cast.key_file("manager")
    if not key.exists():
        scopes = ("--scope", "credit:read", "--scope", "consents:read", "--scope", "consents:manage")
        gateways.command("clients", "add", "manager", "--organisation", "xn-bank", *scopes, "--make-key", str(key))
    return Bank(gateways, "manager")


def test_nor_by_asking_for_a_consent_of_both(gateways, bank, tokens):
    itself = Itself(gateways)
    errand = bank.begin(0, asking(gateways.named["clean"]), asking(gateways.named["arrears"]))
    assert errand.request_uri
    [edge] = itself.ask(0, "{ consents(state: REQUESTED, first: 1) { edges { node { id subject } } } }").data[
        "consents"
    ]["edges"]
    assert edge["node"]["subject"] == gateways.named["clean"]
    itself.act(0, "reject", edge["node"]["id"])


def test_persons_around_it_stay_what_they_are_to_everybody(gateways, bank, tokens):
    """Shareholders and the legal representative have agreed to nothing."""
    code = gateways.named["clean"]
    with_consent = bank.ask(0, tokens, whole_question(), code=code)
    without = bank.ask(1, bank.bound(0), whole_question(), code=code)
    for place in ("shareholders", "branches", "pledgeRegistrations"):
        assert _facts(with_consent.data["subject"][place]) == _facts(without.data["subject"][place])
    persons = [reply.data["subject"]["legalPerson"]["legalRepresentative"] for reply in (with_consent, without)]
    assert persons[0] == persons[1]
    assert {name for name, value in persons[0].items() if value} <= {"name", "position"}


def _facts(records) -> str:
    """Without what tells where from, and whether it was kept."""
    return json.dumps([{name: value for name, value in record.items() if name != "provenance"} for record in records])
