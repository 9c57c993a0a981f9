"""What the public credit information catalog (公共信用信息目录) says about a field.

Source of the attributes: Tianjin Art. 10 (publicity, sharing scope, authority to use), Heilongjiang
Art. 18 and Liaoning Art. 10 (conduct, unit, source, display and retention period, update cycle).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate
from schema.vocabulary.periods import Term
from schema.vocabulary.records import RecordKind


class Sensitivity(StrEnum):
    """How widely a field is shared."""

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


@dataclass(frozen=True, slots=True)
class CatalogItem:
    """One item of the catalog, with the attributes that the jurisdiction demands."""

    code: str
    edition: str
    jurisdiction: str
    name: str
    chinese: str
    character: Character
    providing_unit: str
    data_source: str
    sensitivity: Sensitivity
    sharing_scope: frozenset[CallerClass]
    """With whom the item is shared on condition; publicity widens it to everyone."""
    use_authority: tuple[UseAuthority, ...]
    display: DisplayTerm
    update_cycle: UpdateCycle
    legal_basis: str
    effective_from: date
    effective_to: date | None = None


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


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """A place in the graph where records of one kind appear, for example `CreditSubject.taxArrears`."""

    entry: CatalogEntry
    kind: RecordKind
    contributors: tuple[AgencyId, ...]
    """Agencies that each add records of their own; equal keys are one record."""
    checked_by: tuple[AgencyId, ...] = ()
    """Agencies asked only to see whether they agree."""
