"""What the judge is asked: may this caller, to this end, see these fields on this day?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schema.vocabulary.caller import ALL_ITEMS, CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate


@dataclass(frozen=True, slots=True)
class DemandedField:
    """A field that is asked for: to be shown, or to filter, sort or count by, which needs the same right."""

    coordinate: FieldCoordinate
    below: FieldCoordinate | None = None
    """For a field of a person: the field that the person hangs under, because roles differ in law."""


@dataclass(frozen=True, slots=True)
class Asker:
    """The caller as far as judgement depends on it; equal askers get equal answers."""

    caller_class: CallerClass
    purpose: Purpose | None
    may_read_conditional: bool
    """Whether the token's scopes reach beyond public information."""
    published: frozenset[Purpose] = frozenset()
    """Purposes for which the caller's unit has designated and published its inquiry matters."""
    items: frozenset[str] = frozenset()
    """Catalog items that the person behind the request may use inside the unit; `*` for all of them."""
    unit_items: frozenset[str] = ALL_ITEMS
    """Catalog items that the organisation's agreements reach; `*` for all that the catalog gives its class."""
    states_matter: bool = False
    is_from_other_region: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One asker, one day, the fields of one document."""

    asker: Asker
    fields: tuple[DemandedField, ...]
    as_of: date
