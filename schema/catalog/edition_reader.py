"""Editions of a region's catalog: their heads, the sets of callers that they name, and what they state of items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any, Final

from schema.catalog.attributes_reader import Reader, day, read_attributes, text
from schema.catalog.data_file import DataFile
from schema.catalog.entry import UseAuthority
from schema.catalog.item_reader import AGENCIES, ItemForm, ItemKey, read_edition_item
from schema.catalog.national_base import catalog_folder, toml_files
from schema.catalog.sections import check_keys, section
from schema.vocabulary.caller import CallerClass, Purpose

_KEYS: Final = frozenset({"edition", "authority", "scope", "units", "systems", "item"})
_HEAD: Final[Mapping[str, Reader]] = {
    "code": text,
    "jurisdiction": text,
    "effective_from": day,
    "effective_to": day,
    "adopted_by": text,
}
_MAY_STATE: Final = frozenset({"effective_to", "based_on"})


@dataclass(frozen=True, slots=True)
class EditionHead:
    """When an edition is in force, and what it rests on."""

    code: str
    jurisdiction: str
    based_on: str
    """The edition of the same region whose statements hold unless this one states them anew; "" for none."""
    effective_from: date
    effective_to: date | None
    """The first day on which it is no longer in force, at the latest the day on which the next one begins."""
    adopted_by: str
    """The article by which it was adopted: Tianjin Art. 10, Shanghai Art. 10, Heilongjiang Art. 7, Liaoning Art. 10."""

    def is_in_force(self, on: date) -> bool:
        """Whether the edition is in force on this day."""
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)


@dataclass(frozen=True, slots=True, eq=False)
class EditionFile:
    """One file of an edition; its body is read when the edition is loaded."""

    head: EditionHead | None
    """None if it cannot be told which edition the file is."""
    reader: DataFile
    raw: Mapping[str, Any]
    content: bytes


@dataclass(frozen=True, slots=True, eq=False)
class EditionBody:
    """What an edition states."""

    head: EditionHead
    reader: DataFile
    authority: Mapping[str, tuple[UseAuthority, ...]]
    scope: Mapping[str, frozenset[CallerClass]]
    units: Mapping[str, str]
    """The providing unit by agency."""
    systems: Mapping[str, str]
    """The data source by agency, where it has a name of the region."""
    items: Mapping[ItemKey, ItemForm]


def jurisdictions_with_editions(source: Traversable | None = None) -> tuple[str, ...]:
    """Codes of the regions that have a file of an edition, from the names of the files."""
    names = (path.name.partition("-")[0] for path in toml_files((source or catalog_folder()) / "editions"))
    return tuple(dict.fromkeys(name.removesuffix(".toml") for name in names))


def read_heads(jurisdiction: str, source: Traversable | None = None) -> list[EditionFile]:
    """The files of this region's editions (`editions/TJ-….toml`), with their heads read."""
    paths = toml_files((source or catalog_folder()) / "editions")
    return [_open(path, jurisdiction) for path in paths if path.name.startswith(f"{jurisdiction}-")]


def _open(path: Traversable, jurisdiction: str) -> EditionFile:
    content = path.read_bytes()
    reader = DataFile.of(path.name, content)
    raw = {} if reader.faults else reader.parse()
    head = None if reader.faults else _head(reader, raw, jurisdiction)
    return EditionFile(head, reader, raw, content)


def _head(reader: DataFile, raw: Mapping[str, Any], jurisdiction: str) -> EditionHead | None:
    before = len(reader.faults)
    reader.take(raw, _KEYS, "")
    view, head = section(reader, raw, "edition")
    check_keys(view, head, "edition", needed=frozenset(_HEAD) - _MAY_STATE, known=_MAY_STATE)
    stated = read_attributes(view, head, _HEAD, near="")
    based_on = head.get("based_on", "")
    if not isinstance(based_on, str):
        view.complain("`based_on` must be a text", key="based_on")
    if "code" in stated and f"{stated['code']}.toml" != reader.name:
        view.complain(f"the file of edition `{stated['code']}` must be called `{stated['code']}.toml`", key="code")
    if "jurisdiction" in stated and stated["jurisdiction"] != jurisdiction:
        view.complain(f"this file is not of jurisdiction `{jurisdiction}`", key="jurisdiction")
    ends = stated.get("effective_to")
    if ends is not None and "effective_from" in stated and ends <= stated["effective_from"]:
        view.complain("the edition ends before it begins", key="effective_to")
    if len(reader.faults) > before:
        return None
    return EditionHead(**{"effective_to": None, **stated}, based_on=based_on)


def read_body(file: EditionFile, head: EditionHead) -> EditionBody:
    """Everything that the edition states; faults are noted with its reader."""
    reader, raw = file.reader, file.raw
    authority, scope = reader.table(raw, "authority"), reader.table(raw, "scope")
    items: dict[ItemKey, ItemForm] = {}
    part = reader.parts("item")
    for number, one in enumerate(reader.tables(raw, "item")):
        form = read_edition_item(part(number), one)
        if form.key in items:
            form.reader.complain(f"item `{form.code}` of {form.key[0]} stands twice in this file", near=form.code)
        items[form.key] = form
    return EditionBody(
        head,
        reader,
        {name: _authority(reader, authority, name) for name in authority},
        {name: _scope(reader, raw, name) for name in scope},
        _by_agency(reader, raw, "units"),
        _by_agency(reader, raw, "systems"),
        items,
    )


def _authority(reader: DataFile, sets: Mapping[str, Any], name: str) -> tuple[UseAuthority, ...]:
    header = f"authority.{name}"
    view, rows = section(reader, {header: sets[name]}, header)
    read = []
    for caller in rows:
        known = view.convert(CallerClass, caller, what="caller class", key=caller)
        purposes = view.listed(rows, caller, Purpose, what="purpose")
        if not purposes:
            view.complain(f"authority `{name}` names no purpose for `{caller}`", key=caller)
        if known is not None:
            read.append(UseAuthority(known, frozenset(purposes)))
    return tuple(read)


def _scope(reader: DataFile, raw: Mapping[str, Any], name: str) -> frozenset[CallerClass]:
    view, sets = section(reader, raw, "scope")
    callers = view.listed(sets, name, CallerClass, what="caller class")
    if not callers:
        view.complain(f"scope `{name}` names nobody", key=name)
    return frozenset(callers)


def _by_agency(reader: DataFile, raw: Mapping[str, Any], table: str) -> dict[str, str]:
    view, given = section(reader, raw, table)
    for agency in sorted(given.keys() - AGENCIES):
        view.complain(f"`{agency}` is not a valid agency", key=agency)
    return {agency: view.text_of(given, agency) for agency in given}
