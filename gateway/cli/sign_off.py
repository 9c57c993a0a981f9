"""The sign-off file: which widenings of the law somebody has answered for, why, and when."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from policies.table_diff import Change

_PATTERNS: Final = ("edition", "item", "field", "class", "purpose", "moment")
_KEYS: Final = frozenset({*_PATTERNS, "because", "signed_by", "on"})


class SignOffFault(Exception):
    """The file is no sign-off file; `faults` says why, one sentence each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults))


@dataclass(frozen=True, slots=True)
class SignOff:
    """One `[[widening]]`: cells of the table that may have become wider."""

    number: int
    """Its place in the file, from 1."""
    patterns: Mapping[str, tuple[str, ...]]
    """By part of the cell; `*` and `?` stand for other letters. `edition` is the newer one."""
    because: str
    signed_by: str
    on: date

    def covers(self, row: Change, edition: str) -> frozenset[str]:
        """The purposes of this row of the table of this edition that are answered for."""
        told = {
            "edition": edition,
            "item": row.item,
            "field": row.fields[0],
            "class": row.callers[0],
            "moment": row.moments[0],
        }
        if not all(self._fits(part, text) for part, text in told.items()):
            return frozenset()
        return frozenset(purpose for purpose in row.purposes if self._fits("purpose", purpose))

    def is_for(self, edition: str) -> bool:
        """Whether it speaks of this edition."""
        return self._fits("edition", edition)

    def _fits(self, part: str, text: str) -> bool:
        return any(fnmatchcase(text, pattern) for pattern in self.patterns[part])

    def __str__(self) -> str:
        parts = (f"{part} {', '.join(patterns)}" for part, patterns in self.patterns.items())
        return f"widening {self.number} ({'; '.join(parts)})"


@dataclass(frozen=True, slots=True)
class Signed:
    """Widenings held against the sign-offs."""

    covered: Sequence[Change]
    missing: Sequence[Change]
    """What nobody has answered for."""
    unused: Sequence[SignOff]
    """Sign-offs for this edition that match no widening."""


def read_sign_offs(path: Path) -> tuple[SignOff, ...]:
    """Every sign-off of the file.

    Errors:  SignOffFault with everything that is wrong with it
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SignOffFault([f"`{path.name}` cannot be read: {fault}"]) from fault
    faults = [f"{path.name}: unknown key `{key}`" for key in sorted(raw.keys() - {"widening"})]
    given = raw.get("widening", [])
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise SignOffFault([*faults, f"{path.name}: `widening` must be a list of tables"])
    for number, one in enumerate(given, 1):
        faults += [f"{path.name}: widening {number}: {what}" for what in _faults(one)]
    if faults:
        raise SignOffFault(faults)
    return tuple(_sign_off(number, one) for number, one in enumerate(given, 1))


def hold_against(sign_offs: Sequence[SignOff], changes: Iterable[Change], *, edition: str) -> Signed:
    """Split what needs a signature into what has one and what has none, purpose by purpose.

    Shape:   `changes` row by row, as `compare` gives them
    """
    covered: list[Change] = []
    missing: list[Change] = []
    used: set[int] = set()
    for row in changes:
        if not row.direction.needs_signature:
            continue
        by_number = {one.number: purposes for one in sign_offs if (purposes := one.covers(row, edition))}
        used |= by_number.keys()
        signed = frozenset().union(*by_number.values())
        for purposes, part in ((signed, covered), (frozenset(row.purposes) - signed, missing)):
            if purposes:
                part.append(replace(row, purposes=tuple(sorted(purposes))))
    unused = [one for one in sign_offs if one.number not in used and one.is_for(edition)]
    return Signed(covered, missing, unused)


def _faults(given: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(given.keys() - _KEYS):
        yield f"unknown key `{key}`"
    for key in sorted(_KEYS - given.keys()):
        yield f"`{key}` is missing"
    for key in _PATTERNS:
        if key in given and not _texts(given[key]):
            yield f"`{key}` must be a pattern or a list of patterns"
    for key in ("because", "signed_by"):
        if key in given and not (isinstance(given[key], str) and given[key].strip()):
            yield f"`{key}` must be a text"
    if "on" in given and (not isinstance(given["on"], date) or isinstance(given["on"], datetime)):
        yield "`on` must be a date"


def _texts(value: object) -> tuple[str, ...]:
    """One text or several; none if it is anything else."""
    listed: list[Any] = value if isinstance(value, list) else [value]
    return tuple(listed) if all(isinstance(one, str) and one for one in listed) else ()


def _sign_off(number: int, given: Mapping[str, Any]) -> SignOff:
    patterns = {part: _texts(given[part]) for part in _PATTERNS}
    return SignOff(number, patterns, given["because"], given["signed_by"], given["on"])
