"""Facts as people read them."""

from __future__ import annotations

import pytest

from gateway.cli.labels import Labels
from gateway.cli.values import safe, value_text
from schema.graph.assemble import assemble


@pytest.fixture(scope="module")
def labels():
    return Labels(assemble())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        ("", "—"),
        ([], "—"),
        ({}, "—"),
        (True, "yes 是"),
        (False, "no 否"),
        (0, "0"),
        ({"amount": "1200000.00", "currency": "CNY", "band": None}, "1,200,000.00 CNY"),
        ({"amount": None, "currency": "CNY", "band": "1-5 million"}, "1-5 million CNY"),
        ({"amount": None, "currency": None, "band": None}, "—"),
        ({"amount": "much", "currency": "CNY"}, "much"),
        ({"from": "2026-01-01", "to": None}, "2026-01-01 – …"),
        ({"name": "某甲", "position": None}, "某甲"),
        ({"name": None}, "—"),
        (["one", "two"], "one; two"),
    ],
)
def test_each_kind_of_fact_has_its_form(value, text, labels):
    assert value_text(value, "", labels) == text


def test_code_lists_are_named(labels):
    assert value_text(["FINE", "WARNING"], "PenaltyKind", labels).startswith("FINE 罚款")


@pytest.mark.parametrize("character", ["\x1b", "\r", "\n", "\x07", "\x9b", "\u202e", "\u2066", "\u200b"])
def test_nothing_steers_a_terminal(character):
    assert safe(f"a{character}b") == "a b"
