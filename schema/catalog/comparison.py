"""What one edition of a catalog says otherwise than another: items, fields, and their attributes one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final, TypeAlias

from schema.catalog.catalog import Catalog
from schema.catalog.entry import CatalogEntry, CatalogItem, DisplayTerm, JudgedFacts, UseAuthority
from schema.catalog.item_reader import PLATFORM

Plain: TypeAlias = "str | tuple[str, ...]"
"""A value as it is shown: a text, or the parts of a set."""

_OF_THE_EDITION: Final = frozenset({"code", "edition", "jurisdiction"})
_ITEM: Final = tuple(part.name for part in fields(CatalogItem) if part.name not in _OF_THE_EDITION)
_FIELD: Final = tuple(part.name for part in fields(CatalogEntry) if part.name not in {"coordinate", "item"})
_INHERITED: Final = frozenset({"sensitivity", "sharing_scope", "use_authority"})


class ChangeKind(StrEnum):
    """What happened to an item, a field or an attribute of it."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference."""

    kind: ChangeKind
    at: str
    """`NB03-2 MARKET_REGULATION` for an item, a coordinate for a field."""
    attribute: str = ""
    """What changed of it; "" if it was added or removed as a whole."""
    old: Plain = ""
    new: Plain = ""

    @property
    def gained(self) -> tuple[str, ...]:
        """Parts that a set has gained."""
        return tuple(part for part in self.new if part not in self.old) if isinstance(self.new, tuple) else ()

    @property
    def lost(self) -> tuple[str, ...]:
        """Parts that a set has lost."""
        return tuple(part for part in self.old if part not in self.new) if isinstance(self.old, tuple) else ()


def compare(old: Catalog, new: Catalog) -> tuple[Change, ...]:
    """The differences from the old edition to the new one: items first, then fields, each in its order.

    What a field only takes over from its item is told once, of the item.
    """
    return (*_item_changes(_items(old), _items(new)), *_field_changes(old, new))


def _items(catalog: Catalog) -> dict[str, CatalogItem]:
    """Items by code and the agency that answers for them; two agencies may each answer for a part of one code."""
    named: dict[str, CatalogItem] = {}
    for entry in catalog.entries.values():
        owner = entry.sources[0] if entry.sources else PLATFORM
        named.setdefault(f"{entry.item.code} {owner}", entry.item)
    return named


def _item_changes(old: Mapping[str, CatalogItem], new: Mapping[str, CatalogItem]) -> Iterator[Change]:
    yield from _whole(old, new)
    for at in old:
        if at in new:
            yield from _differing(at, old[at], new[at], _ITEM)


def _field_changes(old: Catalog, new: Catalog) -> Iterator[Change]:
    yield from _whole(old.entries, new.entries)
    for at, before in old.entries.items():
        after = new.entries.get(at)
        if after is None:
            continue
        if before.item.code != after.item.code:
            yield Change(ChangeKind.CHANGED, at, "item", before.item.code, after.item.code)
        own = tuple(name for name in _FIELD if not (_is_inherited(before, name) and _is_inherited(after, name)))
        yield from _differing(at, before, after, own)


def _whole(old: Collection[str], new: Collection[str]) -> Iterator[Change]:
    """What stands on one side only."""
    yield from (Change(ChangeKind.REMOVED, at) for at in old if at not in new)
    yield from (Change(ChangeKind.ADDED, at) for at in new if at not in old)


def _is_inherited(entry: CatalogEntry, name: str) -> bool:
    return name in _INHERITED and getattr(entry, name) == getattr(entry.item, name)


def _differing(at: str, old: object, new: object, names: tuple[str, ...]) -> Iterator[Change]:
    for name in names:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Change(ChangeKind.CHANGED, at, name, plain(before), plain(after))


def plain(value: object) -> Plain:
    """A value of an attribute as it is shown."""
    match value:
        case None:
            return "none"
        case DisplayTerm():
            return _display(value)
        case JudgedFacts():
            return tuple(
                f"{part.name} {shown}" for part in fields(value) if (shown := _joined(getattr(value, part.name)))
            )
        case frozenset():
            return tuple(sorted(str(part) for part in value))
        case tuple():
            return tuple(line for part in value for line in _lines(part))
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def _lines(part: object) -> Iterator[str]:
    if isinstance(part, UseAuthority):
        yield from (f"{part.caller} for {purpose}" for purpose in sorted(part.purposes))
    else:
        yield str(part)


def _joined(value: object) -> str:
    if isinstance(value, str | None):
        return value or ""
    return ", ".join(plain(value))


def _display(display: DisplayTerm) -> str:
    parts = []
    if display.term is not None:
        parts.append(f"{display.term} from {display.anchor}")
    if display.until is not None:
        parts.append(f"until {display.until}")
    if display.kept_from is not None:
        parts.append(f"kept from {display.kept_from}")
    if display.while_listed:
        parts.append("while listed")
    return ", ".join(parts) or "without end"
