"""One field in front of the rules, with everything about it ordinary unless a test says otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from policies.question import Asker, DemandedField
from policies.rules.case import Case
from schema.catalog.entry import Sensitivity, UseAuthority
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate, SubjectKind
from tests.builders import an_asker, evidence_of, tianjin

AT = FieldCoordinate("TaxArrears.arrearsBalance")
ORGAN = an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION)
ON_CONDITION: dict[str, Any] = {
    "sensitivity": Sensitivity.CONDITIONAL,
    "natural_person": None,
    "sharing_scope": frozenset({CallerClass.STATE_ORGAN}),
    "use_authority": (UseAuthority(CallerClass.STATE_ORGAN, frozenset({Purpose.INSPECTION})),),
}


def a_case(
    asker: Asker = ORGAN,
    *,
    is_own: bool = False,
    kind: SubjectKind = SubjectKind.ORGANISATION,
    below: str | None = None,
    **entry: Any,
) -> Case:
    """An amount shared on condition with state organs that inspect, asked for by one that does."""
    governed = replace(tianjin().entries[AT], **{**ON_CONDITION, **entry})
    field = DemandedField(AT, FieldCoordinate(below) if below else None)
    return Case(field, governed, asker, evidence_of(kind=kind, is_own=is_own), tianjin().jurisdiction)
