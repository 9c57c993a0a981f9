"""Signed statements: a header of three names, one type, a believed key; nothing else is read."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from gateway.verifier.base64url import encoded
from gateway.verifier.jws import StatementFault, Statements, type_of
from gateway.verifier.keys import read_keys
from tests.verifier_builders import LogKey, key_set, with_claims

KEY = LogKey()
READER = Statements("receipts+jwt", read_keys(key_set(KEY)))
HEADER = {"alg": "ES256", "kid": "log-key", "typ": "receipts+jwt"}


def test_a_signed_statement_gives_its_claims() -> None:
    text = KEY.sign("receipts+jwt", {"pos": 1})
    assert READER.verified(text) == {"pos": 1}
    assert type_of(text) == "receipts+jwt"


@pytest.mark.parametrize(
    ("header", "because"),
    [
        ({**HEADER, "alg": "none"}, "another signature"),
        ({**HEADER, "alg": "HS256"}, "another signature"),
        ({**HEADER, "alg": "PS256"}, "another signature"),
        ({**HEADER, "typ": "checkpoint+jwt"}, "type"),
        ({**HEADER, "kid": "other"}, "not among those believed"),
        ({**HEADER, "crit": ["exp"]}, "header"),
        ({**HEADER, "jwk": {}}, "header"),
        ({"alg": "ES256", "kid": "log-key"}, "header"),
        ({**HEADER, "kid": 1}, "header"),
        ([], "no object"),
    ],
)
def test_any_other_header_is_refused(header: Any, because: str) -> None:
    with pytest.raises(StatementFault, match=because):
        READER.read(KEY.sign_raw(header, b"{}"))


def test_claims_under_another_signature_are_not_signed() -> None:
    text = KEY.sign("receipts+jwt", {"pos": 1})
    for forged in (with_claims(text, pos=2), LogKey().sign("receipts+jwt", {"pos": 1}), f"{text[:-1]}*"):
        with pytest.raises(StatementFault, match="not signed by key `log-key`"):
            READER.verified(forged)


def test_another_spelling_of_the_same_signature_is_refused() -> None:
    text = KEY.sign("receipts+jwt", {})
    spelled = next(one for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" if one != text[-1])
    with pytest.raises(StatementFault):
        READER.verified(text[:-1] + spelled)


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.", "..", "a.b.c", "é.b.c", "e30.e30.e30", "x" * 20_000])
def test_what_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(StatementFault):
        READER.read(text)


def test_claims_that_are_no_object_are_refused() -> None:
    header = encoded(orjson.dumps(HEADER))
    for payload in ("W10", "AAAA", "*", ""):
        with pytest.raises(StatementFault, match="claims"):
            READER.read(f"{header}.{payload}.AAAA")


def test_the_type_of_what_is_no_statement_is_unknown() -> None:
    assert type_of("export.jsonl") is None
    assert type_of("e30.e30.e30") is None
