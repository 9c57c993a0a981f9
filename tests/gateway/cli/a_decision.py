"""A decision table for tests of the command: one case, and the same with one thing changed."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.decision_case import DecisionCase
from gateway.cli.decision_file import read_decision_file
from schema.catalog.national_loader import load_national

TABLE = """jurisdiction = "TJ"

[[case]]
id = "TJ-x-01"
note = "a bank without the subject's word"
article = "TJ 37¶2"
caller = { class = "FINANCIAL_INSTITUTION", purpose = "CREDIT_GRANTING" }
subject = { kind = "ORGANISATION" }
field = "TaxArrears.taxPeriodFrom"
as_of = 2026-06-01
record = { taxCategory = "增值税", taxPeriodFrom = 2025-03-22 }
expect = { verdict = "WITHHOLD", code = "CONSENT_REQUIRED", rule = "consent", article = "TJ 37¶2" }
"""
REFUSED = 'expect = { verdict = "WITHHOLD", code = "CONSENT_REQUIRED", rule = "consent", article = "TJ 37¶2" }'
AGREED = """consents = [
  { items = ["SUP-TX1"], purposes = ["CREDIT_GRANTING"], given = 2026-01-01, ends = 2026-12-31 },
]
expect = { verdict = "SHOW" }"""


def a_table(folder: Path, *changes: tuple[str, str]) -> Path:
    """The table with texts replaced."""
    text = TABLE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "table.toml"
    path.write_text(text, "utf-8")
    return path


def a_case(folder: Path, *changes: tuple[str, str]) -> DecisionCase:
    """The case of the table."""
    [case] = read_decision_file(a_table(folder, *changes), load_national().regulations)
    return case
