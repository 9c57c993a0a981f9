"""Where a fault stands, and how a value of the wrong kind is told."""

from __future__ import annotations

import pytest

from schema.catalog.data_file import CatalogFault, DataFile

TEXT = """\
top = 1
[[item]]
code = "A"
mask = "M1"
  [[item.field]]
  at = "X.y"
  parents = ["Z.w"]
[[item]]
code = "A"
[[item.field]]
at = "Z.w"
mask = "M2"
"""


@pytest.mark.parametrize(
    ("near", "key", "last", "line"),
    [
        ("", "", False, 1),
        ("", "item", False, 2),
        ("A", "", False, 3),
        ("A", "", True, 9),
        ("A", "mask", False, 4),
        ("A", "mask", True, 9),  # this one has none; the next entry's is not its own
        ("X.y", "", False, 6),
        ("X.y", "mask", False, 6),
        ("Z.w", "", False, 11),  # where it stands, not where it is named
        ("Z.w", "mask", False, 12),
        ("unknown", "", False, 1),
    ],
)
def test_a_fault_is_told_at_its_line(near: str, key: str, last: bool, line: int) -> None:
    assert DataFile("f.toml", TEXT).where(near, key, last=last) == f"f.toml:{line}"


def test_entries_of_one_name_are_told_apart_by_their_part_of_the_file() -> None:
    part = DataFile("f.toml", TEXT).parts("item")
    assert (part(0).where("A", "mask"), part(1).where("A", "mask")) == ("f.toml:4", "f.toml:9")
    assert part(1).where("Z.w", "mask") == "f.toml:12"
    assert part(1).where("X.y") == "f.toml:8"  # not of this part: its beginning
    assert part(2).where("A") == "f.toml:3"  # there is no such part: the whole file


def test_parts_share_the_faults_of_their_file() -> None:
    file = DataFile("f.toml", TEXT)
    file.parts("item")(1).complain("x")
    assert file.faults == ["f.toml:8: x"]


def test_a_key_of_an_inline_table_is_found() -> None:
    file = DataFile("f.toml", 'code = "A"\nx = 1\ny = { term = "P1Y", anchor = "b" }\n')
    assert file.where("A", "anchor") == "f.toml:3"


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\nb = = 2\n", 2), ("a = 1\n\nb = [\n", 4), ("a = 1\na = 2\n", 2), ('a = "\n', 1)]
)
def test_what_is_not_toml_is_told_where_the_reader_stopped(text: str, line: int) -> None:
    file = DataFile("f.toml", text)
    assert file.parse() == {}
    assert file.faults[0].startswith(f"f.toml:{line}: not TOML: ")


@pytest.mark.parametrize("value", ["x", 1, None, True, [], {}])
def test_what_cannot_be_converted_is_told_and_left_out(value: object) -> None:
    file = DataFile("f.toml", "")
    assert file.convert(int, value, what="number") is None
    assert file.faults == [f"f.toml:1: `{value}` is not a valid number"]


def test_the_wrong_ones_of_a_list_are_left_out() -> None:
    file = DataFile("f.toml", "")
    assert file.listed({"n": ["1", "x", 3, "4"]}, "n", int, what="number") == (1, 4)
    assert len(file.faults) == 2


def test_a_report_says_how_many_faults_there_are() -> None:
    assert str(CatalogFault(iter(["a", "b"]))) == "2 faults in the catalog:\na\nb"
