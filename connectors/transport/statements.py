"""A SELECT built once and turned into driver text once: what is left per errand is binding values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect

Values: TypeAlias = Mapping[str, "str | int | Sequence[str]"]

_SIZES = (1, 2, 5, 10, 20, 50, 100)
"""Lists are filled up to one of these lengths, so that a database sees few texts and keeps its plans."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One statement as it goes to the driver."""

    text: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a value of the errand goes: a parameter's name, and the place in its list if it is one."""

    name: str
    index: int | None


class Statement:
    """A SELECT with named columns and bind parameters; keep it, it remembers its compiled texts.

    `columns` are written `TABLE.COLUMN` where they come from a table: auditors of an agency read them.
    """

    __slots__ = ("_texts", "columns", "names", "select")

    def __init__(self, select: sa.Select[Any], columns: Sequence[str]) -> None:
        self.select = select
        self.columns = tuple(columns)
        self.names = tuple(column.name for column in select.selected_columns)
        self._texts: dict[tuple[str, tuple[int, ...]], tuple[str, tuple[object, ...]]] = {}

    def bind(self, dialect: Dialect, values: Values) -> Bound:
        """The driver's text and positional values; lists longer than 100 are not for one statement."""
        filled = {name: _filled(value) for name, value in values.items()}
        sizes = tuple(len(value) for value in filled.values() if isinstance(value, tuple))
        known = self._texts.get((dialect.name, sizes))
        if known is None:
            known = self._texts[(dialect.name, sizes)] = self._compile(dialect, filled)
        text, template = known
        return Bound(text, tuple(_placed(place, filled) if isinstance(place, _Slot) else place for place in template))

    def _compile(self, dialect: Dialect, filled: Values) -> tuple[str, tuple[object, ...]]:
        """Render the text with slots in place of the errand's values."""
        slots: dict[str, Any] = {
            name: [_Slot(name, index) for index in range(len(value))] if isinstance(value, tuple) else _Slot(name, None)
            for name, value in filled.items()
        }
        compiled = self.select.compile(dialect=dialect)
        state = compiled.construct_expanded_state(slots)
        return state.statement, tuple(state.parameters[name] for name in state.positiontup or ())


def _filled(value: str | int | Sequence[str]) -> str | int | tuple[str, ...]:
    """Text and numbers as they are; a list repeats its last member up to one of the sizes."""
    if isinstance(value, str | int):
        return value
    members = tuple(value)
    size = next((size for size in _SIZES if size >= len(members)), len(members))
    return members + members[-1:] * (size - len(members))


def _placed(slot: _Slot, filled: Values) -> object:
    value = filled[slot.name]
    return value if slot.index is None or isinstance(value, int) else value[slot.index]
