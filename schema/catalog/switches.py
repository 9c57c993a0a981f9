"""The points on which regulations differ: for each its name, the values it may have, the details each value needs.

Source: Tianjin 2020, Shanghai 2017, Heilongjiang 2022 and Liaoning 2021 compared article by article.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from schema.vocabulary.periods import Term
from schema.vocabulary.reasons import SourceArticle

NOT_SAID: Final = "NOT_SAID"
"""The value where a text says nothing; its article is then `silent`."""


class SwitchName(StrEnum):
    """The switches; every jurisdiction must set each of them."""

    QUERY_PERIOD = "query_period"
    MARKER_DEADLINE = "marker_deadline"
    DECISION_OWN_SCOPE = "decision_own_scope"
    DECISION_OTHER_UNIT = "decision_other_unit"
    BASIS_REVOKED = "basis_revoked"
    RESTORATION_DELETES = "restoration_deletes"
    POSITIVE_ON_REQUEST = "positive_on_request"
    PUBLIC_PERSON_CONSENT = "public_person_consent"
    OTHERS_INFORMATION = "others_information"
    WRITTEN_CONSENT = "written_consent"
    LIFETIME_CONSENT = "lifetime_consent"
    FREE_REPORTS = "free_reports"
    SIMPLIFIED_PENALTIES = "simplified_penalties"
    LEGAL_DOCUMENT = "legal_document"
    UNVERIFIABLE_OBJECTED = "unverifiable_objected"
    DEFAULTERS_LISTED = "defaulters_listed"
    LINKED_PERSONS = "linked_persons"
    UPWARD_DEADLINE = "upward_deadline"
    UTILITIES_DATA = "utilities_data"
    INQUIRY_MATTERS = "inquiry_matters"
    STAFF_AUTHORITY = "staff_authority"
    PERSONAL_IDENTIFIERS = "personal_identifiers"
    MINORS = "minors"
    OTHER_REGIONS = "other_regions"


class LimitKind(StrEnum):
    """How a limit is counted."""

    AT_ONCE = "AT_ONCE"  # immediately, promptly
    WORKING_DAYS = "WORKING_DAYS"
    TERM = "TERM"
    STATE_RULE = "STATE_RULE"  # as the state provides


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit: `AT_ONCE`, `STATE_RULE`, `3wd` (working days) or a term such as `P2M`."""

    kind: LimitKind
    working_days: int = 0
    term: Term | None = None

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Read a limit; raises ValueError for anything else."""
        if text in (LimitKind.AT_ONCE, LimitKind.STATE_RULE):
            return cls(LimitKind(text))
        if text.endswith("wd") and text[:-2].isdecimal() and 0 < int(text[:-2]) <= 250:
            return cls(LimitKind.WORKING_DAYS, working_days=int(text[:-2]))
        return cls(LimitKind.TERM, term=Term.parse(text))

    def __str__(self) -> str:
        match self.kind:
            case LimitKind.WORKING_DAYS:
                return f"{self.working_days}wd"
            case LimitKind.TERM:
                return str(self.term)
            case _:
                return self.kind.value


Detail: TypeAlias = "int | Term | Limit | tuple[str, ...]"


@dataclass(frozen=True, slots=True)
class Switch:
    """How one jurisdiction sets one switch, and by which article."""

    value: str
    article: SourceArticle
    details: Mapping[str, Detail]


class DetailKind(StrEnum):
    """How a detail is written: `3`, `P5Y`, `3wd`, `["…"]`."""

    COUNT = "COUNT"
    TERM = "TERM"
    LIMIT = "LIMIT"
    NAMES = "NAMES"


@dataclass(frozen=True, slots=True)
class SwitchForm:
    """What may stand under a switch: per value the details that it must state."""

    values: Mapping[str, Mapping[str, DetailKind]]


def _plain(*values: str) -> SwitchForm:
    return SwitchForm({value: {} for value in values})


SWITCH_FORMS: Final[Mapping[SwitchName, SwitchForm]] = {
    SwitchName.QUERY_PERIOD: SwitchForm({"FIXED": {"term": DetailKind.TERM}, "STATE": {}, "CATALOG": {}}),
    SwitchName.MARKER_DEADLINE: SwitchForm({"LIMIT": {"limit": DetailKind.LIMIT}}),
    SwitchName.DECISION_OWN_SCOPE: SwitchForm(
        {
            "DECISION": {"decision": DetailKind.LIMIT},
            "DECISION_AND_NOTICE": {"decision": DetailKind.LIMIT, "notice": DetailKind.LIMIT},
        }
    ),
    SwitchName.DECISION_OTHER_UNIT: SwitchForm(
        {
            "WHOLE": {"whole": DetailKind.LIMIT},
            "TRANSFER": {"transfer": DetailKind.LIMIT, "unit": DetailKind.LIMIT},
            "HELPED": {"whole": DetailKind.LIMIT, "helper": DetailKind.LIMIT},
            "FEEDBACK": {"unit": DetailKind.LIMIT, "notice": DetailKind.LIMIT},
        }
    ),
    SwitchName.BASIS_REVOKED: SwitchForm({"STEPS": {"unit": DetailKind.LIMIT, "operator": DetailKind.LIMIT}}),
    SwitchName.RESTORATION_DELETES: SwitchForm(
        {
            "INTERFACE": {"limit": DetailKind.LIMIT},
            "DISPLAY": {"limit": DetailKind.LIMIT},
            "DISCLOSURE": {"limit": DetailKind.LIMIT},
        }
    ),
    SwitchName.POSITIVE_ON_REQUEST: _plain("DELETE", "HIDE", NOT_SAID),
    SwitchName.PUBLIC_PERSON_CONSENT: _plain("REQUIRED", NOT_SAID),
    SwitchName.OTHERS_INFORMATION: _plain("AUTHORISATION", "WRITTEN", "AUTHORISATION_AND_PURPOSE", "LAW_OR_AGREEMENT"),
    SwitchName.WRITTEN_CONSENT: _plain("REQUIRED"),
    SwitchName.LIFETIME_CONSENT: _plain("FORBIDDEN"),
    SwitchName.FREE_REPORTS: SwitchForm(
        {
            "YEARLY": {"count": DetailKind.COUNT, "from": DetailKind.NAMES},
            "UNLIMITED_AND_YEARLY": {"count": DetailKind.COUNT, "from": DetailKind.NAMES},
            NOT_SAID: {},
        }
    ),
    SwitchName.SIMPLIFIED_PENALTIES: _plain("OUT", NOT_SAID),
    SwitchName.LEGAL_DOCUMENT: _plain("REQUIRED", NOT_SAID),
    SwitchName.UNVERIFIABLE_OBJECTED: _plain("DELETE_WITH_REASON", NOT_SAID),
    SwitchName.DEFAULTERS_LISTED: _plain("AUTOMATICALLY", NOT_SAID),
    SwitchName.LINKED_PERSONS: SwitchForm({"LISTED": {"roles": DetailKind.NAMES}}),
    SwitchName.UPWARD_DEADLINE: SwitchForm({"LIMIT": {"limit": DetailKind.LIMIT}, NOT_SAID: {}}),
    SwitchName.UTILITIES_DATA: _plain("IN", "CATALOG_ONLY", "OUT"),
    SwitchName.INQUIRY_MATTERS: _plain("DESIGNATED", "PUBLISHED", "WITHIN_CATALOG", "AS_NEEDED"),
    SwitchName.STAFF_AUTHORITY: _plain("REQUIRED", NOT_SAID),
    SwitchName.PERSONAL_IDENTIFIERS: _plain("NOT_OPENED", NOT_SAID),
    SwitchName.MINORS: _plain("NO_SUBJECTS", "LENIENT", NOT_SAID),
    SwitchName.OTHER_REGIONS: _plain("SHARED", NOT_SAID),
}
