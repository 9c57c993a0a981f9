"""Rows of the exchange tables: the world's records as the authority sends them on, in order of arrival.

Some rows come twice, some come late with an older state, some are taken back, some are switched off;
nothing is NULL in one row and the two characters `\\n` in another. All of it follows from the codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from zlib import crc32

from deploy.sandbox.market_regulation_tables import BASE, CHILDREN, OPEN_END, PERSONS, Column, Kind, Table
from deploy.sandbox.world import Record, World
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind

Row = tuple[object, ...]
"""Values of `Table.all_columns`, then node, sequence, flag, time, switch."""

_MR = AgencyId.MARKET_REGULATION


@dataclass(frozen=True, slots=True)
class Sent:
    """One version of a record as it was sent."""

    facts: Record
    flag: str
    updated: datetime
    switch: str = "1"


class Writer:
    """Writes the rows of one world, numbering them as they arrive."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sequence = count(1)

    def rows(self, code: str) -> Iterator[tuple[Table, Row]]:
        """All rows about one subject, older arrivals first."""
        registrations = self._world.records(_MR, code, RecordKind.LEGAL_PERSON)
        registration = registrations[0] if registrations else None
        pripid = str(registration["internalSubjectId"]) if registration else ""
        node = f"{code[2:4]}0000"
        if registration is not None:
            keys = {"PRIPID": pripid, "REGCAPCUR": "156", "REGORG": f"{code[2:8]}"}
            yield from self._versions(BASE, registration, keys, node, dice=_dice(code, "base"))
            yield from self._persons(registration, pripid, node)
        for table in CHILDREN:
            for number, record in enumerate(self._world.records(_MR, code, table.kind), start=1):
                keys = _keys(record, code=code, pripid=pripid, number=number)
                yield from self._versions(table, record, keys, node, dice=_dice(code, f"{table.name}{number}"))

    def _versions(
        self, table: Table, record: Record, keys: Mapping[str, str], node: str, *, dice: int
    ) -> Iterator[tuple[Table, Row]]:
        for sent in _sent(record, dice):
            yield table, self._row(table, sent, keys, node, dice=dice)

    def _persons(self, registration: Record, pripid: str, node: str) -> Iterator[tuple[Table, Row]]:
        """The legal representative; now and then a predecessor whose sign was taken away."""
        person = registration.get("legalRepresentative")
        if not isinstance(person, Mapping):
            return
        updated = registration["_updated"]
        assert isinstance(updated, datetime)
        dice = _dice(pripid, "person")
        keys = {"PERSON_ID": f"{pripid}01", "PRIPID": pripid, "LEREPSIGN": "1"}
        if dice % 10 == 0:
            before = {**keys, "PERSON_ID": f"{pripid}00"}
            former = Sent({**person, "name": "前任甲"}, "I", updated - timedelta(days=900))
            yield PERSONS, self._row(PERSONS, former, before, node, dice=dice)
            left = Sent(former.facts, "U", updated - timedelta(days=90))
            yield PERSONS, self._row(PERSONS, left, {**before, "LEREPSIGN": "0"}, node, dice=dice)
        raw = {"_raw": registration.get("_raw", {})}
        yield PERSONS, self._row(PERSONS, Sent({**person, **raw}, "I", updated), keys, node, dice=dice)

    def _row(self, table: Table, sent: Sent, keys: Mapping[str, str], node: str, *, dice: int) -> Row:
        own = [keys.get(name) for name in table.key]
        stated = [_stated(column, sent.facts, dice + place) for place, column in enumerate(table.columns)]
        shown = [("1" if sent.facts.get("_displayed", True) else "0")] if table.has_display_flag else []
        written = sent.updated.replace(tzinfo=None)
        return (*own, *stated, *shown, node, next(self._sequence), sent.flag, written, sent.switch)


def _keys(record: Record, *, code: str, pripid: str, number: int) -> dict[str, str]:
    """Every key column that some table of records has."""
    is_person = bool(record.get("_natural_person"))
    licence = record.get("shareholderCode")
    numbered = f"{pripid}{number:03d}"
    keys = {
        "PRIPID": pripid,
        "INVID": numbered,
        "BRID": numbered,
        "BUSEXCID": numbered,
        "承诺编号": f"{code}{number:03d}",
    }
    keys |= {"XK_XDR_SHXYM": code, "CF_XDR_SHXYM": code, "统一社会信用代码": code, "CURRENCY": "156"}
    keys["EXPMORTYPE"] = "20" if is_person else "10"
    if licence is not None:
        keys["CERNO" if is_person else "BLICNO"] = str(licence)
    return keys


def _sent(record: Record, dice: int) -> Sequence[Sent]:
    """The versions of a record in order of arrival; made-up trouble only where the world tells no history."""
    updated = record["_updated"]
    assert isinstance(updated, datetime)
    flag = str(record.get("_flag", "I"))
    current = Sent(record, "U" if flag == "I" and dice % 3 == 0 else flag, updated)
    history = record.get("_history")
    if isinstance(history, Sequence) and history:
        return _told(record, history)
    if dice % 29 == 0:  # sent twice
        return (current, current)
    if dice % 31 == 0:  # an older state that comes late
        return (current, Sent({**record, **_older(record)}, "U", updated - timedelta(days=45)))
    if dice % 37 == 0:  # taken back and sent anew
        return (
            Sent(record, "I", updated - timedelta(days=20)),
            Sent(record, "D", updated - timedelta(days=10)),
            current,
        )
    if dice % 41 == 0:  # switched off for a while
        return (Sent(record, "I", updated - timedelta(days=5), switch="0"), current)
    return (current,)


def _told(record: Record, history: Sequence[object]) -> Sequence[Sent]:
    """The world's own history: every row of the record, this one among them, in order of arrival."""
    versions = [version for version in history if isinstance(version, Mapping)]
    return [
        Sent({**record, **version}, str(version["_flag"]), version["_updated"])
        for version in sorted(versions, key=lambda version: int(version["_arrived"]))
    ]


def _older(record: Record) -> dict[str, object]:
    """Facts as they once were, so that a late row served by mistake can be seen."""
    old = {"businessScope": "一般项目", "performanceStatus": "IN_PROGRESS", "licenseStatus": "其他", "branchCode": None}
    return {name: value for name, value in old.items() if name in record}


def _stated(column: Column, facts: Record, dice: int) -> object:
    """One value as it is stored: native text as it stands, an open end written out, nothing in one of two ways."""
    raw = facts.get("_raw", {})
    if isinstance(raw, Mapping) and column.fact in raw:
        return str(raw[column.fact])
    value = facts.get(column.fact)
    written = None if value is None else column.write(value)
    if written is not None:
        return written
    open_ended = facts.get("_open_ended", ())
    if isinstance(open_ended, frozenset) and column.fact in open_ended:
        return OPEN_END
    return "\\n" if column.kind is Kind.TEXT and dice % 2 else None


def _dice(*topic: str) -> int:
    return crc32("/".join(topic).encode())
