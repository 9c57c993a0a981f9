"""One item of a data file, and the fields and records that stand under it, read into forms.

A form holds what one file states. What is wrong is left out with a fault; a form remembers every key that was given,
so that nothing is called missing that is merely wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from schema.catalog.attributes_reader import (
    EDITION_FIELD,
    EDITION_ITEM,
    NATIONAL_FIELD,
    NATIONAL_ITEM,
    Stated,
    coordinate,
    read_attributes,
)
from schema.catalog.data_file import DataFile
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate
from schema.vocabulary.prohibited import prohibited_category
from schema.vocabulary.records import RecordKind

ItemKey: TypeAlias = tuple[str, str]
"""The agency that answers for an item, and the item's code."""

PLATFORM: Final = "PLATFORM"
"""What answers for facts that the platform itself makes."""
AGENCIES: Final = frozenset({*AgencyId, PLATFORM})
_RECORD_KEYS: Final = frozenset({"at", "kind", "contributors", "checked_by", "chinese", "dated"})


@dataclass(frozen=True, slots=True, eq=False)
class FieldForm:
    """What one file states of a field."""

    at: FieldCoordinate
    stated: Stated
    is_right: bool
    """False if something of it is a fault, so that nothing may be made of it."""


@dataclass(frozen=True, slots=True, eq=False)
class RecordForm:
    """A place of records."""

    at: FieldCoordinate
    kind: RecordKind
    contributors: tuple[AgencyId, ...]
    checked_by: tuple[AgencyId, ...]
    chinese: str
    dated: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ItemForm:
    """What one file states of an item."""

    key: ItemKey
    reader: DataFile
    """The item's part of the file; faults are told there."""
    given: frozenset[str]
    """Every key of it, also those that are wrong."""
    stated: Stated
    fields: tuple[FieldForm, ...]
    records: tuple[RecordForm, ...]

    @property
    def code(self) -> str:
        """The code alone."""
        return self.key[1]

    def fault(self, what: str, *, at: str = "", key: str = "") -> str:
        """A fault of the item, or of the field `at` under it, with its place."""
        return f"{self.reader.where(at or self.code, key)}: {what}"


def read_national_item(reader: DataFile, raw: Mapping[str, Any], agency: str) -> ItemForm:
    """An item as it is everywhere."""
    code = _code(reader, raw)
    reader.take(raw, frozenset({"code", "field", "record", *NATIONAL_ITEM}), code)
    if not raw.get("field") and not raw.get("record"):
        reader.complain(f"item `{code}` has no field", near=code)
    fields = [_national_field(reader, place, agency) for place in reader.tables(raw, "field", near=code)]
    records = [_record(reader, place) for place in reader.tables(raw, "record", near=code)]
    return ItemForm(
        (agency, code),
        reader,
        frozenset(raw),
        read_attributes(reader, raw, NATIONAL_ITEM, near=code),
        tuple(fields),
        tuple(record for record in records if record is not None),
    )


def read_edition_item(reader: DataFile, raw: Mapping[str, Any]) -> ItemForm:
    """What an edition states of an item."""
    code = _code(reader, raw)
    reader.take(raw, frozenset({"code", "agency", "field", *EDITION_ITEM}), code)
    agency = raw.get("agency")
    if agency not in AGENCIES:
        reader.complain(f"`{agency}` is not a valid agency", near=code, key="agency")
    fields = [_edition_field(reader, place) for place in reader.tables(raw, "field", near=code)]
    stated = read_attributes(reader, raw, EDITION_ITEM, near=code)
    return ItemForm((str(agency), code), reader, frozenset(raw), stated, tuple(fields), ())


def read_coordinate(reader: DataFile, raw: Mapping[str, Any]) -> FieldCoordinate:
    """The coordinate under `at`; "" with a fault if it is none."""
    at = raw.get("at")
    if at is None:
        reader.complain("an entry does not say where it stands; write `at`")
        return FieldCoordinate("")
    return reader.convert(coordinate, at, what="coordinate", near=str(at)) or FieldCoordinate("")


def _code(reader: DataFile, raw: Mapping[str, Any]) -> str:
    if "code" not in raw:
        reader.complain("an item does not state `code`")
        return ""
    return reader.text_of(raw, "code")


def _national_field(reader: DataFile, raw: Mapping[str, Any], agency: str) -> FieldForm:
    """A field; the agency of the file is its source unless it names others."""
    before = len(reader.faults)
    at = read_coordinate(reader, raw)
    near = str(raw.get("at", ""))
    reader.take(raw, frozenset({"at", *NATIONAL_FIELD}), near)
    stated = read_attributes(reader, raw, NATIONAL_FIELD, near=near)
    if "chinese" not in raw:
        reader.complain(f"`{near}` does not state `chinese`", near=near)
    if "sources" not in raw and agency in set(AgencyId):
        stated["sources"] = (AgencyId(agency),)
    if not stated.get("sources") and not stated.get("not_offered") and len(reader.faults) == before:
        reader.complain(f"`{near}` names no source", near=near)
    prohibited = prohibited_category(near, str(raw.get("chinese", "")))
    if prohibited is not None:
        reader.complain(f"`{near}` is of a category that no credit record may hold: {prohibited}", near=near)
    return FieldForm(at, stated, len(reader.faults) == before)


def _edition_field(reader: DataFile, raw: Mapping[str, Any]) -> FieldForm:
    before = len(reader.faults)
    at = read_coordinate(reader, raw)
    near = str(raw.get("at", ""))
    reader.take(raw, frozenset({"at", *EDITION_FIELD}), near)
    stated = read_attributes(reader, raw, EDITION_FIELD, near=near)
    return FieldForm(at, stated, len(reader.faults) == before)


def _record(reader: DataFile, raw: Mapping[str, Any]) -> RecordForm | None:
    before = len(reader.faults)
    at = read_coordinate(reader, raw)
    near = str(raw.get("at", ""))
    reader.take(raw, _RECORD_KEYS, near)
    kind = reader.convert(RecordKind, raw.get("kind"), what="record kind", near=near, key="kind")
    contributors = reader.listed(raw, "contributors", AgencyId, what="agency", near=near)
    checked_by = reader.listed(raw, "checked_by", AgencyId, what="agency", near=near)
    chinese = reader.text_of(raw, "chinese", near=near)
    if not contributors:
        reader.complain(f"`{near}` names no contributor", near=near)
    if kind is None or len(reader.faults) > before:
        return None
    dated = reader.text_of(raw, "dated", near=near) if "dated" in raw else None
    return RecordForm(at, kind, contributors, checked_by, chinese, dated)
