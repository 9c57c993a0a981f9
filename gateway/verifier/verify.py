"""Verifies the export of a log: a walk over its lines, and signatures of receipts where nothing else proves an entry.

Signed checkpoints prove the entries they cover, because each is a root over all of them. A receipt's signature is
needed for entries that no checkpoint covers (yet), and to say which entry is the first bad one where a root is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.verifier.difference import first_difference
from gateway.verifier.kept import Kept
from gateway.verifier.keys import KeysFault, read_keys
from gateway.verifier.lines import (
    Content,
    End,
    Entry,
    Head,
    Line,
    LineFault,
    Signed,
    Unreadable,
    content_of,
    read_lines,
    size_of,
)
from gateway.verifier.notes import Basis, notes_of
from gateway.verifier.report import Counted, Finding, Found, Report
from gateway.verifier.signatures import Span, check_spans
from gateway.verifier.walk import Walk

_LINES_UNHEARD = 4096


@dataclass(frozen=True, slots=True)
class Trusted:
    """What whoever verifies knows from elsewhere than the file."""

    keys: bytes | None = None
    """JWK set, as JSON; without it the file's own keys are believed, and the report says so."""
    log: str | None = None
    """Id of the log."""
    reaches: int | None = None
    """A position that the log has reached at least."""
    kept: Sequence[str] = ()
    """Checkpoints and closings that were kept."""
    exports: Sequence[Path] = ()
    """Files of kept statements that may be exports: where the log is another one, they tell from which entry on."""


@dataclass(frozen=True, slots=True)
class Way:
    """How to go about it, and who hears how far it is."""

    all_signatures: bool = False
    """Check the signature of every receipt, also where a checkpoint proves the entry."""
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    begin: Callable[[str, int], None] = lambda _what, _bytes: None
    """Hears what begins, and how many bytes it will take."""
    advance: Callable[[int], None] = lambda _bytes: None
    """Hears how many bytes were done since it heard last."""


def verify(paths: Sequence[Path], trusted: Trusted, way: Way | None = None) -> Report:
    """What is wrong first in an export, given as one file or as several that follow one another.

    Errors:  Unreadable if there is no export or no key set to begin with; whatever is wrong later is in the report
    """
    return _Verifying(paths, trusted, way or Way()).report()


class _Verifying:
    """One verification: the walk, and the stretch of the files that nothing has proven yet."""

    def __init__(self, paths: Sequence[Path], trusted: Trusted, way: Way) -> None:
        self._paths = paths
        self._trusted = trusted
        self._way = way
        self._head = _head(paths[0])
        self._keys = trusted.keys or self._head.keys
        try:
            self._believed = read_keys(self._keys)
        except KeysFault as fault:
            raise Unreadable(f"{fault}") from fault
        self._walk: Walk | None = None
        self._unproven: list[Span] = []
        self._since = 0
        self._part, self._line, self._offset, self._heard = 0, 0, 0, 0
        self._signatures = self._tail = self._uncompared = 0

    def report(self) -> Report:
        """Do it."""
        finding: Finding | None = None
        try:
            self._go()
        except Found as found:
            finding = self._first(found)
        counted = self._walk.counted if self._walk else Counted()
        notes = notes_of(self._basis(counted), is_verified=finding is None)
        return Report(self._head.log, counted, self._signatures, finding, notes)

    def _go(self) -> None:
        if self._trusted.log not in (None, self._head.log):
            raise Found("this is another log than the one expected")
        kept = Kept(self._head.log, self._trusted.kept, self._believed)
        self._walk = walk = Walk(self._head, self._believed, kept)
        self._way.begin("entries", sum(map(size_of, self._paths)))
        for path in self._paths:
            self._one_part(path, walk)
        before, self._line = self._signatures, 0
        self._settle(self._offset)
        self._tail = 0 if self._way.all_signatures else self._signatures - before
        self._uncompared = kept.end(walk.last)
        if (self._trusted.reaches or 0) > walk.last:
            raise Found(f"the log has reached {self._trusted.reaches}, the file ends at {walk.last}", walk.last + 1)

    def _one_part(self, path: Path, walk: Walk) -> None:
        """One file from its first line to its last."""
        if self._part:
            self._unproven.append(Span(self._paths[self._part - 1], self._since, self._offset))
        self._part, self._line, self._offset, self._since, self._heard = self._part + 1, 0, 0, 0, 0
        content: Content | None = None
        for line in read_lines(path):
            self._line += 1
            self._offset = line.offset
            if isinstance(content, End):
                raise Found("something follows after the last line")
            content = self._content(line, walk)
            self._take(content, line.offset + len(line.raw), walk)
            if not self._line % _LINES_UNHEARD:
                self._hear(line.offset)
        self._offset = size_of(path)
        self._hear(self._offset)
        if not isinstance(content, End):
            raise Found("the file ends without its last line: it was cut off", walk.last + 1)

    def _content(self, line: Line, walk: Walk) -> Content:
        try:
            content = content_of(line.raw)
        except LineFault as fault:
            raise Found(str(fault), walk.last + 1 if line.raw.startswith(b'{"entry"') else None) from fault
        if isinstance(content, Head) != (self._line == 1):
            raise Found("the first line of an export stands first, and only there")
        return content

    def _take(self, content: Content, after: int, walk: Walk) -> None:
        match content:
            case Entry():
                walk.entry(content)
            case Signed():
                proven = walk.signed(content)
                if self._way.all_signatures:
                    return
                if proven:
                    self._unproven.clear()
                    self._since = after
                elif content.is_closing:
                    self._settle(self._offset)
            case Head() if self._part > 1:
                walk.part(content)
            case Head():
                pass
            case End():
                walk.end(content)
            case _:
                walk.dropped(content)

    def _settle(self, until: int) -> None:
        """Check the signatures of what nothing has proven up to here; raises Found."""
        spans = [*self._unproven, Span(self._paths[self._part - 1], self._since, until)]
        self._unproven.clear()
        self._since = until
        if all(span.start == span.end for span in spans):
            return
        self._way.begin("signatures", sum(span.end - span.start for span in spans))
        checked = check_spans(spans, self._keys, workers=self._way.workers, advance=self._way.advance)
        self._signatures += checked.receipts
        if checked.bad:
            raise Found(
                f"entry {checked.bad.position} is not the one written: {checked.bad.what}", checked.bad.position
            )

    def _first(self, found: Found) -> Finding:
        """What was found, unless something before it in the files is bad that shows only now."""
        line = self._line or None
        try:
            if self._part:
                self._settle(self._offset)
        except Found as earlier:
            return Finding(earlier.what, earlier.position, self._part, None)
        differs = self._difference(found)
        if differs is not None:
            what = f"{found.what}; entry {differs} is the first that is another one there"
            return Finding(what, differs, self._part, None)
        return Finding(found.what, found.position, max(self._part, 1), line)

    def _difference(self, found: Found) -> int | None:
        """Which entry differs first from those in the exports that were kept."""
        if found.between is None or not self._trusted.exports:
            return None
        low, high = found.between
        return first_difference(self._paths, self._trusted.exports, low=low, high=high)

    def _hear(self, offset: int) -> None:
        self._way.advance(offset - self._heard)
        self._heard = offset

    def _basis(self, counted: Counted) -> Basis:
        return Basis(
            counted=counted,
            signatures=self._signatures,
            tail=self._tail,
            begins_inside=self._walk.begins_inside if self._walk else None,
            uncompared=self._uncompared,
            keys_are_independent=self._trusted.keys is not None,
            end_is_known=bool(self._trusted.reaches or self._trusted.kept),
        )


def _head(path: Path) -> Head:
    """The first line of the first file; raises Unreadable."""
    for line in read_lines(path):
        try:
            content = content_of(line.raw)
        except LineFault as fault:
            raise Unreadable(f"`{path}` is no export of a log: {fault}") from fault
        if isinstance(content, Head):
            return content
        break
    raise Unreadable(f"`{path}` is no export of a log: its first line does not name one")
