"""What the judge is told about the subject before any agency is asked: consents, and what our books say of records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from schema.vocabulary.caller import Purpose
from schema.vocabulary.consents import Frequency
from schema.vocabulary.identifiers import SubjectKind
from schema.vocabulary.records import RecordKind


@dataclass(frozen=True, slots=True)
class Consent:
    """One authorisation that the subject gave to this very caller (授权, 同意).

    Shape:   days are calendar days, the last one included
    Source:  Tianjin Art. 16, 37; Shanghai Art. 14, 17; Heilongjiang Art. 20, 24, 36; PIPL Art. 14-15
    """

    items: frozenset[str]
    """Codes of the catalog items that it covers."""
    purposes: frozenset[Purpose]
    given_on: date
    ends_on: date | None
    """None: without end, which no consent may be (Heilongjiang Art. 36(1))."""
    is_written: bool = False
    was_warned: bool = False
    """Whether the subject was told of possible adverse consequences before."""
    withdrawn_on: date | None = None
    is_paused: bool = False
    """Whether the subject has it rest for now."""
    is_used_up: bool = False
    """Whether the caller has looked as often as was agreed in the span that this day falls into."""
    data_from: date | None = None
    """Records of an earlier day are not covered; None: no bound."""
    data_to: date | None = None
    """Records of a later day are not covered; None: no bound."""

    @property
    def is_bounded(self) -> bool:
        """Whether it covers records of some days only."""
        return self.data_from is not None or self.data_to is not None

    def covers_day(self, dated: str) -> bool:
        """Whether a record of this day, month or year (`2026-06-01`, `2026-06`, `2026`) lies in the agreed window.

        Source:  PIPL Art. 6, 17 (no more than the purpose needs, as the person was told)
        """
        length = len(dated)
        if not dated:
            return not self.is_bounded
        is_late = self.data_from is None or self.data_from.isoformat()[:length] <= dated
        return is_late and (self.data_to is None or dated <= self.data_to.isoformat()[:length])

    @property
    def is_contradictory(self) -> bool:
        """Whether it ends, or was withdrawn, before it was given."""
        ends_early = self.ends_on is not None and self.ends_on < self.given_on
        return ends_early or (self.withdrawn_on is not None and self.withdrawn_on < self.given_on)

    def is_in_force(self, day: date) -> bool:
        """Whether it holds on this day; one without end never does."""
        if self.is_paused or self.ends_on is None or self.is_contradictory or not self.given_on <= day <= self.ends_on:
            return False
        return self.withdrawn_on is None or day < self.withdrawn_on


class Mark(StrEnum):
    """What our own books say of a record that an agency keeps."""

    RESTORED = "RESTORED"  # 信用修复
    REVOKED = "REVOKED"  # 认定依据被撤销
    HIDDEN = "HIDDEN"  # 信用主体申请不再展示
    OBJECTED = "OBJECTED"  # 异议标注


@dataclass(frozen=True, slots=True)
class RecordMark:
    """One mark on one record, or on all records of a kind."""

    mark: Mark
    kind: RecordKind
    key: str
    """The record's own key (`SourceRecord.key`); "" for every record of the kind."""
    since: date
    until: date | None = None
    """The first day on which the mark no longer holds; None: it stands."""

    @property
    def is_contradictory(self) -> bool:
        """Whether it ended before it began."""
        return self.until is not None and self.until < self.since

    def holds(self, key: str, day: date) -> bool:
        """Whether it marks the record with this key on this day; a contradictory one always does.

        A record of no known key may be the one that is meant, and then it is: what is not known is not shown.
        """
        if self.key and key and self.key != key:
            return False
        return self.is_contradictory or (self.since <= day and (self.until is None or day < self.until))


@dataclass(frozen=True, slots=True)
class ConsentUse:
    """How a consent is kept in our books."""

    consent_id: str
    frequency: Frequency | None = None
    """How often it may be used; None: as often as the grantee likes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What our own books hold about one subject, as far as it bears on one caller."""

    consents: frozenset[Consent] = frozenset()
    """Those that the subject gave to this caller or to its organisation, and that its token carries."""
    named: Mapping[Consent, ConsentUse] = field(default_factory=dict)
    """Under which id each of them is kept, and how often it may be used; what is judged does not depend on it."""
    marks: frozenset[RecordMark] = frozenset()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Facts from our own books and from the arguments, never from an agency."""

    subject_kind: SubjectKind
    is_own: bool
    """Whether the subject is the caller itself."""
    is_in_region: bool = True
    """Whether the subject is registered in the caller's own region."""
    home: str = ""
    """Code of the other jurisdiction whose data are shared in here; "" for the gateway's own."""
    consents: frozenset[Consent] = frozenset()
    marks: frozenset[RecordMark] = frozenset()
