"""Read the catalog's data files into a `Catalog`, or say everything that is wrong with them at once.

Nothing is half loaded: the answer is a whole catalog or a `CatalogFault` with one line per mistake,
each with file and line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from schema.catalog.catalog import Catalog
from schema.catalog.data_file import CatalogFault, DataFile
from schema.catalog.entry import CatalogEntry, RecordEntry, Sensitivity
from schema.catalog.item_reader import read_coordinate, read_entry, read_item, read_record
from schema.catalog.jurisdiction import Jurisdiction
from schema.vocabulary.identifiers import FieldCoordinate


def load_catalog(jurisdiction: Jurisdiction, source: Traversable | None = None) -> Catalog:
    """The whole catalog of this jurisdiction from its data files (`entries/*.toml`).

    Errors: CatalogFault with every fault of every file.
    """
    folder = source or files("schema.catalog") / "entries"
    draft = _Draft(jurisdiction)
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if path.name.endswith(".toml"):
            draft.read(DataFile.open(path))
    return draft.finish()


class _Draft:
    """A catalog being put together from several files."""

    def __init__(self, jurisdiction: Jurisdiction) -> None:
        self.jurisdiction = jurisdiction
        self.entries: dict[FieldCoordinate, CatalogEntry] = {}
        self.records: dict[FieldCoordinate, RecordEntry] = {}
        self.structural: dict[FieldCoordinate, str] = {}
        self.places: dict[FieldCoordinate, str] = {}
        """Where each coordinate stands (`file:line`), those with faults included."""
        self.edition = ""
        self.faults: list[str] = []

    def read(self, reader: DataFile) -> None:
        table = {} if reader.faults else reader.parse()
        if reader.faults:
            self.faults += reader.faults
            return
        reader.take(table, frozenset({"catalog", "item", "structural"}), "")
        edition = self._read_head(reader, reader.table(table, "catalog"))
        codes: set[str] = set()
        for raw in reader.tables(table, "item"):
            code = str(raw.get("code", ""))
            if code in codes:
                reader.complain(f"item `{code}` stands twice in this file", near=code, last=True)
            codes.add(code)
            self._read_item(reader, raw, edition)
        for raw in reader.tables(table, "structural"):
            reader.take(raw, frozenset({"at", "because"}), str(raw.get("at", "")))
            at = self._place(reader, read_coordinate(reader, raw))
            self.structural[at] = reader.text_of(raw, "because", near=at)
        self.faults += reader.faults

    def finish(self) -> Catalog:
        if not self.places and not self.faults:
            self.faults.append(f"there is no data file for jurisdiction `{self.jurisdiction.code}`")
        self.faults += self._anchor_faults()
        self.faults += self._parent_faults()
        if self.faults:
            raise CatalogFault(self.faults)
        return Catalog(self.edition, self.jurisdiction, self.entries, self.records, self.structural)

    def _read_head(self, reader: DataFile, head: Mapping[str, Any]) -> str:
        reader.take(head, frozenset({"edition", "jurisdiction", "agency"}), "")
        edition = reader.text_of(head, "edition")
        self.edition = self.edition or edition
        if edition and edition != self.edition:
            what = f"this file is of edition `{edition}`, files before it of `{self.edition}`"
            reader.complain(what, key="edition")
        if head.get("jurisdiction") != self.jurisdiction.code:
            reader.complain(f"this file is not of jurisdiction `{self.jurisdiction.code}`", key="jurisdiction")
        return edition

    def _read_item(self, reader: DataFile, raw: Mapping[str, Any], edition: str) -> None:
        item = read_item(reader, raw, edition=edition, jurisdiction=self.jurisdiction)
        near = str(raw.get("code", ""))
        for place in reader.tables(raw, "record", near=near):
            record = read_record(reader, place, item)
            at = self._place(reader, FieldCoordinate(str(place.get("at", ""))))
            if record is not None:
                self.records[at] = record
                self.entries[at] = record.entry
        for place in reader.tables(raw, "field", near=near):
            entry = read_entry(reader, place, item)
            at = self._place(reader, FieldCoordinate(str(place.get("at", ""))))
            if entry is not None:
                self.entries[at] = entry

    def _place(self, reader: DataFile, at: FieldCoordinate) -> FieldCoordinate:
        if not at:
            return at
        if at in self.places:
            reader.complain(f"`{at}` stands in the catalog twice, first in {self.places[at]}", near=at, last=True)
        self.places.setdefault(at, reader.where(at))
        return at

    def _anchor_faults(self) -> Iterator[str]:
        """The judge orders anchors for itself, so an anchor must be a field that anyone may see."""
        for at, record in self.records.items():
            display = record.entry.item.display
            for anchor in filter(None, (display.anchor, display.until)):
                coordinate = FieldCoordinate(f"{record.kind}.{anchor}")
                if coordinate in self.entries or coordinate not in self.places:
                    entry = self.entries.get(coordinate)
                    if entry is None or {entry.sensitivity, entry.natural_person} - {None, Sensitivity.PUBLIC}:
                        what = f"the display anchor `{anchor}` must be a public field of {record.kind}"
                        yield f"{self.places[at]}: {what}"

    def _parent_faults(self) -> Iterator[str]:
        """A parent under which a mask is lifted must exist, or the mask stands where nobody expects it."""
        for at, entry in self.entries.items():
            for parent in sorted(entry.unmasked_below - self.places.keys()):
                yield f"{self.places[at]}: `{parent}`, named in `unmasked_below`, is not in the catalog"
