"""Answers of the disclosure system to source records; pure.

Shape of a section's answer: `{"data": [row, …], "draw": n, "recordsTotal": n, "cacheKey": text}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import orjson

from connectors.enterprise_disclosure import values
from connectors.enterprise_disclosure.facts import FACTS, FIRST_SECTION, PERSON_PARTS, PERSONS, Native, Row, rows_of
from connectors.enterprise_disclosure.values import comparable
from connectors.transport.wire import AgencyRefusal, MalformedAnswer, WireResponse
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import Fact, RecordKind, SourceRecord

_DISPLAYED = (None, "", "公示中")
_PUBLIC = "1"
_NO_PERSON = (None, "", "法人及非法人组织")
_CAPTCHA_SIGNS = ("验证码".encode(), b"captcha", b"geetest")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a section."""

    rows: tuple[Row, ...]
    total: int
    cache_key: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What of one kind is to be read, and from which sections."""

    kind: RecordKind
    natives: tuple[tuple[str, Native], ...]
    person_parts: tuple[str, ...]
    sections: tuple[str, ...]
    """The section that lists the records comes first."""


@lru_cache(maxsize=512)
def plan(kind: RecordKind, ordered: frozenset[str]) -> Plan | None:
    """The plan for the ordered facts; None if the agency holds none of them.

    An order without any fact asks only which records there are.
    """
    held = FACTS.get(kind, {})
    natives = tuple((name, native) for name, native in held.items() if name in ordered)
    person, person_section = PERSONS.get(kind, ("", ""))
    parts = tuple(part for part in PERSON_PARTS if f"{person}.{part}" in ordered)
    if person and person in ordered:
        parts = tuple(PERSON_PARTS)
    if not held or (ordered and not natives and not parts):
        return None
    sections = [FIRST_SECTION[kind], *(native.section for _, native in natives), *([person_section] if parts else [])]
    return Plan(kind, natives, parts, tuple(dict.fromkeys(sections)))


def read_page(response: WireResponse, draw: int) -> Page:
    """One page, checked against the `draw` it answers.

    Errors:  AgencyRefusal for a captcha page (HTML with status 200), MalformedAnswer for anything
             else that is not such a page
    """
    content = response.content.lstrip()
    if content.startswith(b"<"):
        if any(sign in content for sign in _CAPTCHA_SIGNS):
            raise AgencyRefusal("captcha page")
        raise MalformedAnswer("HTML instead of JSON")
    if response.status != 200:
        raise MalformedAnswer(f"unexpected status {response.status}")
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError as fault:
        raise MalformedAnswer("not JSON") from fault
    if not isinstance(answer, dict):
        raise MalformedAnswer("not a page")
    rows, total, cache_key = answer.get("data"), answer.get("recordsTotal"), answer.get("cacheKey")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise MalformedAnswer("a page without rows")
    if answer.get("draw") != draw or type(total) is not int or total < len(rows) or not isinstance(cache_key, str):
        raise MalformedAnswer("a page that answers another question")
    return Page(tuple(rows), total, cache_key)


def source_record(planned: Plan, row: Row, answered_at: datetime) -> SourceRecord:
    """One record from its row; `answered_at` stands in where the agency gives no time of its own.

    Errors:  MalformedAnswer for an update time that is none
    """
    facts: dict[str, Fact] = {}
    unreadable: set[str] = set()
    for name, native in planned.natives:
        try:
            facts[name] = native.read(row)
        except ValueError:
            unreadable.add(name)
    if planned.person_parts:
        name = PERSONS[planned.kind][0]
        try:
            facts[name] = _persons(planned, row)
        except ValueError:
            unreadable.add(name)
    return SourceRecord(
        kind=planned.kind,
        agency=AgencyId.ENTERPRISE_DISCLOSURE,
        facts=facts,
        as_of=_as_of(row) or answered_at,
        confirmed_at=answered_at,
        key=_key(planned.kind, row),
        not_public=frozenset(
            name for name, native in planned.natives if native.flag and row.get(native.flag) != _PUBLIC
        ),
        is_displayed=row.get("pubState_CN") in _DISPLAYED,
        is_natural_person=_is_natural_person(row),
        unreadable=frozenset(unreadable),
    )


def joined(rows: Sequence[Row], others: Iterable[Row], identifier: str) -> list[Row]:
    """Each row with its counterpart of another section; a row without one stays as it is.

    Errors:  MalformedAnswer if two counterparts claim one row, or one claims none
    """
    by_identifier: dict[str, Row] = {}
    for other in others:
        if by_identifier.setdefault(identified(other, identifier), other) is not other:
            raise MalformedAnswer("two rows under one identifier")
    whole: list[Row] = [{**by_identifier.pop(identified(row, identifier), {}), **row} for row in rows]
    if by_identifier:
        raise MalformedAnswer("a row that belongs to none")
    return whole


def identified(row: Row, identifier: str) -> str:
    """The row's identifier; MalformedAnswer if it has none."""
    stated = row.get(identifier)
    if not isinstance(stated, str) or not stated:
        raise MalformedAnswer("a row without its identifier")
    return stated


def _persons(planned: Plan, row: Row) -> Fact:
    if planned.kind is RecordKind.LEGAL_PERSON:
        person = _person(row, planned.person_parts)
        return person if any(person.values()) else None
    return [_person(inner, planned.person_parts) for inner in rows_of(row, "linkPersonList")]


def _person(row: Row, parts: tuple[str, ...]) -> dict[str, Fact]:
    return {part: values.text(row.get(PERSON_PARTS[part])) for part in parts}


def _as_of(row: Row) -> datetime | None:
    try:
        return values.moment(row.get("updTime"))
    except ValueError as fault:
        raise MalformedAnswer("an update time that is none") from fault


def _is_natural_person(row: Row) -> bool:
    """The system blanks a person's certificate number, but names the certificate, or says what party it is.

    A party of a kind not known here (known: legal person, natural person, individual business) is taken for a person.
    """
    return bool(row.get("cerType_CN")) or row.get("relType_CN") not in _NO_PERSON


def _named(*names: str) -> Callable[[Row], str]:
    return lambda row: "|".join(_plain_key(row.get(name)) for name in names)


def _plain_key(stated: Any) -> str:
    try:
        return comparable(values.text(stated))
    except ValueError:
        return ""


def _day_key(stated: Any) -> str:
    """A date as part of a key; one that cannot be read is "", so that two records rather stay two than become one."""
    try:
        return values.day(stated) or ""
    except ValueError:
        return ""


_KEYS: Mapping[RecordKind, Callable[[Row], str]] = MappingProxyType(
    {
        RecordKind.REGISTRATION_CHANGE: lambda row: (
            f"{_plain_key(row.get('altItem_CN'))}|{_day_key(row.get('altDate'))}"
        ),
        RecordKind.SHAREHOLDER: _named("inv"),
        RecordKind.BRANCH: _named("brName"),
        RecordKind.PLEDGE_REGISTRATION: _named("morRegNo"),
        RecordKind.ABNORMAL_OPERATION_LISTING: lambda row: (
            f"{_day_key(row.get('abntime'))}|{_plain_key(row.get('decOrg_CN'))}"
        ),
        RecordKind.SERIOUSLY_UNTRUSTWORTHY_LISTING: lambda row: (
            f"{_plain_key(row.get('illListName'))}|{_day_key(row.get('abntime'))}"
        ),
        RecordKind.ADMINISTRATIVE_LICENSE: _named("licDocNo", "licAnthCode"),
        RecordKind.ADMINISTRATIVE_PENALTY: _named("penDecNo", "judAuth"),
        RecordKind.ANNUAL_REPORT: _named("anCheYear"),
        RecordKind.COMMENDATION_RECORD: lambda row: (
            f"{_plain_key(row.get('honorName'))}|{_day_key(row.get('awardDate'))}"
        ),
    }
)


def _key(kind: RecordKind, row: Row) -> str:
    make = _KEYS.get(kind)
    return make(row) if make else ""
