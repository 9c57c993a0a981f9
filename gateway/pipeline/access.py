"""A root that asks about the law itself: what may this caller see, and why? No agency has a part in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gateway.pipeline.plan import Planner
from gateway.pipeline.project import project_record
from gateway.pipeline.roots import AccessQuery
from gateway.pipeline.selection import PERSON_TYPE, Selection
from policies.evidence import Evidence
from policies.explain import Explanation, RecordRule, explain
from policies.question import Asker, DemandedField, Question
from policies.verdict import DecisionSheet, Effect, Finding
from schema.catalog.entry import MaskKind
from schema.vocabulary.caller import Purpose
from schema.vocabulary.identifiers import FieldCoordinate, SubjectId

_NAME = "[_A-Za-z][_0-9A-Za-z]*"
_COORDINATE = re.compile(rf"(?:(?P<below>{_NAME}\.{_NAME})>)?(?P<coordinate>{_NAME}\.{_NAME})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Access:
    """The answer to one such root."""

    subject: SubjectId
    purpose: Purpose | None
    """The purpose that was supposed."""
    sheet: DecisionSheet
    fields: tuple[str, ...]
    explanations: tuple[Explanation, ...]

    def answer(self, selection: Selection) -> list[dict[str, Any]]:
        """One decision for each field, in the order asked for, in the shape that the document asks for."""
        project = project_record(selection)
        return [project(decision_facts(text, one)) for text, one in zip(self.fields, self.explanations, strict=True)]


def explain_access(
    query: AccessQuery, subject: SubjectId, *, asker: Asker, evidence: Evidence, planner: Planner, day: date
) -> Access:
    """Explain every field; a text that names none is one that no catalog lists."""
    if query.purpose is not None:
        asker = replace(asker, purpose=query.purpose)
    fields = tuple(read_field(text) for text in query.fields)
    account = explain(Question(asker, fields, day), planner.catalog, evidence, home=planner.home(evidence))
    return Access(subject, asker.purpose, account.sheet, query.fields, account.explanations)


def read_field(text: str) -> DemandedField:
    """`TaxArrears.arrearsBalance`, or below a person's role `LegalPerson.legalRepresentative>PersonRef.name`.

    Shape:   total; what is written otherwise is a coordinate that no catalog lists
    """
    found = _COORDINATE.fullmatch(text)
    if found is None:
        return DemandedField(FieldCoordinate(text))
    below = found["below"]
    if below is not None and not found["coordinate"].startswith(f"{PERSON_TYPE}."):
        return DemandedField(FieldCoordinate(text))
    return DemandedField(FieldCoordinate(found["coordinate"]), FieldCoordinate(below) if below else None)


def decision_facts(text: str, one: Explanation) -> dict[str, Any]:
    """One explanation as plain values, keyed as `AccessDecision` is."""
    return {
        "field": text,
        "effect": one.effect.name,
        "code": one.code.value if one.code is not None else None,
        "rule": one.rule,
        "article": str(one.article) if one.article is not None else None,
        "catalogItem": one.item,
        "mask": one.mask.value if one.effect is Effect.MASK and one.mask is not MaskKind.M0 else None,
        "missing": [missing.value for missing in one.missing],
        "purposes": [purpose.value for purpose in one.remedy.purposes],
        "help": one.help or None,
        "findings": [_finding(finding) for finding in one.findings],
        "mayBeKeptBackBy": _record_rules(one.may_be_kept_back_by),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "effect": finding.effect.name,
        "code": finding.code.value,
        "rule": finding.rule,
        "article": str(finding.article),
        "help": finding.help or None,
    }


def _record_rules(rules: Sequence[RecordRule]) -> list[dict[str, str]]:
    return [{"rule": one.rule, "article": str(one.article)} for one in rules]
