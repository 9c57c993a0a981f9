"""A data file of the catalog while it is read: every fault is noted with file and line, none stops the reading."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


class CatalogFault(Exception):
    """The data files are not a catalog; `faults` says why, one `file:line: sentence` each."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults in the catalog:\n" + "\n".join(self.faults))


@dataclass
class DataFile:
    """One file being read: its text for line numbers, its faults so far."""

    name: str
    text: str
    faults: list[str] = field(default_factory=list)

    def complain(self, what: str, *, near: str = "") -> None:
        """Note a fault, at the line where the text `near` first stands in quotes."""
        line = 1
        if near:
            before, found, _ = self.text.partition(f'"{near}"')
            line = before.count("\n") + 1 if found else 1
        self.faults.append(f"{self.name}:{line}: {what}")

    def parse(self) -> dict[str, Any]:
        """The file as TOML; a fault and an empty table if it is none."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as fault:
            self.complain(f"not TOML: {fault}")
            return {}

    def take(self, table: Mapping[str, Any], known: frozenset[str], near: str) -> None:
        """Complain of every key that is not known."""
        for key in table.keys() - known:
            self.complain(f"unknown key `{key}`", near=near)

    def convert(self, kind: Callable[[Any], Any], value: Any, *, what: str, near: str) -> Any:
        """The value as `kind` makes it; a fault and None if it cannot."""
        try:
            return kind(value)
        except (ValueError, TypeError, AttributeError):
            self.complain(f"`{value}` is not a valid {what}", near=near)
            return None
