"""An edition ends where the next one begins; which one is in force on a day is never in doubt."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from schema.catalog.data_file import CatalogFault
from schema.catalog.loader import editions
from tests.schema.catalog.builders import HEAD, an_edition, an_item, faults, lay, load, stated


def _edition(code: str, begins: str, **more: str | None) -> str:
    return an_edition(code=f'"{code}"', effective_from=begins, **more)


FIRST = _edition("TJ-1", "2026-01-01")
SECOND = _edition("TJ-2", "2027-01-01")


def test_an_edition_ends_where_the_next_one_begins(tmp_path: Path) -> None:
    lay(tmp_path, [], [SECOND, FIRST])
    assert [(head.code, head.effective_to) for head in editions("TJ", tmp_path)] == [
        ("TJ-1", date(2027, 1, 1)),
        ("TJ-2", None),
    ]


def test_an_edition_may_end_before_the_next_one_begins(tmp_path: Path) -> None:
    gap = _edition("TJ-1", "2026-01-01", effective_to="2026-07-01")
    assert load(tmp_path, HEAD + an_item(), editions=[gap, SECOND], as_of=date(2026, 6, 30)).edition == "TJ-1"
    assert faults(tmp_path, as_of=date(2026, 7, 1), editions=[]) == (
        "jurisdiction `TJ` has no edition in force on 2026-07-01",
    )


@pytest.mark.parametrize(
    ("edition", "as_of", "code"),
    [
        (None, None, "TJ-2"),
        (None, date(2026, 12, 31), "TJ-1"),
        (None, date(2027, 1, 1), "TJ-2"),
        ("TJ-1", None, "TJ-1"),
        ("TJ-2", date(2026, 1, 1), "TJ-2"),  # the one that is named, whatever the day
    ],
)
def test_the_edition_that_is_meant(tmp_path: Path, edition: str | None, as_of: date | None, code: str) -> None:
    catalog = load(tmp_path, HEAD + an_item(), editions=[FIRST, SECOND], edition=edition, as_of=as_of)
    assert catalog.edition == code
    assert {entry.item.edition for entry in catalog.entries.values()} == {code}


def test_an_edition_that_is_not_there(tmp_path: Path) -> None:
    told = faults(tmp_path, HEAD + an_item(), edition="TJ-9")
    assert told == ("jurisdiction `TJ` has no edition `TJ-9`",)


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (FIRST, _edition("TJ-2", "2026-01-01"), "TJ-1.toml:4: editions `TJ-1` and `TJ-2` begin on the same day"),
        (
            _edition("TJ-1", "2026-01-01", effective_to="2027-01-02"),
            SECOND,
            "TJ-1.toml:6: edition `TJ-1` is still in force when `TJ-2` begins",
        ),
        (
            FIRST,
            _edition("TJ-2", "2027-01-01", based_on='"TJ-7"'),
            "TJ-2.toml:6: `TJ-7` is no edition of jurisdiction `TJ`",
        ),
        (
            _edition("TJ-1", "2026-01-01", based_on='"TJ-2"'),
            SECOND,
            "TJ-1.toml:6: edition `TJ-1` begins before `TJ-2`, which it is based on",
        ),
        (FIRST, _edition("TJ-2", "2027-01-01", based_on='"TJ-2"'), "TJ-2.toml:6: edition `TJ-2` is based on itself"),
    ],
)
def test_editions_that_contradict_one_another_are_refused(
    tmp_path: Path, first: str, second: str, sentence: str
) -> None:
    told = faults(tmp_path, HEAD + an_item(), editions=[first, second])
    assert any(fault.startswith(sentence) for fault in told), told
    with pytest.raises(CatalogFault):
        editions("TJ", tmp_path)


def test_editions_based_on_one_another_in_a_ring_are_told_each(tmp_path: Path) -> None:
    ring = [_edition(f"TJ-{n}", f"202{n}-01-01", based_on=f'"TJ-{n % 3 + 1}"') for n in (1, 2, 3)]
    lead_in = _edition("TJ-4", "2024-01-01", based_on='"TJ-1"')
    told = faults(tmp_path, HEAD + an_item(), editions=[*ring, lead_in])
    rings = [fault for fault in told if "is based on itself" in fault]
    assert [fault.partition(":")[0] for fault in rings] == ["TJ-1.toml", "TJ-2.toml", "TJ-3.toml"]


def test_a_chain_of_editions_lies_in_its_order(tmp_path: Path) -> None:
    third = _edition("TJ-3", "2028-01-01", based_on='"TJ-2"', sets="")
    second = an_edition(
        stated(update_cycle='"WEEKLY"', legal_basis=None),
        code='"TJ-2"',
        effective_from="2027-01-01",
        based_on='"TJ-1"',
        sets="",
    )
    catalog = load(tmp_path, HEAD + an_item(), editions=[FIRST, second, third])
    assert (catalog.edition, catalog.based_on) == ("TJ-3", "TJ-2")
    assert {str(entry.item.update_cycle) for entry in catalog.entries.values()} == {"WEEKLY"}
