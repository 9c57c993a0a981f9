"""Before any fetch: question × catalog × evidence → one verdict per demanded field.

Total: a field outside the catalog is withheld, and a rule that fails withholds. Data that another region shares in are
judged by both regions' laws, and the stricter word holds (Tianjin Art. 2, 8; Shanghai Art. 3, 7; Heilongjiang Art. 53).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from policies.evidence import Evidence
from policies.question import DemandedField, Question
from policies.rules import LISTING_RULES, RULES
from policies.rules.case import Case
from policies.rules.consent import authorisation_fault
from policies.rules.written_consent import lacks_nothing
from policies.verdict import DecisionSheet, Effect, Finding, Verdict, View
from schema.catalog.catalog import Catalog
from schema.catalog.entry import MaskKind, stricter_entry
from schema.catalog.jurisdiction import RULE_NAMES
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode, SourceArticle

Asked = TypeVar("Asked")
_CODES = {code: place for place, code in enumerate(ReasonCode)}
_RULES = {name: place for place, name in enumerate(RULE_NAMES)}


def decide(question: Question, catalog: Catalog, evidence: Evidence, *, home: Catalog | None = None) -> DecisionSheet:
    """Judge every field of the question; pure, so equal arguments give equal sheets.

    Shape:   `home` is the catalog of the region whose data are shared in; None for the gateway's own data
    """
    verdicts = {field: _judge(field, question, catalog=catalog, evidence=evidence) for field in question.fields}
    if home is None:
        return DecisionSheet(question, evidence, verdicts, (catalog,))
    for field, verdict in verdicts.items():
        other = _judge(field, question, catalog=home, evidence=evidence)
        verdicts[field] = _stricter(verdict, other)
    return DecisionSheet(question, evidence, verdicts, (catalog, home))


def _judge(field: DemandedField, question: Question, *, catalog: Catalog, evidence: Evidence) -> Verdict:
    coordinate, day = field.coordinate, question.as_of
    entry = catalog.entries.get(coordinate)
    refused = _listing_findings(coordinate, catalog, day)
    if entry is None or refused:
        return Verdict(field, entry, tuple(sorted(refused, key=_strictest_first)) or (_nothing_said(),))
    case = Case(field, entry, question.asker, evidence, catalog.jurisdiction, day)
    findings = [finding for name, judge in RULES if (finding := _run(name, judge, case)) is not None]
    if len(findings) > 1:
        findings.sort(key=_strictest_first)
    mask = entry.mask if any(finding.effect is Effect.MASK for finding in findings) else MaskKind.M0
    return Verdict(field, entry, tuple(findings), mask, view=_view(case))


def _listing_findings(coordinate: FieldCoordinate, catalog: Catalog, day: date) -> list[Finding]:
    found = (judge(coordinate, catalog, day) for _, judge in LISTING_RULES)
    return [finding for finding in found if finding is not None]


def _run(name: str, judge: Callable[[Asked], Finding | None], asked: Asked) -> Finding | None:
    try:
        return judge(asked)
    except Exception:  # noqa: BLE001 - a rule that fails withholds; this is the one place that may catch it
        advice = "this field cannot be judged at present; the operator has been told"
        return Finding(Effect.WITHHOLD, ReasonCode.RULE_FAILED, name, _HOUSE, advice)


def _nothing_said() -> Finding:
    """Where no rule says anything of an unlisted field, it is withheld all the same."""
    return Finding(Effect.WITHHOLD, ReasonCode.RULE_FAILED, "decide", _HOUSE, "nothing allows this field")


def _view(case: Case) -> View:
    """What the asker would see where a record narrows the public's view."""
    if not case.asker.may_read_conditional:
        return View.PUBLIC
    if case.has_full_view:
        return View.FULL
    if case.asker.purpose not in case.allowed_purposes or not lacks_nothing(case):
        return View.PUBLIC
    if case.needs_authorisation and authorisation_fault(case) is not None:
        return View.PUBLIC
    return View.ON_CONDITION


def _stricter(own: Verdict, other: Verdict) -> Verdict:
    """Both laws' findings; whatever either of them narrows is narrow."""
    findings = tuple(sorted((*own.findings, *other.findings), key=_strictest_first))
    entry = stricter_entry(own.entry, other.entry) if own.entry is not None and other.entry is not None else own.entry
    mask = own.mask if own.mask is not MaskKind.M0 else other.mask
    return Verdict(own.field, entry, findings, mask, view=min(own.view, other.view))


def _strictest_first(finding: Finding) -> tuple[int, int, int, str]:
    """Fixed by what was found, never by the order in which the rules ran."""
    rank = _RULES.get(finding.rule, len(_RULES))
    return (-finding.effect, _CODES[finding.code], rank, str(finding.article))


_HOUSE = SourceArticle("house", "rule")
