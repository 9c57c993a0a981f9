"""Codes, numbers of persons and tokens leave a text, wherever they stand in it; what operators need stays."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.telemetry.scrubbing import scrubbed
from schema.vocabulary.identifiers import ALPHABET, SubjectId, check_character

BESIDE = st.sampled_from(["", " ", "企业", "的", '"', "'", "/", "=", ":", "%22", "_", "\n", "(", "-"])


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    """Any code of a subject (GB 32100-2015)."""
    letters = st.sampled_from(ALPHABET)
    head = draw(st.sampled_from(["91", "92", "12", "N1", "Y1"]))
    first = head + f"{draw(st.integers(0, 999_999)):06}" + "".join(draw(st.lists(letters, min_size=9, max_size=9)))
    return SubjectId.parse(first + check_character(first))


@given(credit_codes(), BESIDE, BESIDE)
def test_no_code_stays_whatever_stands_beside_it(code: str, before: str, after: str):
    for written in (code, code.lower()):
        assert written not in scrubbed(f"{before}{written}{after}")


@pytest.mark.parametrize(
    "told",
    [
        "000000197408291166",
        "99999919740829116X",
        "999999 19740829 1166",
        "130503670401001",
        "10012345678",
        "+86 138 1234 5678",
        "someone@example.test",
        "Bearer abc",
        "dpop abc.def",
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln",
        "eyJhbGciOiJFUzI1NiJ9",
        pytest.param(secrets.token_urlsafe(48), id="a secret"),
    ],
)
def test_numbers_and_tokens_leave(told: str):
    for text in (told, f"企业{told}的", f"refused: {told}", f"header={told};"):
        assert told not in scrubbed(text)
        assert scrubbed(scrubbed(text)) == scrubbed(text)


@pytest.mark.parametrize(
    "told",
    [
        "request 4bf92f3577b34da6a3ce929d0e0e4736 failed: AUDIT_UNWRITABLE",
        "agency call failed: operation=FI_CXDJXX cause=breaker-open",
        "unreadable facts: agency=MARKET_REGULATION facts=LegalPerson.registeredCapital TaxArrears.arrearsBalance",
        "malformed answer: operation=JudgmentDefaulter at=connectors.courts.envelope:117",
        "the key 2026-06-01T10:00:00.123456+08:00 is followed",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "Failed to export spans batch code: 503, reason: Service Unavailable",
    ],
)
def test_what_operators_need_stays(told: str):
    assert scrubbed(told) == told


def test_a_long_text_is_no_trap():
    """A pattern that goes back and forth over it would take minutes."""
    for text in ("eyJ" * 20_000, "a1B" * 20_000, "1" * 60_000, "@" * 60_000, "a.b-" * 15_000, "Bearer " * 9_000):
        assert len(scrubbed(text)) <= len(text)
