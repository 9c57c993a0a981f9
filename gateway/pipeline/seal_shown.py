"""What of all that was permitted stands in an answer about a subject, coordinate by coordinate.

Read from the very values that leave. What a plan implies for that is worked out once (`Showing`), so that a subject
costs a few microseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gateway.pipeline.plan import SubjectPlan
from gateway.pipeline.selection import PERSON_TYPE, Selection
from policies.question import DemandedField
from policies.verdict import Effect
from schema.catalog.catalog import Catalog
from schema.vocabulary.identifiers import FieldCoordinate

_NOTHING, _BARE, _SHOWN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Shown:
    """What one subject's part of an answer leaves out of what was permitted.

    Shape:   positions among the verdicts of the sheet, in their order
    """

    missing: Sequence[int] = ()
    """Permitted, and nothing of it stands in the answer: no leaf at the coordinate or below it that is not null."""
    bare: Sequence[int] = ()
    """Those among them whose object or list stands there with nothing in it: that there is one was told."""


ALL_SHOWN: Final = Shown()


class Showing:
    """What one plan may show, and where that would stand."""

    __slots__ = ("_blank", "_permitted", "_root", "used")

    def __init__(self, plan: SubjectPlan) -> None:
        verdicts = plan.sheet.verdicts
        at = {field: position for position, field in enumerate(verdicts)}
        kept = {field for field, verdict in verdicts.items() if verdict.effect is Effect.WITHHOLD}
        self._permitted = tuple(position for field, position in at.items() if field not in kept)
        self._blank = bytes(_SHOWN if field in kept else _NOTHING for field in verdicts)
        """One for each verdict; what is withheld is nobody's concern here."""
        permitted = {field: position for field, position in at.items() if field not in kept}
        self._root = _Place(plan.demand.selection, permitted, plan.sheet.catalogs[0])
        self.used: Sequence[int] = sorted({at[field] for field in _arranged_by(plan)})
        """Looked at to narrow or to sort a list, whether it is shown or not."""

    def of(self, answer: Mapping[str, Any]) -> Shown:
        """What is missing in one subject's part of the answer; of an empty one, everything."""
        if not answer:
            return Shown(self._permitted)
        found = bytearray(self._blank)
        self._root.look((answer,), found)
        if found.count(_SHOWN) == len(found):
            return ALL_SHOWN
        missing = [position for position, how in enumerate(found) if how != _SHOWN]
        if _BARE not in found:
            return Shown(missing)
        return Shown(missing, [position for position in missing if found[position] == _BARE])


class _Place:
    """A selection whose objects have governed fields."""

    __slots__ = ("_branches", "_leaves", "_others", "_values")

    def __init__(self, selection: Selection, permitted: Mapping[DemandedField, int], catalog: Catalog) -> None:
        leaves, values, branches, others = [], [], [], []
        for part in selection.children:
            if part.name == "__typename" or part.coordinate in catalog.structural:
                others.append(part.key)
                continue
            below = part.below if part.coordinate.startswith(f"{PERSON_TYPE}.") else None
            position = permitted.get(DemandedField(part.coordinate, below))
            if position is None:
                continue
            if any(_is_governed(one, catalog) for one in part.children):
                branches.append((part.key, position, _Place(part, permitted, catalog)))
            elif part.is_branch or part.is_list:
                values.append((part.key, position, _never_deep(part)))
            else:
                leaves.append((part.key, position))
        self._leaves = tuple(leaves)
        self._values = tuple(values)
        """Money, periods, lists of plain values: governed as one. With a leaf of theirs to look at first."""
        self._branches = tuple(branches)
        self._others = tuple(others)
        """What no agency states: it tells that there is something, and nothing more."""

    def look(self, objects: Sequence[Mapping[str, Any]], found: bytearray) -> bool:
        """Note what stands in these objects, as a projector makes them; whether any leaf in them is not null."""
        shows = False
        first, rest = objects[0], objects[1:]
        for key, position in self._leaves:
            if first[key] is not None or (rest and any(one[key] is not None for one in rest)):
                found[position] = _SHOWN
                shows = True
        for key, position, leaf in self._values:
            for one in objects:
                value = one[key]
                if value is None:
                    continue
                if (leaf is not None and type(value) is dict and value[leaf] is not None) or _has_leaf(value):
                    found[position] = _SHOWN
                    shows = True
                    break
                if value != []:
                    found[position] = found[position] or _BARE
        for key, position, place in self._branches:
            value = first[key]
            if rest:
                inside = _objects(objects, key)
            elif type(value) is list:
                inside = value
            else:
                inside = (value,) if value is not None else ()
            if inside:
                has_leaf = place.look(inside, found)
                found[position] = _SHOWN if has_leaf else found[position] or _BARE
                shows = shows or has_leaf
        return shows or any(_has_leaf(one[key]) for key in self._others for one in objects)


def _arranged_by(plan: SubjectPlan) -> Iterator[DemandedField]:
    arrangements = dict(plan.demand.arrangements)
    for selection in plan.demand.selection.walk():
        arrangement = arrangements.get(selection.path)
        for name in arrangement.fields() if arrangement else ():
            yield DemandedField(FieldCoordinate(f"{selection.type_name}.{name}"))


def _never_deep(selection: Selection) -> str | None:
    """The key of a plain leaf below, if there is one."""
    return next((part.key for part in selection.children if not part.children and not part.is_list), None)


def _is_governed(selection: Selection, catalog: Catalog) -> bool:
    return selection.name != "__typename" and selection.coordinate not in catalog.structural


def _objects(objects: Sequence[Mapping[str, Any]], key: str) -> Sequence[Mapping[str, Any]]:
    """What stands under a key of them, lists opened."""
    inside: list[Mapping[str, Any]] = []
    for one in objects:
        value = one[key]
        if type(value) is list:
            inside += value
        elif value is not None:
            inside.append(value)
    return inside


def _has_leaf(value: Any) -> bool:
    if type(value) is dict:
        return any(map(_has_leaf, value.values()))
    if type(value) is list or type(value) is tuple:
        return any(map(_has_leaf, value))
    return value is not None
