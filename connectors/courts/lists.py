"""The four lists that the courts keep, what each of them holds, and which of them an order needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schema.vocabulary.codes import EnforcementKind
from schema.vocabulary.records import RecordKind


class CourtList(StrEnum):
    """A list, named as in its address. The list is the finest grain that the courts offer."""

    DEFAULTERS = "sxbzxr"  # 失信被执行人
    ENFORCED = "zxgk"  # 被执行人
    RESTRICTED = "xgl"  # 限制消费人员
    TERMINATED = "zhongben"  # 终结本次执行程序案件


_AMOUNTS: Final = frozenset({"caseNumber", "caseKind", "enforcementAmount", "unperformedAmount", "causeOfAction"})

HELD: Final[Mapping[RecordKind, Mapping[CourtList, frozenset[str]]]] = MappingProxyType(
    {
        RecordKind.JUDGMENT_DEFAULTER: {
            CourtList.DEFAULTERS: frozenset(
                {
                    "caseNumber",
                    "enforcementCourt",
                    "province",
                    "enforcementBasisNumber",
                    "basisIssuingUnit",
                    "filingDate",
                    "publicationDate",
                    "obligation",
                    "performanceStatus",
                    "performedPart",
                    "unperformedPart",
                    "defaultConduct",
                    "responsiblePerson.name",
                    "responsiblePerson.gender",
                    "responsiblePerson.birthDate",
                    "responsiblePerson.identityDocumentNumber",
                    "exitDate",
                }
            )
        },
        RecordKind.ENFORCEMENT_CASE: {
            CourtList.ENFORCED: _AMOUNTS,
            CourtList.TERMINATED: _AMOUNTS,
            CourtList.RESTRICTED: frozenset({"caseNumber", "caseKind", "consumptionRestrictionOrderDate"}),
        },
    }
)
"""Kind of record → list → facts that it holds."""

CASE_KINDS: Final[Mapping[CourtList, EnforcementKind]] = MappingProxyType(
    {
        CourtList.ENFORCED: EnforcementKind.ENFORCED,
        CourtList.TERMINATED: EnforcementKind.TERMINATED,
        CourtList.RESTRICTED: EnforcementKind.CONSUMPTION_RESTRICTED,
    }
)


def lists_for(kind: RecordKind, facts: Iterable[str]) -> tuple[CourtList, ...]:
    """The lists that hold at least one of the ordered facts, so that ordering more never brings fewer records."""
    wanted = frozenset(facts)
    return tuple(each for each, held in HELD.get(kind, {}).items() if wanted & held)


def needs_delisted(facts: Iterable[str]) -> bool:
    """Whether rows of the past are needed: only for the day on which the subject left the list."""
    return "exitDate" in frozenset(facts)
