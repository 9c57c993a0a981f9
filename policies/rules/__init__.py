"""The rules, in the order in which people think of them; no result depends on the order.

Three moments: by the document alone and by evidence (before any fetch), and by the record (after it).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, TypeAlias

from policies.rules import (
    authority,
    consent,
    display_period,
    hidden_at_request,
    in_catalog,
    legal_document,
    masking,
    natural_person,
    prohibited_category,
    published_matter,
    purpose,
    record_flag,
    region_scope,
    restored,
    retention,
    revoked,
    sharing_scope,
    simplified_procedure,
    staff_authority,
    value_condition,
    written_consent,
)
from policies.rules.case import Case
from policies.rules.record_case import RecordCase, RecordCheck
from policies.verdict import Finding, Verdict
from schema.catalog.catalog import Catalog
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import SourceRecord

ListingRule: TypeAlias = Callable[[FieldCoordinate, Catalog, date], Finding | None]
Rule: TypeAlias = Callable[[Case], Finding | None]
RecordRule: TypeAlias = Callable[[RecordCase], RecordCheck | None]
FactRule: TypeAlias = Callable[[SourceRecord, str, Verdict], ReasonCode | None]

LISTING_RULES: Final[tuple[tuple[str, ListingRule], ...]] = (
    (prohibited_category.RULE, prohibited_category.judge),  # TJ 16, SH 14, HL 20
    (in_catalog.RULE, in_catalog.judge),  # TJ 10, SH 11, HL 18, LN 10
)
"""Judged by the field's name and the catalog: what they refuse has no entry that others could look at."""

CONDITIONS: Final[tuple[tuple[str, Rule], ...]] = (
    (authority.RULE, authority.judge),  # TJ 22, SH 20
    (staff_authority.RULE, staff_authority.judge),  # TJ 21(2), SH 19(2)
    (purpose.RULE, purpose.judge),  # TJ 19, SH 28, HL 44, LN 21
    (published_matter.RULE, published_matter.judge),  # TJ 19, SH 17
    (region_scope.RULE, region_scope.judge),  # TJ 8, 11; SH 7, 12; HL 6, 21; LN 9, 16
    (consent.RULE, consent.judge),  # TJ 37, SH 17, HL 24, LN 17
    (written_consent.RULE, written_consent.judge),  # TJ 16, SH 14, HL 20
)
"""What whoever goes beyond public information has to meet, be it the field that is not public or a record of it."""

RULES: Final[tuple[tuple[str, Rule], ...]] = (
    (sharing_scope.RULE, sharing_scope.judge),  # TJ 10, HL 22-23
    *CONDITIONS,
    (masking.RULE, masking.judge),  # TJ 4, HL 23
)
"""Judged by document and evidence, before any fetch."""

RECORD_RULES: Final[tuple[tuple[str, RecordRule], ...]] = (
    (display_period.RULE, display_period.prepare),  # TJ 42, SH 35, HL 37, LN 10
    (retention.RULE, retention.prepare),  # LN 10, HL 37
    (restored.RULE, restored.prepare),  # TJ 45, SH 38, HL 40, LN 39
    (revoked.RULE, revoked.prepare),  # TJ 43, SH 37, HL 38
    (hidden_at_request.RULE, hidden_at_request.prepare),  # TJ 43, HL 37
    (simplified_procedure.RULE, simplified_procedure.prepare),  # TJ 12, SH 9, HL 18
    (legal_document.RULE, legal_document.prepare),  # TJ 12, SH 11, HL 21, LN 23
)
"""Judged record by record: each may keep a whole record back."""

FACT_RULES: Final[tuple[tuple[str, FactRule], ...]] = (
    (natural_person.RULE, natural_person.judge),  # TJ 4, SH 6, HL 23, LN 8
    (record_flag.RULE, record_flag.judge),  # TJ 37
    (value_condition.RULE, value_condition.judge),  # TJ 10
)
"""Judged record by record: each may keep one fact of a record back."""
