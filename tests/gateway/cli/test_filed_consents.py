"""Consents in an operator's file: each fault at its line, by the form of the values, by the register and by the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gateway.cli.standing_file import read_standing
from gateway.registers.callers_book import CallerBook
from gateway.registers.callers_entry import Client, Organisation
from gateway.registers.consents_entry import NOTICE_SHOWN
from policies.authorisation import NOTICE
from schema.catalog.data_file import DataFile
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.consents import ConsentTerms, Frequency, Per
from tests.builders import SOME_CODE, TODAY, tianjin
from tests.gateway.cli.test_standing_file import PAPERS

BANK = Organisation("first-bank", "第一银行", CallerClass.FINANCIAL_INSTITUTION)
BOOK = CallerBook.of(1, [BANK, Client("bank-web", "first-bank"), Client("other", "elsewhere")])
MORE = """data_from = 2020-01-01
data_to = 2025-12-31
frequency = { times = 3, per = "MONTH" }
client_id = "bank-web"
paper = "contract 7"
is_written = true"""


def read(text=PAPERS):
    file = DataFile.of("standing.toml", text.encode())
    return file, read_standing(file).consents


def faults(text=PAPERS, *, book=BOOK, longest_days=730):
    """What the register and the law say to a file that has the right form."""
    file, consents = read(text)
    assert file.faults == []
    for told in consents:
        told.check(book, tianjin(), today=TODAY, longest_days=longest_days)
    return file.faults


def test_it_is_read_as_it_says():
    _, (told,) = read()
    assert told.terms == ConsentTerms(
        SOME_CODE,
        "first-bank",
        frozenset({"NB01-1", "SUP-TX1"}),
        frozenset({Purpose.CREDIT_GRANTING}),
        date(2026, 1, 1),
        date(2027, 1, 1),
        is_written=True,
        notice=NOTICE,
    )
    assert told.evidence == {"door": "operator", NOTICE_SHOWN: NOTICE}


def test_its_bounds_are_read_too():
    _, (told,) = read(PAPERS.replace("is_written = true", MORE))
    terms = told.terms
    assert (terms.data_from, terms.data_to) == (date(2020, 1, 1), date(2025, 12, 31))
    assert (terms.frequency, terms.client_id) == (Frequency(3, Per.MONTH), "bank-web")
    assert told.evidence["paper"] == "contract 7"


def test_nobody_was_warned_unless_it_is_said():
    _, (told,) = read(PAPERS.replace("was_warned = true", "was_warned = false"))
    assert told.terms.notice == ""
    assert told.evidence == {"door": "operator"}


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ("ends_on = 2027-01-01", "", 2, "a consent without `ends_on` is void"),
        ("ends_on = 2027-01-01", 'ends_on = "2027-01-01"', 8, "`ends_on` must be a date"),
        ("ends_on = 2027-01-01", "ends_on = 2027-01-01T00:00:00", 8, "`ends_on` must be a date"),
        ("given_on = 2026-01-01", "", 2, "says when it was given"),
        ("is_written = true", "withdrawn_on = 2026-12-31", 9, "withdraw it with `creditgraph consents revoke`"),
        ("is_written = true", 'is_written = "yes"', 9, "`is_written` must be true or false"),
        ("is_written = true", "client_id = 7", 9, "`client_id` must be a text"),
        ("is_written = true", f'paper = "{"p" * 201}"', 9, "`paper` is longer than 200"),
        ("is_written = true", "frequency = 3", 9, "`frequency` is a table"),
        ("is_written = true", 'frequency = { times = 0, per = "MONTH" }', 9, "`frequency` is a table"),
        ("is_written = true", 'frequency = { times = true, per = "MONTH" }', 9, "`frequency` is a table"),
        ("is_written = true", 'frequency = { times = 1, per = "WEEK" }', 9, "`frequency` is a table"),
        ("is_written = true", 'frequency = { times = 1, per = "DAY", x = 1 }', 9, "`frequency` is a table"),
        ('organisation = "first-bank"', "", 2, "`organisation` must be a text"),
        ('organisation = "first-bank"', 'organization = "first-bank"', 4, "unknown key `organization`"),
        ('["SUP-TX1", "NB01-1"]', "[]", 5, "names its items"),
        ('["SUP-TX1", "NB01-1"]', '["*"]', 5, "`*` is not a valid code of a catalog item"),
        ('["CREDIT_GRANTING"]', '"CREDIT_GRANTING"', 6, "`purposes` must be a list"),
    ],
)
def test_what_has_not_the_form_is_refused(old, new, line, complaint):
    assert old in PAPERS
    file, _ = read(PAPERS.replace(old, new, 1))
    assert any(complaint in told and told.startswith(f"standing.toml:{line}: ") for told in file.faults), file.faults


def test_the_register_and_the_law_have_nothing_to_say():
    assert faults() == []
    assert faults(PAPERS.replace("is_written = true", MORE)) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ("first-bank", "second-bank", 4, "the organisation is not registered"),
        ("is_written = true", 'client_id = "other"', 9, "the organisation has no such client"),
        ("ends_on = 2027-01-01", "ends_on = 2025-01-01", 2, "would end before it begins"),
        ("ends_on = 2027-01-01", "ends_on = 2026-03-01", 2, "would have ended already"),
        ("ends_on = 2027-01-01", "ends_on = 2028-12-31", 2, "730 days at most"),
        ("SUP-TX1", "XX99-9", 2, "the catalog has no item XX99-9 in force"),
        ("CREDIT_GRANTING", "AUDITING", 2, "no inquiry for the purpose AUDITING"),
    ],
)
def test_what_would_be_void_or_worthless_is_refused(old, new, line, complaint):
    found = faults(PAPERS.replace(old, new))
    assert any(complaint in told and told.startswith(f"standing.toml:{line}: ") for told in found), found


def test_agreements_bound_what_may_be_agreed_to():
    narrow = replace(BANK, agreements={"1": frozenset({"NB01-1"})})
    (found,) = faults(book=CallerBook.of(1, [narrow]))
    assert found == "standing.toml:5: the organisation's agreements do not reach item SUP-TX1 (house rule)"
