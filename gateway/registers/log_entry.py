"""What the log of requests is made of: values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Protocol

from gateway.base64url import base64url_text
from gateway.registers.merkle import Frontier

RECEIPTS: Final = "receipts+jwt"
CHECKPOINT: Final = "checkpoint+jwt"
CLOSING: Final = "closing+jwt"
"""The types of the log's statements (`typ` of a JWS)."""


class Signer(Protocol):
    """Signs what the log says."""

    def sign(self, typ: str, claims: Mapping[str, Any]) -> str:
        """The claims as JWS compact of this type; any thread may ask."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One request, before it has a place.

    Shape:  `at` is aware; `text` is canonical JSON in UTF-8 and is kept verbatim; `subjects` are keyed digests;
            `claims` are those of the receipt without `pos`, `idx` and `leaf`.
    """

    request_id: str
    at: datetime
    text: bytes
    subjects: tuple[str, ...]
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an entry stands: `position` from 1 over all segments, `index` from 0 in its segment; and its receipt."""

    position: int
    segment: int
    index: int
    receipt: str


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """An entry as it is kept; `text` as it was written, `receipt` as its caller got it, but for the salt."""

    position: int
    segment: int
    index: int
    request_id: str
    text: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement of the open segment, with `position` as its last entry."""

    position: int
    segment: int
    statement: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A closed segment: its number, the position of its first entry, how many it had, and its closing statement."""

    number: int
    first: int
    size: int
    closing: str
    dropped_at: datetime | None = None
    """When its entries were deleted."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far the log has come; whatever is written next follows from it."""

    log_id: str
    position: int = 0
    """Of the last entry, 0 before the first."""
    segment: int = 1
    """The open one."""
    first: int = 1
    """The position of its first entry, also before that is there."""
    size: int = 0
    """How many entries it has."""
    peaks: bytes = b""
    """The right edge of its tree (`merkle.Frontier`)."""
    month: str = ""
    """Its calendar month, `2026-11`, Asia/Shanghai; "" while it is empty."""
    previous: str = ""
    """Digest of the closing statement of the segment before; "" in the first."""
    checkpoint: int = 0
    """The position of the last checkpoint."""

    def root(self) -> bytes:
        """The root of the open segment's tree."""
        return Frontier(self.size, self.peaks).root()


def statement_digest(statement: str) -> str:
    """SHA-256 of a statement as it stands, base64url without padding."""
    return base64url_text(sha256(statement.encode()).digest())
