"""Read the catalog's data files into a `Catalog`, or say everything that is wrong with them at once.

Nothing is half loaded: the answer is a whole catalog or a `CatalogFault` with one line per mistake,
each with file and line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from schema.catalog.catalog import Catalog
from schema.catalog.data_file import CatalogFault, DataFile
from schema.catalog.entry import (
    CatalogEntry,
    CatalogItem,
    Character,
    DisplayTerm,
    MaskKind,
    MaskOccasion,
    RecordEntry,
    Sensitivity,
    UpdateCycle,
    UseAuthority,
)
from schema.catalog.jurisdiction import Jurisdiction
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate
from schema.vocabulary.periods import Term
from schema.vocabulary.records import RecordKind

_ITEM_KEYS = frozenset(part.name for part in fields(CatalogItem)) - {"edition", "jurisdiction"} | {"field", "record"}
_FIELD_KEYS = frozenset(
    {"at", "sources", "chinese", "sensitivity", "sharing_scope", "use_authority", "mask", "mask_occasion"}
    | {"unmasked_below", "natural_person", "values_shown", "obeys_record_flag"}
)
_RECORD_KEYS = frozenset({"at", "kind", "contributors", "checked_by", "chinese"})


def load_catalog(jurisdiction: Jurisdiction, source: Traversable | None = None) -> Catalog:
    """The whole catalog of this jurisdiction from its data files (`entries/*.toml`).

    Errors: CatalogFault with every fault of every file.
    """
    folder = source or files("schema.catalog") / "entries"
    draft = _Draft(jurisdiction)
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if path.name.endswith(".toml"):
            draft.read(DataFile(path.name, path.read_text(encoding="utf-8")))
    return draft.finish()


class _Draft:
    """A catalog being put together from several files."""

    def __init__(self, jurisdiction: Jurisdiction) -> None:
        self.jurisdiction = jurisdiction
        self.entries: dict[FieldCoordinate, CatalogEntry] = {}
        self.records: dict[FieldCoordinate, RecordEntry] = {}
        self.structural: dict[FieldCoordinate, str] = {}
        self.editions: set[str] = set()
        self.faults: list[str] = []

    def read(self, reader: DataFile) -> None:
        table = reader.parse()
        reader.take(table, frozenset({"catalog", "item", "structural"}), "")
        head = table.get("catalog", {})
        self.editions.add(str(head.get("edition", "")))
        if head.get("jurisdiction") != self.jurisdiction.code:
            reader.complain(f"this file is not of jurisdiction `{self.jurisdiction.code}`")
        codes: set[str] = set()
        for raw in table.get("item", ()):
            code = str(raw.get("code", ""))
            if code in codes:
                reader.complain(f"item `{code}` stands twice in this file", near=code)
            codes.add(code)
            self._read_item(reader, raw, str(head.get("edition", "")))
        for raw in table.get("structural", ()):
            reader.take(raw, frozenset({"at", "because"}), str(raw.get("at", "")))
            self._place(reader, FieldCoordinate(str(raw.get("at", ""))))
            self.structural[FieldCoordinate(str(raw.get("at", "")))] = str(raw.get("because", ""))
        self.faults += reader.faults

    def finish(self) -> Catalog:
        if len(self.editions) > 1:
            self.faults.append(f"the files are of different editions: {', '.join(sorted(self.editions))}")
        self.faults += _anchor_faults(self.records.values(), self.entries)
        if self.faults:
            raise CatalogFault(self.faults)
        return Catalog(self.editions.pop(), self.jurisdiction, self.entries, self.records, self.structural)

    def _place(self, reader: DataFile, coordinate: FieldCoordinate) -> None:
        if coordinate in self.entries or coordinate in self.structural:
            reader.complain(f"`{coordinate}` stands in the catalog twice", near=coordinate)

    def _read_item(self, reader: DataFile, raw: Mapping[str, Any], edition: str) -> None:
        code = str(raw.get("code", ""))
        reader.take(raw, _ITEM_KEYS, code)
        for name in self.jurisdiction.demanded_attributes:
            if name not in raw:
                article = self.jurisdiction.articles["catalogued"]
                reader.complain(f"item `{code}` does not state `{name}`, which {article} demands", near=code)
        if not raw.get("field") and not raw.get("record"):
            reader.complain(f"item `{code}` has no field", near=code)
        item = _item(reader, raw, edition, self.jurisdiction.code)
        if item is None:
            return
        for place in raw.get("record", ()):
            self._read_record(reader, place, item)
        for place in raw.get("field", ()):
            entry = _entry(reader, place, item)
            if entry is not None:
                self._place(reader, entry.coordinate)
                self.entries[entry.coordinate] = entry

    def _read_record(self, reader: DataFile, raw: Mapping[str, Any], item: CatalogItem) -> None:
        at = FieldCoordinate(str(raw.get("at", "")))
        reader.take(raw, _RECORD_KEYS, at)
        kind = reader.convert(RecordKind, raw.get("kind"), what="record kind", near=at)
        contributors = _agencies(reader, raw.get("contributors", ()), at)
        checked_by = _agencies(reader, raw.get("checked_by", ()), at)
        if not contributors:
            reader.complain(f"`{at}` names no contributor", near=at)
        self._place(reader, at)
        entry = CatalogEntry(at, item, contributors, item.sensitivity, chinese=str(raw.get("chinese", "")))
        self.entries[at] = entry
        if kind is not None:
            self.records[at] = RecordEntry(entry, kind, contributors, checked_by)


def _item(reader: DataFile, raw: Mapping[str, Any], edition: str, jurisdiction: str) -> CatalogItem | None:
    code = str(raw.get("code", ""))
    before = len(reader.faults)
    display = raw.get("display", {})
    reader.take(display, frozenset({"term", "anchor", "until"}), code)
    term = display.get("term")
    values: dict[str, Any] = {
        "character": reader.convert(Character, raw.get("character"), what="character", near=code),
        "sensitivity": reader.convert(Sensitivity, raw.get("sensitivity"), what="sensitivity", near=code),
        "sharing_scope": _callers(reader, raw.get("sharing_scope", ()), code),
        "use_authority": _authority(reader, raw.get("use_authority", ()), code),
        "update_cycle": reader.convert(UpdateCycle, raw.get("update_cycle"), what="update cycle", near=code),
        "display": DisplayTerm(
            reader.convert(Term.parse, term, what="term", near=code) if term is not None else None,
            display.get("anchor"),
            display.get("until"),
        ),
    }
    if (term is None) != (display.get("anchor") is None):
        reader.complain(f"item `{code}`: a display term needs its anchor, and an anchor its term", near=code)
    texts = ("code", "name", "chinese", "providing_unit", "data_source", "legal_basis")
    for name in texts:
        if not isinstance(raw.get(name), str) or not raw[name]:
            reader.complain(f"item `{code}`: `{name}` must be a text", near=code)
    if raw.get("effective_to") and raw["effective_to"] <= raw.get("effective_from", raw["effective_to"]):
        reader.complain(f"item `{code}` ends before it begins", near=code)
    if len(reader.faults) > before or "effective_from" not in raw:
        return None
    return CatalogItem(
        edition=edition,
        jurisdiction=jurisdiction,
        effective_from=raw["effective_from"],
        effective_to=raw.get("effective_to"),
        **{name: raw[name] for name in texts},
        **values,
    )


def _entry(reader: DataFile, raw: Mapping[str, Any], item: CatalogItem) -> CatalogEntry | None:
    at = FieldCoordinate(str(raw.get("at", "")))
    before = len(reader.faults)
    reader.take(raw, _FIELD_KEYS, at)
    sources = _agencies(reader, raw.get("sources", ()), at)
    if not sources:
        reader.complain(f"`{at}` names no source", near=at)
    natural = raw.get("natural_person")
    scope = _callers(reader, raw["sharing_scope"], at) if "sharing_scope" in raw else item.sharing_scope
    authority = _authority(reader, raw["use_authority"], at) if "use_authority" in raw else item.use_authority
    sensitivity = reader.convert(Sensitivity, raw.get("sensitivity", item.sensitivity), what="sensitivity", near=at)
    mask = reader.convert(MaskKind, raw.get("mask", "M0"), what="mask", near=at)
    occasion = reader.convert(MaskOccasion, raw.get("mask_occasion", "ALWAYS"), what="mask occasion", near=at)
    person = None if natural is None else reader.convert(Sensitivity, natural, what="sensitivity", near=at)
    if len(reader.faults) > before:
        return None
    return CatalogEntry(
        coordinate=at,
        item=item,
        sources=sources,
        sensitivity=sensitivity,
        sharing_scope=scope,
        use_authority=authority,
        mask=mask,
        mask_occasion=occasion,
        unmasked_below=frozenset(FieldCoordinate(parent) for parent in raw.get("unmasked_below", ())),
        natural_person=person,
        values_shown=frozenset(raw.get("values_shown", ())),
        obeys_record_flag=bool(raw.get("obeys_record_flag", False)),
        chinese=str(raw.get("chinese", "")),
    )


def _agencies(reader: DataFile, names: Iterable[str], near: str) -> tuple[AgencyId, ...]:
    return tuple(reader.convert(AgencyId, name, what="agency", near=near) for name in names)


def _callers(reader: DataFile, names: Iterable[str], near: str) -> frozenset[CallerClass]:
    return frozenset(reader.convert(CallerClass, name, what="caller class", near=near) for name in names)


def _authority(reader: DataFile, rows: Iterable[Mapping[str, Any]], near: str) -> tuple[UseAuthority, ...]:
    return tuple(
        UseAuthority(
            reader.convert(CallerClass, row.get("caller"), what="caller class", near=near),
            frozenset(reader.convert(Purpose, name, what="purpose", near=near) for name in row.get("purposes", ())),
        )
        for row in rows
    )


def _anchor_faults(records: Iterable[RecordEntry], entries: Mapping[FieldCoordinate, CatalogEntry]) -> Iterable[str]:
    """The judge orders anchors for itself, so an anchor must be a field that anyone may see."""
    for record in records:
        display = record.entry.item.display
        for anchor in filter(None, (display.anchor, display.until)):
            entry = entries.get(FieldCoordinate(f"{record.kind}.{anchor}"))
            if entry is None or entry.sensitivity is not Sensitivity.PUBLIC:
                at = record.entry.coordinate
                yield f"{at}: the display anchor `{anchor}` must be a public field of {record.kind}"
