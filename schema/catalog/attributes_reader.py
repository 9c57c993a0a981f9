"""What an item or a field states about itself, attribute by attribute, read into values.

An attribute that is wrong is left out with a fault at its line; whether one is missing is for the edition to say, since
national base and edition each state a part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from schema.catalog.data_file import DataFile
from schema.catalog.entry import (
    Character,
    DataCategory,
    DisplayTerm,
    ItemSource,
    JudgedFacts,
    MaskKind,
    MaskOccasion,
    Publicity,
    Sensitivity,
    Sharing,
    UpdateCycle,
)
from schema.catalog.switch_reader import readable_term
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate, SubjectKind
from schema.vocabulary.periods import Term

Stated: TypeAlias = Mapping[str, Any]
"""Attributes by name, each as its value; sets of callers by their name, since an edition says what it means."""
Reader: TypeAlias = Callable[[DataFile, Mapping[str, Any], str, str], Any]
"""Reads the attribute of this name (third) of the entry that calls itself so (fourth); None if it is wrong."""

UNLIMITED: Final = "UNLIMITED"
"""How a retention without end is written."""
_COORDINATE: Final = re.compile(r"[A-Z]\w*\.[a-z]\w*")
_LAST_CLASS: Final = 13


def read_attributes(
    reader: DataFile, raw: Mapping[str, Any], readers: Mapping[str, Reader], *, near: str
) -> dict[str, Any]:
    """Every attribute that `raw` states and that is right.

    A reader may answer that an attribute is stated as nothing (`retention = "UNLIMITED"`); it is then there, as None.
    """
    stated = {}
    for name, read in readers.items():
        if name in raw:
            before = len(reader.faults)
            value = read(reader, raw, name, near)
            if len(reader.faults) == before:
                stated[name] = value
    return stated


def coordinate(text: str) -> FieldCoordinate:
    """A coordinate of the graph; raises ValueError for a text that is none."""
    if not _COORDINATE.fullmatch(text):
        raise ValueError("a coordinate is written `Type.field`")
    return FieldCoordinate(text)


def text(reader: DataFile, raw: Mapping[str, Any], name: str, near: str) -> str:
    return reader.text_of(raw, name, near=near)


def _flag(reader: DataFile, raw: Mapping[str, Any], name: str, near: str) -> bool | None:
    if isinstance(raw[name], bool):
        return bool(raw[name])
    reader.complain(f"`{name}` must be true or false", near=near, key=name)
    return None


def _class_number(reader: DataFile, raw: Mapping[str, Any], name: str, near: str) -> int | None:
    value = raw[name]
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LAST_CLASS:
        return value
    what = f"`{name}` is a class of the National Basic Catalog, 1 to {_LAST_CLASS}, or 0 for none"
    reader.complain(what, near=near, key=name)
    return None


def day(reader: DataFile, raw: Mapping[str, Any], name: str, near: str) -> date | None:
    value = raw[name]
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    reader.complain(f"`{name}` must be a day, written 2026-01-01 without quotes", near=near, key=name)
    return None


def _member(kind: type[StrEnum], what: str) -> Reader:
    def read(reader: DataFile, raw: Mapping[str, Any], name: str, near: str) -> StrEnum | None:
        return reader.convert(kind, raw[name], what=what, near=near, key=name)

    return read


def _members(kind: Callable[[str], Any], what: str, *, as_set: bool) -> Reader:
    def read(reader: DataFile, raw: Mapping[str, Any], name: str, near: str) -> tuple[Any, ...] | frozenset[Any]:
        listed = reader.listed(raw, name, kind, what=what, near=near)
        return frozenset(listed) if as_set else listed

    return read


def _retention(reader: DataFile, raw: Mapping[str, Any], name: str, near: str) -> Term | None:
    if raw[name] == UNLIMITED:
        return None
    return reader.convert(readable_term, raw[name], what="term", near=near, key=name)


def _display(reader: DataFile, raw: Mapping[str, Any], name: str, near: str) -> DisplayTerm:
    table = reader.table(raw, name, near=near)
    reader.take(table, frozenset({"term", "anchor", "until", "while_listed", "kept_from"}), near)
    if ("term" in table) != ("anchor" in table):
        what = f"item `{near}`: a display term needs its anchor, and an anchor its term"
        reader.complain(what, near=near, key=name)
    facts = {part: reader.text_of(table, part, near=near) for part in ("anchor", "until", "kept_from") if part in table}
    term = reader.convert(readable_term, table["term"], what="term", near=near, key=name) if "term" in table else None
    while_listed = _flag(reader, table, "while_listed", near) if "while_listed" in table else False
    return DisplayTerm(term, facts.get("anchor"), facts.get("until"), while_listed is True, facts.get("kept_from"))


def _judged(reader: DataFile, raw: Mapping[str, Any], name: str, near: str) -> JudgedFacts:
    table = reader.table(raw, name, near=near)
    facts = ("legal_document", "procedure", "grade", "decided", "no_document_because")
    reader.take(table, frozenset({*facts, "ordinary_procedure_only", "birth", "roles"}), near)
    if "legal_document" in table and "no_document_because" in table:
        reader.complain(f"item `{near}` names a legal document and says why there is none", near=near, key=name)
    agencies = reader.listed(table, "ordinary_procedure_only", AgencyId, what="agency", near=near)
    birth = reader.listed(table, "birth", str, what="fact", near=near)
    roles = reader.listed(table, "roles", str, what="fact", near=near)
    texts = {fact: reader.text_of(table, fact, near=near) for fact in facts if fact in table}
    return JudgedFacts(**texts, ordinary_procedure_only=frozenset(agencies), birth=birth, roles=roles)


_SHARED: Final[Mapping[str, Reader]] = {"sharing_scope": text, "use_authority": text}
_BY_REGION: Final[Mapping[str, Reader]] = {
    "source": _member(ItemSource, "source"),
    "specific_conduct": text,
    "data_source": text,
    "publicity": _member(Publicity, "publicity"),
    "sharing": _member(Sharing, "sharing attribute"),
    **_SHARED,
    "display": _display,
    "retention": _retention,
    "update_cycle": _member(UpdateCycle, "update cycle"),
    "legal_basis": text,
    "consent_basis": text,
    "is_cross_region": _flag,
}
NATIONAL_ITEM: Final[Mapping[str, Reader]] = {
    "category_no": _class_number,
    "name": text,
    "chinese": text,
    "subject_types": _members(SubjectKind, "subject type", as_set=True),
    "character": _member(Character, "character"),
    "judged": _judged,
    **_BY_REGION,
}
"""What an item states that is the same everywhere, and what a region may state anew."""
EDITION_ITEM: Final[Mapping[str, Reader]] = {
    "providing_unit": text,
    "effective_from": day,
    "effective_to": day,
    **_BY_REGION,
}
"""What a region states of an item."""
EDITION_FIELD: Final[Mapping[str, Reader]] = {
    **_SHARED,
    "sensitivity": _member(Sensitivity, "sensitivity"),
    "mask": _member(MaskKind, "mask"),
    "mask_occasion": _member(MaskOccasion, "mask occasion"),
    "unmasked_below": _members(coordinate, "coordinate", as_set=True),
    "natural_person": _member(Sensitivity, "sensitivity"),
    "values_shown": _members(str, "value", as_set=True),
    "category": _member(DataCategory, "category"),
    "is_personal": _flag,
}
"""What a region may state anew of a field."""
NATIONAL_FIELD: Final[Mapping[str, Reader]] = {
    "sources": _members(AgencyId, "agency", as_set=False),
    "chinese": text,
    "obeys_record_flag": _flag,
    "tells_an_event": _flag,
    "not_offered": text,
    **EDITION_FIELD,
}
