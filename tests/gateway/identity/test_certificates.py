"""Thumbprints of certificates, and the header in which a proxy passes one on."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity.certificates import thumbprint, thumbprint_in
from tests.authorities import Authority

AUTHORITY = Authority()
DER = AUTHORITY.client("bank").der
HEADER = f":{base64.b64encode(DER).decode()}:"


def test_the_thumbprint_is_that_of_the_rfc() -> None:
    assert thumbprint(b"abc") == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"
    assert thumbprint_in(HEADER) == thumbprint_in(f" {HEADER}\t") == thumbprint(DER)


@pytest.mark.parametrize(
    "header",
    [
        "",
        ":",
        "::",
        HEADER[:-1],
        HEADER[1:],
        HEADER.replace(":", '"'),
        f"{HEADER}, {HEADER}",
        f"{HEADER};a=1",
        f":{base64.b64encode(DER + b'x').decode()}:",
        f":{base64.b64encode(DER[:-1]).decode()}:",
        f":{base64.b64encode(b'no certificate').decode()}:",
        f":{base64.urlsafe_b64encode(DER).decode()[:-3]}-__:",
        ":AAAA=:",
        base64.b64encode(DER).decode(),
        f":{'A' * 30_000}:",
    ],
)
def test_what_is_no_certificate_is_none(header: str) -> None:
    assert thumbprint_in(header) == ""


@given(st.text(max_size=100))
def test_whatever_the_header(header: str) -> None:
    assert thumbprint_in(header) == thumbprint_in(f":{header}:") == ""
