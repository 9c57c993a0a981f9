"""One item of a data file, and the fields and records that stand under it, read into values.

An item with a fault is None; its fields are read all the same, so that their faults are told too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any, Final

from schema.catalog.data_file import DataFile
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
from schema.vocabulary.periods import Term, ends_on
from schema.vocabulary.records import RecordKind

_GIVEN_BY_FILE: Final = frozenset({"edition", "jurisdiction"})
_ITEM_KEYS: Final = frozenset(part.name for part in fields(CatalogItem)) - _GIVEN_BY_FILE | {"field", "record"}
_TEXTS: Final = ("code", "name", "chinese", "providing_unit", "data_source", "legal_basis")
_ALWAYS: Final = (*_TEXTS, "character", "sensitivity", "update_cycle", "effective_from")
_FIELD_KEYS: Final = frozenset(
    {"at", "sources", "chinese", "sensitivity", "sharing_scope", "use_authority", "mask", "mask_occasion"}
    | {"unmasked_below", "natural_person", "values_shown", "obeys_record_flag", "tells_an_event"}
)
_RECORD_KEYS: Final = frozenset({"at", "kind", "contributors", "checked_by", "chinese"})
_COORDINATE: Final = re.compile(r"[A-Z]\w*\.[a-z]\w*")


def read_item(
    reader: DataFile, raw: Mapping[str, Any], *, edition: str, jurisdiction: Jurisdiction
) -> CatalogItem | None:
    """The item with all its attributes, or None with a fault for each that is missing or wrong."""
    code = str(raw.get("code", ""))
    before = len(reader.faults)
    reader.take(raw, _ITEM_KEYS, code)
    _demand(reader, raw, jurisdiction)
    if not raw.get("field") and not raw.get("record"):
        reader.complain(f"item `{code}` has no field", near=code)
    values: dict[str, Any] = {name: reader.text_of(raw, name, near=code) for name in _TEXTS if name in raw}
    for name, kind in (("character", Character), ("sensitivity", Sensitivity), ("update_cycle", UpdateCycle)):
        if name in raw:
            what = name.replace("_", " ")
            values[name] = reader.convert(kind, raw[name], what=what, near=code, key=name)
    values["sharing_scope"] = _callers(reader, raw, code)
    values["use_authority"] = _authority(reader, raw, code)
    values["display"] = _display(reader, raw, code)
    values |= _days(reader, raw, code)
    if len(reader.faults) > before:
        return None
    return CatalogItem(edition=edition, jurisdiction=jurisdiction.code, **values)


def read_entry(reader: DataFile, raw: Mapping[str, Any], item: CatalogItem | None) -> CatalogEntry | None:
    """The field with what it takes over from its item; None with its faults, or if the item has some."""
    at = str(raw.get("at", ""))
    before = len(reader.faults)
    reader.take(raw, _FIELD_KEYS, at)
    own: dict[str, Any] = {
        "coordinate": read_coordinate(reader, raw),
        "sources": _agencies(reader, raw, "sources", near=at),
        "unmasked_below": frozenset(reader.listed(raw, "unmasked_below", _coordinate, what="coordinate", near=at)),
        "values_shown": frozenset(reader.listed(raw, "values_shown", str, what="value", near=at)),
        "obeys_record_flag": raw.get("obeys_record_flag", False),
        "tells_an_event": raw.get("tells_an_event", False),
        "chinese": reader.text_of(raw, "chinese", near=at),
    }
    if not own["sources"]:
        reader.complain(f"`{at}` names no source", near=at)
    for flag in ("obeys_record_flag", "tells_an_event"):
        if not isinstance(own[flag], bool):
            reader.complain(f"`{flag}` must be true or false", near=at, key=flag)
    if "sharing_scope" in raw:
        own["sharing_scope"] = _callers(reader, raw, at)
    if "use_authority" in raw:
        own["use_authority"] = _authority(reader, raw, at)
    for name, kind, what in (
        ("sensitivity", Sensitivity, "sensitivity"),
        ("mask", MaskKind, "mask"),
        ("mask_occasion", MaskOccasion, "mask occasion"),
        ("natural_person", Sensitivity, "sensitivity"),
    ):
        if name in raw:
            own[name] = reader.convert(kind, raw[name], what=what, near=at, key=name)
    if item is None or len(reader.faults) > before:
        return None
    inherited = {name: getattr(item, name) for name in ("sensitivity", "sharing_scope", "use_authority")}
    return CatalogEntry(item=item, **(inherited | own))


def read_record(reader: DataFile, raw: Mapping[str, Any], item: CatalogItem | None) -> RecordEntry | None:
    """The place of records; None with its faults, or if the item has some."""
    at = str(raw.get("at", ""))
    before = len(reader.faults)
    reader.take(raw, _RECORD_KEYS, at)
    coordinate = read_coordinate(reader, raw)
    kind = reader.convert(RecordKind, raw.get("kind"), what="record kind", near=at, key="kind")
    contributors = _agencies(reader, raw, "contributors", near=at)
    checked_by = _agencies(reader, raw, "checked_by", near=at)
    if not contributors:
        reader.complain(f"`{at}` names no contributor", near=at)
    chinese = reader.text_of(raw, "chinese", near=at)
    if item is None or kind is None or len(reader.faults) > before:
        return None
    entry = CatalogEntry(
        coordinate, item, contributors, item.sensitivity, item.sharing_scope, item.use_authority, chinese=chinese
    )
    return RecordEntry(entry, kind, contributors, checked_by)


def read_coordinate(reader: DataFile, raw: Mapping[str, Any]) -> FieldCoordinate:
    """The coordinate under `at`; "" with a fault if it is none."""
    at = raw.get("at")
    if at is None:
        reader.complain("an entry does not say where it stands; write `at`")
    return reader.convert(_coordinate, at or "", what="coordinate", near=str(at)) or FieldCoordinate("")


def _coordinate(text: str) -> FieldCoordinate:
    if not _COORDINATE.fullmatch(text):
        raise ValueError("a coordinate is written `Type.field`")
    return FieldCoordinate(text)


def _demand(reader: DataFile, raw: Mapping[str, Any], jurisdiction: Jurisdiction) -> None:
    code = str(raw.get("code", ""))
    demanded = jurisdiction.demanded_attributes
    for name in dict.fromkeys((*demanded, *_ALWAYS)):
        if name not in raw:
            by = f", which {jurisdiction.articles['catalogued']} demands" if name in demanded else ""
            reader.complain(f"item `{code}` does not state `{name}`{by}", near=code)


def _display(reader: DataFile, raw: Mapping[str, Any], code: str) -> DisplayTerm:
    display = reader.table(raw, "display", near=code)
    reader.take(display, frozenset({"term", "anchor", "until"}), code)
    if ("term" in display) != ("anchor" in display):
        reader.complain(f"item `{code}`: a display term needs its anchor, and an anchor its term", near=code)
    facts = {name: reader.text_of(display, name, near=code) for name in ("anchor", "until") if name in display}
    term = reader.convert(_term, display["term"], what="term", near=code, key="display") if "term" in display else None
    return DisplayTerm(term, facts.get("anchor"), facts.get("until"))


def _term(text: str) -> Term:
    """A term that can run out: one that leads past the calendar from the year 2000 is none."""
    term = Term.parse(text)
    ends_on(date(2000, 1, 1), term)
    return term


def _days(reader: DataFile, raw: Mapping[str, Any], code: str) -> dict[str, date]:
    days = {name: raw[name] for name in ("effective_from", "effective_to") if name in raw}
    wrong = [name for name, day in days.items() if not isinstance(day, date) or isinstance(day, datetime)]
    for name in wrong:
        reader.complain(f"`{name}` must be a day, written 2026-01-01 without quotes", near=code, key=name)
    if len(days) == 2 and not wrong and days["effective_to"] <= days["effective_from"]:
        reader.complain(f"item `{code}` ends before it begins", near=code, key="effective_to")
    return days


def _agencies(reader: DataFile, raw: Mapping[str, Any], key: str, *, near: str) -> tuple[AgencyId, ...]:
    return reader.listed(raw, key, AgencyId, what="agency", near=near)


def _callers(reader: DataFile, raw: Mapping[str, Any], near: str) -> frozenset[CallerClass]:
    return frozenset(reader.listed(raw, "sharing_scope", CallerClass, what="caller class", near=near))


def _authority(reader: DataFile, raw: Mapping[str, Any], near: str) -> tuple[UseAuthority, ...]:
    rows = []
    for row in reader.tables(raw, "use_authority", near=near):
        reader.take(row, frozenset({"caller", "purposes"}), near)
        key = "use_authority"
        caller = reader.convert(CallerClass, row.get("caller"), what="caller class", near=near, key=key)
        purposes = reader.listed(row, "purposes", Purpose, what="purpose", near=near)
        if caller is not None:
            rows.append(UseAuthority(caller, frozenset(purposes)))
    return tuple(rows)
