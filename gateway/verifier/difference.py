"""Two exports of one log that are not the same: which entry is the first that differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from gateway.verifier.lines import Entry, LineFault, content_of, read_lines


def first_difference(ours: Sequence[Path], theirs: Sequence[Path], *, low: int, high: int) -> int | None:
    """The first position from `low` to `high` whose entry is another one in these files than in those.

    Shape:   None if the files differ in no entry that stands in both
    Errors:  Unreadable
    """
    known = dict(_digests(theirs, low, high))
    return next((at for at, digest in _digests(ours, low, high) if known.get(at, digest) != digest), None)


def _digests(paths: Sequence[Path], low: int, high: int) -> Iterator[tuple[int, bytes]]:
    for path in paths:
        for line in read_lines(path):
            if not line.raw.startswith(b'{"entry":'):
                continue
            try:
                entry = content_of(line.raw)
            except LineFault:
                return  # from here on the file says nothing that could be compared
            if isinstance(entry, Entry) and low <= entry.position <= high:
                yield entry.position, sha256(entry.text.encode()).digest()
