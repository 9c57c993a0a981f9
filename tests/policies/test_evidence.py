"""Evidence is a value: equal evidence makes one verdict, kept once."""

from __future__ import annotations

from policies.evidence import Evidence
from schema.vocabulary.identifiers import SubjectKind


def test_equal_evidence_is_one_key() -> None:
    first = Evidence(SubjectKind.ORGANISATION, is_own=False)
    again = Evidence(SubjectKind.ORGANISATION, is_own=False)
    assert {first: 1}[again] == 1
    assert first != Evidence(SubjectKind.INDIVIDUAL_BUSINESS, is_own=False)
    assert first != Evidence(SubjectKind.ORGANISATION, is_own=True)
