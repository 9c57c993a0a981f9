"""A stored table is small, always written alike, and read back as it was."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from policies.table_form import TableFault, read, written
from tests.policies.tables import penalties


def test_what_is_written_is_read_back() -> None:
    assert read(json.loads(json.dumps(written(penalties())))) == penalties()


def test_the_same_table_is_written_alike_however_it_came_about() -> None:
    table = penalties()
    backwards = replace(
        table,
        fields={
            name: replace(field, rows=dict(reversed(list(field.rows.items()))))
            for name, field in reversed(list(table.fields.items()))
        },
    )
    assert json.dumps(written(backwards)) == json.dumps(written(table))


def test_what_is_said_more_than_once_is_written_once() -> None:
    document = written(penalties())
    for part in ("patterns", "callers", "groups"):
        lines = [json.dumps(one) for one in document[part]]
        assert len(set(lines)) == len(lines)
    cells = sum(len(cells) for field in penalties().fields.values() for cells in field.rows.values())
    assert len(json.dumps(document)) < cells


def spoilt(path: tuple[str | int, ...], value: object) -> object:
    document = deepcopy(written(penalties()))
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"edition": "TJ-2026-2"},
        spoilt(("more",), 1),
        spoilt(("asOf",), "soon"),
        spoilt(("patterns",), {}),
        spoilt(("patterns", 0), []),
        spoilt(("callers", 0), {"PUBLIC": 10_000}),
        spoilt(("groups", 0), {}),
        spoilt(("groups", 0, "moments"), {"DOCUMENT": "first"}),
    ],
)
def test_what_is_no_table_is_refused(document) -> None:
    with pytest.raises(TableFault):
        read(document)
