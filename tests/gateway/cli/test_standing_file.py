"""A file of consents and marks: what makes no sense is refused at its line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.standing_file import read_standing
from gateway.registers.standing_entry import FiledMark
from policies.evidence import Mark, RecordMark
from schema.catalog.data_file import DataFile
from schema.vocabulary.records import RecordKind
from tests.builders import SOME_CODE

PAPERS = f"""
[[consent]]
subject = "{SOME_CODE}"
organisation = "first-bank"
items = ["SUP-TX1", "NB01-1"]
purposes = ["CREDIT_GRANTING"]
given_on = 2026-01-01
ends_on = 2027-01-01
is_written = true
was_warned = true

[[mark]]
subject = "{SOME_CODE}"
mark = "RESTORED"
kind = "AdministrativePenalty"
key = "津市监罚〔2024〕 1号"
since = 2026-02-01
"""


def read(text):
    """The file after it was read, and what was taken from it."""
    file = DataFile.of("standing.toml", text.encode())
    return file, read_standing(file)


def test_a_file_is_read_as_it_says():
    file, held = read(PAPERS)
    mark = RecordMark(Mark.RESTORED, RecordKind.ADMINISTRATIVE_PENALTY, "津市监罚(2024)1号", date(2026, 2, 1))
    assert held.marks == [FiledMark(SOME_CODE, mark)]
    assert [told.terms.organisation for told in held.consents] == ["first-bank"]
    assert file.faults == []


def test_a_mark_without_key_holds_for_every_record_of_the_kind():
    _, held = read(PAPERS.replace('key = "津市监罚〔2024〕 1号"', "until = 2026-03-01"))
    (marked,) = held.marks
    assert (marked.mark.key, marked.mark.until) == ("", date(2026, 3, 1))


def test_one_thing_stands_in_a_file_once():
    file, _ = read(PAPERS + PAPERS.replace("2027-01-01", "2026-12-31"))
    assert [fault.partition(": ")[2] for fault in file.faults] == [
        "this consent stands in the file twice",
        "this mark stands in the file twice",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ("AdministrativePenalty", "Rumour", 15, "`Rumour` is not a valid kind of record"),
        ('key = "津市监罚〔2024〕 1号"', 'key = ""', 16, "`key` must be a text"),
        ("since = 2026-02-01", "since = 2026-02-01\nuntil = 2026-01-01", 18, "`until` lies before `since`"),
        ("since = 2026-02-01", "", 12, "from when it stands"),
        ("[[mark]]", "[[marks]]", 12, "unknown key `marks`"),
        ("[[mark]]", "[mark]", 12, "`mark` must be a list of tables"),
        ("since = 2026-02-01", "since = ", 17, "not TOML"),
    ],
)
def test_what_makes_no_sense_is_refused(old, new, line, complaint):
    assert old in PAPERS
    file, _ = read(PAPERS.replace(old, new))
    assert any(complaint in told and told.startswith(f"standing.toml:{line}: ") for told in file.faults), file.faults


@given(st.text(max_size=200))
def test_whatever_the_text(text):
    held = read(text)[1]
    assert not held.consents
    assert not held.marks


@pytest.mark.parametrize("value", ["5", "true", "[]", "{}", "[[1]]", '"x"', "2026-01-01", "1e999", "nan"])
@pytest.mark.parametrize(
    "key", ["subject", "organisation", "items", "purposes", "given_on", "frequency", "mark", "kind", "key", "since"]
)
def test_whatever_the_value(key, value):
    for table in ("consent", "mark"):
        file, held = read(f"[[{table}]]\n{key} = {value}\n")
        assert file.faults
        assert not held.consents
        assert not held.marks
