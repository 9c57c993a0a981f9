"""One segment of the log while it is walked over: its tree, and what its checkpoints and closing must agree with."""

from __future__ import annotations

from gateway.verifier.covering import Covering
from gateway.verifier.merkle import Frontier
from gateway.verifier.report import Found


class Segment:
    """A stretch of the log with a tree of its own.

    Shape:   `first` is the position of its first entry; a segment whose beginning lies before the file has no tree
    """

    __slots__ = ("checkpointed", "closing", "first", "number", "previous", "size", "tree")

    def __init__(self, number: int, *, first: int, size: int = 0, previous: str | None) -> None:
        self.number = number
        self.first = first
        self.size = size
        """Entries so far, with those that lie before the file."""
        self.previous = previous
        """Digest of the closing before; None until it is known."""
        self.tree = Frontier() if size == 0 else None
        self.checkpointed = 0
        """Size at the last checkpoint."""
        self.closing: str | None = None
        """Digest of its closing; None while it is open."""

    def agree(self, said: Covering, *, may_repeat: bool) -> None:
        """Hold a checkpoint or closing against the entries so far; raises Found."""
        self._belongs(said, may_repeat=may_repeat)
        if said.size > self.size:
            missing = self.first + self.size
            raise Found(f"{said.name} covers {said.size} entries, of which only {self.size} stand before it", missing)
        if said.size < self.size:
            raise Found(f"{said.name} stands after entries that it does not cover")
        if self.tree is not None and said.root != self.tree.root():
            since = self.first + self.checkpointed
            raise Found(
                f"{said.name} has another root than the entries give; what differs lies in {since} to {said.last}"
            )
        if said.is_closing:
            self.closing = said.digest
        else:
            self.checkpointed = said.size

    def link(self, said: Covering) -> None:
        """The closing before that a statement names has to be the one that is known; raises Found."""
        if self.previous is None:
            self.previous = said.previous
        elif said.previous != self.previous:
            raise Found(f"{said.name} follows another closing than the one of the segment before")

    def _belongs(self, said: Covering, *, may_repeat: bool) -> None:
        if said.segment != self.number:
            raise Found(f"{said.name} stands in segment {self.number}")
        if self.closing is not None:
            raise Found(f"{said.name} stands after the closing of its segment")
        if said.first != self.first:
            raise Found(f"{said.name} lets its segment begin at {said.first} instead of {self.first}")
        if not said.is_closing and said.size == self.checkpointed and not may_repeat:
            raise Found(f"{said.name} stands here twice")
        self.link(said)
