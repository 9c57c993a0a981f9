"""Tables are read whole or refused whole; those that are refused stand in `tests/decisions/*_bad.toml`."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.cli.decision_file import read_decision_file
from policies.evidence import Consent, Mark, RecordMark
from schema.catalog.data_file import CatalogFault
from schema.catalog.national_loader import load_national
from schema.vocabulary.caller import Purpose
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind
from tests.gateway.cli.a_decision import AGREED, REFUSED, a_case, a_table


def faults_of(path):
    with pytest.raises(CatalogFault) as caught:
        read_decision_file(path, load_national().regulations)
    return list(caught.value.faults)


def test_a_record_is_read_as_an_agency_brings_it(tmp_path):
    record = a_case(
        tmp_path,
        ("record = {", 'record_agency = "COURTS"\nrecord_key = "1"\nnot_public = ["taxCategory"]\nrecord = {'),
    ).record
    assert record is not None
    assert record.facts == {"taxCategory": "增值税", "taxPeriodFrom": "2025-03-22"}
    assert (record.agency, record.key) == (AgencyId.COURTS, "1")
    assert record.not_public == {"taxCategory"}
    assert record.is_displayed
    assert not record.is_natural_person


def test_consents_and_marks_become_what_stands_on_our_books(tmp_path):
    marks = 'marks = [ { mark = "RESTORED", since = 2026-01-01, until = 2026-02-01 } ]'
    standing = a_case(tmp_path, (REFUSED, f"{marks}\n{AGREED}")).standing
    purposes = frozenset({Purpose.CREDIT_GRANTING})
    assert standing.consents == {Consent(frozenset({"SUP-TX1"}), purposes, date(2026, 1, 1), date(2026, 12, 31))}
    kind = RecordKind.TAX_ARREARS
    assert standing.marks == {RecordMark(Mark.RESTORED, kind, "", date(2026, 1, 1), date(2026, 2, 1))}


def test_a_consent_without_end_is_written_never_and_one_may_be_withdrawn(tmp_path):
    agreed = AGREED.replace(
        "ends = 2026-12-31", 'ends = "never", written = true, warned = true, withdrawn = 2026-02-01'
    )
    [consent] = a_case(tmp_path, (REFUSED, agreed)).standing.consents
    assert (consent.ends_on, consent.is_written, consent.was_warned) == (None, True, True)
    assert consent.withdrawn_on == date(2026, 2, 1)


def test_a_person_hangs_under_a_field(tmp_path):
    field = a_case(
        tmp_path,
        ('"TaxArrears.taxPeriodFrom"', '"PersonRef.name"\nbelow = "LegalPerson.legalRepresentative"'),
    ).field
    assert (field.coordinate, field.below) == ("PersonRef.name", "LegalPerson.legalRepresentative")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("subject = { kind", "subject = 5 # { kind", "`subject` must be a table"),
        ("record = {", "record = 5 # {", "`record` must be a table"),
        ("as_of = ", "marks = 5\nas_of = ", "`marks` must be a list of tables"),
        ('note = "', 'hint = "', "`note` is missing"),
    ],
)
def test_what_has_the_wrong_form_is_told_with_its_line(tmp_path, old, new, fault):
    faults = faults_of(a_table(tmp_path, (old, new)))
    assert any(one.startswith("table.toml:") and fault in one for one in faults)


def test_what_is_no_text_in_utf_8_is_refused(tmp_path):
    path = tmp_path / "table.toml"
    path.write_bytes(b"\xff\xfe")
    assert faults_of(path) == ["table.toml:1: not UTF-8"]
