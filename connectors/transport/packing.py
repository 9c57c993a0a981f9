"""Records as bytes and back, exactly: plain JSON, so that what a shared cache holds can never run as code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import orjson

from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind, SourceRecord

_EDITION: Final = 2


class UnknownPacking(ValueError):
    """The bytes were not packed by this edition of the house."""


def pack(fetched_at: float, records: Sequence[SourceRecord]) -> bytes:
    """One cache entry as bytes.

    Units:   `fetched_at` in seconds since 1970
    Errors:  TypeError for facts that are not JSON-shaped
    """
    return orjson.dumps([_EDITION, fetched_at, [_packed(record) for record in records]], default=_plain)


def unpack(packed: bytes) -> tuple[float, tuple[SourceRecord, ...]]:
    """What `pack` was given: when it was fetched, and the records.

    Errors:  UnknownPacking for anything else
    """
    try:
        edition, fetched_at, rows = orjson.loads(packed)
        if edition != _EDITION:
            raise UnknownPacking("another edition")
        return float(fetched_at), tuple(_unpacked(row) for row in rows)
    except (ValueError, TypeError) as error:
        raise UnknownPacking("not an entry of this cache") from error


def _packed(record: SourceRecord) -> list[Any]:
    return [
        record.kind,
        record.agency,
        record.facts,
        record.as_of.isoformat(),
        record.key,
        sorted(record.not_public),
        record.is_displayed,
        record.is_natural_person,
        sorted(record.unreadable),
        record.confirmed_at.isoformat() if record.confirmed_at is not None else None,
    ]


def _unpacked(row: list[Any]) -> SourceRecord:
    kind, agency, facts, as_of, key, not_public, is_displayed, is_natural_person, unreadable, confirmed = row
    return SourceRecord(
        kind=RecordKind(kind),
        agency=AgencyId(agency),
        facts=facts,
        as_of=datetime.fromisoformat(as_of),
        key=key,
        not_public=frozenset(not_public),
        is_displayed=is_displayed,
        is_natural_person=is_natural_person,
        unreadable=frozenset(unreadable),
        confirmed_at=datetime.fromisoformat(confirmed) if confirmed is not None else None,
    )


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    raise TypeError("a fact is not JSON-shaped")
