"""One fact from one agency, with its dates: what connectors bring and what policies review.

Facts are kept in the form in which they may leave, so that a release copies them and computes
nothing: dates as `YYYY-MM-DD`, amounts in yuan as `{"amount": "1200000.00", "currency": "CNY"}`,
periods as `{"from": date, "to": date}`, code-list values by their English name, everything else as text, integer,
boolean or list. A fact an agency does not have is absent or None, never "" or "无".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from schema.vocabulary.identifiers import AgencyId

Fact: TypeAlias = "bool | int | str | Sequence[Fact] | Mapping[str, Fact] | None"


class RecordKind(StrEnum):
    """The kinds of record that agencies keep; each is a type of the graph with the same name."""

    LEGAL_PERSON = "LegalPerson"
    REGISTRATION_CHANGE = "RegistrationChange"
    SHAREHOLDER = "Shareholder"
    BRANCH = "Branch"
    PLEDGE_REGISTRATION = "PledgeRegistration"
    ABNORMAL_OPERATION_LISTING = "AbnormalOperationListing"
    SERIOUSLY_UNTRUSTWORTHY_LISTING = "SeriouslyUntrustworthyListing"
    ADMINISTRATIVE_LICENSE = "AdministrativeLicense"
    ADMINISTRATIVE_PENALTY = "AdministrativePenalty"
    ANNUAL_REPORT = "AnnualReport"
    TAXPAYER_PROFILE = "TaxpayerProfile"
    TAX_CREDIT_RATING = "TaxCreditRating"
    TAX_ARREARS = "TaxArrears"
    MAJOR_TAX_VIOLATION = "MajorTaxViolation"
    JUDGMENT_DEFAULTER = "JudgmentDefaulter"
    ENFORCEMENT_CASE = "EnforcementCase"
    CREDIT_PLEDGE = "CreditPledge"
    COMMENDATION_RECORD = "CommendationRecord"


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One record of one agency about one subject.

    Shape: `facts` by graph field name; a person inside (`legalRepresentative`) is a mapping by the
           field names of `PersonRef`. Only facts that were ordered are present.
    """

    kind: RecordKind
    agency: AgencyId
    facts: Mapping[str, Fact]
    as_of: datetime
    """When the agency last stated this record (its own update time if it gives one, else the time
    of its answer); aware, Asia/Shanghai."""
    key: str = ""
    """What makes two agencies' records the same one, normalised (half-width brackets, no blanks):
    a document number with its authority, a case number, a name. "" where a subject has one record only."""
    not_public: frozenset[str] = frozenset()
    """Facts that this very record's own flags mark as not public (`pub_*`, `sfgk`)."""
    is_displayed: bool = True
    """False if the agency itself says that it no longer displays the record (delisted, publication stopped)."""
    is_natural_person: bool = False
    """True if the record's main party (a shareholder, a pledgor) is a natural person."""
    confirmed_at: datetime | None = None
    """When the agency last showed that the record still stands, where it says so later than `as_of`: a row
    that has not changed for years is as new as the answer that brought it."""
    unreadable: frozenset[str] = field(default=frozenset())
    """Facts that were answered in a form nobody can read (an unknown code, an impossible date)."""


def of_person(fact: str) -> str:
    """The name under which a fact is ordered where its party is a natural person.

    Agencies keep a person's number apart from an organisation's, so it is asked for apart: only on
    behalf of a caller who may see it. The plain name never brings a person's.
    """
    return f"{fact}.ofPerson"
