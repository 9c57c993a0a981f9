"""National base and editions put together: each item that an edition takes over, its fields and its records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from schema.catalog.citations import citation_faults
from schema.catalog.edition_reader import EditionBody
from schema.catalog.entry import CatalogEntry, CatalogItem, RecordEntry, Sensitivity, Sharing
from schema.catalog.item_checks import law_faults, own_faults, sharing_faults
from schema.catalog.item_reader import FieldForm, ItemForm, RecordForm
from schema.catalog.jurisdiction import Jurisdiction, NationalLaw
from schema.catalog.merging import DEFAULTS, SETS, Merged, Sets, merged_field, merged_item, statements, unknown_fields
from schema.catalog.national_base import NationalBase
from schema.vocabulary.identifiers import FieldCoordinate

_ALWAYS: Final = (
    *("source", "category_no", "name", "chinese", "subject_types", "character", "providing_unit", "data_source"),
    *("publicity", "sharing", *SETS, "update_cycle", "legal_basis", "consent_basis", "effective_from"),
)


class Assembly:
    """A catalog being put together for one region."""

    def __init__(
        self, base: NationalBase, chain: Sequence[EditionBody], *, law: Jurisdiction, national: NationalLaw
    ) -> None:
        self._base = base
        self._chain = chain
        """The edition and those it is based on, oldest first."""
        self._law = law
        self._regulations = national.regulations
        self._sets = Sets()
        self.entries: dict[FieldCoordinate, CatalogEntry] = {}
        self.records: dict[FieldCoordinate, RecordEntry] = {}
        self.owners: dict[FieldCoordinate, ItemForm] = {}
        """The item of each coordinate, those with faults included."""
        self.faults: list[str] = []

    def run(self) -> None:
        """Make every item that the editions take over."""
        for body in self._chain:
            self._sets.add(body)
            self.faults += self._beyond_the_law(body)
        for key in dict.fromkeys(key for body in self._chain for key in body.items):
            listing = statements(key, self._chain)
            form = self._base.items.get(key)
            if form is None:
                self.faults.append(listing[-1].fault(f"the national base has no item `{key[1]}` of {key[0]}"))
            else:
                self._make(form, listing)

    def _beyond_the_law(self, body: EditionBody) -> Iterator[str]:
        """Purposes must lie within those for which the regulation lets a class inquire."""
        article = self._law.articles["purpose"]
        for name, rows in body.authority.items():
            place = body.reader.where(key=f"authority.{name}")
            for row in rows:
                for purpose in sorted(row.purposes - self._law.purposes.get(row.caller, frozenset())):
                    yield f"{place}: authority `{name}`: {article} lets no `{row.caller}` inquire for `{purpose}`"

    def _make(self, form: ItemForm, listing: Sequence[ItemForm]) -> None:
        item = self._item(form, listing)
        self.faults += [
            one.fault(f"item `{form.code}` has no field `{at}`", at=at) for one, at in unknown_fields(form, listing)
        ]
        made = [entry for place in form.fields if (entry := self._entry(place, form, item)) is not None]
        for record in form.records:
            self._place(record, form, item)
        if item is not None:
            kinds = [record.kind for record in form.records]
            wrong = [*own_faults(item), *law_faults(item, made, kinds, law=self._law)]
            self.faults += [listing[-1].fault(what) for what in wrong]

    def _item(self, form: ItemForm, listing: Sequence[ItemForm]) -> CatalogItem | None:
        merged = merged_item(form, self._chain, self._sets)
        before = len(self.faults)
        for statement in (form, *listing):
            self.faults += self._cited(statement)
        if merged.values.get("sharing") is Sharing.NOT_SHARED:
            merged.drop(SETS)  # what is not shared names nobody
        needed = self._needed(merged)
        self.faults += self._missing(merged, needed, listing[-1])
        self.faults += self._mean(merged)
        if len(self.faults) > before or any(name not in merged.values for name in needed):
            return None
        return CatalogItem(
            code=form.code,
            edition=self._chain[-1].head.code,
            jurisdiction=self._law.code,
            **{**DEFAULTS, **merged.values},
        )

    def _needed(self, merged: Merged) -> list[str]:
        """What must be stated."""
        nobody = SETS if merged.values.get("sharing") is Sharing.NOT_SHARED else ()
        names = dict.fromkeys((*self._law.demanded_attributes, *_ALWAYS))
        return [name for name in names if name != "code" and name not in nobody]

    def _missing(self, merged: Merged, needed: Sequence[str], statement: ItemForm) -> Iterator[str]:
        for name in needed:
            if name not in merged.whose:
                demanded = name in self._law.demanded_attributes
                by = f", which {self._law.articles['in_catalog']} demands" if demanded else ""
                yield statement.fault(f"item `{statement.code}` does not state `{name}`{by}")

    def _cited(self, statement: ItemForm) -> Iterator[str]:
        for name in ("legal_basis", "consent_basis"):
            for what in citation_faults(statement.stated.get(name, ""), self._regulations):
                yield statement.fault(what, key=name)

    def _mean(self, merged: Merged, at: str = "") -> Iterator[str]:
        """Put the sets of callers in the place of their names."""
        for name in SETS:
            if name in merged.values:
                called = merged.values[name]
                meant = self._sets.meaning(name, called)
                if meant is None:
                    what = f"edition `{self._chain[-1].head.code}` has no `{called}` for `{name}`"
                    yield merged.whose[name].fault(what, at=at, key=name)
                merged.values[name] = meant

    def _entry(self, place: FieldForm, form: ItemForm, item: CatalogItem | None) -> CatalogEntry | None:
        if not place.at:
            return None
        self.owners[place.at] = form
        merged = merged_field(place, form, self._chain)
        unknown = list(self._mean(merged, place.at)) if merged is not None else []
        self.faults += unknown
        if item is None or merged is None or unknown:
            return None
        inherited: dict[str, Any] = {"sensitivity": item.sensitivity}
        if merged.values.get("sensitivity", item.sensitivity) is not Sensitivity.NOT_SHARED:
            inherited |= {name: getattr(item, name) for name in SETS}
        entry = CatalogEntry(**{"coordinate": place.at, "item": item, "sources": (), **inherited, **merged.values})
        self.entries[place.at] = entry
        self.faults += [form.fault(what, at=place.at) for what in sharing_faults(entry)]
        return entry

    def _place(self, record: RecordForm, form: ItemForm, item: CatalogItem | None) -> None:
        self.owners[record.at] = form
        if item is None:
            return
        entry = CatalogEntry(
            record.at,
            item,
            record.contributors,
            item.sensitivity,
            item.sharing_scope,
            item.use_authority,
            chinese=record.chinese,
        )
        self.entries[record.at] = entry
        self.records[record.at] = RecordEntry(entry, record.kind, record.contributors, record.checked_by, record.dated)
        self.faults += [form.fault(what, at=record.at) for what in sharing_faults(entry)]
