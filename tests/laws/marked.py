"""Worlds in which every fact can be recognised wherever it turns up, and a search for them in all that a log keeps."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from schema.catalog.entry import RecordEntry
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate
from schema.vocabulary.records import Fact, SourceRecord
from tests.builders import NOW, tianjin
from tests.corridor import the_core
from tests.strategies import CODES, World

SHORTEST = 4
"""Shorter values are found by chance."""
_PERSONS = ("王小明", "欧阳翠花", "李二牛", "诸葛铁柱")
PERSONS = frozenset(_PERSONS)
"""Names of the persons of these worlds."""


def a_marked_world(seed: int) -> World:
    """The world of a seed."""
    random = Random(seed)
    return tuple(
        (code, _record(random, place, agency))
        for place in tianjin().records.values()
        for agency in (*place.contributors, *place.checked_by)
        for code in CODES
        for _ in range(random.choice((0, 1, 1, 2)))
    )


def _record(random: Random, place: RecordEntry, agency: AgencyId) -> SourceRecord:
    kind = the_core().type_map[place.kind.value]
    assert isinstance(kind, GraphQLObjectType)
    facts = {
        name: _fact(random, field.type)
        for name, field in kind.fields.items()
        if (entry := tianjin().entries.get(FieldCoordinate(f"{place.kind}.{name}"))) is not None
        and agency in entry.sources
    }
    not_public = frozenset(name for name in facts if random.random() < 0.1)
    key = f"key{random.randrange(10**9)}"
    return SourceRecord(place.kind, agency, facts, NOW, key=key, not_public=not_public)


def _fact(random: Random, kind: GraphQLOutputType) -> Fact:
    if is_list_type(get_nullable_type(kind)):
        return [_one(random, get_named_type(kind)) for _ in range(2)]
    return _one(random, get_named_type(kind))


def _one(random: Random, named: Any) -> Fact:
    if isinstance(named, GraphQLEnumType):
        return str(random.choice(sorted(named.values)))
    day = f"2025-{random.randrange(7, 13):02d}-{random.randrange(1, 29):02d}"
    match named.name:
        case "Money":
            return {"amount": f"{random.randrange(10**8, 10**9)}.{random.randrange(10, 99)}", "currency": "CNY"}
        case "Period":
            return {"from": day, "to": f"2029{day[4:]}"}
        case "PersonRef":
            parts = {name: _one(random, get_named_type(field.type)) for name, field in named.fields.items()}
            return {**parts, "name": random.choice(_PERSONS)}
        case "Int":
            return random.randrange(10**8, 10**9)
        case "Boolean":
            return random.random() < 0.5
        case "Date":
            return day
        case _:
            return f"值{random.randrange(10**11, 10**12)}"


def leaves(value: Any) -> Iterator[str]:
    """Every leaf in a value that is long enough to be looked for."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part)
    elif value is not None and not isinstance(value, bool) and len(str(value)) >= SHORTEST:
        yield str(value)


def all_that_is_kept(folder: Path) -> str:
    """Every column of every table of the log as it lies on disk, receipts and statements opened."""
    kept = []
    with closing(sqlite3.connect(folder / "record.db")) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f"SELECT * FROM {table}"):
                kept += [str(column) for column in row]
    return "\n".join([*kept, *map(_opened, kept)])


def _opened(text: str) -> str:
    """A statement, or the claims of a receipt, whose path is told by nobody's name."""
    parts = text.split("~", maxsplit=1)[0].split(".")
    is_told = len(parts) in (1, 3) and text.startswith("eyJ")
    return "".join(base64.urlsafe_b64decode(part + "==").decode() for part in parts[:2]) if is_told else ""
