"""What the verifier found: nothing, or the first thing that is wrong, with what was checked and what was not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing that is wrong; everything before it was found in order."""

    what: str
    """One sentence."""
    position: int | None
    """The first bad entry; None if something else is bad than an entry."""
    part: int
    """Which of the files, from 1."""
    line: int | None
    """Line in that file, from 1; None if it is not one line that is bad."""


class Found(Exception):
    """Something is wrong with the log; not caught inside, so that the first one ends the walk."""

    def __init__(self, what: str, position: int | None = None, *, between: tuple[int, int] | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.position = position
        self.between = between
        """The positions among which the first bad entry lies, if it cannot be told which it is."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How much was walked over.

    Units:   `first` and `last` are positions; 0 if there was no entry
    """

    entries: int = 0
    first: int = 0
    last: int = 0
    checkpoints: int = 0
    closings: int = 0
    dropped: tuple[int, ...] = ()
    """Numbers of the segments whose entries are gone."""


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome over all parts of one export."""

    log: str
    counted: Counted
    signatures: int
    """Receipts whose signatures were checked."""
    finding: Finding | None
    notes: tuple[str, ...]
    """What this outcome rests on, a sentence each."""

    @property
    def is_verified(self) -> bool:
        """Whether nothing was found."""
        return self.finding is None
