"""The national base: what items and fields are in every region, read once and shared by all editions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from schema.catalog.data_file import DataFile
from schema.catalog.item_reader import AGENCIES, ItemForm, ItemKey, read_coordinate, read_national_item
from schema.vocabulary.identifiers import FieldCoordinate


@dataclass(frozen=True, slots=True, eq=False)
class NationalBase:
    """Every item of the National Basic Catalog and of the supplements to it, as forms that an edition completes."""

    items: Mapping[ItemKey, ItemForm]
    structural: Mapping[FieldCoordinate, str]
    """Fields that carry no agency's fact, with the reason why."""
    faults: tuple[str, ...]
    digest: bytes
    """Hash of the files."""


def catalog_folder() -> Traversable:
    """The folder that ships: `national/*.toml` and `editions/*.toml`."""
    return files("schema.catalog")


def toml_files(folder: Traversable) -> list[Traversable]:
    """The data files of a folder in the order of their names; none if there is no such folder."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted((path for path in found if path.name.endswith(".toml")), key=lambda path: path.name)


def read_national_base(source: Traversable | None = None) -> NationalBase:
    """The base from `national/*.toml`; its faults are for whoever loads an edition upon it."""
    hashed = hashlib.sha256()
    draft = _Draft()
    for path in toml_files((source or catalog_folder()) / "national"):
        content = path.read_bytes()
        hashed.update(path.name.encode() + b"\0" + content + b"\0")
        draft.read(DataFile.of(path.name, content))
    if not draft.places and not draft.faults:
        draft.faults.append("the national base has no data file")
    return NationalBase(draft.items, draft.structural, tuple(draft.faults), hashed.digest())


@dataclass
class _Draft:
    """The base being put together from several files."""

    items: dict[ItemKey, ItemForm] = field(default_factory=dict)
    structural: dict[FieldCoordinate, str] = field(default_factory=dict)
    places: dict[FieldCoordinate, DataFile] = field(default_factory=dict)
    """The part of a file in which each coordinate stands first."""
    faults: list[str] = field(default_factory=list)

    def read(self, reader: DataFile) -> None:
        table = {} if reader.faults else reader.parse()
        if not reader.faults:
            self._read_tables(reader, table)
        self.faults += reader.faults

    def _read_tables(self, reader: DataFile, table: Mapping[str, Any]) -> None:
        reader.take(table, frozenset({"national", "item", "structural"}), "")
        head = reader.table(table, "national")
        reader.take(head, frozenset({"agency"}), "")
        agency = reader.text_of(head, "agency")
        if agency and agency not in AGENCIES:
            reader.complain(f"`{agency}` is not a valid agency", key="agency")
        part = reader.parts("item")
        for number, raw in enumerate(reader.tables(table, "item")):
            self._add(read_national_item(part(number), raw, agency))
        part = reader.parts("structural")
        for number, raw in enumerate(reader.tables(table, "structural")):
            near = str(raw.get("at", ""))
            own = part(number)
            own.take(raw, frozenset({"at", "because"}), near)
            at = read_coordinate(own, raw)
            self._place(own, [at])
            self.structural[at] = own.text_of(raw, "because", near=near)

    def _add(self, form: ItemForm) -> None:
        if form.key in self.items:
            form.reader.complain(f"item `{form.code}` stands twice for this agency", near=form.code)
        self.items.setdefault(form.key, form)
        self._place(form.reader, [record.at for record in form.records] + [place.at for place in form.fields])

    def _place(self, reader: DataFile, coordinates: Iterable[FieldCoordinate]) -> None:
        for at in filter(None, coordinates):
            if at in self.places:
                what = f"`{at}` stands in the catalog twice, first in {self.places[at].where(at)}"
                reader.complain(what, near=at, last=True)
            self.places.setdefault(at, reader)
