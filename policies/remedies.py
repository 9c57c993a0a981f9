"""What a caller lacks for a field that is withheld: each paper supposed to be there, and the field judged again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from policies.evidence import Evidence
from policies.question import Asker, Question
from policies.reach import BY_PURPOSE, a_consent, best_asker, may_ever_see
from policies.rules import authority
from policies.verdict import Effect, Finding
from schema.catalog.catalog import Catalog
from schema.vocabulary.access import Missing
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode

Judge: TypeAlias = Callable[[Asker, Evidence], tuple[Finding, ...]]
"""The findings on the field if it were asked by this asker with this evidence."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What is missing, and how to get it."""

    missing: tuple[Missing, ...] = ()
    advice: tuple[str, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    """Purposes that would do, where one is missing."""
    callers: tuple[CallerClass, ...] = ()
    """Classes of caller that may see the field, where this one may not."""


_MISSING: Final = {
    ReasonCode.NOT_IN_CATALOG: Missing.NOTHING_HELPS,
    ReasonCode.PROHIBITED_CATEGORY: Missing.NOTHING_HELPS,
    ReasonCode.RULE_FAILED: Missing.OPERATOR,
    ReasonCode.STAFF_NOT_AUTHORISED: Missing.STAFF_AUTHORITY,
    ReasonCode.PURPOSE_REQUIRED: Missing.PURPOSE,
    ReasonCode.PURPOSE_NOT_ALLOWED: Missing.PURPOSE,
    ReasonCode.PURPOSE_NOT_PUBLISHED: Missing.PUBLISHED_MATTER,
    ReasonCode.CONSENT_REQUIRED: Missing.CONSENT,
    ReasonCode.CONSENT_EXPIRED: Missing.CONSENT,
    ReasonCode.CONSENT_USED_UP: Missing.CONSENT,
    ReasonCode.CONSENT_INVALID_LIFETIME: Missing.CONSENT,
    ReasonCode.EVIDENCE_CONTRADICTORY: Missing.CONSENT,
    ReasonCode.WRITTEN_CONSENT_REQUIRED: Missing.WRITTEN_CONSENT,
}
"""By reason; what is not here can only be seen by another caller."""
_FINAL: Final = (Missing.NOTHING_HELPS, Missing.OPERATOR, Missing.OTHER_CALLER)
_ORDER: Final = {missing: place for place, missing in enumerate(Missing)}


def remedy(
    findings: tuple[Finding, ...],
    judge: Judge,
    coordinates: tuple[FieldCoordinate, ...],
    *,
    question: Question,
    evidence: Evidence,
    catalog: Catalog,
) -> Remedy:
    """Everything that is missing at once, also what only shows when the first lack is mended."""
    search = _Search(judge, coordinates, question=question, evidence=evidence, catalog=catalog)
    return search.run(findings)


class _Search:
    """One caller, better equipped at each turn until nothing stands against the field or nothing more can be had."""

    def __init__(
        self,
        judge: Judge,
        coordinates: tuple[FieldCoordinate, ...],
        *,
        question: Question,
        evidence: Evidence,
        catalog: Catalog,
    ) -> None:
        self._judge = judge
        self._coordinates = coordinates
        self._asker = question.asker
        self._evidence = evidence
        self._catalog = catalog
        self._day = question.as_of
        self._purposes: tuple[Purpose, ...] = ()

    def run(self, findings: tuple[Finding, ...]) -> Remedy:
        lacking: dict[Missing, None] = {}
        advice: dict[str, None] = {}
        while hindering := [one for one in findings if one.effect is Effect.WITHHOLD]:
            needed = {self._lack(one) for one in hindering}
            advice |= dict.fromkeys(one.help for one in hindering if one.help)
            final = next((one for one in _FINAL if one in needed), None)
            if final is None and needed <= lacking.keys():
                final = Missing.OTHER_CALLER
            if final is not None:
                told = dict.fromkeys(one.help for one in hindering if one.help and self._lack(one) is final)
                return self._ended(final, tuple(told))
            lacking |= dict.fromkeys(needed)
            if not self._mend(needed):
                return self._ended(Missing.OTHER_CALLER, ())
            findings = self._judge(self._asker, self._evidence)
        if Missing.WRITTEN_CONSENT in lacking:
            lacking.pop(Missing.CONSENT, None)
        if self._purposes:
            advice[f"purposes that would do: {', '.join(self._purposes)}"] = None
        return Remedy(tuple(sorted(lacking, key=_ORDER.__getitem__)), tuple(advice), self._purposes)

    def _lack(self, finding: Finding) -> Missing:
        if finding.code is ReasonCode.CALLER_NOT_AUTHORISED:
            is_token = finding.rule == authority.RULE and not self._asker.may_read_conditional
            return Missing.TOKEN_SCOPE if is_token else Missing.OTHER_CALLER
        if finding.code is ReasonCode.PURPOSE_NOT_ALLOWED and not self._asker.states_matter:
            stated = self._judge(replace(self._asker, states_matter=True), self._evidence)
            if finding.code not in {one.code for one in stated}:
                return Missing.MATTER
        return _MISSING.get(finding.code, Missing.OTHER_CALLER)

    def _mend(self, needed: set[Missing]) -> bool:
        """Suppose that what is needed is there; False if no purpose would do."""
        asker = self._asker
        if Missing.PURPOSE in needed:
            self._purposes = tuple(self._fitting_purposes())
            if not self._purposes:
                return False
            asker = replace(asker, purpose=self._purposes[0])
        if Missing.TOKEN_SCOPE in needed:
            asker = replace(asker, may_read_conditional=True)
        if Missing.STAFF_AUTHORITY in needed:
            asker = replace(asker, items=frozenset({"*"}))
        if Missing.MATTER in needed:
            asker = replace(asker, states_matter=True)
        if Missing.PUBLISHED_MATTER in needed and asker.purpose is not None:
            asker = replace(asker, published=asker.published | {asker.purpose})
        self._asker = asker
        if needed & {Missing.CONSENT, Missing.WRITTEN_CONSENT}:
            consent = a_consent(self._items(), self._day, is_written=Missing.WRITTEN_CONSENT in needed)
            self._evidence = replace(self._evidence, consents=self._evidence.consents | {consent})
        return True

    def _fitting_purposes(self) -> Iterator[Purpose]:
        """Purposes against which nothing speaks, whatever else may be missing."""
        caller = self._asker.caller_class
        for purpose in sorted(self._catalog.jurisdiction.purposes.get(caller, frozenset())):
            found = self._judge(best_asker(caller, purpose), self._evidence)
            if not BY_PURPOSE & {one.code for one in found}:
                yield purpose

    def _items(self) -> frozenset[str]:
        entries = self._catalog.entries
        return frozenset(entries[at].item.code for at in self._coordinates if at in entries)

    def _ended(self, final: Missing, advice: tuple[str, ...]) -> Remedy:
        """Nothing that this caller could bring; who else may see the field?"""
        if final is not Missing.OTHER_CALLER:
            return Remedy((final,), advice)
        callers = tuple(one for one in CallerClass if one is not self._asker.caller_class and self._may_see(one))
        if not callers:
            return Remedy((Missing.NOTHING_HELPS,), advice)
        sentence = f"classes of caller that may ask, each on its own conditions: {', '.join(callers)}"
        return Remedy((final,), (*advice, sentence), callers=callers)

    def _may_see(self, caller: CallerClass) -> bool:
        kinds = (self._evidence.subject_kind,)
        return may_ever_see(self._coordinates, caller, catalog=self._catalog, day=self._day, kinds=kinds)
