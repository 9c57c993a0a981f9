"""What several files state of one item, laid over one another: the national base below, the newest edition on top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from schema.catalog.edition_reader import EditionBody
from schema.catalog.entry import DisplayTerm, JudgedFacts, UseAuthority
from schema.catalog.item_reader import FieldForm, ItemForm, ItemKey
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import FieldCoordinate

SETS: Final = ("sharing_scope", "use_authority")
DEFAULTS: Final[Mapping[str, Any]] = {
    "specific_conduct": "",
    "display": DisplayTerm(),
    "retention": None,
    "judged": JudgedFacts(),
    "effective_to": None,
    "is_cross_region": True,
    "sharing_scope": frozenset(),
    "use_authority": (),
}
"""What holds where nothing is stated and the region does not ask for a statement."""


@dataclass(slots=True)
class Merged:
    """Attributes of one item or field."""

    values: dict[str, Any] = field(default_factory=dict)
    whose: dict[str, ItemForm] = field(default_factory=dict)
    """Who stated each attribute last, whether right or wrong."""

    def lay_over(self, form: ItemForm, given: frozenset[str], values: Mapping[str, Any]) -> None:
        """State anew what is given; what is given and wrong leaves nothing behind."""
        self.drop(given)
        self.values |= values
        self.whose |= dict.fromkeys(given, form)

    def drop(self, names: Iterable[str]) -> None:
        """Leave these as if nobody had stated them."""
        for name in names:
            self.values.pop(name, None)


@dataclass(slots=True)
class Sets:
    """What the names of an edition mean; a later edition may give a name another meaning."""

    authority: dict[str, tuple[UseAuthority, ...]] = field(default_factory=dict)
    scope: dict[str, frozenset[CallerClass]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    systems: dict[str, str] = field(default_factory=dict)

    def add(self, body: EditionBody) -> None:
        """Take over what an edition means by its names."""
        self.authority |= body.authority
        self.scope |= body.scope
        self.units |= body.units
        self.systems |= body.systems

    def meaning(self, name: str, of: str) -> Any:
        """The set called `of` where the attribute `name` names one; None if there is none."""
        return self.scope.get(of) if name == "sharing_scope" else self.authority.get(of)


def merged_item(form: ItemForm, chain: Sequence[EditionBody], sets: Sets) -> Merged:
    """The attributes of an item, the sets of callers still by their name.

    The legal basis is the national one and the newest regional one, since each stands for itself.
    """
    agency = form.key[0]
    merged = Merged()
    merged.lay_over(form, form.given, form.stated)
    listing = statements(form.key, chain)
    first = next(body for body in chain if form.key in body.items)
    own = {
        "effective_from": first.head.effective_from,
        "providing_unit": sets.units.get(agency),
        "data_source": sets.systems.get(agency),
    }
    own = {name: value for name, value in own.items() if value is not None}
    merged.lay_over(listing[0], frozenset(own), own)
    for statement in listing:
        merged.lay_over(statement, statement.given, statement.stated)
    bases = [form.stated.get("legal_basis"), *(one.stated.get("legal_basis") for one in listing)]
    regional = next(filter(None, reversed(bases[1:])), None)
    if "legal_basis" in merged.values:
        merged.values["legal_basis"] = "; ".join(filter(None, (bases[0], regional)))
    return merged


def merged_field(field_form: FieldForm, form: ItemForm, chain: Sequence[EditionBody]) -> Merged | None:
    """The attributes of a field; None if a statement of it is wrong."""
    merged = Merged()
    merged.lay_over(form, frozenset(field_form.stated), field_form.stated)
    is_right = field_form.is_right
    for statement in statements(form.key, chain):
        for own in statement.fields:
            if own.at == field_form.at:
                merged.lay_over(statement, frozenset(own.stated), own.stated)
                is_right = is_right and own.is_right
    return merged if is_right else None


def statements(key: ItemKey, chain: Sequence[EditionBody]) -> list[ItemForm]:
    """What editions state of this item, oldest first."""
    return [body.items[key] for body in chain if key in body.items]


def unknown_fields(form: ItemForm, listing: Sequence[ItemForm]) -> list[tuple[ItemForm, FieldCoordinate]]:
    """Fields that editions state of an item that has none such."""
    known = {one.at for one in form.fields}
    return [(one, own.at) for one in listing for own in one.fields if own.at and own.at not in known]
