"""Small values with good defaults, so that a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from policies.decide import decide
from policies.evidence import Evidence
from policies.question import Asker, DemandedField, Question
from policies.verdict import DecisionSheet, Verdict
from schema.catalog.catalog import Catalog
from schema.catalog.jurisdiction import Jurisdiction
from schema.catalog.jurisdiction_loader import load_jurisdiction
from schema.catalog.loader import load_catalog
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate, SubjectId, SubjectKind
from schema.vocabulary.records import Fact, RecordKind, SourceRecord

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 10, 0, tzinfo=SHANGHAI)
SOME_CODE = SubjectId("91120000103069967Y")


CONFIGURED = {"LN.decision_other_unit.unit": "5wd"}
"""What an operator has to say because a text has lost it (Liaoning Art. 37); the number is a tester's."""
_WITH_MATTERS = frozenset(
    {
        CallerClass.STATE_ORGAN,
        CallerClass.JUDICIAL_ORGAN,
        CallerClass.PROVIDER_UNIT,
        CallerClass.SUPERVISOR_AUDITOR,
        CallerClass.LOWER_LEVEL_PLATFORM,
        CallerClass.NATIONAL_PLATFORM,
    }
)


@cache
def the_law(region: str) -> Jurisdiction:
    """The regulation of a region (`TJ`, `SH`, `HL`, `LN`) as it ships."""
    return load_jurisdiction(region, configured=CONFIGURED)


@cache
def the_catalog(region: str) -> Catalog:
    """The catalog of a region as it ships."""
    return load_catalog(the_law(region))


def tianjin() -> Catalog:
    """The catalog of Tianjin as it ships."""
    return the_catalog("TJ")


def an_asker(
    caller_class: CallerClass = CallerClass.PUBLIC,
    purpose: Purpose | None = None,
    *,
    conditional: bool | None = None,
    **changes: Any,
) -> Asker:
    """The public, or a class of caller with a token that reaches conditional information.

    An organ's unit has published its matters for every purpose, and the person behind it may use every item.
    """
    reaches = caller_class is not CallerClass.PUBLIC if conditional is None else conditional
    is_duty = caller_class in _WITH_MATTERS
    asker = Asker(
        caller_class,
        purpose,
        reaches,
        published=frozenset(Purpose) if is_duty else frozenset(),
        items=frozenset({"*"}) if is_duty else frozenset(),
    )
    return replace(asker, **changes)


def evidence_of(*, kind: SubjectKind = SubjectKind.ORGANISATION, is_own: bool = False) -> Evidence:
    """An organisation that is not the caller."""
    return Evidence(kind, is_own)


def a_sheet(
    coordinates: Iterable[str | tuple[str, str]],
    asker: Asker,
    evidence: Evidence | None = None,
    *,
    as_of: date = TODAY,
    region: str = "TJ",
    home: str = "",
) -> DecisionSheet:
    """The judge's sheet of a region on these coordinates; a pair is (field of a person, field it hangs under).

    `home` is the region whose data are shared in.
    """
    pairs = ((one, None) if isinstance(one, str) else one for one in coordinates)
    fields = tuple(
        DemandedField(FieldCoordinate(name), FieldCoordinate(below) if below else None) for name, below in pairs
    )
    shared_by = the_catalog(home) if home else None
    return decide(Question(asker, fields, as_of), the_catalog(region), evidence or evidence_of(), home=shared_by)


def a_verdict(
    coordinate: str,
    asker: Asker,
    evidence: Evidence | None = None,
    *,
    below: str | None = None,
    region: str = "TJ",
    home: str = "",
) -> Verdict:
    """The verdict on one coordinate."""
    sheet = a_sheet([(coordinate, below) if below else coordinate], asker, evidence, region=region, home=home)
    return next(iter(sheet.verdicts.values()))


def a_record(kind: RecordKind, facts: dict[str, Fact], **changes: Any) -> SourceRecord:
    """A record of the tax office unless said otherwise."""
    given: dict[str, Any] = {"agency": AgencyId.TAX, "as_of": NOW} | changes
    return SourceRecord(kind=kind, facts=facts, **given)
