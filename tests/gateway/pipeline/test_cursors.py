"""Cursors: opaque, bound to their caller and search, equal for equal pages, refused if touched."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.pipeline.cursors import Cursors, InvalidCursor
from schema.vocabulary.caller import PUBLIC_CALLER, CallerClass
from tests.builders import SOME_CODE
from tests.corridor import BANK, OFFICER

CURSORS = Cursors(b"k" * 32)


def test_its_own_caller_goes_on_where_the_page_ended() -> None:
    cursor = CURSORS.seal("91120000103069967Y", OFFICER, "泰达")
    assert CURSORS.open(cursor, OFFICER, "泰达") == "91120000103069967Y"
    assert cursor == CURSORS.seal("91120000103069967Y", OFFICER, "泰达")
    assert "91120000" not in cursor


@pytest.mark.parametrize(
    "other",
    [
        PUBLIC_CALLER,
        BANK,
        replace(OFFICER, client_id="someone-else"),
        replace(OFFICER, organisation="别处"),
        replace(OFFICER, caller_class=CallerClass.JUDICIAL_ORGAN),
        replace(OFFICER, own_subject=SOME_CODE),
    ],
)
def test_nobody_else_can_use_it(other) -> None:
    cursor = CURSORS.seal("place", OFFICER, "泰达")
    with pytest.raises(InvalidCursor):
        CURSORS.open(cursor, other, "泰达")


def test_no_other_search_and_no_other_gateway_accepts_it() -> None:
    cursor = CURSORS.seal("place", OFFICER, "泰达")
    with pytest.raises(InvalidCursor):
        CURSORS.open(cursor, OFFICER, "泰")
    with pytest.raises(InvalidCursor):
        Cursors(b"x" * 32).open(cursor, OFFICER, "泰达")


def test_no_touched_cursor_opens() -> None:
    cursor = CURSORS.seal("place", OFFICER, "泰达")
    for place in range(len(cursor) - 1):  # the last character carries padding bits, which nothing is read from
        other = "A" if cursor[place] != "A" else "B"
        with pytest.raises(InvalidCursor):
            CURSORS.open(cursor[:place] + other + cursor[place + 1 :], OFFICER, "泰达")


@pytest.mark.parametrize("text", ["", "A", "AAAA", "=", "🙂", "a" * 5000, "\0", "91120000103069967Y"])
def test_any_other_text_is_refused_in_one_way(text) -> None:
    with pytest.raises(InvalidCursor):
        CURSORS.open(text, OFFICER, "泰达")
