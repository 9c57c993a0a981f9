"""Signed texts: header before key, key before content."""

from __future__ import annotations

import pytest
from joserfc.jwk import ECKey, OctKey

from gateway.identity.signed_text import (
    SignedTextFault,
    is_signed_text,
    read_header,
    unverified_claims,
    verified_claims,
)
from tests.gateway.identity.showing import EDWARDS_KEY, KEY, RSA_KEY, a_token, claims, encoded, forged, header


@pytest.mark.parametrize("text", ["..", "a.b.c", "A-_9.b.", ".b.c"])
def test_three_parts_are_the_form(text: str) -> None:
    assert is_signed_text(text)


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c.d", "a.b.c ", "a.b=.c", "a.b+.c", "a.b.c\n", "ä.b.c"])
def test_all_else_is_not(text: str) -> None:
    assert not is_signed_text(text)
    with pytest.raises(SignedTextFault, match="not a signed text"):
        read_header(text)


@pytest.mark.parametrize("head", [b"", b"x", b"[]", b"5", b"\xff", b'{"alg":"ES256"'])
def test_headers_that_cannot_be_read(head: bytes) -> None:
    with pytest.raises(SignedTextFault, match="header"):
        read_header(f"{encoded(head)}.e30.x")


def test_a_part_of_impossible_length_cannot_be_read() -> None:
    with pytest.raises(SignedTextFault, match="header"):
        read_header("abcde.e30.x")


def test_the_content_before_and_after_it_is_believed() -> None:
    signed = read_header(a_token())
    assert unverified_claims(signed) == verified_claims(signed, KEY) == claims()
    fake = read_header(forged(header()))
    assert unverified_claims(fake) == claims()
    with pytest.raises(SignedTextFault, match="signature"):
        verified_claims(fake, KEY)


@pytest.mark.parametrize(
    "key",
    [EDWARDS_KEY, RSA_KEY, OctKey.generate_key(256), ECKey.generate_key("P-384"), ECKey.generate_key("secp256k1")],
    ids=["Ed25519", "RSA", "secret", "P-384", "secp256k1"],
)
def test_a_key_for_another_signature_is_not_even_tried(key) -> None:
    with pytest.raises(SignedTextFault, match="made for"):
        verified_claims(read_header(a_token()), key)
