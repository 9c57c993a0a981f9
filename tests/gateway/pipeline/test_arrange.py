"""Lists narrowed, sorted and cut: numbers as numbers, dates as time, everything else as text."""

from __future__ import annotations

import pytest

from gateway.pipeline.arrange import arrange
from gateway.pipeline.roots import Arrangement
from schema.vocabulary.records import Fact

ROWS: list[dict[str, Fact]] = [
    {"n": "b", "d": "2025-02-01", "a": "9.50"},
    {"n": "a", "d": None, "a": "10.00"},
    {"n": "c", "d": "2024-01-01"},
]


def names(*, first: int = 100, by: str | None = None, descending: bool = False, where=()) -> list[Fact]:
    return [row["n"] for row in arrange(ROWS, Arrangement(first, by, descending, tuple(where)))]


def test_nothing_asked_leaves_the_agencys_order() -> None:
    assert arrange(ROWS, None) is ROWS
    assert names() == ["b", "a", "c"]


@pytest.mark.parametrize(("first", "kept"), [(0, []), (1, ["b"]), (2, ["b", "a"]), (100, ["b", "a", "c"])])
def test_first_cuts(first, kept) -> None:
    assert names(first=first) == kept


def test_unknown_facts_sort_last_in_either_direction() -> None:
    assert names(by="d") == ["c", "b", "a"]
    assert names(by="d", descending=True) == ["b", "c", "a"]


def test_numbers_sort_as_numbers() -> None:
    assert names(by="a") == ["b", "a", "c"]
    assert names(by="a", descending=True) == ["a", "b", "c"]


def test_equal_facts_keep_the_agencys_order_in_either_direction() -> None:
    rows = [{"k": 1, "p": place} for place in range(5)]
    for descending in (False, True):
        assert [row["p"] for row in arrange(rows, Arrangement(10, "k", descending))] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        (("d", "2025-02-01", None, None), ["b"]),
        (("d", None, "2024-01-01", None), ["b", "c"]),
        (("d", None, None, "2024-12-31"), ["c"]),
        (("d", None, "2024-01-02", "2025-02-01"), ["b"]),
        (("a", "10", None, None), ["a"]),
        (("a", None, "9.6", None), ["a"]),
        (("d", None, None, None), ["b", "c"]),
        (("absent", None, None, None), []),
    ],
)
def test_conditions_hold_with_both_ends_included(condition, kept) -> None:
    assert names(where=[condition]) == kept


def test_all_conditions_must_hold_and_narrowing_comes_before_the_cut() -> None:
    assert names(where=[("d", None, "2024-01-01", None), ("n", "c", None, None)], first=1) == ["c"]


@pytest.mark.parametrize("odd", ["NaN", "sNaN", "Infinity", "-Infinity", "1e999999999", "1_0", "", "\0", "９"])
def test_what_looks_like_a_number_to_a_machine_only_is_text(odd) -> None:
    rows: list[dict[str, Fact]] = [{"n": "9"}, {"n": odd}, {"n": "10"}, {"n": "text"}]
    assert arrange(rows, Arrangement(10, where=(("n", odd, None, None),))) == [{"n": odd}]
    assert len(arrange(rows, Arrangement(10, "n", False, (("n", None, odd, None),)))) >= 1
    assert len(arrange(rows, Arrangement(10, "n"))) == 4


@pytest.mark.parametrize(("stated", "asked"), [("007", "7"), ("1E5", "100000"), ("1_0", "10")])
def test_document_numbers_are_not_numbers(stated, asked) -> None:
    assert arrange([{"n": stated}], Arrangement(10, where=(("n", asked, None, None),))) == []


def test_booleans_are_asked_for_as_they_are_written() -> None:
    rows = [{"flag": True}, {"flag": False}]
    assert arrange(rows, Arrangement(10, where=(("flag", "true", None, None),))) == [{"flag": True}]


def test_money_is_compared_by_its_amount_and_a_band_tells_nothing() -> None:
    rows: list[dict[str, Fact]] = [
        {"n": "band", "m": {"amount": None, "currency": "CNY", "band": "[0, 100000)"}},
        {"n": "nine", "m": {"amount": "9.00", "currency": "CNY"}},
        {"n": "ten", "m": {"amount": "10.00", "currency": "CNY"}},
    ]
    assert [row["n"] for row in arrange(rows, Arrangement(10, "m"))] == ["nine", "ten", "band"]
    assert [row["n"] for row in arrange(rows, Arrangement(10, where=(("m", None, "9.5", None),)))] == ["ten"]
