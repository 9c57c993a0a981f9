"""Checkpoints and closings that an outsider kept: the log may only have grown since, or have been shorter then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from gateway.verifier.covering import CLOSING, Covering, CoveringReader
from gateway.verifier.jws import StatementFault, type_of
from gateway.verifier.keys import KeysByName
from gateway.verifier.lines import LineFault, Signed, Unreadable, content_of, read_lines
from gateway.verifier.report import Found
from gateway.verifier.segment import Segment


def kept_statements(given: str) -> Sequence[str]:
    """The statements that are given: one itself, or a file that holds one in each line, or another export.

    Errors:  Unreadable
    """
    if type_of(given.strip()) is not None:
        return [given.strip()]
    found = [text for line in read_lines(Path(given)) if (text := _statement(line.raw))]
    if not found:
        raise Unreadable(f"`{given}` holds no checkpoint")
    return found


def _statement(raw: bytes) -> str | None:
    if raw.startswith(b"{"):
        try:
            content = content_of(raw)
        except LineFault:
            return None
        return content.text if isinstance(content, Signed) else None
    text = raw.decode("ascii", "replace").strip()
    return text if type_of(text) is not None else None


class Kept:
    """What was kept, held against the trees of the log as they reach the same size."""

    def __init__(self, log: str, statements: Iterable[str], keys: KeysByName) -> None:
        """Reads the statements; raises Found if one is not signed by a believed key, or of another log."""
        reader = CoveringReader(keys)
        self._waiting: dict[int, dict[int, list[Covering]]] = {}
        self._agreed = 0
        self.compared = 0
        for text in statements:
            said = self._read(reader, text)
            if said.log != log:
                raise Found("a kept checkpoint is of another log")
            self._waiting.setdefault(said.segment, {}).setdefault(said.size, []).append(said)

    def compare(self, segment: Segment) -> None:
        """After each entry: is there a kept word of this size, and has it the same root? Raises Found."""
        sizes = self._waiting.get(segment.number)
        if not sizes or (here := sizes.pop(segment.size, None)) is None:
            return
        assert segment.tree is not None
        for said in here:
            segment.link(said)
            if said.root != segment.tree.root() or said.first != segment.first:
                raise self._forked(said)
            self._agree(said)

    def compare_closing(self, closing: Covering) -> None:
        """At the closing of a dropped segment: that is all there is left to compare with; raises Found."""
        for said in self._waiting.get(closing.segment, {}).pop(closing.size, ()):
            if (said.root, said.first, said.previous) != (closing.root, closing.first, closing.previous):
                raise self._forked(said)
            self._agree(said)

    def end(self, last: int) -> int:
        """At the end of the log: raises Found if it should be longer; how many kept words could not be compared."""
        left = [said for sizes in self._waiting.values() for here in sizes.values() for said in here]
        longest = max((said.last for said in left), default=0)
        if longest > last:
            what = f"a kept checkpoint covers entries up to {longest}, the file ends at {last}"
            raise Found(what, last + 1, between=(self._agreed + 1, last))
        return len(left)

    def _agree(self, said: Covering) -> None:
        self.compared += 1
        self._agreed = said.last

    def _forked(self, said: Covering) -> Found:
        low = self._agreed + 1
        what = f"the log is not the one of which {said.name} was kept; what differs lies in {low} to {said.last}"
        return Found(what, between=(low, said.last))

    def _read(self, reader: CoveringReader, text: str) -> Covering:
        try:
            return reader.read(text, is_closing=type_of(text) == CLOSING)
        except StatementFault as fault:
            raise Found(f"a kept checkpoint {fault}") from fault
