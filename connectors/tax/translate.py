"""The tax office's message and our records: what to ask for which facts, and what an answer says. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from connectors.tax.envelope import DATASPEC, TITLE, XSI, Node
from connectors.tax.sections import SECTIONS, Element, Section
from connectors.transport.wire import MalformedAnswer
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import Fact, RecordKind, SourceRecord

MAX_PAGES: Final = 100
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_BRACKETS: Final = str.maketrans("（）【】〔〕［］﹝﹞[]", "()()()()()()")
_PAGE_NUMBER: Final = re.compile(r"[1-9]\d{0,2}", re.ASCII)

Wanted = Mapping[RecordKind, frozenset[str]]
"""Facts by kind."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer. Pages are cut between taxpayers, never inside one."""

    number: int
    pages: int
    taxpayers: frozenset[SubjectId]
    """Asked-for subjects that this page tells about."""
    records: Mapping[tuple[SubjectId, RecordKind], tuple[SourceRecord, ...]]
    missing: frozenset[RecordKind]
    """Kinds that were asked for and that the answer passes over in silence."""


def held(wanted: Wanted) -> Wanted:
    """The part of `wanted` that the tax office keeps; kinds of which nothing is left are dropped."""
    kept = {kind: wanted[kind] & SECTIONS[kind].elements.keys() for kind in wanted if kind in SECTIONS}
    return {kind: facts for kind, facts in kept.items() if facts}


def elements(kind: RecordKind, facts: Iterable[str]) -> tuple[str, ...]:
    """The elements that have to be asked for so that `facts` can be told, in the section's order."""
    section, chosen = SECTIONS[kind], frozenset(facts)
    if section.is_kept_elsewhere:
        chosen |= frozenset(section.key)
    native = [element.native for fact, element in section.elements.items() if fact in chosen]
    return (*native, section.published_flag) if section.published_flag else tuple(native)


def write_message(subjects: Sequence[SubjectId], wanted: Wanted, *, page: int, page_size: int) -> str:
    """The taxML that asks for the facts `wanted`, all of them held, about `subjects`."""
    taxpayers = "".join(f"<nsrGridlb><nsrsbh>{subject}</nsrsbh></nsrGridlb>" for subject in subjects)
    sections = "".join(
        f'<cxGridlb><xxlb bm="{SECTIONS[kind].code}"/>'
        + "".join(f"<fhzd>{native}</fhzd>" for native in elements(kind, wanted[kind]))
        + "</cxGridlb>"
        for kind in sorted(wanted)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><taxML xmlns="{DATASPEC}" xmlns:xsi="{XSI}"'
        f' xsi:type="PLCXSSXYXXRequest" bbh="V1.0" cnName="{TITLE}">'
        f"<nsrGrid>{taxpayers}</nsrGrid><cxGrid>{sections}</cxGrid>"
        f"<pageNum>{page}</pageNum><pageSize>{page_size}</pageSize></taxML>"
    )


def read_page(message: Node, subjects: Iterable[SubjectId], wanted: Wanted, *, answered_at: datetime) -> Page:
    """What the taxML `message` says about `subjects`; whoever else it speaks of is passed over.

    Errors:  MalformedAnswer if the page, the list of taxpayers or a row's taxpayer is missing.
    """
    owners = _owners(message, frozenset(subjects))
    stated_on = _stated_on(message.findtext(_tag("sjrq")), answered_at)
    grids = {grid.get("bm", ""): grid for grid in message.findall(f"{_tag('jgGrid')}/{_tag('jgGridlb')}")}
    records: dict[tuple[SubjectId, RecordKind], list[SourceRecord]] = {}
    for kind, facts in wanted.items():
        for row in grids.get(SECTIONS[kind].code, ()):
            values = _values(row)
            if (internal := values.get("DJXH")) is None:
                raise MalformedAnswer("a row names no taxpayer")
            if owner := owners.get(internal):
                records.setdefault((owner, kind), []).append(_record(kind, facts, values, stated_on=stated_on))
    return Page(
        number=_page_number(message, "pageNum"),
        pages=_page_number(message, "pageTotal"),
        taxpayers=frozenset(owner for owner in owners.values() if owner),
        records={pair: tuple(rows) for pair, rows in records.items()},
        missing=frozenset(kind for kind in wanted if SECTIONS[kind].code not in grids),
    )


def normalised(stated: str) -> str:
    """A document number as it is compared: half-width brackets, no blanks, capitals."""
    return "".join(stated.translate(_BRACKETS).split()).upper()


def _owners(message: Node, subjects: frozenset[SubjectId]) -> dict[str, SubjectId | None]:
    """Internal registration key (DJXH) → the asked-for subject, or None for a stranger."""
    grid = message.find(_tag("nsrGrid"))
    if grid is None:
        raise MalformedAnswer("the list of taxpayers is missing")
    owners: dict[str, SubjectId | None] = {}
    for row in grid:
        values = _values(row)
        internal, stated = values.get("DJXH"), values.get("shxydm")
        if internal is None or stated is None:
            raise MalformedAnswer("a taxpayer has no key")
        subject = SubjectId(stated.upper())
        owners[internal] = subject if subject in subjects else None
    return owners


def _record(kind: RecordKind, facts: frozenset[str], values: Mapping[str, str], *, stated_on: datetime) -> SourceRecord:
    section = SECTIONS[kind]
    told: dict[str, Fact] = {}
    unreadable: set[str] = set()
    for fact in facts:
        element = section.elements[fact]
        stated = values.get(element.native)
        try:
            told[fact] = None if stated is None else element.read(stated)
        except ValueError:
            unreadable.add(fact)
    flag = values.get(section.published_flag) if section.published_flag else "Y"
    return SourceRecord(
        kind=kind,
        agency=AgencyId.TAX,
        facts=_nested(told),
        as_of=_stated_on(values.get("sjgxrq"), stated_on),
        confirmed_at=stated_on,
        key=_key(section, facts, values),
        is_displayed=flag == "Y",
        unreadable=frozenset(unreadable),
    )


def _nested(told: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """Facts of a person gathered below the person; a person of whom nothing is told is None."""
    facts: dict[str, Fact] = {fact: value for fact, value in told.items() if "." not in fact}
    persons: dict[str, dict[str, Fact]] = {}
    for fact, value in told.items():
        if "." in fact:
            person, part = fact.split(".", 1)
            persons.setdefault(person, {})[part] = value
    for person, parts in persons.items():
        facts[person] = parts if any(value is not None for value in parts.values()) else None
    return facts


def _key(section: Section, facts: frozenset[str], values: Mapping[str, str]) -> str:
    """The key facts as read, joined by `|`; "" if one was not asked for or the first cannot be told.

    A key from fewer facts could make two different records look like one.
    """
    if not section.key or not (section.is_kept_elsewhere or facts.issuperset(section.key)):
        return ""
    parts = [_key_part(section.elements[fact], values) for fact in section.key]
    return "|".join(parts) if parts[0] else ""


def _key_part(element: Element, values: Mapping[str, str]) -> str:
    try:
        return normalised(str(element.read(values[element.native])))
    except (KeyError, ValueError):
        return ""


def _stated_on(stated: str | None, otherwise: datetime) -> datetime:
    """The office's own data date at midnight in Shanghai; `otherwise` where it gives none or nonsense."""
    try:
        return datetime.combine(date.fromisoformat((stated or "").strip()), time(), _SHANGHAI)
    except ValueError:
        return otherwise


def _page_number(message: Node, name: str) -> int:
    stated = (message.findtext(_tag(name)) or "").strip()
    if not _PAGE_NUMBER.fullmatch(stated) or int(stated) > MAX_PAGES:
        raise MalformedAnswer("the page is not numbered")
    return int(stated)


def _values(row: Node) -> dict[str, str]:
    """The stated texts of one row by element name; an absent or blank element is not stated."""
    stated = ((str(child.tag).rpartition("}")[2], (child.text or "").strip()) for child in row)
    return {name: value for name, value in stated if value}


def _tag(name: str) -> str:
    return f"{{{DATASPEC}}}{name}"
