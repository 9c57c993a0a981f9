"""What of all that was permitted stands in an answer about a subject, coordinate by coordinate.

Read from the very values that leave. What a plan implies for that is worked out once (`Showing`), so that a subject
costs a few microseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from gateway.pipeline.plan import SubjectPlan
from gateway.pipeline.selection import PERSON_TYPE, Selection
from policies.question import DemandedField
from policies.verdict import Effect
from schema.catalog.catalog import Catalog
from schema.vocabulary.identifiers import FieldCoordinate


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

    __slots__ = ("_permitted", "_root", "used")

    def __init__(self, plan: SubjectPlan) -> None:
        verdicts = plan.sheet.verdicts
        at = {field: position for position, field in enumerate(verdicts)}
        permitted = {field: 1 << at[field] for field, verdict in verdicts.items() if verdict.effect != Effect.WITHHOLD}
        self._permitted = sum(permitted.values())
        self._root = _Place(plan.demand.selection, permitted, plan.sheet.catalogs[0])
        self.used: Sequence[int] = sorted({at[field] for field in _arranged_by(plan)})
        """Looked at to narrow or to sort a list, whether it is shown or not."""

    def of(self, answer: Mapping[str, Any]) -> Shown:
        """What is missing in one subject's part of the answer; of an empty one, everything."""
        return shown_but(*self.gaps(answer))

    def gaps(self, answer: Mapping[str, Any]) -> tuple[int, int]:
        """The same as numbers with a bit for each verdict: what is missing, and what of that is bare."""
        shown, bare = self._root.look((answer,)) if answer else (0, 0)
        missing = self._permitted & ~shown
        return missing, bare & missing


class _Place:
    """A selection whose objects have governed fields; a set of them is a number with a bit for each verdict."""

    __slots__ = ("_all_leaves", "_branches", "_leaves", "_others", "_values", "all_below", "never_deep")

    def __init__(self, selection: Selection, permitted: Mapping[DemandedField, int], catalog: Catalog) -> None:
        leaves, values, branches, others = [], [], [], []
        for part in selection.children:
            if part.name == "__typename" or part.coordinate in catalog.structural:
                others.append(part.key)
                continue
            below = part.below if part.coordinate.startswith(f"{PERSON_TYPE}.") else None
            bit = permitted.get(DemandedField(part.coordinate, below))
            if bit is None:
                continue
            if any(_is_governed(one, catalog) for one in part.children):
                place = _Place(part, permitted, catalog)
                branches.append((part.key, bit, place, place.all_below and place.all_below | bit))
            elif part.is_branch or part.is_list:
                values.append((part.key, bit, None if part.is_list else _never_deep(part)))
            else:
                leaves.append((part.key, bit))
        self._leaves = tuple(leaves)
        self._all_leaves = sum({bit for _, bit in leaves})
        self._values = tuple(values)
        """Money, periods, lists of plain values: governed as one. With a leaf of theirs to look at first."""
        self.never_deep = tuple((key, leaf) for key, _, leaf in values if leaf is not None)
        """What has to be there of an object's values for nothing of it to be missing."""
        has_plain = (leaves or values) and not branches and len(self.never_deep) == len(values)
        self.all_below: int = self._all_leaves | sum({bit for _, bit, _ in values}) if has_plain else 0
        """All that stands in such an object; 0 where that cannot be seen at one look."""
        self._branches = tuple(branches)
        self._others = tuple(others)
        """What no agency states: it tells that there is something, and nothing more."""

    def look(self, objects: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
        """What stands in these objects, as a projector makes them, and what of that is bare."""
        shown = bare = 0
        if self._leaves:
            for one in objects:
                if all(one.values()):
                    shown = self._all_leaves
                    break
                for key, bit in self._leaves:
                    if one[key] is not None:
                        shown |= bit
        if self._values:
            shown, bare = self._look_at_values(objects, shown)
        first, is_alone = objects[0], len(objects) == 1
        for key, bit, place, whole in self._branches:
            inside = _inside(first[key]) if is_alone else [one for each in objects for one in _inside(each[key])]
            if not inside:
                continue
            one = inside[0]
            if whole and all(one.values()) and (not place.never_deep or place.has_all_values(one)):
                shown |= whole  # as with most
                continue
            below, bare_below = place.look(inside)
            shown |= below
            bare |= bare_below | bit
            if below or place.has_other(inside):
                shown |= bit
        return shown, bare

    def _look_at_values(self, objects: Sequence[Mapping[str, Any]], shown: int) -> tuple[int, int]:
        bare = 0
        for key, bit, leaf in self._values:
            for one in objects:
                value = one[key]
                if value is None:
                    continue
                if (leaf is not None and type(value) is dict and value[leaf] is not None) or _has_leaf(value):
                    shown |= bit
                    break
                if value != []:
                    bare |= bit
        return shown, bare

    def has_all_values(self, one: Mapping[str, Any]) -> bool:
        """Whether each value of an object, of which none is null, has that leaf of its own."""
        return None not in [one[key][leaf] for key, leaf in self.never_deep]

    def has_other(self, objects: Sequence[Mapping[str, Any]]) -> bool:
        """Whether anything stands in these objects that no agency states."""
        return any(_has_leaf(one[key]) for key in self._others for one in objects)


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


def _inside(value: Any) -> Sequence[Mapping[str, Any]]:
    """The objects that a value is: one, those of a list, none."""
    return value if type(value) is list else (value,) if value is not None else ()


def shown_but(missing: int, bare: int) -> Shown:
    """Such gaps as positions."""
    return Shown(_positions(missing), _positions(bare)) if missing else ALL_SHOWN


@lru_cache(maxsize=4096)
def _positions(bits: int) -> Sequence[int]:
    """Where a number has a bit, from below; what answers leave out is much the same from one to the next."""
    positions = []
    while bits:
        lowest = bits & -bits
        positions.append(lowest.bit_length() - 1)
        bits ^= lowest
    return tuple(positions)


def _has_leaf(value: Any) -> bool:
    if type(value) is dict:
        return any(map(_has_leaf, value.values()))
    if type(value) is list or type(value) is tuple:
        return any(map(_has_leaf, value))
    return value is not None
