"""The receipt's digests, and how it is put into a body and taken out again."""

from __future__ import annotations

import base64
import hashlib

import orjson
import pytest

from gateway.pipeline.seal_receipt import SALT_BYTES, salted, with_receipt, without_receipt

RECEIPT = "eyJ.eyJ.c2ln~c2FsdA"


def test_digests_are_of_salt_and_bytes() -> None:
    made = salted(b"asked", b'{"data":null}', salt=b"s" * 16)
    whole = base64.urlsafe_b64decode(made.response + "=")
    assert whole == hashlib.sha256(b"s" * 16 + b'{"data":null}').digest()
    assert made.request == salted(b"asked", None, salt=b"s" * 16).request != made.response


def test_every_request_has_a_salt_of_its_own() -> None:
    one, other = salted(b"asked", b"answered"), salted(b"asked", b"answered")
    assert len(one.salt) == SALT_BYTES
    assert (one.request, one.response) != (other.request, other.response)


def test_what_broke_off_has_no_digest_of_a_response() -> None:
    assert salted(b"asked", None).response == ""


def test_the_receipt_is_given_with_its_salt() -> None:
    assert salted(b"a", b"b", salt=bytes(16)).given("a.b.c") == f"a.b.c~{'A' * 22}"


@pytest.mark.parametrize(
    "value",
    [
        {"data": None},
        {"data": {"a": "}"}, "errors": [{"message": "x", "extensions": {"code": "Y"}}]},
        {"data": {"a": ',"extensions":{"receipt":"'}},
    ],
)
def test_a_body_comes_back_as_it_was(value) -> None:
    body = orjson.dumps(value)
    whole = with_receipt(body, RECEIPT)
    assert orjson.loads(whole) == {**value, "extensions": {"receipt": RECEIPT}}
    assert without_receipt(whole) == (body, RECEIPT)
    assert without_receipt(body) == (body, "")
