"""Signed statements in compact form (RFC 7515 §3.1), read strictly: a header of exactly `alg`, `kid` and `typ`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gateway.verifier.base64url import Base64Fault, decoded
from gateway.verifier.keys import KeysByName, PublicKey

_HEADER: Final = frozenset({"alg", "kid", "typ"})
_LONGEST: Final = 16_384
_CACHED_HEADERS: Final = 64


class StatementFault(Exception):
    """A statement is not what it should be; the message ends a sentence that begins with what it is."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement whose header fits one of the believed keys; whether that key signed it has not been asked yet."""

    claims: Mapping[str, Any]
    kid: str
    key: PublicKey
    signed: str
    """Header and payload as they were signed."""
    signature: str

    def is_signed(self) -> bool:
        """Whether the signature is that of the key which the header names."""
        try:
            return self.key.is_signed(self.signed.encode("ascii"), decoded(self.signature))
        except Base64Fault:
            return False


def type_of(text: str) -> str | None:
    """The type that a statement names, before anything of it is believed."""
    try:
        named = _json(text.partition(".")[0], "header").get("typ")
    except StatementFault:
        return None
    return named if isinstance(named, str) else None


class Statements:
    """Reads statements of one type against a set of believed keys."""

    def __init__(self, typ: str, keys: KeysByName) -> None:
        self._typ = typ
        self._keys = keys
        self._headers: dict[str, tuple[str, PublicKey]] = {}

    def read(self, text: str) -> Statement:
        """A statement whose form is right, of which only the signature remains to be checked.

        Errors:  StatementFault
        """
        header, dot, rest = text.partition(".")
        payload, second, signature = rest.partition(".")
        if not dot or not second or not signature or len(text) > _LONGEST or not text.isascii():
            raise StatementFault("is not a signed statement in compact form")
        kid, key = self._headers.get(header) or self._header(header)
        claims = _json(payload, "claims")
        return Statement(claims, kid, key, text[: -len(signature) - 1], signature)

    def verified(self, text: str) -> Mapping[str, Any]:
        """The claims of a statement that is signed by a believed key; raises StatementFault."""
        statement = self.read(text)
        if not statement.is_signed():
            raise StatementFault(f"is not signed by key `{statement.kid}`")
        return statement.claims

    def _header(self, text: str) -> tuple[str, PublicKey]:
        """The key that a header names; kept, since a log has few headers."""
        header = _json(text, "header")
        if header.keys() != _HEADER or not all(isinstance(value, str) for value in header.values()):
            raise StatementFault("has another header than `alg`, `kid` and `typ`")
        if header["typ"] != self._typ:
            raise StatementFault(f"is not of the type `{self._typ}`")
        key = self._keys.get(header["kid"])
        if key is None:
            raise StatementFault("is signed by a key that is not among those believed")
        if header["alg"] not in key.algorithms:
            raise StatementFault("names another signature than its key makes")
        if len(self._headers) < _CACHED_HEADERS:
            self._headers[text] = header["kid"], key
        return header["kid"], key


def _json(part: str, what: str) -> Mapping[str, Any]:
    try:
        told: Any = orjson.loads(decoded(part))
    except (Base64Fault, orjson.JSONDecodeError) as fault:
        raise StatementFault(f"has {what} that cannot be read") from fault
    if not isinstance(told, dict):
        raise StatementFault(f"has {what} that are no object" if what == "claims" else "has a header that is no object")
    return told
