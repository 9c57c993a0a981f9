"""Base64url as RFC 7515 shows it, and as the standard library writes it."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from hypothesis import given
from hypothesis import strategies as st

from gateway.base64url import base64url, base64url_text


def test_the_example_of_the_standard() -> None:
    assert base64url_text(bytes([3, 236, 255, 224, 193])) == "A-z_4ME"  # RFC 7515, appendix C


@given(st.binary(max_size=200))
def test_it_is_that_of_the_library_without_its_padding(raw: bytes) -> None:
    assert base64url(raw) == urlsafe_b64encode(raw).rstrip(b"=")
