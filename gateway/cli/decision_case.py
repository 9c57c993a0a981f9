"""One case of a decision table: who asks what about whom on which day, and what the law answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from policies.evidence import Standing
from policies.question import DemandedField
from schema.catalog.entry import MaskKind
from schema.vocabulary.caller import Caller, CallerClass, Inquiry, Purpose
from schema.vocabulary.identifiers import (
    AgencyId,
    SubjectId,
    SubjectKind,
    check_character,
    organization_check_character,
)
from schema.vocabulary.records import Fact

_ORGANISATION: Final = "MA0DEM01"
_ANOTHER: Final = "MA0DEM02"
_FIRST_TWO: Final = {SubjectKind.ORGANISATION: "91", SubjectKind.INDIVIDUAL_BUSINESS: "92"}


class Outcome(StrEnum):
    """How a case ends."""

    SHOW = "SHOW"
    MASK = "MASK"
    WITHHOLD = "WITHHOLD"
    """Before the fetch, and said."""
    SILENT = "SILENT"
    """After the fetch: it looks as if there were no such record or no such fact."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """How a case ends, by which rule and which article; the last three are "" where everything is shown."""

    outcome: Outcome
    code: str = ""
    rule: str = ""
    article: str = ""
    mask: MaskKind = MaskKind.M0
    is_objected: bool = False
    """Whether the record is shown with the objection marker."""


@dataclass(frozen=True, slots=True)
class CallerStated:
    """The caller of a case; what is not stated is what an ordinary token of the class would say."""

    caller_class: CallerClass
    purpose: Purpose | None
    scopes: frozenset[str]
    designated: frozenset[Purpose]
    items: frozenset[str]
    agreed: frozenset[str]
    """What the agreements of its organisation reach; `*` for all."""
    division: str
    """"" for a seat in the region itself."""
    matter: str | None


@dataclass(frozen=True, slots=True)
class RecordStated:
    """The record that an agency holds about the subject."""

    facts: Mapping[str, Fact]
    agency: AgencyId | None
    """None: the first agency that contributes to the place."""
    key: str
    not_public: frozenset[str]
    unreadable: frozenset[str]
    is_natural_person: bool
    is_displayed: bool


@dataclass(frozen=True, slots=True)
class DecisionCase:
    """A line of a decision table, read and checked."""

    code: str
    jurisdiction: str
    note: str
    article: str
    caller: CallerStated
    subject_kind: SubjectKind
    is_own: bool
    subject_division: str
    """Where the subject is registered; "" for the region itself."""
    field: DemandedField
    as_of: date
    standing: Standing
    record: RecordStated | None
    expected: Ruling
    value: Fact
    """What is seen of the fact; says nothing unless `has_value`."""
    has_value: bool

    def subject(self, division: str) -> SubjectId:
        """A code of this kind, registered where the case says; `division` is that of the jurisdiction."""
        return _code(self.subject_kind, self.subject_division or division, _ORGANISATION)

    def asking(self, division: str) -> Caller:
        """The caller as a token names it."""
        stated = self.caller
        own: SubjectId | None = None
        if stated.caller_class is CallerClass.SUBJECT_SELF:
            own = self.subject(division) if self.is_own else _code(self.subject_kind, division, _ANOTHER)
        return Caller(
            stated.caller_class,
            "case" if stated.caller_class is not CallerClass.PUBLIC else "",
            jurisdiction=stated.division or ("" if stated.caller_class is CallerClass.PUBLIC else division),
            own_subject=own,
            scopes=stated.scopes,
            designated=stated.designated,
            officer_items=stated.items,
            unit_items=stated.agreed,
        )

    @property
    def inquiry(self) -> Inquiry:
        """What the caller states about this request."""
        return Inquiry(self.caller.purpose, self.caller.matter)


def _code(kind: SubjectKind, division: str, organisation: str) -> SubjectId:
    body = f"{_FIRST_TWO[kind]}{division}{organisation}{organization_check_character(organisation)}"
    return SubjectId(body + check_character(body))
