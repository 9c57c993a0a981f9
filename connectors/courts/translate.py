"""Rows of the courts' lists as source records; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final, TypeAlias

from connectors.courts.codes import COURTS
from connectors.courts.lists import CASE_KINDS, HELD, CourtList
from connectors.courts.pages import ORGANISATION, Row
from connectors.courts.values import (
    Illegible,
    normal_number,
    read_amount,
    read_date,
    read_gender,
    read_identity_number,
    read_text,
)
from connectors.transport.wire import MalformedAnswer
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import Fact, RecordKind, SourceRecord

_Reader: TypeAlias = Callable[[Row], Fact]
_PERSON: Final = "responsiblePerson."


def merged(rows: Iterable[Row], as_of: datetime) -> tuple[Row, ...]:
    """Rows without the second copy of a case that is filed under both keys.

    The copy updated last wins, for an older one may still show a listing that has ended; of two equally
    old copies the one still listed, then the first. A case number is equal in any brackets.

    Errors:  MalformedAnswer for a row without a case number or with an unreadable update time
    """
    kept: dict[str, tuple[tuple[str, bool], Row]] = {}
    for row in rows:
        case = case_key(row)
        rank = _rank(row, as_of)
        held = kept.get(case)
        if held is None or rank > held[0]:
            kept[case] = (rank, row)
    return tuple(row for _, row in kept.values())


def translate(
    court_list: CourtList, kind: RecordKind, rows: Iterable[Row], *, facts: frozenset[str], as_of: datetime
) -> list[SourceRecord]:
    """One record per row, with the ordered facts that this list holds.

    Shape:   the key is the normalised case number; an enforcement case adds its kind, because one case
             may stand on several lists and each entry is a record of its own
    """
    readers = _readers(court_list, facts & HELD[kind][court_list])
    return [_record(court_list, kind, row, readers=readers, as_of=as_of) for row in rows]


def case_key(row: Row) -> str:
    """The case number for comparing. Raises MalformedAnswer if there is none."""
    try:
        stated = _case_number(row)
    except Illegible:
        stated = None
    if not isinstance(stated, str):
        raise MalformedAnswer("a row lacks its case number")
    return normal_number(stated)


def _rank(row: Row, as_of: datetime) -> tuple[str, bool]:
    try:
        updated = read_date(row.get("updateTime"))
    except Illegible:
        raise MalformedAnswer("a row has an unreadable update time") from None
    return updated or "", not _has_left(row, as_of)


def _has_left(row: Row, as_of: datetime) -> bool:
    """Whether the listing has ended by its own flag or its exit date; a date nobody can read counts as past."""
    if row.get("delist") == "1":
        return True
    try:
        exited = read_date(row.get("exitDate"))
    except Illegible:
        return True
    return exited is not None and exited <= as_of.date().isoformat()


@lru_cache(maxsize=256)
def _readers(court_list: CourtList, facts: frozenset[str]) -> tuple[tuple[str, _Reader], ...]:
    known = _READERS[court_list]
    return tuple((fact, known[fact]) for fact in sorted(facts))


def _record(
    court_list: CourtList,
    kind: RecordKind,
    row: Row,
    *,
    readers: tuple[tuple[str, _Reader], ...],
    as_of: datetime,
) -> SourceRecord:
    facts: dict[str, Fact] = {}
    person: dict[str, Fact] = {}
    unreadable: list[str] = []
    for fact, reader in readers:
        try:
            value = reader(row)
        except Illegible:
            unreadable.append(fact)
            continue
        if fact.startswith(_PERSON):
            person[fact.removeprefix(_PERSON)] = value
        else:
            facts[fact] = value
    if person:
        facts["responsiblePerson"] = person if any(person.values()) else None
    case = case_key(row)
    return SourceRecord(
        kind=kind,
        agency=AgencyId.COURTS,
        facts=facts,
        as_of=as_of,
        key=case if kind is RecordKind.JUDGMENT_DEFAULTER else f"{case}/{CASE_KINDS[court_list].value}",
        is_displayed=not _has_left(row, as_of),
        is_natural_person=row.get("type") != ORGANISATION,
        unreadable=frozenset(unreadable),
    )


def _text(*names: str) -> _Reader:
    """Reads the first of these members that says something."""

    def read(row: Row) -> Fact:
        for name in names:
            text = read_text(row.get(name))
            if text is not None:
                return text
        return None

    return read


def _one(reader: Callable[[object], Fact], *names: str) -> _Reader:
    """Reads the first of these members that is there."""

    def read(row: Row) -> Fact:
        for name in names:
            if name in row:
                return reader(row[name])
        return None

    return read


_case_number: Final = _text("caseCode", "case_no")


def _court(row: Row) -> Fact:
    """The court's name, or the name that its code stands for. Raises Illegible for an unknown code."""
    name = read_text(row.get("courtName"))
    if name is not None:
        return name
    code = read_text(row.get("fydm"))
    if code is None:
        return None
    if code not in COURTS:
        raise Illegible("an unknown court code")
    return COURTS[code]


def _kind(court_list: CourtList) -> _Reader:
    return lambda _: CASE_KINDS[court_list].value


def _case_readers(court_list: CourtList) -> Mapping[str, _Reader]:
    """What the three lists of enforcement cases have in common."""
    return {
        "caseNumber": _case_number,
        "caseKind": _kind(court_list),
        "enforcementAmount": _one(read_amount, "execMoney", "execute_amt"),
        "unperformedAmount": _one(read_amount, "not_execute_amt"),
        "causeOfAction": _text("execute_causes"),
        "consumptionRestrictionOrderDate": _one(read_date, "publishDate"),
    }


_READERS: Final[Mapping[CourtList, Mapping[str, _Reader]]] = MappingProxyType(
    {
        CourtList.DEFAULTERS: {
            "caseNumber": _case_number,
            "enforcementCourt": _court,
            "province": _text("areaName"),
            "enforcementBasisNumber": _text("gistId"),
            "basisIssuingUnit": _text("gistUnit"),
            "filingDate": _one(read_date, "regDate"),
            "publicationDate": _one(read_date, "publishDate"),
            "obligation": _text("duty"),
            "performanceStatus": _text("performance"),
            "performedPart": _text("performedPart"),
            "unperformedPart": _text("unperformPart"),
            "defaultConduct": _text("disruptTypeName"),
            "responsiblePerson.name": _text("businessEntity"),
            "responsiblePerson.gender": _one(read_gender, "gen"),
            "responsiblePerson.birthDate": _one(read_date, "birth_dt"),
            "responsiblePerson.identityDocumentNumber": _one(read_identity_number, "identi_id"),
            "exitDate": _one(read_date, "exitDate"),
        },
        **{each: _case_readers(each) for each in CASE_KINDS},
    }
)
