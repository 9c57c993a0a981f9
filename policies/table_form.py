"""A policy table as a small document that is the same for the same table, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from policies.table import Cells, PolicyTable, TableField

_HEAD: Final = frozenset({"edition", "jurisdiction", "asOf", "patterns", "callers", "groups"})


class TableFault(ValueError):
    """The document is no policy table."""


def written(table: PolicyTable) -> dict[str, Any]:
    """The document: what is said more than once stands once and is named by its place.

    Shape:   a pattern is `{answer: "PURPOSE PURPOSE …"}`; callers are `{caller class: pattern}`; a group is of fields
             that are answered alike, with `{moment: callers}`
    """
    patterns = sorted({cells for field in table.fields.values() for cells in field.rows.values()})
    number = {cells: place for place, cells in enumerate(patterns)}
    callers: dict[tuple[tuple[str, int], ...], int] = {}
    groups: dict[tuple[tuple[str, int], ...], dict[str, str]] = {}
    for name, field in sorted(table.fields.items()):
        moments: dict[str, list[tuple[str, int]]] = {}
        for (moment, caller), cells in sorted(field.rows.items()):
            moments.setdefault(moment, []).append((caller, number[cells]))
        key = tuple((moment, callers.setdefault(tuple(row), len(callers))) for moment, row in moments.items())
        groups.setdefault(key, {})[name] = field.item
    return {
        "edition": table.edition,
        "jurisdiction": table.jurisdiction,
        "asOf": table.as_of.isoformat(),
        "patterns": [_pattern(cells) for cells in patterns],
        "callers": [dict(row) for row in callers],
        "groups": [{"fields": fields, "moments": dict(key)} for key, fields in groups.items()],
    }


def read(document: Any) -> PolicyTable:
    """The table that a document holds.

    Errors:  TableFault
    """
    if not isinstance(document, dict) or document.keys() != _HEAD:
        raise TableFault("this is no policy table")
    try:
        patterns = [_cells(pattern) for pattern in document["patterns"]]
        callers = [{caller: patterns[place] for caller, place in row.items()} for row in document["callers"]]
        fields: dict[str, TableField] = {}
        for group in document["groups"]:
            moments = group["moments"].items()
            rows = {(moment, caller): cells for moment, row in moments for caller, cells in callers[row].items()}
            fields |= {name: TableField(item, rows) for name, item in group["fields"].items()}
        as_of = date.fromisoformat(document["asOf"])
        return PolicyTable(document["edition"], document["jurisdiction"], as_of, dict(sorted(fields.items())))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as fault:
        raise TableFault("this policy table cannot be read") from fault


def _pattern(cells: Cells) -> dict[str, str]:
    purposes: dict[str, list[str]] = {}
    for purpose, answer in cells:
        purposes.setdefault(answer, []).append(purpose)
    return {answer: " ".join(named) for answer, named in sorted(purposes.items())}


def _cells(pattern: Mapping[str, str]) -> Cells:
    return tuple(sorted((purpose, answer) for answer, named in pattern.items() for purpose in named.split()))
