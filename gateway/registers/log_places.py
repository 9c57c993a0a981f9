"""What one transaction adds to the log: places, receipts, checkpoints and closings, all from the head that it has read.

Pure but for the signatures: no database, no clock. If the transaction fails, all of it is forgotten.

One signature stands for the receipts of all entries that are laid down together: a signature costs more than all the
rest of an entry. It is over the root of a tree whose leaves are what the receipts claim, and a receipt carries the path
from its own leaf to that root, `<statement>~<claims>~<number>~<path>`. So each can be verified on its own, by the
public key alone.

Source: RFC 9162 §2.1 (the tree and the path), RFC 7515 (the signature)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

import orjson

from gateway.base64url import base64url_text
from gateway.registers.log_entry import (
    CHECKPOINT,
    CLOSING,
    RECEIPTS,
    Head,
    NewEntry,
    Placed,
    Signer,
    statement_digest,
)
from gateway.registers.merkle import Frontier, leaf_hash, root_and_paths

_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class LogTerms:
    """What the log says of itself, and when it closes a segment."""

    issuer: str
    segment_entries: int
    """So many entries a segment has at most."""


class Prepared(NamedTuple):
    """An entry that any database can take, with what needs no place."""

    new: NewEntry
    text: str
    leaf: bytes
    claims: str
    """What its receipt claims: JSON, base64url."""
    claimed: bytes
    """The leaf that these are in the tree which is signed."""
    month: str


@dataclass(slots=True)
class Laid:
    """What a transaction writes: rows by table, in the order of the columns (`log_table`), and the head after them."""

    head: Head
    entries: list[tuple[int, int, int, str, str, str, int, str | None]] = field(default_factory=list)
    subjects: list[tuple[str, int]] = field(default_factory=list)
    checkpoints: list[tuple[int, int, str]] = field(default_factory=list)
    segments: list[tuple[int, int, int, str]] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    """Where each entry went, in the order in which they were given."""


Lay: TypeAlias = Callable[[Head], Laid]
"""Makes what follows on a head; may be called again with another one."""


def month_of(at: datetime) -> str:
    """The calendar month in Asia/Shanghai, `2026-11`; raises ValueError for a time without zone."""
    if at.tzinfo is None:
        raise ValueError("the time of an entry needs its zone")
    local = at if at.tzinfo is _SHANGHAI else at.astimezone(_SHANGHAI)
    return _month(local.year, local.month)


@lru_cache(maxsize=16)
def _month(year: int, month: int) -> str:
    return f"{year:04d}-{month:02d}"


def prepared(entry: NewEntry) -> Prepared:
    """The entry, tried before it can spoil a batch.

    Errors:  ValueError or TypeError for what no database takes or what can't be written as JSON
    """
    text, names = entry.text.decode(), " ".join((entry.request_id, *entry.subjects))
    if "\0" in text or "\0" in names or not names.isascii():
        raise ValueError("an entry holds what cannot be written")
    leaf = leaf_hash(entry.text)
    claims = orjson.dumps({**entry.claims, "leaf": base64url_text(leaf)})
    return Prepared(entry, text, leaf, base64url_text(claims), leaf_hash(claims), month_of(entry.at))


def lay_entries(head: Head, entries: Sequence[Prepared], terms: LogTerms, *, sign: Signer) -> Laid:
    """The entries, one after the other from the head on; segments are closed where they have to be."""
    page = _Page(head, terms, sign)
    for entry in entries:
        page.put(entry)
    page.settle()
    return page.laid


def lay_checkpoint(head: Head, now: datetime, terms: LogTerms, *, sign: Signer) -> Laid:
    """A checkpoint, if the open segment has entries after the last one."""
    page = _Page(head, terms, sign)
    if page.size and head.position > head.checkpoint:
        statement = page.statement(CHECKPOINT, now)
        page.laid.checkpoints.append((page.position, page.segment, statement))
        page.checkpoint = page.position
    page.settle()
    return page.laid


class _Page:
    """The head while it moves, and what is written meanwhile."""

    def __init__(self, head: Head, terms: LogTerms, sign: Signer) -> None:
        self.laid = Laid(head)
        self.position = head.position
        self.segment = head.segment
        self.checkpoint = head.checkpoint
        self._log_id = head.log_id
        self._first = head.first
        self._month = head.month
        self._previous = head.previous
        self._tree = Frontier(head.size, head.peaks)
        self._terms = terms
        self._sign = sign
        self._standing: list[Prepared] = []
        """Entries that have their place and not yet their receipt."""

    @property
    def size(self) -> int:
        """How many entries the open segment has."""
        return self._tree.size

    def put(self, entry: Prepared) -> None:
        """Give the entry its place; its receipt comes with that of those beside it.

        A month ends with the first entry of a later one. A request that was slow at the month's end follows in the
        next month's segment; closing for it as well would make a segment of every such request.
        """
        if self.size and entry.month > self._month:
            self._close(entry.new.at)
        if not self.size:
            self._month = entry.month
        self.position += 1
        self._standing.append(entry)
        self._tree.append(entry.leaf)
        for subject in dict.fromkeys(entry.new.subjects):
            self.laid.subjects.append((subject, self.position))
        if self.size >= self._terms.segment_entries:
            self._close(entry.new.at)

    def statement(self, typ: str, at: datetime) -> str:
        """A signed statement of the open segment as it is now."""
        claims = {
            "iss": self._terms.issuer,
            "iat": int(at.timestamp()),
            "log": self._log_id,
            "seg": self.segment,
            "first": self._first,
            "size": self.size,
            "root": base64url_text(self._tree.root()),
            "previous": self._previous,
        }
        return self._sign.sign(typ, claims)

    def settle(self) -> None:
        """Hand out the receipts and let the head be where we have come to."""
        self._hand_out()
        self.laid.head = Head(
            log_id=self._log_id,
            position=self.position,
            segment=self.segment,
            first=self._first,
            size=self.size,
            peaks=self._tree.peaks,
            month=self._month,
            previous=self._previous,
            checkpoint=self.checkpoint,
        )

    def _hand_out(self) -> None:
        """Sign once for all entries of this segment that have no receipt yet."""
        standing, self._standing = self._standing, []
        if not standing:
            return
        root, paths = root_and_paths([entry.claimed for entry in standing])
        segment, size = self.segment, len(standing)
        first, index = self.position - size + 1, self.size - size
        claims = {
            "iss": self._terms.issuer,
            "log": self._log_id,
            "seg": segment,
            "pos": first,
            "idx": index,
            "size": size,
            "root": base64url_text(root),
        }
        statement = self._sign.sign(RECEIPTS, claims)
        signature: str | None = statement
        for number, (entry, path) in enumerate(zip(standing, paths, strict=True)):
            receipt, position = f"{entry.claims}~{number}~{base64url_text(path)}", first + number
            self.laid.entries.append(
                (position, segment, index + number, entry.new.request_id, entry.text, receipt, first, signature)
            )
            signature = None  # it stands with the first
            self.laid.placed.append(Placed(position, segment, index + number, f"{statement}~{receipt}"))

    def _close(self, at: datetime) -> None:
        self._hand_out()
        closing = self.statement(CLOSING, at)
        self.laid.segments.append((self.segment, self._first, self.size, closing))
        self.segment += 1
        self._first, self._month, self._tree = self.position + 1, "", Frontier()
        self._previous = statement_digest(closing)
