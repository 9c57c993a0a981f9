"""What the public credit information catalog (公共信用信息目录) says about a field.

Source of the attributes: Tianjin Art. 10 (publicity, sharing scope, authority to use), Heilongjiang
Art. 18 and Liaoning Art. 10 (conduct, unit, source, display and retention period, update cycle).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate, SubjectKind
from schema.vocabulary.periods import Term
from schema.vocabulary.records import RecordKind


class ItemSource(StrEnum):
    """Which list an item comes from (Heilongjiang Art. 18, Liaoning Art. 10, Tianjin Art. 10, Shanghai Art. 9)."""

    NATIONAL_BASIC = "NATIONAL_BASIC"  # 全国公共信用信息基础目录
    SUPPLEMENT = "SUPPLEMENT"  # 地方补充目录
    MUNICIPAL = "MUNICIPAL"  # 市目录


class Publicity(StrEnum):
    """The publicity attribute (公开属性)."""

    PUBLIC = "PUBLIC"  # 主动公开
    ON_APPLICATION = "ON_APPLICATION"  # 依申请公开
    NOT_PUBLIC = "NOT_PUBLIC"  # 不予公开


class Sharing(StrEnum):
    """The sharing attribute (共享属性) of government data."""

    UNCONDITIONAL = "UNCONDITIONAL"  # 无条件共享
    CONDITIONAL = "CONDITIONAL"  # 有条件共享
    NOT_SHARED = "NOT_SHARED"  # 不予共享


class DataCategory(StrEnum):
    """A kind of personal information that the law treats apart where the subject is a natural person."""

    FINANCIAL_PERSONAL = "FINANCIAL_PERSONAL"
    """Income, savings, securities, insurance, real estate, tax paid (Tianjin Art. 16¶3, Shanghai Art. 14¶2,
    Heilongjiang Art. 20¶2): only with written consent after a warning."""
    UTILITIES = "UTILITIES"
    """What public-service enterprises state (Tianjin Art. 9, Heilongjiang Art. 18(5))."""


class LinkedRole(StrEnum):
    """How a natural person answers for a unit that is listed as seriously untrustworthy."""

    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"  # 法定代表人
    PRINCIPAL_RESPONSIBLE = "PRINCIPAL_RESPONSIBLE"  # 主要负责人
    ACTUAL_CONTROLLER = "ACTUAL_CONTROLLER"  # 实际控制人
    DIRECTLY_RESPONSIBLE = "DIRECTLY_RESPONSIBLE"  # 直接责任人员


class Sensitivity(StrEnum):
    """How widely a field is shared: publicity and sharing attribute taken together."""

    PUBLIC = "PUBLIC"
    """公开 / 无条件共享: anyone may see it."""
    CONDITIONAL = "CONDITIONAL"
    """有条件共享: callers named in the use authority, for a purpose it allows; always the subject itself."""
    NOT_SHARED = "NOT_SHARED"
    """不予共享: the subject itself and the operator only."""


class MaskKind(StrEnum):
    """How a value is desensitised (脱敏)."""

    M0 = "M0"  # shown as it is
    M1 = "M1"  # name: surname and `*`
    M2 = "M2"  # identity number: first and last characters
    M3 = "M3"  # address: district only
    M4 = "M4"  # telephone: first three and last four digits
    M5 = "M5"  # mail address: first character and domain
    M6 = "M6"  # amount: its band
    M7 = "M7"  # free text: names, numbers and addresses of persons struck out
    M8 = "M8"  # birth date: the year


class MaskOccasion(StrEnum):
    """For which subjects a mask applies."""

    ALWAYS = "ALWAYS"
    INDIVIDUAL_BUSINESS = "INDIVIDUAL_BUSINESS"


class UpdateCycle(StrEnum):
    """How often the agency renews the item; a fact older than two cycles counts as stale."""

    REAL_TIME = "REAL_TIME"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    YEARLY = "YEARLY"
    ON_EVENT = "ON_EVENT"


class Character(StrEnum):
    """The character (性质) of what an item tells."""

    BASIC = "BASIC"
    POSITIVE = "POSITIVE"
    UNTRUSTWORTHY = "UNTRUSTWORTHY"
    SERIOUS = "SERIOUS"


@dataclass(frozen=True, slots=True)
class UseAuthority:
    """One class of caller that may use an item on condition, and the purposes it may do so for."""

    caller: CallerClass
    purposes: frozenset[Purpose]


@dataclass(frozen=True, slots=True)
class DisplayTerm:
    """How long a record may be displayed.

    `term` runs from the fact `anchor` (a record without it has not ended and stays); a record's own
    last day of display, the fact `until`, ends it earlier. Either part may be missing.
    """

    term: Term | None = None
    anchor: str | None = None
    until: str | None = None
    while_listed: bool = False
    """The agency's own list ends the display: what it no longer lists it no longer brings."""
    kept_from: str | None = None
    """The fact from which the retention counts, where that is not the anchor."""

    def facts(self) -> tuple[str, ...]:
        """Every fact of a record that the periods hang on."""
        return tuple(name for name in (self.anchor, self.until, self.kept_from) if name is not None)

    @property
    def is_limited(self) -> bool:
        """Whether anything ends the display at all."""
        return self.term is not None or self.until is not None or self.while_listed


@dataclass(frozen=True, slots=True)
class JudgedFacts:
    """Facts of a record that the judge orders for himself, whoever asks; none of them is released by that.

    A record that lacks one of them, where the law asks for it, stays back: what is not known is not shown.
    """

    legal_document: str | None = None
    """The fact that names the effective legal document (Tianjin Art. 12, Shanghai Art. 11, Heilongjiang Art. 21 and
    27, Liaoning Art. 23); None where the item needs none."""
    no_document_because: str = ""
    """Why no fact names a document, though the law asks for one; "" where one is named or none is asked for."""
    procedure: str | None = None
    """The fact that says whether a penalty was given by the simplified procedure."""
    ordinary_procedure_only: frozenset[AgencyId] = frozenset()
    """Agencies that publish penalties of the ordinary procedure alone (SAMR Order 45): their silence is an answer."""
    grade: str | None = None
    """The fact that a national rule grades a conduct by."""
    decided: str | None = None
    """The fact with the day of the decision, by which a national rule is chosen."""
    birth: tuple[str, ...] = ()
    """Facts `holder.birthDate` of persons in the record, by which minors are known."""
    roles: tuple[str, ...] = ()
    """Facts `holder.position` of persons in the record, by which it is known how they answer for the unit."""

    def names(self) -> tuple[str, ...]:
        """Every fact that is ordered for judgement."""
        single = (self.legal_document, self.procedure, self.grade, self.decided)
        return (*(name for name in single if name is not None), *self.birth, *self.roles)


@dataclass(frozen=True, slots=True)
class CatalogItem:
    """One item of the catalog, with the union of the attributes that the four regulations demand."""

    code: str
    edition: str
    jurisdiction: str
    source: ItemSource
    category_no: int
    """Class of the National Basic Catalog (1-13), 0 for none."""
    name: str
    chinese: str
    specific_conduct: str
    """The conduct that the item tells of (具体行为); "" for one that tells of none."""
    subject_types: frozenset[SubjectKind]
    character: Character
    providing_unit: str
    data_source: str
    publicity: Publicity
    sharing: Sharing
    sharing_scope: frozenset[CallerClass]
    """With whom the item is shared on condition; publicity widens it to everyone."""
    use_authority: tuple[UseAuthority, ...]
    display: DisplayTerm
    retention: Term | None
    """How long the record is kept, from the anchor of its display; None: without end."""
    update_cycle: UpdateCycle
    judged: JudgedFacts
    legal_basis: str
    consent_basis: str
    """Why the subject need not be asked, or by what it is (同意依据); "" where no person is concerned."""
    effective_from: date
    effective_to: date | None = None
    """The first day on which the item is no longer in force; None: without end."""
    is_cross_region: bool = True
    """Whether platforms and organs of other regions may be answered (Tianjin Art. 8, Shanghai Art. 7, 12)."""

    @property
    def sensitivity(self) -> Sensitivity:
        """Public if it is published, else as far as it is shared."""
        if self.publicity is Publicity.PUBLIC:
            return Sensitivity.PUBLIC
        return Sensitivity.NOT_SHARED if self.sharing is Sharing.NOT_SHARED else Sensitivity.CONDITIONAL

    def is_in_force(self, day: date) -> bool:
        """Whether the item is in force on this day."""
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One field of the graph under its catalog item, with what differs for this field."""

    coordinate: FieldCoordinate
    item: CatalogItem
    sources: tuple[AgencyId, ...]
    """Agencies that hold the fact; the first is the owner and its word is served."""
    sensitivity: Sensitivity
    sharing_scope: frozenset[CallerClass] = frozenset()
    use_authority: tuple[UseAuthority, ...] = ()
    mask: MaskKind = MaskKind.M0
    mask_occasion: MaskOccasion = MaskOccasion.ALWAYS
    unmasked_below: frozenset[FieldCoordinate] = frozenset()
    """Parents under which the role is public by law, so that the mask does not apply."""
    natural_person: Sensitivity | None = None
    """Stricter sensitivity where the fact concerns a natural person (or an individual business)."""
    values_shown: frozenset[str] = frozenset()
    """If not empty: only these values are public, others are shared on condition."""
    tells_an_event: bool = False
    """The fact tells that something has happened (a removal): an agency whose record lacks it says that it has not."""
    obeys_record_flag: bool = False
    """The record's own flag (`pub_*`) decides whether the fact is public."""
    chinese: str = ""
    category: DataCategory | None = None
    """A kind of personal information that the law treats apart; binds where the subject is a natural person."""
    is_personal: bool = False
    """A natural person's datum that no law makes public for the person's role."""
    not_offered: str = ""
    """Why the graph does not offer the field yet, though the catalog lists it; "" if it does."""


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """A place in the graph where records of one kind appear, for example `CreditSubject.taxArrears`."""

    entry: CatalogEntry
    kind: RecordKind
    contributors: tuple[AgencyId, ...]
    """Agencies that each add records of their own; equal keys are one record."""
    checked_by: tuple[AgencyId, ...] = ()
    """Agencies asked only to see whether they agree."""
    dated: str | None = None
    """The fact with the day, or the year, that a record tells of; None for one that tells how things are now."""


_STRICTNESS = (Sensitivity.PUBLIC, Sensitivity.CONDITIONAL, Sensitivity.NOT_SHARED)


def stricter_entry(own: CatalogEntry, other: CatalogEntry) -> CatalogEntry:
    """`own`, as narrow towards single records as `other` is: for data that one region shares with another."""
    natural = [one for one in (own.natural_person, other.natural_person) if one is not None]
    sensitivity = max(own.sensitivity, other.sensitivity, key=_STRICTNESS.index)
    values = own.values_shown | other.values_shown
    if own.values_shown and other.values_shown:
        values = own.values_shown & other.values_shown
        if not values:  # no value is public in both regions, and an empty set would mean that all are
            sensitivity = max(sensitivity, Sensitivity.CONDITIONAL, key=_STRICTNESS.index)
    return replace(
        own,
        sensitivity=sensitivity,
        natural_person=max(natural, key=_STRICTNESS.index, default=None),
        values_shown=values,
        obeys_record_flag=own.obeys_record_flag or other.obeys_record_flag,
    )
