"""The papers of a consent: what is signed is read as it was said, and whatever was altered is found."""

from __future__ import annotations

import base64
import hmac
import string
from dataclasses import replace
from datetime import date, timedelta

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from gateway.identity.consent_papers import LONGEST_STATEMENT, ConsentPapers, digest_of
from gateway.identity.consent_statements import canonical
from gateway.registers.consents_entry import NOTICE_SHOWN, ConsentFile, PaperFault, Party
from policies.evidence import Consent
from schema.vocabulary.caller import Purpose
from schema.vocabulary.consents import ConsentAct, ConsentState, Frequency, Per
from tests.builders import NOW, SOME_CODE, TODAY
from tests.consent_builders import ISSUER, TERMS, HeldKeys, a_key, acted, asked, the_papers

GRANT, PAUSE, RESUME, REVOKE = ConsentAct.GRANT, ConsentAct.PAUSE, ConsentAct.RESUME, ConsentAct.REVOKE
PAPERS = the_papers()
LIVED = acted(PAPERS, asked(PAPERS), GRANT, PAUSE, RESUME, REVOKE)
OTHER = acted(PAPERS, asked(PAPERS, "another-consent-of-the-tests"), GRANT, PAUSE)
BASE64URL = string.ascii_letters + string.digits + "-_"


def payload_of(statement: str) -> dict[str, object]:
    part = statement.split(".")[1]
    found = orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    assert isinstance(found, dict)
    return found


def signed(payload: object, header: dict[str, object] | None = None, kid: str = "first") -> str:
    """A statement that somebody with this key has signed, whatever it says."""
    told = {"alg": "ES256", "kid": kid, "typ": "consent+jwt"} | (header or {})
    text = payload if isinstance(payload, bytes) else canonical(payload)  # type: ignore[arg-type]
    return jws.serialize_compact(told, text, a_key(kid), algorithms=["ES256"])


def assert_refused(*statements: str, papers: ConsentPapers | None = None) -> None:
    with pytest.raises(PaperFault):
        (papers or the_papers()).read(statements)


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


def test_the_state_is_what_the_acts_and_the_day_say():
    requested = asked(PAPERS)
    active = acted(PAPERS, requested, GRANT)
    answer_by, last = requested.answer_by, NOW.replace(month=12, day=31, hour=23)
    moment, hour = timedelta(microseconds=1), timedelta(hours=1)
    assert [requested.state_at(at) for at in (NOW, answer_by, answer_by + moment)] == [
        "REQUESTED",
        "REQUESTED",
        "EXPIRED",
    ]
    assert [active.state_at(at) for at in (NOW, last, last + hour)] == ["ACTIVE", "ACTIVE", "EXPIRED"]
    assert acted(PAPERS, active, PAUSE).state_at(last + hour) is ConsentState.EXPIRED
    assert LIVED.state_at(last + hour) is ConsentState.REVOKED
    assert acted(PAPERS, requested, ConsentAct.REJECT).state_at(last + hour) is ConsentState.REJECTED


def test_the_judge_is_told_what_was_given_and_no_more():
    requested = asked(PAPERS, is_written=True, notice="n", valid_from=date(2026, 1, 1), data_from=date(2025, 1, 1))
    assert requested.as_evidence(NOW) is None
    assert acted(PAPERS, requested, ConsentAct.REJECT).as_evidence(NOW) is None
    unread = acted(PAPERS, requested, GRANT).as_evidence(NOW)
    assert unread == Consent(
        items=TERMS.items,
        purposes=TERMS.purposes,
        given_on=TODAY,
        ends_on=TERMS.ends_on,
        is_written=True,
        data_from=date(2025, 1, 1),
    )
    active = acted(PAPERS, requested, GRANT, evidence={NOTICE_SHOWN: "n"})
    assert active.as_evidence(NOW, used_up=True) == replace(unread, was_warned=True, is_used_up=True)
    assert acted(PAPERS, requested, GRANT, evidence={NOTICE_SHOWN: "other"}).as_evidence(NOW) == unread
    paused = acted(PAPERS, active, PAUSE).as_evidence(NOW)
    assert paused == replace(unread, was_warned=True, is_paused=True)


def test_one_that_is_withdrawn_before_it_begins_never_held():
    early = acted(PAPERS, asked(PAPERS, valid_from=date(2026, 7, 1)), GRANT, REVOKE).as_evidence(NOW)
    assert early is not None
    assert not early.is_contradictory
    assert not any(early.is_in_force(date(2026, month, 1)) for month in range(6, 13))
    same_day = LIVED.as_evidence(NOW)
    assert same_day is not None
    assert not same_day.is_in_force(TODAY)


def test_what_the_operator_files_was_given_before():
    file = asked(PAPERS, valid_from=date(2026, 1, 1))
    statement = PAPERS.act(file, GRANT, by=Party.OPERATOR, evidence={"file": "7"}, now=NOW)
    found = PAPERS.read([*file.statements, statement]).as_evidence(NOW)
    assert found is not None
    assert found.given_on == date(2026, 1, 1)


def test_an_act_that_cannot_follow_is_not_signed():
    with pytest.raises(PaperFault):
        PAPERS.act(asked(PAPERS), PAUSE, by=Party.SUBJECT, evidence={}, now=NOW)
    with pytest.raises(PaperFault):
        PAPERS.act(asked(PAPERS), GRANT, by=Party.SUBJECT, evidence={}, now=NOW + timedelta(days=8))


def test_an_act_is_not_before_the_one_that_it_follows_although_clocks_differ():
    file = acted(PAPERS, acted(PAPERS, asked(PAPERS), GRANT), PAUSE, now=NOW - timedelta(seconds=3))
    assert [one.at for one in file.acts] == [NOW, NOW]


def test_a_moment_without_its_zone_is_not_signed():
    with pytest.raises(ValueError, match="zone"):
        PAPERS.artefact(replace(asked(PAPERS), asked_at=NOW.replace(tzinfo=None)))


@given(
    which=st.integers(0, len(LIVED.statements) - 1),
    place=st.floats(0, 1, exclude_max=True),
    letter=st.sampled_from(BASE64URL),
)
@settings(max_examples=300, deadline=None)
def test_no_letter_of_any_statement_can_be_another_one(which, place, letter):
    statements = [*LIVED.statements]
    text = statements[which]
    at = int(place * len(text))
    if text[at] == letter:
        return
    statements[which] = text[:at] + letter + text[at + 1 :]
    assert_refused(*statements)


def test_the_last_bits_of_a_signature_have_one_form():
    first, *rest = LIVED.statements
    loose = {first[:-1] + letter for letter in BASE64URL} - {first}
    for text in loose:
        assert_refused(text, *rest)
        assert_refused(text)


@pytest.mark.parametrize("number", range(len(LIVED.statements) - 1))
def test_a_statement_that_is_dropped_is_missed(number):
    assert_refused(*(one for place, one in enumerate(LIVED.statements) if place != number))


@pytest.mark.parametrize("number", range(len(LIVED.statements)))
def test_a_statement_that_is_said_twice_is_one_too_many(number):
    assert_refused(*LIVED.statements[: number + 1], *LIVED.statements[number:])


@given(st.permutations(range(len(LIVED.statements))))
@settings(max_examples=60, deadline=None)
def test_statements_have_one_order(order):
    if order == sorted(order):
        return
    assert_refused(*(LIVED.statements[number] for number in order))


@pytest.mark.parametrize("number", range(3))
def test_a_statement_of_another_consent_fits_nowhere(number):
    assert_refused(*(OTHER.statements[place] if place == number else LIVED.statements[place] for place in range(3)))


def test_an_act_on_altered_terms_does_not_follow():
    wider = asked(PAPERS, items=frozenset({"SUP-TX1", "NB01-1"}))  # signed by us, under the same id
    assert_refused(wider.statements[0], *LIVED.statements[1:])


def test_nothing_is_no_consent():
    assert_refused()
    assert_refused("")
    assert_refused(LIVED.statements[1])


def test_a_foreign_key_signs_nothing_even_under_our_name():
    stranger = ConsentPapers(HeldKeys((ECKey.generate_key("P-256", {"kid": "first"}),)), ISSUER)
    assert_refused(*asked(stranger).statements)
    assert_refused(*asked(the_papers("second")).statements)
    ours = asked(PAPERS)
    theirs = acted(stranger, asked(stranger), GRANT)
    assert_refused(ours.statements[0], theirs.statements[1])


def test_a_key_that_is_believed_no_longer_takes_its_consents_along():
    keys = HeldKeys((a_key("second"), a_key("first")))
    papers = ConsentPapers(keys, ISSUER)
    assert papers.read(LIVED.statements) == LIVED
    object.__setattr__(keys, "held", (a_key("second"),))
    assert_refused(*LIVED.statements, papers=papers)
    assert_refused(LIVED.statements[0], papers=papers)


def test_another_issuer_is_another_house():
    assert_refused(*asked(the_papers(issuer="https://other.example")).statements)


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "at+jwt"},
        {"typ": "JWT"},
        {"kid": ""},
        {"kid": "nobody"},
        {"crit": ["exp"], "exp": 1},
        {"jwk": a_key().as_dict(private=False)},
        {"jku": "https://example.com/keys"},
        {"x5u": "https://example.com/chain"},
        {"cty": "JWT"},
        {"b64": False, "crit": ["b64"]},
    ],
)
def test_a_header_has_three_members_and_no_others(header):
    told = {"alg": "ES256", "kid": "first", "typ": "consent+jwt"} | header
    rest = LIVED.statements[0].partition(".")[2]
    assert_refused(base64.urlsafe_b64encode(orjson.dumps(told)).rstrip(b"=").decode() + "." + rest)


@pytest.mark.parametrize("alg", ["none", "HS256", "ES384", "RS256", "PS256", "EdDSA", 1, None])
def test_other_ways_of_signing_are_not_accepted(alg):
    told = {"alg": alg, "kid": "first", "typ": "consent+jwt"}
    rest = LIVED.statements[0].partition(".")[2]
    assert_refused(base64.urlsafe_b64encode(orjson.dumps(told)).rstrip(b"=").decode() + "." + rest)
    assert_refused(base64.urlsafe_b64encode(orjson.dumps(told)).rstrip(b"=").decode() + f".{rest.partition('.')[0]}.")


def test_a_public_key_is_no_secret_to_sign_with():
    payload = LIVED.statements[0].split(".")[1]
    for alg in ("HS256", "ES256"):
        told = orjson.dumps({"alg": alg, "kid": "first", "typ": "consent+jwt"})
        text = f"{base64.urlsafe_b64encode(told).rstrip(b'=').decode()}.{payload}"
        code = hmac.digest(a_key().as_pem(private=False), text.encode(), "sha256")
        assert_refused(f"{text}.{base64.urlsafe_b64encode(code).rstrip(b'=').decode()}")


def test_what_is_too_long_is_not_read():
    assert_refused("a" * (LONGEST_STATEMENT + 1))
    assert_refused("ä.b.c")


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


def test_a_chain_that_was_read_before_is_not_read_again(monkeypatch):
    papers = the_papers()
    once = papers.read(LIVED.statements)
    monkeypatch.setattr("gateway.identity.consent_papers.verified_claims", None)
    assert papers.read([*LIVED.statements]) is once
    assert papers.read(LIVED.statements[:2]).state_at(NOW) is ConsentState.ACTIVE  # its statements are known


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr("gateway.identity.consent_papers.REMEMBERED", 2)
    papers = the_papers()
    first = papers.read(LIVED.statements[:1])
    for number in range(2, 5):
        papers.read(LIVED.statements[:number])
    again = papers.read(LIVED.statements[:1])
    assert again == first
    assert again is not first


def test_a_file_whose_acts_do_not_follow_has_no_state():
    strange = replace(LIVED, acts=(LIVED.acts[1],))
    with pytest.raises(PaperFault):
        strange.state_at(NOW)


def test_who_ended_it_and_when_it_was_given_is_known():
    assert LIVED.granted_at == NOW
    assert LIVED.ended_by is not None
    assert LIVED.ended_by.act is REVOKE
    asked_for: ConsentFile = asked(PAPERS)
    assert (asked_for.granted_at, asked_for.ended_by, asked_for.last_at) == (None, None, NOW)
    assert OTHER.ended_by is None
