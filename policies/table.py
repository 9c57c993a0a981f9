"""The exhaustive table of one catalog edition: caller class × purpose × field × moment, each cell judged by the judge.

Two tables can be compared (`table_diff`), so that a change of law, catalog or rule shows whom it lets see more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeAlias

from policies.decide import decide
from policies.question import DemandedField, Question
from policies.table_circumstances import DOCUMENT, Circumstance, circumstances
from policies.table_records import answer, record_cells
from policies.verdict import DecisionSheet
from schema.catalog.catalog import Catalog
from schema.catalog.entry import CatalogEntry
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate

NO_PURPOSE: Final = "NONE"
PERSON: Final = "PersonRef"
"""The type of the graph whose fields hang under several others."""

Row: TypeAlias = tuple[str, str]
"""Moment and caller class, for example `("EVIDENCE/consent", "ASSOCIATION")`."""
Cells: TypeAlias = tuple[tuple[str, str], ...]
"""What is answered, by purpose in the order of the alphabet: `SHOW`, `MASK M6` or `WITHHOLD PURPOSE_REQUIRED`."""


@dataclass(frozen=True, slots=True)
class TableField:
    """One catalogued field and everything that is answered to those who ask for it."""

    item: str
    rows: Mapping[Row, Cells]


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """The judge's answers under one edition on one day."""

    edition: str
    jurisdiction: str
    as_of: date
    fields: Mapping[str, TableField]
    """By coordinate; a person's field with its holder (`PersonRef.name below LegalPerson.legalRepresentative`)."""


def policy_table(catalog: Catalog, holders: Set[FieldCoordinate], *, as_of: date | None = None) -> PolicyTable:
    """Ask the judge everything that can be asked of this catalog.

    Shape:   `holders` are the fields of the graph that lead to persons; `as_of` is the first day of the edition
             unless said otherwise
    """
    day = as_of or first_day(catalog)
    asked = tuple(_asked(catalog, holders))
    rows: dict[DemandedField, dict[Row, Cells]] = {field: {} for field in asked}
    for at in circumstances(catalog, day):
        alike = _alike(asked, catalog, judges_each=at.name == DOCUMENT)
        for caller in CallerClass:
            for first, cells in _judged(tuple(alike), at, caller, catalog=catalog, day=day):
                for field in alike[first]:
                    rows[field][at.name, caller.value] = cells
    for cell in record_cells(catalog, asked, day):
        rows[cell.field][cell.moment, cell.caller.value] = ((label(cell.purpose), cell.answer),)
    fields = {name_of(field): TableField(catalog.entries[field.coordinate].item.code, rows[field]) for field in asked}
    return PolicyTable(catalog.edition, catalog.jurisdiction.code, day, fields)


def first_day(catalog: Catalog) -> date:
    """The first day on which every item is in force that the edition brings."""
    return max(entry.item.effective_from for entry in catalog.entries.values())


def label(purpose: Purpose | None) -> str:
    """A purpose as the table writes it."""
    return purpose.value if purpose is not None else NO_PURPOSE


def name_of(field: DemandedField) -> str:
    """A field as the table writes it."""
    return f"{field.coordinate} below {field.below}" if field.below is not None else field.coordinate


def _asked(catalog: Catalog, holders: Set[FieldCoordinate]) -> Iterator[DemandedField]:
    """Every catalogued field; those of persons under each catalogued field that leads to one."""
    for coordinate in sorted(catalog.entries):
        if coordinate.partition(".")[0] != PERSON:
            yield DemandedField(coordinate)
            continue
        for holder in sorted(catalog.entries.keys() & holders):
            yield DemandedField(coordinate, holder)


def _alike(
    asked: Sequence[DemandedField], catalog: Catalog, *, judges_each: bool
) -> Mapping[DemandedField, Sequence[DemandedField]]:
    """Fields that differ in their names alone are judged once; for the document alone each is judged by itself."""
    if judges_each:
        return {field: (field,) for field in asked}
    found: dict[tuple[CatalogEntry, FieldCoordinate | None], list[DemandedField]] = defaultdict(list)
    for field in asked:
        entry = catalog.entries[field.coordinate]
        nameless = replace(entry, coordinate=FieldCoordinate(""), sources=(), chinese="", not_offered="")
        found[nameless, field.below].append(field)
    return {group[0]: group for group in found.values()}


def _judged(
    fields: tuple[DemandedField, ...], at: Circumstance, caller: CallerClass, *, catalog: Catalog, day: date
) -> Iterator[tuple[DemandedField, Cells]]:
    """The cells of each field for one class of caller, over all purposes."""
    purposes = (None, *Purpose)
    labels = [label(purpose) for purpose in purposes]
    sheets: list[DecisionSheet] = [
        decide(Question(at.asker(caller, purpose), fields, day), catalog, at.evidence) for purpose in purposes
    ]
    for field in fields:
        answers = [answer(sheet.verdicts[field]) for sheet in sheets]
        yield field, tuple(sorted(zip(labels, answers, strict=True)))
