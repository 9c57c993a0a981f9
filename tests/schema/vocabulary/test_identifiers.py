"""Codes of real, listed companies pass; every single-character change is caught (GB 32100-2015)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.vocabulary.identifiers import (
    InvalidCode,
    SubjectId,
    SubjectKind,
    check_character,
    organization_check_character,
)

LISTED = [
    "91310000132260250X", "9131000013221158XC", "9131000010000595XD", "913100007416029816", "91120000103069967Y",
    "9112000023944464XD", "91120118MA0603879K", "91230199128175037N", "91230199126965908A", "91210100604608172K",
    "91210200241268278D", "91210000242690243E", "9152000071430580XT", "91440300192317458F", "91100000100003962T",
]  # fmt: skip
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("code", LISTED)
def test_listed_companies_pass_both_checks(code: str) -> None:
    subject = SubjectId.parse(code)
    assert subject == code
    assert organization_check_character(subject.organization_code[:8]) == subject.organization_code[8]


@given(st.sampled_from(LISTED), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_change_is_caught(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    if changed == code:
        return
    with pytest.raises(InvalidCode):
        SubjectId.parse(changed)


def test_lower_case_and_blanks_are_forgiven() -> None:
    assert SubjectId.parse(" 91310000132260250x ") == "91310000132260250X"


@pytest.mark.parametrize("text", ["", "1", "91310000132260250", "91310000132260250XX", "9131000013226025OX", "九" * 18])
def test_anything_else_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(InvalidCode) as refused:
        SubjectId.parse(text)
    assert len(text) < 3 or text not in str(refused.value)


def test_a_code_in_use_with_a_wrong_check_character_needs_the_exception_list() -> None:
    code = "91350203M0001QAY9B"
    with pytest.raises(InvalidCode):
        SubjectId.parse(code)
    assert SubjectId.parse(code.lower(), frozenset({code})) == code


def test_kind_is_read_from_the_code() -> None:
    body = "92120101MA0000000"
    assert SubjectId.parse(body + check_character(body)).subject_kind is SubjectKind.INDIVIDUAL_BUSINESS
    assert SubjectId.parse(LISTED[0]).subject_kind is SubjectKind.ORGANISATION
