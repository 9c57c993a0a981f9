"""What an outsider can do with an exported log: verify it whole, and hold against it what clients were given.

Reads files and believes public keys; of the gateway's own rooms it uses the verifier alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from gateway.verifier.base64url import encoded
from gateway.verifier.keys import KeysByName, read_keys
from gateway.verifier.lines import Entry, content_of, read_lines
from gateway.verifier.receipts import Receipt, hold_request, hold_response, read_receipt
from gateway.verifier.report import Found, Report
from gateway.verifier.verify import Trusted, Way, verify
from tests.journeys.books.received import Received

MAY_HAVE_NONE = frozenset({401, 406, 415, 500, 503})
"""Statuses of answers that no entry is made for: turned away at the door, or because there is no entry."""


@dataclass(frozen=True)
class Ledger:
    """An export, read."""

    path: Path
    keys: bytes
    """JWK set that whoever reads it had before."""
    reached: int
    """How far the log had come before it was exported; what writes by itself may have come further since."""
    entries: Mapping[int, Entry]
    """By position."""

    @property
    def believed(self) -> KeysByName:
        """The keys, read."""
        return read_keys(self.keys)

    @property
    def ids(self) -> Sequence[str]:
        """The request of each entry, in order."""
        return [str(self.text(position)["id"]) for position in sorted(self.entries)]

    def text(self, position: int) -> Any:
        """What an entry says."""
        return orjson.loads(self.entries[position].text)

    def verified(self, *, kept: Iterable[str] = ()) -> Report:
        """The verifier's word on all of it, each signature checked; AssertionError if it found anything."""
        trusted = Trusted(keys=self.keys, kept=tuple(kept), reaches=self.reached or None)
        report = verify([self.path], trusted, Way(all_signatures=True, workers=1))
        assert report.finding is None, report.finding
        assert [*self.entries] == [*range(1, len(self.entries) + 1)], "positions have gaps"
        assert report.signatures == len(self.entries)
        return report

    def hold(self, received: Iterable[Received]) -> int:
        """Hold every response against its entry; returns how many have one. AssertionError with all that is wrong."""
        keys, faults, held = self.believed, list[str](), 0
        for one in received:
            found = [*self._faults(one, keys)]
            faults += found
            held += bool(one.receipt) and not found
        assert not faults, f"{len(faults)} faults: {faults[:5]}"
        return held

    def _faults(self, one: Received, keys: KeysByName) -> Iterator[str]:
        if not one.receipt:
            if one.has_data or one.status not in MAY_HAVE_NONE:
                yield f"{one.request_id}: {one.status} without a receipt"
            return
        try:
            receipt = read_receipt(one.receipt, keys)
            hold_request(receipt, one.sent)
            hold_response(receipt, one.body)
        except Found as fault:
            yield f"{one.request_id}: {fault}"
            return
        if not one.carries_its_receipt or receipt.request_id != one.request_id:
            yield f"{one.request_id}: the receipt is not that of this response"
        yield from self._differences(receipt)

    def _differences(self, receipt: Receipt) -> Iterator[str]:
        entry = self.entries.get(receipt.position)
        if entry is None:
            yield f"{receipt.request_id}: no entry at position {receipt.position}"
            return
        told = self.text(receipt.position)
        pairs = {
            "place": ((entry.segment, entry.leaf_index), (receipt.segment, receipt.index)),
            "leaf": (encoded(sha256(b"\0" + entry.text.encode()).digest()), receipt.leaf),
            "receipt": (entry.receipt, receipt.signed),
            "id": (told["id"], receipt.request_id),
            "request": (told["request"], receipt.request),
            "response": (told["response"], receipt.response),
            "edition": (told["edition"], receipt.edition),
        }
        for what, (here, there) in pairs.items():
            if here != there:
                yield f"{receipt.request_id}: entry {receipt.position} has another {what}"


def read_ledger(path: Path, keys: bytes, *, reached: int) -> Ledger:
    """Read an export whole."""
    contents = (content_of(line.raw) for line in read_lines(path))
    return Ledger(path, keys, reached, {one.position: one for one in contents if isinstance(one, Entry)})
