"""A file of consents and marks: what makes no sense is refused at its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.standing_file import read_standing
from gateway.registers.standing_entry import FiledConsent, FiledMark
from policies.evidence import Consent, Mark, RecordMark
from schema.catalog.data_file import DataFile
from schema.vocabulary.caller import Purpose
from schema.vocabulary.records import RecordKind
from tests.builders import SOME_CODE

PAPERS = f"""
[[consent]]
subject = "{SOME_CODE}"
organisation = "第一银行"
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
    file, entries = read(PAPERS)
    consent = Consent(
        frozenset({"NB01-1", "SUP-TX1"}),
        frozenset({Purpose.CREDIT_GRANTING}),
        date(2026, 1, 1),
        date(2027, 1, 1),
        is_written=True,
        was_warned=True,
    )
    mark = RecordMark(Mark.RESTORED, RecordKind.ADMINISTRATIVE_PENALTY, "津市监罚(2024)1号", date(2026, 2, 1))
    assert entries == [FiledConsent(SOME_CODE, consent, organisation="第一银行"), FiledMark(SOME_CODE, mark)]
    assert file.faults == []


def test_a_mark_without_key_holds_for_every_record_of_the_kind():
    _, (_, marked) = read(PAPERS.replace('key = "津市监罚〔2024〕 1号"', "until = 2026-03-01"))
    assert isinstance(marked, FiledMark)
    assert (marked.mark.key, marked.mark.until) == ("", date(2026, 3, 1))


def test_a_client_may_be_the_grantee():
    _, (given, _) = read(PAPERS.replace('organisation = "第一银行"', 'client_id = "bank"'))
    assert isinstance(given, FiledConsent)
    assert replace(given, client_id="") == replace(given, client_id="", organisation="")
    assert given.client_id == "bank"


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ("ends_on = 2027-01-01", "ends_on = 2025-01-01", 8, "`ends_on` lies before `given_on`"),
        ("ends_on = 2027-01-01", "", 2, "a consent without `ends_on` is void"),
        ("ends_on = 2027-01-01", 'ends_on = "2027-01-01"', 8, "`ends_on` must be a date"),
        ("ends_on = 2027-01-01", "ends_on = 2027-01-01T00:00:00", 8, "`ends_on` must be a date"),
        ("given_on = 2026-01-01", "", 2, "says when it was given"),
        ("is_written = true", "withdrawn_on = 2025-12-31", 9, "`withdrawn_on` lies before `given_on`"),
        ("is_written = true", 'is_written = "yes"', 9, "`is_written` must be true or false"),
        ("is_written = true", 'client_id = "bank"', 2, "given to one"),
        ('organisation = "第一银行"', "", 2, "given to one"),
        ('organisation = "第一银行"', f'organisation = "{"行" * 201}"', 4, "longer than 200"),
        ('organisation = "第一银行"', 'organization = "第一银行"', 4, "unknown key `organization`"),
        ('["SUP-TX1", "NB01-1"]', "[]", 5, "names its items"),
        ('["SUP-TX1", "NB01-1"]', '["*"]', 5, "`*` is not a valid code of a catalog item"),
        ('["CREDIT_GRANTING"]', '"CREDIT_GRANTING"', 6, "`purposes` must be a list"),
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
    assert not read(text)[1]


@pytest.mark.parametrize("value", ["5", "true", "[]", "{}", "[[1]]", '"x"', "2026-01-01", "1e999", "nan"])
@pytest.mark.parametrize(
    "key", ["subject", "organisation", "items", "purposes", "given_on", "mark", "kind", "key", "since"]
)
def test_whatever_the_value(key, value):
    for table in ("consent", "mark"):
        file, entries = read(f"[[{table}]]\n{key} = {value}\n")
        assert file.faults
        assert not entries
