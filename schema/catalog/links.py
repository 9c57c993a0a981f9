"""Do the parts of a catalog that name one another find one another: anchors, judged facts, parents that lift a mask?"""

from __future__ import annotations

from collections.abc import Iterator

from schema.catalog.assembly import Assembly
from schema.catalog.entry import CatalogEntry, CatalogItem, Sensitivity
from schema.catalog.item_reader import ItemForm
from schema.vocabulary.identifiers import FieldCoordinate

_PERSON = "PersonRef"


def link_faults(made: Assembly) -> Iterator[str]:
    """One fault per name that leads nowhere, each at the item or field that names it."""
    items: dict[ItemForm, CatalogItem] = {made.owners[at]: entry.item for at, entry in made.entries.items()}
    for form, item in items.items():
        kinds = sorted({record.kind.value for record in form.records} or _types(form))
        yield from (form.fault(what, key="display") for what in _anchor_faults(item, kinds, made))
        yield from (form.fault(what, key="judged") for what in _judged_faults(item, kinds, made))
        for record in form.records:
            if record.dated is not None and FieldCoordinate(f"{record.kind}.{record.dated}") not in made.owners:
                yield form.fault(f"the date `{record.dated}` is no field of {record.kind}", at=record.at)
    for at, entry in made.entries.items():
        for parent in sorted(entry.unmasked_below - made.owners.keys()):
            yield made.owners[at].fault(f"`{parent}`, named in `unmasked_below`, is not in the catalog", at=at)


def _types(form: ItemForm) -> set[str]:
    return {place.at.partition(".")[0] for place in form.fields if place.at} - {_PERSON}


def _anchor_faults(item: CatalogItem, kinds: list[str], made: Assembly) -> Iterator[str]:
    """The judge orders anchors for itself, so an anchor must be a field that anyone may see."""
    for anchor in filter(None, (item.display.anchor, item.display.until)):
        for kind in kinds:
            at = FieldCoordinate(f"{kind}.{anchor}")
            if at not in made.owners or (at in made.entries and not _is_public(made.entries[at])):
                yield f"the display anchor `{anchor}` must be a public field of {kind}"


def _judged_faults(item: CatalogItem, kinds: list[str], made: Assembly) -> Iterator[str]:
    for fact in filter(None, (*item.judged.names(), item.display.kept_from)):
        holder, _, of_person = fact.partition(".")
        for kind in kinds:
            for name in (f"{kind}.{holder}", f"{_PERSON}.{of_person}" if of_person else ""):
                if name and FieldCoordinate(name) not in made.owners:
                    yield f"the judged fact `{fact}` is no field of {name.partition('.')[0]}"


def _is_public(entry: CatalogEntry) -> bool:
    return not {entry.sensitivity, entry.natural_person} - {None, Sensitivity.PUBLIC}
