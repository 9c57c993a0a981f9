"""Checkpoints and closings: signed words of the log about all entries of one segment up to some size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from gateway.verifier.base64url import Base64Fault, decoded, encoded
from gateway.verifier.jws import StatementFault, Statements
from gateway.verifier.keys import KeysByName

CHECKPOINT: Final = "checkpoint+jwt"
CLOSING: Final = "closing+jwt"
_TEXTS: Final = ("iss", "log", "root", "previous")
_NUMBERS: Final = ("iat", "seg", "first", "size")


@dataclass(frozen=True, slots=True)
class Covering:
    """What a checkpoint or closing says, once its signature is checked.

    Units:   `first` and `last` are positions in the log, `size` counts entries of the segment
    """

    log: str
    segment: int
    first: int
    size: int
    root: bytes
    previous: str
    """Digest of the closing of the segment before, base64url; empty in the first segment."""
    is_closing: bool
    digest: str
    """Digest of this statement, base64url."""

    @property
    def last(self) -> int:
        """Position of the last entry that it covers."""
        return self.first + self.size - 1

    @property
    def name(self) -> str:
        """How it is called in a sentence."""
        return (
            f"the closing of segment {self.segment}" if self.is_closing else f"the checkpoint at position {self.last}"
        )


class CoveringReader:
    """Reads checkpoints and closings against a set of believed keys."""

    def __init__(self, keys: KeysByName) -> None:
        self._by_kind = {False: Statements(CHECKPOINT, keys), True: Statements(CLOSING, keys)}

    def read(self, text: str, *, is_closing: bool) -> Covering:
        """What the statement says; raises StatementFault, also if its signature is not that of a believed key."""
        claims = self._by_kind[is_closing].verified(text)
        root = _root(claims)
        if root is None or not (claims["seg"] >= 1 and claims["first"] >= 1 and claims["size"] >= 1):
            raise StatementFault("has claims that are not those of its type")
        return Covering(
            log=claims["log"],
            segment=claims["seg"],
            first=claims["first"],
            size=claims["size"],
            root=root,
            previous=claims["previous"],
            is_closing=is_closing,
            digest=encoded(sha256(text.encode("ascii")).digest()),
        )


def _root(claims: Mapping[str, Any]) -> bytes | None:
    """The root, if all claims are there and of their kinds."""
    if not all(type(claims.get(name)) is str for name in _TEXTS):
        return None
    if not all(type(claims.get(name)) is int for name in _NUMBERS):
        return None
    try:
        root = decoded(claims["root"])
    except Base64Fault:
        return None
    return root if len(root) == 32 else None
