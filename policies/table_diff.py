"""Two policy tables compared: what the newer one lets more people see, and what it lets fewer see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from policies.table import Cells, PolicyTable, Row
from policies.table_circumstances import DOCUMENT
from policies.table_samples import PLAIN
from schema.vocabulary.reasons import ReasonCode

UNLISTED: Final = f"WITHHOLD {ReasonCode.NOT_IN_CATALOG}"
"""What a table answers on what it does not know: a field, a class of caller, a purpose."""
_STRICTNESS: Final = {"SHOW": 0, "MASK": 1, "WITHHOLD": 2}


class Direction(StrEnum):
    """Which way an answer has gone."""

    WIDENED = "WIDENED"
    NARROWED = "NARROWED"
    CHANGED = "CHANGED"
    """Another mask: shows something else, and so possibly more."""

    @property
    def needs_signature(self) -> bool:
        """Whether somebody may see now what he could not see before."""
        return self is not Direction.NARROWED


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Answers that have gone the same way, for one or several fields of an item, callers and moments."""

    direction: Direction
    item: str
    fields: tuple[str, ...]
    moments: tuple[str, ...]
    callers: tuple[str, ...]
    purposes: tuple[str, ...]
    before: str
    after: str


def compare(old: PolicyTable, new: PolicyTable) -> list[Change]:
    """Every answer that has become wider or narrower, one change for each row of the table and way it went.

    Another reason for withholding is no change: nobody sees more or less by it.
    """
    changes: list[Change] = []
    for name in sorted(old.fields.keys() | new.fields.keys()):
        before, after = old.fields.get(name), new.fields.get(name)
        was, now = before.rows if before else {}, after.rows if after else {}
        item = after.item if after else before.item if before else ""
        for row in sorted(was.keys() | now.keys()) if was != now else ():
            changes += _row_changes(item, name, row, was=_answers(was, row), now=_answers(now, row))
    return changes


def grouped(changes: Iterable[Change]) -> list[Change]:
    """The same changes in as few as people can read: first callers together, then moments, then fields."""
    found = list(changes)
    for part in ("callers", "moments", "fields"):
        together: dict[Change, list[str]] = {}
        for change in found:
            together.setdefault(_with(change, part, ()), []).extend(getattr(change, part))
        found = [_with(key, part, sorted(set(names))) for key, names in together.items()]
    return sorted(found)


def _with(change: Change, part: str, names: Iterable[str]) -> Change:
    changed: Any = {part: tuple(names)}
    return replace(change, **changed)


def direction_of(before: str, after: str) -> Direction | None:
    """Which way from one answer to the other; None if nobody sees anything else."""
    was, now = (_STRICTNESS[one.partition(" ")[0]] for one in (before, after))
    if was != now:
        return Direction.WIDENED if now < was else Direction.NARROWED
    return Direction.CHANGED if was == _STRICTNESS["MASK"] and before != after else None


def _row_changes(
    item: str, field: str, row: Row, *, was: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[Change]:
    moment, caller = row
    ways: dict[tuple[Direction, str, str], list[str]] = {}
    for purpose in sorted(was.keys() | now.keys()):
        before, after = was.get(purpose, UNLISTED), now.get(purpose, UNLISTED)
        direction = direction_of(before, after)
        if direction is not None:
            ways.setdefault((direction, before, after), []).append(purpose)
    for (direction, before, after), purposes in ways.items():
        yield Change(direction, item, (field,), (moment,), (caller,), tuple(purposes), before, after)


def _answers(rows: Mapping[Row, Cells], row: Row) -> Mapping[str, str]:
    """The answers of a row; a moment that this table does not tell apart is answered as the nearest that it knows."""
    moment, caller = row
    while True:
        if (moment, caller) in rows:
            return dict(rows[moment, caller])
        above = moment.rpartition("/")[0]
        if not above:
            return dict(rows.get((PLAIN if moment == "RECORD" else DOCUMENT, caller), ()))
        moment = above
