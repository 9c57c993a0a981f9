"""Before any fetch: question × catalog × evidence → one verdict per demanded field.

Total: a field outside the catalog is withheld, and a rule that fails withholds. Data that another region shares in are
judged by both regions' laws, and the stricter word holds (Tianjin Art. 2, 8; Shanghai Art. 3, 7; Heilongjiang Art. 53).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from policies.evidence import Evidence
from policies.question import DemandedField, Question
from policies.rules import CONDITIONS, LISTING_RULES, RULES
from policies.rules.case import Case
from policies.verdict import DecisionSheet, Effect, Finding, Verdict, View
from schema.catalog.catalog import Catalog
from schema.catalog.entry import MaskKind, Sensitivity, stricter_entry
from schema.catalog.jurisdiction import RULE_NAMES
from schema.vocabulary.reasons import ReasonCode, SourceArticle

Rules: TypeAlias = Iterable[tuple[str, Callable[..., Finding | None]]]
_CODES = {code: place for place, code in enumerate(ReasonCode)}
_RULES = {name: place for place, name in enumerate(RULE_NAMES)}


def decide(question: Question, catalog: Catalog, evidence: Evidence, *, home: Catalog | None = None) -> DecisionSheet:
    """Judge every field of the question; pure, so equal arguments give equal sheets.

    Shape:   `home` is the catalog of the region whose data are shared in; None for the gateway's own data
    """
    bounded = frozenset(consent for consent in evidence.consents if consent.is_bounded)
    outside = None
    if bounded:
        without = replace(evidence, consents=evidence.consents - bounded)
        outside = decide(question, catalog, without, home=home)
    verdicts = {field: _judge(field, question, catalog=catalog, evidence=evidence) for field in question.fields}
    if home is None:
        return DecisionSheet(question, evidence, verdicts, (catalog,), outside)
    abroad = replace(question, asker=replace(question.asker, is_from_other_region=True))  # to the home law it is
    for field, verdict in verdicts.items():
        other = _judge(field, abroad, catalog=home, evidence=evidence)
        verdicts[field] = _stricter(verdict, other)
    return DecisionSheet(question, evidence, verdicts, (catalog, home), outside)


def _judge(field: DemandedField, question: Question, *, catalog: Catalog, evidence: Evidence) -> Verdict:
    coordinate, day = field.coordinate, question.as_of
    entry = catalog.entries.get(coordinate)
    refused = ordered(_findings(LISTING_RULES, coordinate, catalog, day))
    if entry is None or refused:
        return Verdict(field, entry, refused or (_nothing_said(),))
    asker, law = question.asker, catalog.jurisdiction
    meets = False
    if entry.sensitivity is Sensitivity.PUBLIC and asker.may_read_conditional:
        meets = _meets_conditions(Case(field, entry, asker, evidence, law, day, is_beyond_public=True))
    case = Case(field, entry, asker, evidence, law, day, meets_conditions=meets)
    findings = ordered(_findings(RULES, case))
    mask = entry.mask if findings and _are_masking(findings) else MaskKind.M0
    return Verdict(field, entry, findings, mask, view=_view(case, findings))


def _findings(rules: Rules, *asked: Any) -> Iterator[Finding]:
    """What the rules find, in the order of the rules."""
    for name, judge in rules:
        try:
            finding = judge(*asked)
        except Exception:  # noqa: BLE001 - a rule that fails withholds; this is the one place that may catch it
            finding = Finding(Effect.WITHHOLD, ReasonCode.RULE_FAILED, name, _HOUSE, _FAILED)
        if finding is not None:
            yield finding


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Strictest first."""
    found = tuple(findings)
    return tuple(sorted(found, key=_strictest_first)) if len(found) > 1 else found


def _meets_conditions(case: Case) -> bool:
    return next(_findings(CONDITIONS, case), None) is None


def _nothing_said() -> Finding:
    """Where no rule says anything of an unlisted field, it is withheld all the same."""
    return Finding(Effect.WITHHOLD, ReasonCode.RULE_FAILED, "decide", _HOUSE, "nothing allows this field")


def _are_masking(findings: Iterable[Finding]) -> bool:
    return any(finding.effect is Effect.MASK for finding in findings)


def _view(case: Case, findings: tuple[Finding, ...]) -> View:
    """What the asker sees where a record narrows the public's view; what is on condition, whoever meets it."""
    if not case.asker.may_read_conditional:
        return View.PUBLIC
    if case.has_full_view:
        return View.FULL
    is_met = case.meets_conditions if case.is_open else not (findings and findings[0].effect is Effect.WITHHOLD)
    return View.ON_CONDITION if is_met else View.PUBLIC


def _stricter(own: Verdict, other: Verdict) -> Verdict:
    """Both laws' findings; whatever either of them narrows is narrow."""
    findings = ordered((*own.findings, *other.findings))
    entry = stricter_entry(own.entry, other.entry) if own.entry is not None and other.entry is not None else own.entry
    mask = own.mask if own.mask is not MaskKind.M0 else other.mask
    return Verdict(own.field, entry, findings, mask, view=min(own.view, other.view))


def _strictest_first(finding: Finding) -> tuple[int, int, int, str]:
    """Fixed by what was found, never by the order in which the rules ran."""
    rank = _RULES.get(finding.rule, len(_RULES))
    return (-finding.effect, _CODES[finding.code], rank, str(finding.article))


_HOUSE = SourceArticle("house", "rule")
_FAILED = "this field cannot be judged at present; the operator has been told"
