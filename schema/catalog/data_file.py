"""A data file of the catalog while it is read: every fault is noted with file and line, none stops the reading."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

Kind = TypeVar("Kind")


class CatalogFault(Exception):
    """The data files are not a catalog; `faults` says why, one `file:line: sentence` each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults in the catalog:\n" + "\n".join(self.faults))


@dataclass
class DataFile:
    """One file being read: its text for line numbers, its faults so far.

    `near` is always the code or the coordinate of the entry at hand; `key` a key inside that entry.
    """

    name: str
    text: str
    faults: list[str] = field(default_factory=list)
    start: int = 0
    """Where the part at hand begins; a whole file begins at its first character."""
    end: int | None = None

    @classmethod
    def open(cls, path: Traversable) -> DataFile:
        """The file at `path`; one that is not UTF-8 is empty and has a fault."""
        return cls.of(path.name, path.read_bytes())

    @classmethod
    def of(cls, name: str, content: bytes) -> DataFile:
        """A file that was read before; one that is not UTF-8 is empty and has a fault."""
        try:
            return cls(name, content.decode("utf-8"))
        except UnicodeDecodeError:
            return cls(name, "", [f"{name}:1: not UTF-8"])

    def parts(self, header: str) -> Callable[[int], DataFile]:
        """The tables `[[header]]` by their number from 0, each a part of this file that shares its faults.

        Two tables may call themselves alike: within its part a name is the table's own. A number that is not found
        (a list written in one line) is the whole file.
        """
        starts = [found.start() for found in re.finditer(rf"(?m)^[ \t]*\[\[{re.escape(header)}\]\]", self.text)]
        ends = [*starts[1:], len(self.text)]

        def part(number: int) -> DataFile:
            if number >= len(starts):
                return self
            return DataFile(self.name, self.text, self.faults, starts[number], ends[number])

        return part

    def where(self, near: str = "", key: str = "", *, last: bool = False) -> str:
        """`file:line` of the entry that calls itself `near` (or of its `key`); the first line if nothing is found."""
        start, whole_end = self.start, len(self.text) if self.end is None else self.end
        if near:
            named = list(
                re.compile(rf'(?m)^\s*(?:at|code)\s*=\s*"{re.escape(near)}"').finditer(self.text, start, whole_end)
            )
            if named:
                start = named[-1 if last else 0].end()
        if key:
            next_entry = re.compile(r"(?m)^\s*\[\[").search(self.text, start, whole_end) if near else None
            end = next_entry.start() if next_entry else whole_end
            name = re.escape(key)
            stands = re.compile(rf"(?m)^[ \t\[]*{name}\b|[{{,][ \t]*{name}[ \t]*=")  # at the head of a line, or inline
            found = stands.search(self.text, start, end)
            start = found.end() if found else start
        return f"{self.name}:{self.text.count(chr(10), 0, start) + 1}"

    def complain(self, what: str, *, near: str = "", key: str = "", last: bool = False) -> None:
        """Note a fault at the line where it stands; `last` if the entry stands more than once."""
        self.faults.append(f"{self.where(near, key, last=last)}: {what}")

    def parse(self) -> dict[str, Any]:
        """The file as TOML; a fault and an empty table if it is none."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as fault:
            found = re.search(r"at line (\d+)", str(fault))
            line = found.group(1) if found else str(self.text.count("\n") + 1)
            self.faults.append(f"{self.name}:{line}: not TOML: {fault}")
            return {}

    def take(self, table: Mapping[str, Any], known: frozenset[str], near: str) -> None:
        """Complain of every key that is not known."""
        for key in sorted(table.keys() - known):
            self.complain(f"unknown key `{key}`", near=near, key=key)

    def table(self, raw: Mapping[str, Any], key: str, *, near: str = "") -> Mapping[str, Any]:
        """The table under `key`; empty if there is none, with a fault if something else is there."""
        value = raw.get(key, {})
        if isinstance(value, dict):
            return value
        self.complain(f"`{key}` must be a table", near=near, key=key)
        return {}

    def tables(self, raw: Mapping[str, Any], key: str, *, near: str = "") -> list[Mapping[str, Any]]:
        """The tables listed under `key`; none, with a fault, if something else is there."""
        value = raw.get(key, [])
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            return value
        self.complain(f"`{key}` must be a list of tables", near=near, key=key)
        return []

    def text_of(self, raw: Mapping[str, Any], key: str, *, near: str = "") -> str:
        """The text under `key`; "" with a fault if there is none."""
        value = raw.get(key)
        if isinstance(value, str) and value:
            return value
        self.complain(f"`{key}` must be a text", near=near, key=key)
        return ""

    def listed(
        self, raw: Mapping[str, Any], key: str, kind: Callable[[str], Kind], *, what: str, near: str = ""
    ) -> tuple[Kind, ...]:
        """The texts listed under `key`, each as `kind` makes it; the wrong ones left out, with a fault each."""
        value = raw.get(key, [])
        if not isinstance(value, list):
            self.complain(f"`{key}` must be a list", near=near, key=key)
            return ()
        made = (self.convert(kind, one, what=what, near=near, key=key) for one in value)
        return tuple(one for one in made if one is not None)

    def convert(
        self, kind: Callable[[str], Kind], value: object, *, what: str, near: str = "", key: str = ""
    ) -> Kind | None:
        """The text as `kind` makes it; a fault and None if it cannot."""
        try:
            if isinstance(value, str):
                return kind(value)
        except (ValueError, OverflowError):
            pass
        self.complain(f"`{value}` is not a valid {what}", near=near, key=key)
        return None
