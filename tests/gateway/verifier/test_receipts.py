"""Receipts as callers keep them: signed, and tied to the bytes of a request and a response by their salt."""

from __future__ import annotations

import pytest

from gateway.verifier.keys import read_keys
from gateway.verifier.receipts import hold_request, hold_response, read_receipt
from gateway.verifier.report import Found
from tests.verifier_builders import LogBuilder, LogKey, key_set, with_claims

KEY = LogKey()
KEYS = read_keys(key_set(KEY))
REQUEST, RESPONSE = b'{"query":"{ subject }"}', b'{"data":{"subject":null}}'
TEXT = LogBuilder(KEY).append("{}", request=REQUEST, response=RESPONSE)
IN_RESPONSE = RESPONSE[:-1] + b',"extensions":{"receipt":"' + TEXT.encode() + b'"}}'


def test_a_receipt_says_what_was_signed() -> None:
    receipt = read_receipt(f"{TEXT}\n", KEYS)
    assert (receipt.position, receipt.segment, receipt.index) == (1, 1, 0)
    assert (receipt.log, receipt.request_id, receipt.edition) == ("a-log", "request-1", "TJ-2026-1")
    assert receipt.text == TEXT


def test_request_and_response_are_those_it_was_given_for() -> None:
    receipt = read_receipt(TEXT, KEYS)
    hold_request(receipt, REQUEST)
    hold_response(receipt, RESPONSE)
    hold_response(receipt, IN_RESPONSE)
    with pytest.raises(Found, match="not the request"):
        hold_request(receipt, REQUEST + b" ")
    for other in (RESPONSE[:-1], IN_RESPONSE + b"\n", IN_RESPONSE.replace(b"null", b"{}"), b""):
        with pytest.raises(Found, match="not the response"):
            hold_response(receipt, other)


def test_a_response_with_the_receipt_of_another_is_not_the_one() -> None:
    other = LogBuilder(KEY).append("{}", response=RESPONSE)
    assert other != TEXT
    swapped = RESPONSE[:-1] + b',"extensions":{"receipt":"' + other.encode() + b'"}}'
    with pytest.raises(Found, match="not the response"):
        hold_response(read_receipt(TEXT, KEYS), swapped)


STATEMENT, _, SALT = TEXT.partition("~")


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("", "a tilde and a salt"),
        (STATEMENT, "a tilde and a salt"),
        (f"{STATEMENT}~", "16 bytes"),
        (f"{STATEMENT}~AAAA", "16 bytes"),
        (f"{STATEMENT}~{SALT}~", "salt that cannot be read"),
        (f"{STATEMENT}~*", "salt that cannot be read"),
        (f"{with_claims(STATEMENT, pos=2)}~{SALT}", "not signed"),
        (f"{KEY.sign('receipt+jwt', {'pos': 1})}~{SALT}", "claims"),
        (f"{KEY.sign('checkpoint+jwt', {'pos': 1})}~{SALT}", "type"),
        (f"{LogKey('other').sign('receipt+jwt', {})}~{SALT}", "not among those believed"),
        (f"a.b.c~{SALT}", "header that cannot be read"),
    ],
)
def test_anything_else_is_no_receipt(text: str, because: str) -> None:
    with pytest.raises(Found, match=because):
        read_receipt(text, KEYS)
