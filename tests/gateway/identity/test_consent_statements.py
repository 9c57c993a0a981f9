"""The words of the papers: every one comes back, explains itself, and has one form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import orjson
import pytest

from gateway.identity.consent_papers import digest_of
from gateway.identity.consent_statements import canonical
from schema.vocabulary.caller import Purpose
from schema.vocabulary.consents import ConsentAct, ConsentState, Frequency, Per
from tests.builders import NOW, SOME_CODE, TODAY
from tests.consent_builders import ISSUER, TERMS, acted, asked, assert_refused, payload_of, signed, the_papers

PAPERS = the_papers()
LIVED = acted(PAPERS, asked(PAPERS), ConsentAct.GRANT)


def test_every_word_of_the_terms_comes_back():
    whole = asked(
        PAPERS,
        client_id="bank-web",
        data_from=date(2024, 1, 1),
        data_to=TODAY,
        frequency=Frequency(3, Per.MONTH),
        is_written=True,
        notice="adverse-consequences-1",
        replaces="the-consent-before-it",
        purposes=frozenset({Purpose.CREDIT_GRANTING, Purpose.AUDITING}),
    )
    again = the_papers().read(whole.statements)
    assert again == whole
    assert (again.grantee_name, again.asked_by, again.asked_at) == ("第一银行", "bank-web", NOW)
    assert again.terms.frequency == Frequency(3, Per.MONTH)


def test_a_statement_explains_itself_to_whoever_has_it():
    assert payload_of(LIVED.statements[0]) == {
        "issuer": ISSUER,
        "consent_id": "a-consent-of-the-tests",
        "number": 0,
        "stated_at": "2026-06-01T02:00:00+00:00",
        "answer_by": "2026-06-08T02:00:00+00:00",
        "asked_by_client": "bank-web",
        "subject": str(SOME_CODE),
        "grantee": {"organisation": "bank", "name": "第一银行", "client_id": ""},
        "items": ["SUP-TX1"],
        "purposes": ["CREDIT_GRANTING"],
        "valid_from": "2026-06-01",
        "ends_on": "2026-12-31",
        "data_from": None,
        "data_to": None,
        "frequency": None,
        "is_written": False,
        "notice": "",
        "replaces": "",
    }
    assert payload_of(LIVED.statements[1]) == {
        "issuer": ISSUER,
        "consent_id": "a-consent-of-the-tests",
        "number": 1,
        "stated_at": "2026-06-01T02:00:00+00:00",
        "act": "GRANT",
        "by": "subject",
        "evidence": {},
        "previous_sha256": digest_of(LIVED.statements[0]),
    }


def test_a_moment_without_its_zone_is_not_signed():
    with pytest.raises(ValueError, match="zone"):
        PAPERS.artefact(replace(asked(PAPERS), asked_at=NOW.replace(tzinfo=None)))


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"number": 1},
        {"number": "0"},
        {"subject": 5},
        {"items": None},
        {"items": [1]},
        {"purposes": ["MARKETING"]},
        {"valid_from": "soon"},
        {"valid_from": None},
        {"ends_on": None},
        {"grantee": {"organisation": "bank"}},
        {"grantee": {"organisation": "bank", "name": 1, "client_id": ""}},
        {"grantee": "bank"},
        {"frequency": {"times": 1}},
        {"frequency": {"times": 1, "per": "WEEK"}},
        {"stated_at": "2026-06-01T02:00:00"},
    ],
)
def test_terms_that_this_house_does_not_write_are_not_read(change):
    payload = payload_of(LIVED.statements[0])
    assert the_papers().read([signed(payload)]).terms == TERMS
    assert_refused(signed(payload | change))


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"number": 0},
        {"number": 2},
        {"act": "EXTEND"},
        {"act": "PAUSE"},
        {"by": "somebody"},
        {"evidence": {"page": 1}},
        {"evidence": None},
        {"previous_sha256": ""},
        {"stated_at": "2026-05-31T02:00:00+00:00"},
        {"stated_at": "2026-07-01T02:00:00+00:00"},
        {"consent_id": "another-consent-of-the-tests"},
    ],
)
def test_acts_that_this_house_does_not_write_are_not_read(change):
    first, second, *_ = LIVED.statements
    payload = payload_of(second)
    assert the_papers().read([first, signed(payload)]).state_at(NOW) is ConsentState.ACTIVE
    assert_refused(first, signed(payload | change))


@pytest.mark.parametrize("text", [b"[]", b"1", b"", b'{"number":0}'])
def test_signed_nonsense_is_nonsense(text):
    assert_refused(signed(text))


def test_a_payload_has_one_form():
    spaced = orjson.dumps(payload_of(LIVED.statements[0]), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    assert_refused(signed(spaced))
    assert_refused(signed(b'{"issuer":"x",' + canonical(payload_of(LIVED.statements[0]))[1:]))
