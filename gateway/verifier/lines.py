"""The export of a log, line by line: JSON Lines, UTF-8, each line exactly as orjson writes what it says.

One form only, so that no line can mean one thing here and another elsewhere (names that stand twice, say).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import orjson

LONGEST_LINE: Final = 64 * 1024 * 1024
_ENTRY_NAMES: Final = ["pos", "seg", "idx", "text", "receipt"]


class LineFault(Exception):
    """A line has not the form of any line of an export; the message is one sentence and repeats nothing of it."""


class Unreadable(Exception):
    """What was given is no export, no key set or no receipt at all; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first line: which log this is, after which position it begins, and the keys that the log names as its own."""

    log: str
    exported_from: int
    keys: bytes
    """JWK set, as JSON."""


class Entry(NamedTuple):
    """One entry; a tuple, because a million of them are read."""

    position: int
    segment: int
    leaf_index: int
    text: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint, or the closing of a segment: its statement."""

    text: str
    is_closing: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """A segment whose entries are gone; its closing follows."""

    segment: int


@dataclass(frozen=True, slots=True)
class End:
    """The last line: the position after which the next part begins, and how many entries stand in this one."""

    next_from: int
    entries: int


Content: TypeAlias = Head | Entry | Signed | Dropped | End


class Line(NamedTuple):
    """One line as bytes, and where it begins in its file."""

    offset: int
    raw: bytes


def read_lines(path: Path, *, start: int = 0, end: int | None = None) -> Iterator[Line]:
    """The lines of a file that begin in this range of bytes, which begins where a line does.

    Errors:  Unreadable
    """
    try:
        with path.open("rb", buffering=1 << 20) as file:
            file.seek(start)
            offset = start
            while (end is None or offset < end) and (raw := file.readline(LONGEST_LINE)):
                yield Line(offset, raw)
                offset += len(raw)
    except OSError as fault:
        raise Unreadable(f"`{path}` cannot be read: {fault.strerror}") from fault


def size_of(path: Path) -> int:
    """Bytes of a file; raises Unreadable."""
    try:
        return path.stat().st_size
    except OSError as fault:
        raise Unreadable(f"`{path}` cannot be read: {fault.strerror}") from fault


def next_line(path: Path, offset: int) -> int:
    """Where the first line begins that does not begin before this byte; raises Unreadable."""
    try:
        with path.open("rb") as file:
            file.seek(offset - 1)
            file.readline()
            return file.tell()
    except OSError as fault:
        raise Unreadable(f"`{path}` cannot be read: {fault.strerror}") from fault


def content_of(raw: bytes) -> Content:
    """What a line says; raises LineFault."""
    if not raw.endswith(b"\n"):
        raise LineFault("the line is cut off")
    try:
        told: Any = orjson.loads(raw)
    except orjson.JSONDecodeError as fault:
        raise LineFault("the line is not JSON") from fault
    if orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE) != raw:
        raise LineFault("the line is not written in the one form that an export has")
    content = _content(told) if isinstance(told, dict) else None
    if content is None:
        raise LineFault("the line says nothing that an export says")
    return content


def _content(told: Mapping[str, Any]) -> Content | None:
    match told:
        case {"entry": dict(entry), **other} if not other:
            return _entry(entry)
        case {"checkpoint": str(text), **other} if not other:
            return Signed(text, is_closing=False)
        case {"closing": str(text), **other} if not other:
            return Signed(text, is_closing=True)
        case {"dropped": {"seg": segment, **others}, **other} if not other and not others and type(segment) is int:
            return Dropped(segment)
        case {"end": dict(end), **other} if not other:
            return _end(end)
        case {"log": str(log), "exported_from": exported_from, "keys": dict(keys), **other} if not other:
            is_cursor = type(exported_from) is int and exported_from >= 0
            return Head(log, exported_from, orjson.dumps(keys)) if is_cursor else None
        case _:
            return None


def _entry(told: Mapping[str, Any]) -> Entry | None:
    if list(told) != _ENTRY_NAMES:
        return None
    position, segment, index, text, receipt = told.values()
    if not (type(position) is type(segment) is type(index) is int and type(text) is type(receipt) is str):
        return None
    return Entry(position, segment, index, text, receipt)


def _end(told: Mapping[str, Any]) -> End | None:
    if list(told) != ["next", "entries"] or not all(type(number) is int for number in told.values()):
        return None
    return End(told["next"], told["entries"])
