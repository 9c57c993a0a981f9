"""One field in front of the rules: everything a rule may look at, already looked up."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import Final

from policies.evidence import Consent, Evidence
from policies.question import Asker, DemandedField
from schema.catalog.entry import CatalogEntry, Sensitivity
from schema.catalog.jurisdiction import Jurisdiction
from schema.catalog.switches import SwitchName
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectKind
from schema.vocabulary.reasons import ReasonCode

_STRICTNESS: Final = {Sensitivity.PUBLIC: 0, Sensitivity.CONDITIONAL: 1, Sensitivity.NOT_SHARED: 2}


@dataclass(slots=True)  # not frozen: one is made for every field, and freezing it would cost more than the rules do
class Case:
    """A catalogued field, asked for by someone about someone; what most rules ask first is worked out once."""

    field: DemandedField
    entry: CatalogEntry
    asker: Asker
    evidence: Evidence
    jurisdiction: Jurisdiction
    as_of: date
    is_beyond_public: bool = False
    """Judged as if the field were shared on condition: as far as a record may narrow one that is public."""
    meets_conditions: bool = False
    """Whether the asker would see a public field where it is shared on condition."""
    sensitivity: Sensitivity = dataclasses.field(init=False)
    """The catalog's word, stricter where the subject is a natural person in substance."""
    is_open: bool = dataclasses.field(init=False)
    """Whether nobody needs a reason: public information, and what is kept about oneself."""

    def __post_init__(self) -> None:
        own, stricter = self.entry.sensitivity, self.entry.natural_person
        if self.is_beyond_public and own is Sensitivity.PUBLIC:
            own = Sensitivity.CONDITIONAL
        if stricter is not None and self.is_person:
            own = max(own, stricter, key=_STRICTNESS.__getitem__)
        self.sensitivity = own
        self.is_open = own is Sensitivity.PUBLIC or self.has_full_view

    @property
    def is_person(self) -> bool:
        """Whether the subject is a natural person in substance (个体工商户)."""
        return self.evidence.subject_kind is SubjectKind.INDIVIDUAL_BUSINESS

    @property
    def has_full_view(self) -> bool:
        """The subject itself and the operator of the platform see what is kept."""
        return self.evidence.is_own or self.asker.caller_class is CallerClass.OPERATOR

    @property
    def asks_by_duty(self) -> bool:
        """Whether the caller inquires by virtue of its duty, so that the law stands in for the subject's word."""
        return self.asker.caller_class in self.jurisdiction.organs

    @property
    def allowed_purposes(self) -> frozenset[Purpose]:
        """Purposes that both the item and the jurisdiction allow this class of caller.

        For whom the subject has authorised, the subject's own word stands in for the item's.
        """
        caller = self.asker.caller_class
        lawful = self.jurisdiction.purposes.get(caller, frozenset())
        if caller is CallerClass.AUTHORISED_PARTY:
            return lawful
        for row in self.entry.use_authority:
            if row.caller is caller:
                return lawful & row.purposes
        return frozenset()

    @property
    def needs_authorisation(self) -> bool:
        """Whether the subject's own word is needed for what is not public of it.

        An agreement with the platform stands in for it where a regulation says so, and only for organisations.
        """
        if self.asks_by_duty or self.has_full_view:
            return False
        if self.jurisdiction.switches[SwitchName.OTHERS_INFORMATION].value != "LAW_OR_AGREEMENT":
            return True
        of_person = self.is_person or self.entry.is_personal
        return of_person or self.asker.caller_class is CallerClass.AUTHORISED_PARTY

    def consent_fault(self, *, is_written: bool, was_warned: bool = False) -> ReasonCode | None:
        """Why no consent covers the case; None if one does.

        A consent covers it that names the item and the purpose, is in force, and has the form the law wants.
        """
        missing = ReasonCode.WRITTEN_CONSENT_REQUIRED if is_written else ReasonCode.CONSENT_REQUIRED
        if not self.evidence.consents:
            return missing
        faults = [self._fault(consent, is_written=is_written, was_warned=was_warned) for consent in self._covering()]
        if None in faults:
            return None
        return min((fault for fault in faults if fault is not None), key=_NEAREST.index, default=missing)

    def _covering(self) -> list[Consent]:
        code, purpose = self.entry.item.code, self.asker.purpose
        return [one for one in self.evidence.consents if code in one.items and purpose in one.purposes]

    def _fault(self, consent: Consent, *, is_written: bool, was_warned: bool) -> ReasonCode | None:
        if consent.is_contradictory:
            return ReasonCode.EVIDENCE_CONTRADICTORY
        if consent.ends_on is None:
            return ReasonCode.CONSENT_INVALID_LIFETIME
        if not consent.is_in_force(self.as_of):
            return ReasonCode.CONSENT_EXPIRED
        if consent.is_used_up:
            return ReasonCode.CONSENT_USED_UP
        if (is_written and not consent.is_written) or (was_warned and not consent.was_warned):
            return ReasonCode.WRITTEN_CONSENT_REQUIRED
        return None


_NEAREST: Final = (
    ReasonCode.WRITTEN_CONSENT_REQUIRED,
    ReasonCode.CONSENT_USED_UP,
    ReasonCode.CONSENT_EXPIRED,
    ReasonCode.CONSENT_INVALID_LIFETIME,
    ReasonCode.EVIDENCE_CONTRADICTORY,
)
"""Which fault is told where several consents fall short: the one that is mended most easily."""
