"""One field, and one kind of record, in front of the rules: ordinary unless a test says otherwise, under any law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from policies.evidence import Consent, Evidence, Mark, RecordMark
from policies.question import Asker, DemandedField
from policies.rules.case import Case
from policies.rules.record_case import RecordCase
from schema.catalog.catalog import Catalog
from schema.catalog.entry import (
    CatalogEntry,
    CatalogItem,
    Character,
    DisplayTerm,
    ItemSource,
    JudgedFacts,
    Publicity,
    RecordEntry,
    Sensitivity,
    Sharing,
    UpdateCycle,
    UseAuthority,
)
from schema.catalog.jurisdiction import NationalLaw
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate, SubjectKind
from schema.vocabulary.records import RecordKind
from tests.builders import TODAY, an_asker, evidence_of, the_law

AT = FieldCoordinate("TaxArrears.arrearsBalance")
PLACE = FieldCoordinate("CreditSubject.administrativePenalties")
ORGAN = an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION)
WIDE = frozenset({CallerClass.STATE_ORGAN, CallerClass.LOWER_LEVEL_PLATFORM})
REGIONS = ("TJ", "SH", "HL", "LN")


def an_item(code: str = "NB08-1", **changes: Any) -> CatalogItem:
    """An item that is shared on condition with organs that inspect."""
    item = CatalogItem(
        code=code,
        edition="T-1",
        jurisdiction="TJ",
        source=ItemSource.NATIONAL_BASIC,
        category_no=8,
        name="Something",
        chinese="某事",
        specific_conduct="",
        subject_types=frozenset(SubjectKind),
        character=Character.UNTRUSTWORTHY,
        providing_unit="An office",
        data_source="its system",
        publicity=Publicity.ON_APPLICATION,
        sharing=Sharing.CONDITIONAL,
        sharing_scope=WIDE,
        use_authority=(),
        display=DisplayTerm(),
        retention=None,
        update_cycle=UpdateCycle.DAILY,
        judged=JudgedFacts(),
        legal_basis="TJ 12",
        consent_basis="",
        effective_from=date(2026, 1, 1),
    )
    return replace(item, **changes)


def an_entry(coordinate: FieldCoordinate = AT, item: CatalogItem | None = None, **changes: Any) -> CatalogEntry:
    """An amount shared on condition with state organs that inspect."""
    entry = CatalogEntry(
        coordinate=coordinate,
        item=item or an_item(),
        sources=(AgencyId.TAX,),
        sensitivity=Sensitivity.CONDITIONAL,
        sharing_scope=WIDE,
        use_authority=(UseAuthority(CallerClass.STATE_ORGAN, frozenset({Purpose.INSPECTION})),),
    )
    return replace(entry, **changes)


def a_case(
    asker: Asker = ORGAN,
    *,
    region: str = "TJ",
    is_own: bool = False,
    kind: SubjectKind = SubjectKind.ORGANISATION,
    below: str | None = None,
    consents: tuple[Consent, ...] = (),
    is_in_region: bool = True,
    **entry: Any,
) -> Case:
    """The amount of `an_entry`, asked for by an organ that inspects, under this region's law."""
    evidence = replace(evidence_of(kind=kind, is_own=is_own), consents=frozenset(consents), is_in_region=is_in_region)
    field = DemandedField(AT, FieldCoordinate(below) if below else None)
    return Case(field, an_entry(**entry), asker, evidence, the_law(region), TODAY)


def a_consent(**changes: Any) -> Consent:
    """A consent for this item and for credit, in force, by word of mouth."""
    consent = Consent(
        items=frozenset({"NB08-1"}),
        purposes=frozenset({Purpose.CREDIT_GRANTING}),
        given_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    )
    return replace(consent, **changes)


def a_record_case(
    *,
    region: str = "TJ",
    kind: RecordKind = RecordKind.ADMINISTRATIVE_PENALTY,
    marks: tuple[RecordMark, ...] = (),
    national: NationalLaw | None = None,
    as_of: date = TODAY,
    **item: Any,
) -> RecordCase:
    """Penalties about an organisation, under this region's law and no national one."""
    place = RecordEntry(an_entry(PLACE, an_item(**item)), kind, (AgencyId.TAX,))
    catalog = Catalog(
        edition="T-1",
        jurisdiction=the_law(region),
        national=national or NationalLaw((), {}),
        entries={PLACE: place.entry},
        records={PLACE: place},
        structural={},
    )
    return RecordCase(place, catalog, Evidence(SubjectKind.ORGANISATION, is_own=False, marks=frozenset(marks)), as_of)


def a_mark(mark: Mark, **changes: Any) -> RecordMark:
    """A mark on the penalty `P1`, since the beginning of the year."""
    return replace(RecordMark(mark, RecordKind.ADMINISTRATIVE_PENALTY, "P1", date(2026, 1, 1)), **changes)
