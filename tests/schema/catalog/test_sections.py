"""A fault inside one table of a data file is told at that table's own line."""

from __future__ import annotations

from schema.catalog.data_file import DataFile
from schema.catalog.sections import check_keys, section, sections

TEXT = """\
code = "TJ"

[organs]
KING = "TJ 1"
[masks]
KING = "TJ 2"
QUEEN = "TJ 3"

[[one]]
code = "a"
[[one]]
code = "b"
[[other]]
name = "c"
"""


def opened() -> DataFile:
    return DataFile("a.toml", TEXT)


def test_a_key_that_two_tables_have_is_found_in_its_own() -> None:
    reader = opened()
    for name, line in (("organs", 4), ("masks", 6)):
        view, given = section(reader, reader.parse(), name)
        assert "KING" in given
        assert view.where(key="KING") == f"a.toml:{line}"
    assert reader.where(key="KING") == "a.toml:4"


def test_a_table_that_is_not_there_is_empty_and_the_whole_file() -> None:
    reader = opened()
    view, given = section(reader, reader.parse(), "king")
    assert (view, given) == (reader, {})


def test_the_last_table_of_a_file_ends_with_it() -> None:
    reader = DataFile("a.toml", '[organs]\nKING = "TJ 1"')
    view, given = section(reader, reader.parse(), "organs")
    assert given == {"KING": "TJ 1"}
    assert view.where(key="KING") == "a.toml:2"


def test_each_of_many_tables_has_its_own_lines() -> None:
    reader = opened()
    read = sections(reader, reader.parse(), "one")
    assert [(given["code"], view.where(key="code")) for view, given in read] == [("a", "a.toml:10"), ("b", "a.toml:12")]


def test_keys_that_are_missing_or_unknown_are_told_to_the_file() -> None:
    reader = opened()
    ((_, first), (view, _)) = sections(reader, reader.parse(), "one")
    check_keys(view, {"code": "b", "colour": "red"}, "one", needed=frozenset({"code", "act"}), known=frozenset({"x"}))
    assert reader.faults == ["a.toml:11: unknown key `colour`", "a.toml:11: `act` is missing"]
    assert first == {"code": "a"}
