"""Lines of an export: one form each, and ranges of a file that begin and end with whole lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.verifier.lines import (
    Dropped,
    End,
    Entry,
    Head,
    LineFault,
    Signed,
    Unreadable,
    content_of,
    next_line,
    read_lines,
)
from tests.verifier_builders import line_of

ENTRY = {"pos": 1, "seg": 1, "idx": 0, "text": "某项", "receipt": "a.b.c"}


def test_every_kind_of_line_is_read() -> None:
    assert content_of(line_of({"entry": ENTRY})) == Entry(1, 1, 0, "某项", "a.b.c")
    assert content_of(line_of({"checkpoint": "a"})) == Signed("a", is_closing=False)
    assert content_of(line_of({"closing": "a"})) == Signed("a", is_closing=True)
    assert content_of(line_of({"dropped": {"seg": 2}})) == Dropped(2)
    assert content_of(line_of({"end": {"next": 3, "entries": 2}})) == End(3, 2)
    assert content_of(line_of({"log": "a", "exported_from": 0, "keys": {}})) == Head("a", 0, b"{}")


@pytest.mark.parametrize(
    "told",
    [
        *({"entry": {**ENTRY, name: True}} for name in ENTRY),
        {"entry": {**ENTRY, "more": 1}},
        {"entry": {}},
        {"entry": ENTRY, "more": 1},
        {"checkpoint": 1},
        {"closing": "a", "more": 1},
        {"dropped": {"seg": "1"}},
        {"dropped": {"seg": 1, "more": 1}},
        {"end": {"next": 3}},
        {"end": {"next": 3, "entries": 2.0}},
        {"log": "a", "exported_from": -1, "keys": {}},
        {"log": "a", "exported_from": "0", "keys": {}},
        {"log": "a", "exported_from": 0, "keys": []},
        {},
        [],
        "entry",
    ],
)
def test_a_line_with_other_members_says_nothing(told: dict[str, object]) -> None:
    with pytest.raises(LineFault, match="says nothing"):
        content_of(line_of(told))


@pytest.mark.parametrize(
    ("raw", "because"),
    [
        (b'{"checkpoint":"a"}', "cut off"),
        (b"{\n", "not JSON"),
        (b"\n", "not JSON"),
        (b'{"checkpoint":"\xff"}\n', "not JSON"),
        (b'{"checkpoint": "a"}\n', "one form"),
        (b'{"checkpoint":"\\u0061"}\n', "one form"),
        (b'{"checkpoint":"a"}\r\n', "one form"),
        (b'{"checkpoint":"a","checkpoint":"b"}\n', "one form"),
    ],
)
def test_a_line_in_another_form_is_refused(raw: bytes, because: str) -> None:
    with pytest.raises(LineFault, match=because):
        content_of(raw)


@given(st.binary(max_size=40))
def test_any_bytes_are_refused_or_read_and_nothing_else_happens(raw: bytes) -> None:
    with pytest.raises(LineFault):
        content_of(raw + b"\n")


def test_ranges_hold_whole_lines_each_once(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"one\ntwo\n\nfour\n")
    size = path.stat().st_size
    for cut in range(1, size):
        at = next_line(path, cut)
        first, second = read_lines(path, end=at), read_lines(path, start=at)
        assert b"".join(line.raw for line in [*first, *second]) == path.read_bytes()
        assert at >= cut
    assert [line.offset for line in read_lines(path)] == [0, 4, 8, 9]
    assert [line.raw for line in read_lines(path, start=4, end=5)] == [b"two\n"]


def test_a_file_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be read"):
        list(read_lines(tmp_path / "nothing"))
    with pytest.raises(Unreadable, match="cannot be read"):
        next_line(tmp_path / "nothing", 5)
