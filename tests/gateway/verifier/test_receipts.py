"""Receipts as callers keep them: signed, and tied to the bytes of a request and a response by their salt."""

from __future__ import annotations

import pytest

from gateway.verifier.base64url import encoded
from gateway.verifier.keys import read_keys
from gateway.verifier.merkle import leaf_hash
from gateway.verifier.receipts import hold_request, hold_response, read_receipt
from gateway.verifier.report import Found
from tests.verifier_builders import LogBuilder, LogKey, key_set, resigned, with_claims, with_said

KEY = LogKey()
KEYS = read_keys(key_set(KEY))
REQUEST, RESPONSE = b'{"query":"{ subject }"}', b'{"data":{"subject":null}}'
TEXT, BESIDE = LogBuilder(KEY).append_all("{}", "[]", request=REQUEST, response=RESPONSE)
IN_RESPONSE = RESPONSE[:-1] + b',"extensions":{"receipt":"' + TEXT.encode() + b'"}}'


def test_a_receipt_says_what_was_signed() -> None:
    receipt = read_receipt(f"{TEXT}\n", KEYS)
    assert (receipt.position, receipt.segment, receipt.index) == (1, 1, 0)
    assert (receipt.log, receipt.request_id, receipt.edition) == ("a-log", "request-1", "TJ-2026-1")
    assert receipt.text == TEXT


def test_receipts_that_were_signed_together_say_each_its_own() -> None:
    beside = read_receipt(BESIDE, KEYS)
    assert (beside.position, beside.segment, beside.index) == (2, 1, 1)
    assert beside.request_id == "request-2"
    assert BESIDE.split("~")[0] == TEXT.split("~")[0]
    mixed = "~".join((*BESIDE.split("~")[:2], *TEXT.split("~")[2:]))
    with pytest.raises(Found, match="do not lead to the root"):
        read_receipt(mixed, KEYS)


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


SIGNED, _, SALT = TEXT.rpartition("~")
STATEMENT, _, UNDER = SIGNED.partition("~")


def by_itself(content: bytes) -> str:
    """A receipt, without salt, that claims what has not the form of any claims."""
    place = {"pos": 1, "seg": 1, "idx": 0, "size": 1}
    together = {"iss": "", "log": "", **place, "root": encoded(leaf_hash(content))}
    return f"{KEY.sign('receipts+jwt', together)}~{encoded(content)}~0~"


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("", "a tilde and a salt"),
        (STATEMENT, "salt that cannot be read"),
        (SIGNED, "16 bytes"),
        (f"{SIGNED}~", "16 bytes"),
        (f"{SIGNED}~AAAA", "16 bytes"),
        (f"{SIGNED}~{SALT}~", "16 bytes"),
        (f"{SIGNED}~*", "salt that cannot be read"),
        (f"{STATEMENT}~{SALT}", "a statement, claims, a number and a path"),
        (f"{SIGNED}~{SALT}~{SALT}", "a statement, claims, a number and a path"),
        (f"{with_claims(STATEMENT, pos=2)}~{UNDER}~{SALT}", "not signed"),
        (f"{with_said(SIGNED, jti='x')}~{SALT}", "do not lead to the root"),
        (f"{resigned(SIGNED, jti='x')}~{SALT}", "not signed"),
        (f"{resigned(SIGNED, KEY, jti=1)}~{SALT}", "claims"),
        (f"{resigned(SIGNED, KEY, iat='now')}~{SALT}", "claims"),
        (f"{KEY.sign('receipts+jwt', {'pos': 1})}~{UNDER}~{SALT}", "claims are not those of its type"),
        (f"{resigned(SIGNED, KEY, place={'size': 0})}~{SALT}", "claims are not those of its type"),
        (f"{resigned(SIGNED, KEY, place={'root': 'AAAA'})}~{SALT}", "claims are not those of its type"),
        (f"{resigned(SIGNED, KEY, place={'root': '*'})}~{SALT}", "not base64url"),
        (f"{by_itself(b'[]')}~{SALT}", "claims that are no object"),
        (f"{by_itself(b'{')}~{SALT}", "claims that cannot be read"),
        (f"{STATEMENT}~*~0~~{SALT}", "not base64url"),
        (f"{KEY.sign('checkpoint+jwt', {'pos': 1})}~{UNDER}~{SALT}", "type"),
        (f"{LogKey('other').sign('receipts+jwt', {})}~{UNDER}~{SALT}", "not among those believed"),
        (f"a.b.c~{UNDER}~{SALT}", "header that cannot be read"),
    ],
)
def test_anything_else_is_no_receipt(text: str, because: str) -> None:
    with pytest.raises(Found, match=because):
        read_receipt(text, KEYS)
