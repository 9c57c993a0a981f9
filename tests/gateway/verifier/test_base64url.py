"""Base64url in its one form: every other text for the same bytes is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.verifier.base64url import Base64Fault, decoded, encoded


@given(st.binary(max_size=80))
def test_bytes_come_back(content: bytes) -> None:
    assert decoded(encoded(content)) == content


@pytest.mark.parametrize("text", ["AB", "AA==", "AA=", "A", "A A", "AA\n", "+/+/", "é", "A-_*", "AAB"])
def test_what_is_not_the_canonical_form_is_refused(text: str) -> None:
    with pytest.raises(Base64Fault):
        decoded(text)


@given(st.text(max_size=12))
def test_a_text_is_refused_or_is_what_its_bytes_make(text: str) -> None:
    try:
        content = decoded(text)
    except Base64Fault:
        return
    assert encoded(content) == text
