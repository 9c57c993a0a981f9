"""The walk over an export: positions, segments, trees and signed words, each held against what came before it."""

from __future__ import annotations

from hashlib import sha256

from gateway.verifier.base64url import encoded
from gateway.verifier.covering import Covering, CoveringReader
from gateway.verifier.given import ReceiptReader
from gateway.verifier.jws import StatementFault
from gateway.verifier.kept import Kept
from gateway.verifier.keys import KeysByName
from gateway.verifier.lines import Dropped, End, Entry, Head, Signed
from gateway.verifier.report import Counted, Found
from gateway.verifier.segment import Segment


class Walk:
    """Takes what the lines say, in their order; every method raises Found at the first thing that is wrong.

    What it does not do is to check the signatures of receipts: it says which entries a signed word covers.
    """

    def __init__(self, head: Head, keys: KeysByName, kept: Kept) -> None:
        self.log = head.log
        self.begins_inside: int | None = None
        """Number of the segment in which the first part begins, if it lacks that segment's first entries."""
        self._kept = kept
        self._receipts = ReceiptReader(keys)
        self._coverings = CoveringReader(keys)
        self._first = self._next = head.exported_from + 1
        self._segment: Segment | None = None
        self._dropping: int | None = None
        self._at_part_start = True
        self._part_entries = 0
        self._first_entry = self._last_entry = 0
        self._entries = self._checkpoints = self._closings = 0
        self._dropped: list[int] = []

    @property
    def counted(self) -> Counted:
        """How much was walked over so far."""
        return Counted(
            entries=self._entries,
            first=self._first_entry,
            last=self._last_entry,
            checkpoints=self._checkpoints,
            closings=self._closings,
            dropped=tuple(self._dropped),
        )

    @property
    def last(self) -> int:
        """The last position so far."""
        return self._next - 1

    def part(self, head: Head) -> None:
        """A further file, which has to begin where the one before ended."""
        if head.log != self.log:
            raise Found("this file is of another log than the one before")
        if head.exported_from != self._next - 1:
            raise Found(
                f"this file begins after position {head.exported_from}, the one before ended at {self._next - 1}"
            )
        self._at_part_start, self._part_entries = True, 0

    def entry(self, entry: Entry) -> None:
        """One entry with its receipt."""
        position = entry.position
        if position != self._next:
            raise self._misplaced(position)
        segment = self._segment
        if segment is None or entry.segment != segment.number or self._dropping:
            segment = self._segment = self._begin(entry)
        if segment.closing is not None or entry.leaf_index != segment.size or position != segment.first + segment.size:
            raise Found(f"entry {position} has not the place in its segment that follows the one before", position)
        leaf = sha256(b"\x00" + entry.text.encode()).digest()
        self._hold_receipt(entry, encoded(leaf))
        segment.size += 1
        if segment.tree is not None:
            segment.tree.append(leaf)
            self._kept.compare(segment)
        self._first_entry = self._first_entry or position
        self._last_entry = position
        self._next += 1
        self._part_entries += 1
        self._entries += 1
        self._at_part_start = False

    def signed(self, signed: Signed) -> bool:
        """A checkpoint or closing; whether it proves all entries of its segment up to here."""
        try:
            said = self._coverings.read(signed.text, is_closing=signed.is_closing)
        except StatementFault as fault:
            raise Found(f"a {'closing' if signed.is_closing else 'checkpoint'} {fault}") from fault
        if said.log != self.log:
            raise Found(f"{said.name} is of another log")
        repeated = self._at_part_start and self._segment is not None and said.digest == self._segment.closing
        if repeated and not self._dropping:
            return True
        if said.is_closing:
            self._closings += 1
        else:
            self._checkpoints += 1
        if self._dropping is not None:
            self._leave(said)
            return False
        segment = self._segment
        if segment is None:
            if said.last != self._next - 1:
                raise Found(f"{said.name} covers entries that should stand before it in the file", self._next)
            segment = self._segment = Segment(said.segment, first=said.first, size=said.size, previous=None)
        segment.agree(said, may_repeat=self._at_part_start)
        return segment.tree is not None

    def dropped(self, dropped: Dropped) -> None:
        """A segment whose entries are gone; its closing has to follow."""
        number, segment = dropped.segment, self._segment
        self._not_dropping()
        is_rest = self._at_part_start and segment is not None and segment.closing is None and number == segment.number
        if segment is None:
            is_in_order = number >= 1 and (self._first > 1 or number == 1)
        else:
            is_in_order = is_rest or (segment.closing is not None and number == segment.number + 1)
        if not is_in_order:
            raise Found(f"segment {number} is said to be dropped where it cannot stand", self._next)
        self._dropping = number
        self._dropped.append(number)

    def end(self, end: End) -> None:
        """The last line of a file."""
        self._not_dropping()
        if end.next_from != self._next - 1:
            raise Found(
                f"the last line says that the file ends at {end.next_from}, it ends at {self._next - 1}", self._next
            )
        if end.entries != self._part_entries:
            raise Found(f"the last line counts {end.entries} entries, there are {self._part_entries}")

    def _misplaced(self, position: int) -> Found:
        self._not_dropping()
        if position < self._next:
            return Found(f"entry {position} stands here, where {self._next} should follow", self._next)
        return Found(f"entry {self._next} is missing: {position} stands in its place", self._next)

    def _not_dropping(self) -> None:
        if self._dropping is not None:
            raise Found(f"segment {self._dropping} was dropped, but nothing shows that it was closed", self._next)

    def _begin(self, entry: Entry) -> Segment:
        """The segment that begins with this entry, or with which the first file begins."""
        self._not_dropping()
        before, number = self._segment, entry.segment
        if before is not None:
            if number != before.number + 1:
                raise Found(f"entry {entry.position} stands in segment {number}, after {before.number}", entry.position)
            if before.closing is None:
                raise Found(f"segment {number} begins, but segment {before.number} was not closed", entry.position)
            return Segment(number, first=entry.position, previous=before.closing)
        first = entry.position - entry.leaf_index
        if (number == 1) != (first == 1) or number < 1 or first < 1:
            raise Found(f"entry {entry.position} has a place in its segment that cannot be", entry.position)
        if entry.leaf_index:
            self.begins_inside = number
        return Segment(number, first=first, size=entry.leaf_index, previous="" if number == 1 else None)

    def _hold_receipt(self, entry: Entry, leaf: str) -> None:
        """The claims of a receipt have to be about its entry and the entry's place."""
        try:
            given = self._receipts.read(entry.receipt)
        except StatementFault as fault:
            raise Found(f"the receipt of entry {entry.position} {fault}", entry.position) from fault
        if given.claims.get("leaf") != leaf:
            raise Found(f"entry {entry.position} is not what its receipt was given for", entry.position)
        together = given.together
        if (given.position, together.segment, given.leaf_index) != (entry.position, entry.segment, entry.leaf_index):
            raise Found(f"the receipt of entry {entry.position} is for another place", entry.position)
        if together.log != self.log:
            raise Found(f"the receipt of entry {entry.position} is of another log", entry.position)

    def _leave(self, said: Covering) -> None:
        """Go past a dropped segment at its closing; checkpoints of it say nothing that could be tried."""
        number, before = self._dropping, self._segment
        assert number is not None
        if said.segment != number:
            raise Found(f"{said.name} stands in place of the closing of dropped segment {number}", self._next)
        gone = Segment(number, first=said.first, size=said.size, previous="" if number == 1 else None)
        begins = self._next
        if before is not None and before.number == number:
            gone.previous, begins = before.previous, before.first
        elif before is not None:
            gone.previous = before.closing
        elif said.first <= self._next <= said.last + 1:
            begins = said.first  # the first file begins inside it
        gone.link(said)
        if said.first != begins or said.last < self._next - 1 or (number == 1) != (said.first == 1):
            raise Found(f"{said.name} does not cover the entries that are missing", self._next)
        if said.is_closing:
            gone.closing = said.digest
            self._segment, self._dropping, self._next = gone, None, said.last + 1
            self._kept.compare_closing(said)
