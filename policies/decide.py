"""Before any fetch: question × catalog × evidence → one verdict per demanded field.

Total: a field outside the catalog is withheld, and a rule that fails withholds.
"""

from __future__ import annotations

from datetime import date

from policies.evidence import Evidence
from policies.question import DemandedField, Question
from policies.rules import RULES, Rule
from policies.rules.case import Case
from policies.verdict import DecisionSheet, Effect, Finding, Verdict, View
from schema.catalog.catalog import Catalog
from schema.catalog.entry import CatalogEntry, MaskKind
from schema.catalog.jurisdiction import RULE_NAMES
from schema.vocabulary.reasons import ReasonCode, SourceArticle

_CODES = tuple(ReasonCode)


def decide(question: Question, catalog: Catalog, evidence: Evidence) -> DecisionSheet:
    """Judge every field of the question; pure, so equal arguments give equal sheets."""
    verdicts = {field: _judge(field, question, catalog=catalog, evidence=evidence) for field in question.fields}
    return DecisionSheet(question, evidence, verdicts)


def _judge(field: DemandedField, question: Question, *, catalog: Catalog, evidence: Evidence) -> Verdict:
    entry = catalog.entries.get(field.coordinate)
    if entry is None or not _is_in_force(entry, question.as_of):
        article = catalog.jurisdiction.articles["catalogued"]
        advice = "no catalog item of this edition and date covers the field"
        absent = Finding(Effect.WITHHOLD, ReasonCode.NOT_IN_CATALOG, "catalogued", article, advice)
        return Verdict(field, None, (absent,))
    case = Case(field, entry, question.asker, evidence, catalog.jurisdiction)
    findings = [finding for rule in RULES if (finding := _run(*rule, case=case)) is not None]
    findings.sort(key=_strictest_first)
    mask = entry.mask if any(finding.effect is Effect.MASK for finding in findings) else MaskKind.M0
    return Verdict(field, entry, tuple(findings), mask, view=_view(case))


def _is_in_force(entry: CatalogEntry, day: date) -> bool:
    item = entry.item
    return item.effective_from <= day and (item.effective_to is None or day < item.effective_to)


def _run(name: str, judge: Rule, *, case: Case) -> Finding | None:
    try:
        return judge(case)
    except Exception:  # noqa: BLE001 - a rule that fails withholds; this is the one place that may catch it
        house = SourceArticle("house", "rule")
        advice = "this field cannot be judged at present; the operator has been told"
        return Finding(Effect.WITHHOLD, ReasonCode.RULE_FAILED, name, house, advice)


def _view(case: Case) -> View:
    """What the asker would see where a record narrows the public's view."""
    if not case.asker.may_read_conditional:
        return View.PUBLIC
    if case.has_full_view:
        return View.FULL
    return View.ON_CONDITION if case.asker.purpose in case.allowed_purposes else View.PUBLIC


def _strictest_first(finding: Finding) -> tuple[int, int, int]:
    """Fixed by what was found, never by the order in which the rules ran."""
    rank = RULE_NAMES.index(finding.rule) if finding.rule in RULE_NAMES else len(RULE_NAMES)
    return (-finding.effect, _CODES.index(finding.code), rank)
