"""One table of a data file at a time, so that each fault is told at the line where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from schema.catalog.data_file import DataFile

_HEADER: Final = re.compile(r"(?m)^[ \t]*\[")


def section(reader: DataFile, raw: Mapping[str, Any], name: str) -> tuple[DataFile, Mapping[str, Any]]:
    """The table `[name]`, with the part of the file that it is; the whole file if it is not there."""
    start = re.search(rf"(?m)^[ \t]*\[{re.escape(name)}\]", reader.text)
    if start is None:
        return reader, reader.table(raw, name)
    following = _HEADER.search(reader.text, start.end())
    end = following.start() if following else len(reader.text)
    return DataFile(reader.name, reader.text, reader.faults, start.start(), end), reader.table(raw, name)


def sections(reader: DataFile, raw: Mapping[str, Any], name: str) -> list[tuple[DataFile, Mapping[str, Any]]]:
    """Each table `[[name]]`, with the part of the file that it is."""
    part = reader.parts(name)
    return [(part(number), given) for number, given in enumerate(reader.tables(raw, name))]


def check_keys(
    view: DataFile, given: Mapping[str, Any], name: str, *, needed: frozenset[str], known: frozenset[str] = frozenset()
) -> None:
    """Complain of each key that is needed and missing, and of each that is neither needed nor known."""
    view.take(given, needed | known, "")
    for key in sorted(needed - given.keys()):
        view.complain(f"`{key}` is missing", key=name)
