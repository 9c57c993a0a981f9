"""What one transaction adds to the log: places, receipts, checkpoints and closings, all from the head that it has read.

Pure but for the signatures: no database, no clock. If the transaction fails, all of it is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

import orjson

from gateway.base64url import base64url_text
from gateway.registers.log_entry import (
    CHECKPOINT,
    CLOSING,
    RECEIPT,
    Head,
    NewEntry,
    Placed,
    Signer,
    statement_digest,
)
from gateway.registers.merkle import Frontier, leaf_hash

_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class LogTerms:
    """What the log says of itself, and when it closes a segment."""

    issuer: str
    segment_entries: int
    """So many entries a segment has at most."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An entry that any database can take, with what needs no place."""

    new: NewEntry
    text: str
    leaf: bytes
    month: str


@dataclass(slots=True)
class Laid:
    """What a transaction writes: rows by table, in the order of the columns (`log_table`), and the head after them."""

    head: Head
    entries: list[tuple[int, int, int, str, str, str]] = field(default_factory=list)
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
    local = at.astimezone(_SHANGHAI)
    return f"{local.year:04d}-{local.month:02d}"


def prepared(entry: NewEntry) -> Prepared:
    """The entry, tried before it can spoil a batch.

    Errors:  ValueError or TypeError for what no database takes or what can't be written as JSON
    """
    text, names = entry.text.decode(), " ".join((entry.request_id, *entry.subjects))
    if "\0" in text or "\0" in names or not names.isascii():
        raise ValueError("an entry holds what cannot be written")
    orjson.dumps(entry.claims)
    return Prepared(entry, text, leaf_hash(entry.text), month_of(entry.at))


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

    @property
    def size(self) -> int:
        """How many entries the open segment has."""
        return self._tree.size

    def put(self, entry: Prepared) -> None:
        """Give the entry its place and its receipt.

        A month ends with the first entry of a later one. A request that was slow at the month's end follows in the
        next month's segment; closing for it as well would make a segment of every such request.
        """
        if self.size and entry.month > self._month:
            self._close(entry.new.at)
        if not self.size:
            self._month = entry.month
        self.position += 1
        index = self.size
        receipt = self._sign.sign(RECEIPT, self._receipt(entry, index))
        self._tree.append(entry.leaf)
        new, laid = entry.new, self.laid
        laid.entries.append((self.position, self.segment, index, new.request_id, entry.text, receipt))
        laid.subjects.extend((subject, self.position) for subject in dict.fromkeys(new.subjects))
        laid.placed.append(Placed(self.position, self.segment, index, receipt))
        if self.size >= self._terms.segment_entries:
            self._close(new.at)

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
        """Let the head be where we have come to."""
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

    def _receipt(self, entry: Prepared, index: int) -> Mapping[str, Any]:
        return {
            **entry.new.claims,
            "log": self._log_id,
            "pos": self.position,
            "seg": self.segment,
            "idx": index,
            "leaf": base64url_text(entry.leaf),
        }

    def _close(self, at: datetime) -> None:
        closing = self.statement(CLOSING, at)
        self.laid.segments.append((self.segment, self._first, self.size, closing))
        self.segment += 1
        self._first, self._month, self._tree = self.position + 1, "", Frontier()
        self._previous = statement_digest(closing)
