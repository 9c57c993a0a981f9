"""One field in front of the rules: everything a rule may look at, already looked up."""

from __future__ import annotations

from dataclasses import dataclass

from policies.evidence import Evidence
from policies.question import Asker, DemandedField
from schema.catalog.entry import CatalogEntry, Sensitivity
from schema.catalog.jurisdiction import Jurisdiction
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectKind

_STRICTNESS = (Sensitivity.PUBLIC, Sensitivity.CONDITIONAL, Sensitivity.NOT_SHARED)


@dataclass(frozen=True, slots=True)
class Case:
    """A catalogued field, asked for by someone about someone."""

    field: DemandedField
    entry: CatalogEntry
    asker: Asker
    evidence: Evidence
    jurisdiction: Jurisdiction

    @property
    def sensitivity(self) -> Sensitivity:
        """The catalog's word, stricter where the subject is a natural person in substance."""
        if self.entry.natural_person is None or self.evidence.subject_kind is not SubjectKind.INDIVIDUAL_BUSINESS:
            return self.entry.sensitivity
        return max(self.entry.sensitivity, self.entry.natural_person, key=_STRICTNESS.index)

    @property
    def has_full_view(self) -> bool:
        """The subject itself (TJ 38) and the operator of the platform see what is kept."""
        return self.evidence.is_own or self.asker.caller_class is CallerClass.OPERATOR

    @property
    def allowed_purposes(self) -> frozenset[Purpose]:
        """Purposes that both the item and the jurisdiction allow this class of caller."""
        caller = self.asker.caller_class
        lawful = self.jurisdiction.purposes.get(caller, frozenset())
        granted = (row.purposes for row in self.entry.use_authority if row.caller is caller)
        return lawful & frozenset[Purpose]().union(*granted)
