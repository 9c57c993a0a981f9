"""What a receipt says: claims of its own, and the path that leads from them to a root that the log has signed.

`<statement>~<claims>~<number>~<path>`: one signed statement stands for the receipts of all entries that were committed
together. It signs the root of a Merkle tree (RFC 9162 §2.1) whose leaves are the claims, as JSON. Claims and path are
base64url, the number is the place among those of the statement, from 0; the path holds the hashes beside the way up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson

from gateway.verifier.base64url import Base64Fault, decoded
from gateway.verifier.jws import Statement, StatementFault, Statements
from gateway.verifier.keys import KeysByName
from gateway.verifier.merkle import leaf_hash, root_by_path

RECEIPTS: Final = "receipts+jwt"
_HASH_BYTES: Final = 32
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_TEXTS: Final = ("iss", "log", "root")
_NUMBERS: Final = ("pos", "seg", "idx", "size")


class Together(NamedTuple):
    """The statement that stands for receipts of one commit; whether its signature is good is asked apart."""

    signed: Statement
    issuer: str
    log: str
    segment: int
    position: int
    """Of the first of their entries."""
    leaf_index: int
    """Of that entry in its segment."""
    size: int
    root: bytes


class Given(NamedTuple):
    """One receipt without its salt, and where it says that its entry stands."""

    together: Together
    claims: Mapping[str, Any]
    position: int
    leaf_index: int


class ReceiptReader:
    """Reads receipts against a set of believed keys; those of one commit stand beside each other, so it keeps one."""

    def __init__(self, keys: KeysByName) -> None:
        self._statements = Statements(RECEIPTS, keys)
        self._text = ""
        self._together: Together | None = None
        self._is_signed: bool | None = None

    def read(self, text: str) -> Given:
        """A receipt of the right form whose path leads to the root of its statement, of which the signature remains.

        Errors:  StatementFault
        """
        parts = text.split("~")
        if len(parts) != 4:
            raise StatementFault("is not a statement, claims, a number and a path")
        statement, claims_text, number_text, path_text = parts
        together = self._statement(statement)
        number = int(number_text) if _NUMBER.fullmatch(number_text) else None
        if number is None:
            raise StatementFault("has a place among others that cannot be read")
        content, path = _decoded(claims_text), _decoded(path_text)
        hashes = [path[start : start + _HASH_BYTES] for start in range(0, len(path), _HASH_BYTES)]
        if root_by_path(leaf_hash(content), number, size=together.size, path=hashes) != together.root:
            raise StatementFault("has claims that do not lead to the root that was signed")
        return Given(together, _claims(content), together.position + number, together.leaf_index + number)

    def verified(self, text: str) -> Given:
        """The same of a receipt whose statement is signed by a believed key.

        Errors:  StatementFault
        """
        given = self.read(text)
        if self._is_signed is None:
            self._is_signed = given.together.signed.is_signed()
        if not self._is_signed:
            raise StatementFault(f"is not signed by key `{given.together.signed.kid}`")
        return given

    def _statement(self, text: str) -> Together:
        if self._together is None or text != self._text:
            self._together = _together(self._statements.read(text))
            self._text, self._is_signed = text, None
        return self._together


def _together(signed: Statement) -> Together:
    claims = signed.claims
    are_texts = all(type(claims.get(name)) is str for name in _TEXTS)
    if not are_texts or not all(type(claims.get(name)) is int for name in _NUMBERS):
        raise StatementFault("has a statement whose claims are not those of its type")
    root = _decoded(claims["root"])
    if len(root) != _HASH_BYTES or claims["size"] < 1:
        raise StatementFault("has a statement whose claims are not those of its type")
    return Together(
        signed, claims["iss"], claims["log"], claims["seg"], claims["pos"], claims["idx"], claims["size"], root
    )


def _claims(content: bytes) -> Mapping[str, Any]:
    try:
        claims = orjson.loads(content)
    except orjson.JSONDecodeError as fault:
        raise StatementFault("has claims that cannot be read") from fault
    if not isinstance(claims, dict):
        raise StatementFault("has claims that are no object")
    return claims


def _decoded(text: str) -> bytes:
    try:
        return decoded(text)
    except Base64Fault as fault:
        raise StatementFault("has parts that are not base64url") from fault
