"""Small values with good defaults, so that a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from policies.decide import decide
from policies.evidence import Evidence
from policies.question import Asker, DemandedField, Question
from policies.verdict import DecisionSheet, Verdict
from schema.catalog.catalog import Catalog
from schema.catalog.jurisdiction_loader import load_jurisdiction
from schema.catalog.loader import load_catalog
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate, SubjectId, SubjectKind
from schema.vocabulary.records import Fact, RecordKind, SourceRecord

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 10, 0, tzinfo=SHANGHAI)
SOME_CODE = SubjectId("91120000103069967Y")


@cache
def tianjin() -> Catalog:
    """The catalog as it ships."""
    return load_catalog(load_jurisdiction("TJ"))


def an_asker(
    caller_class: CallerClass = CallerClass.PUBLIC, purpose: Purpose | None = None, *, conditional: bool | None = None
) -> Asker:
    """The public, or a class of caller with a token that reaches conditional information."""
    reaches = caller_class is not CallerClass.PUBLIC if conditional is None else conditional
    return Asker(caller_class, purpose, reaches)


def evidence_of(*, kind: SubjectKind = SubjectKind.ORGANISATION, is_own: bool = False) -> Evidence:
    """An organisation that is not the caller."""
    return Evidence(kind, is_own)


def a_sheet(
    coordinates: Iterable[str | tuple[str, str]], asker: Asker, evidence: Evidence | None = None, *, as_of: date = TODAY
) -> DecisionSheet:
    """The Tianjin judge's sheet on these coordinates; a pair is (field of a person, field it hangs under)."""
    pairs = ((one, None) if isinstance(one, str) else one for one in coordinates)
    fields = tuple(
        DemandedField(FieldCoordinate(name), FieldCoordinate(below) if below else None) for name, below in pairs
    )
    return decide(Question(asker, fields, as_of), tianjin(), evidence or evidence_of())


def a_verdict(coordinate: str, asker: Asker, evidence: Evidence | None = None, *, below: str | None = None) -> Verdict:
    """The verdict on one coordinate."""
    sheet = a_sheet([(coordinate, below) if below else coordinate], asker, evidence)
    return next(iter(sheet.verdicts.values()))


def a_record(kind: RecordKind, facts: dict[str, Fact], **changes: Any) -> SourceRecord:
    """A record of the tax office unless said otherwise."""
    given: dict[str, Any] = {"agency": AgencyId.TAX, "as_of": NOW} | changes
    return SourceRecord(kind=kind, facts=facts, **given)
