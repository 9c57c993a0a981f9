"""Rows of the exchange tables to source records, and the columns to ask for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias

from connectors.market_regulation import readers
from connectors.market_regulation.facts import FACTS, PERSON_FACTS, Native, is_person
from connectors.market_regulation.readers import NotReadable
from connectors.market_regulation.tables import FLAG, SWITCH, UPDATED
from connectors.transport.wire import MalformedAnswer
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import Fact, RecordKind, SourceRecord

Row: TypeAlias = Mapping[str, Any]

PERSON: Final = "legalRepresentative"
"""The one fact that is a person, kept in a table of its own; its parts are ordered as `legalRepresentative.name`."""

_LIVE_FLAGS: Final = frozenset({"I", "U", "1"})


_PERMIT_KEY: Final = ("XK_WSH", "XK_XKJGDM")
_PENALTY_KEY: Final = ("CF_WSH", "CF_CFJGDM")

_MARKS: Final[Mapping[RecordKind, tuple[str, ...]]] = {
    RecordKind.REGISTRATION_CHANGE: ("ALITEM", "ALTDATE"),
    RecordKind.SHAREHOLDER: ("INV", "INVTYPE"),
    RecordKind.BRANCH: ("BRNAME",),
    RecordKind.PLEDGE_REGISTRATION: ("MORREGNO", "EXPMORTYPE"),
    RecordKind.ABNORMAL_OPERATION_LISTING: ("ABNTIME", "DECORG_CN", "GSZT"),
    RecordKind.ADMINISTRATIVE_LICENSE: (*_PERMIT_KEY, "GSZT"),
    RecordKind.ADMINISTRATIVE_PENALTY: (*_PENALTY_KEY, "GSZT"),
    RecordKind.CREDIT_PLEDGE: ("承诺编号",),
}
"""Columns asked whatever is ordered: the record's own key, whether its party is a person, whether it is displayed."""

_PARTY: Final = {RecordKind.SHAREHOLDER: "INVTYPE", RecordKind.PLEDGE_REGISTRATION: "EXPMORTYPE"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How to ask for and read the facts of one order."""

    kind: RecordKind
    facts: tuple[tuple[str, Native], ...]
    person: tuple[tuple[str, Native], ...]

    @property
    def columns(self) -> frozenset[str]:
        """The columns to select from the kind's own table."""
        return frozenset(_MARKS.get(self.kind, ())).union(*(native.columns for _, native in self.facts))

    @property
    def person_columns(self) -> frozenset[str]:
        """The columns to select about the legal representative; none if no fact of one is ordered."""
        return frozenset[str]().union(*(native.columns for _, native in self.person))


@lru_cache(maxsize=1024)
def reading(kind: RecordKind, ordered: frozenset[str]) -> Reading | None:
    """How to read the `ordered` facts that this agency holds; None for a kind it does not keep."""
    held = FACTS.get(kind)
    if held is None:
        return None
    facts = tuple((name, held[name]) for name in sorted(ordered) if name in held)
    person: tuple[tuple[str, Native], ...] = ()
    if kind is RecordKind.LEGAL_PERSON:
        parts = (name.removeprefix(f"{PERSON}.") for name in sorted(ordered) if name.startswith(f"{PERSON}."))
        person = tuple((part, PERSON_FACTS[part]) for part in parts if part in PERSON_FACTS)
    return Reading(kind, facts, person)


def check(rows: Sequence[Row]) -> None:
    """Look at the bookkeeping of current rows; raises MalformedAnswer if it makes no sense."""
    for row in rows:
        if readers.text(row[FLAG]) not in _LIVE_FLAGS or readers.text(row[SWITCH]) != "1":
            raise MalformedAnswer("unknown-flag-or-switch")
        try:
            readers.moment(row[UPDATED])
        except NotReadable as fault:
            raise MalformedAnswer("no-update-time") from fault


def updated(row: Row) -> datetime:
    """When the agency stated a checked row."""
    return readers.moment(row[UPDATED])


def record(how: Reading, row: Row, representative: Row | None, *, now: datetime) -> SourceRecord:
    """One checked row as a source record; a fact that cannot be read is left out and named in `unreadable`.

    `representative` is the row of the legal representative, if a fact of one is ordered and there is one.
    A row that says it is of a later moment than `now` is taken to be of now.
    """
    facts, unreadable = _facts(how.facts, row)
    if how.person:
        parts, unread = _facts(how.person, representative) if representative is not None else (None, set[str]())
        facts[PERSON] = parts
        unreadable |= {f"{PERSON}.{part}" for part in unread}
    party = _PARTY.get(how.kind)
    return SourceRecord(
        kind=how.kind,
        agency=AgencyId.MARKET_REGULATION,
        facts=facts,
        as_of=min(updated(row), now),
        confirmed_at=now,
        key=_KEYS[how.kind](row) if how.kind in _KEYS else "",
        is_displayed=readers.text(row.get("GSZT")) != "0",
        is_natural_person=party is not None and is_person(row[party]),
        unreadable=frozenset(unreadable),
    )


def newest_of_each(records: Iterable[SourceRecord]) -> tuple[SourceRecord, ...]:
    """By key. One registration a subject has, though two provinces may send it after a move; and a permit or
    penalty sent twice under one number, once with wide and once with narrow brackets, is one."""
    newest: dict[object, SourceRecord] = {}
    for place, each in enumerate(records):
        identity = each.key if each.kind in _SENT_TWICE and not each.key.startswith("|") else place
        known = newest.get(identity)
        if known is None or each.as_of > known.as_of:
            newest[identity] = each
    return tuple(sorted(newest.values(), key=lambda each: each.key))


_SENT_TWICE: Final = frozenset(
    {RecordKind.LEGAL_PERSON, RecordKind.ADMINISTRATIVE_LICENSE, RecordKind.ADMINISTRATIVE_PENALTY}
)


def normalised(value: Any) -> str:
    """A number or name for comparing: half-width round brackets, no blanks, capital letters."""
    return "".join((readers.text(value) or "").translate(_BRACKETS).split()).upper()


_BRACKETS: Final = str.maketrans(dict.fromkeys("（【〔［[﹝", "(") | dict.fromkeys("）】〕］]﹞", ")"))


def _joined(*columns: str) -> Callable[[Row], str]:
    return lambda row: "|".join(normalised(row[column]) for column in columns)


def _dated(first: str, second: str) -> Callable[[Row], str]:
    """Key of two columns, either of which may be a date."""
    return lambda row: "|".join(_day_or_text(row[column]) for column in (first, second))


def _day_or_text(value: Any) -> str:
    try:
        return readers.day(value) or ""
    except NotReadable:
        return normalised(value)


_KEYS: Final[Mapping[RecordKind, Callable[[Row], str]]] = {
    RecordKind.REGISTRATION_CHANGE: _dated("ALITEM", "ALTDATE"),
    RecordKind.SHAREHOLDER: _joined("INV"),
    RecordKind.BRANCH: _joined("BRNAME"),
    RecordKind.PLEDGE_REGISTRATION: _joined("MORREGNO"),
    RecordKind.ABNORMAL_OPERATION_LISTING: _dated("ABNTIME", "DECORG_CN"),
    RecordKind.ADMINISTRATIVE_LICENSE: _joined(*_PERMIT_KEY),
    RecordKind.ADMINISTRATIVE_PENALTY: _joined(*_PENALTY_KEY),
    RecordKind.CREDIT_PLEDGE: _joined("承诺编号"),
}


def _facts(natives: Iterable[tuple[str, Native]], row: Row) -> tuple[dict[str, Fact], set[str]]:
    facts: dict[str, Fact] = {}
    unreadable: set[str] = set()
    for name, native in natives:
        try:
            facts[name] = native.read(*[row[column] for column in native.columns])
        except NotReadable:
            unreadable.add(name)
    return facts, unreadable
