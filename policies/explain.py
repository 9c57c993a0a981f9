"""Why a field is shown, desensitised or withheld, what is missing, and what a record itself might still keep back.

Told from judgement alone. No mark on a record has a say in it, so the answer never tells whether there is a record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from policies.decide import decide, ordered
from policies.evidence import Evidence, Mark, RecordMark
from policies.question import Asker, DemandedField, Question
from policies.remedies import Remedy, remedy
from policies.rules import RECORD_RULES, consent, linked_person, minor, natural_person, record_flag, value_condition
from policies.rules.record_case import RecordCase
from policies.verdict import DecisionSheet, Effect, Finding, Verdict, View
from schema.catalog.catalog import Catalog
from schema.catalog.entry import MaskKind, RecordEntry
from schema.vocabulary.access import Missing
from schema.vocabulary.reasons import ReasonCode, SourceArticle


@dataclass(frozen=True, slots=True)
class RecordRule:
    """A rule that may keep a record or a fact of it back in silence, once it is looked at."""

    rule: str
    article: SourceArticle


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that can be told of one field without looking at a record."""

    field: DemandedField
    findings: tuple[Finding, ...]
    """Every finding on the field, on the person's role it hangs under and on its kind of record, strictest first."""
    item: str | None
    """Code of the catalog item; None for a field that the catalog does not list."""
    mask: MaskKind
    remedy: Remedy
    may_be_kept_back_by: tuple[RecordRule, ...]
    structural_because: str = ""
    """Why the catalog does not govern the field, though the graph has it; "" if it does."""

    @property
    def effect(self) -> Effect:
        """The strictest of the findings; SHOW if there is none."""
        return self.findings[0].effect if self.findings else Effect.SHOW

    @property
    def code(self) -> ReasonCode | None:
        """The reason of the strictest finding."""
        return self.findings[0].code if self.findings else None

    @property
    def rule(self) -> str | None:
        """The rule that found it."""
        return self.findings[0].rule if self.findings else None

    @property
    def article(self) -> SourceArticle | None:
        """The article that it rests on."""
        return self.findings[0].article if self.findings else None

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What the caller lacks; () for what is not withheld."""
        return self.remedy.missing

    @property
    def help(self) -> str:
        """How to get it, in words."""
        return self.structural_because or "; ".join(self.remedy.advice)


@dataclass(frozen=True, slots=True)
class Account:
    """The explanations in the order of the question's fields, and the sheet that they were read from."""

    sheet: DecisionSheet
    explanations: tuple[Explanation, ...]


def explain(question: Question, catalog: Catalog, evidence: Evidence, *, home: Catalog | None = None) -> Account:
    """Explain every field of the question; a field may stand in it more than once.

    Shape:   as for `decide`
    """
    unmarked = replace(evidence, marks=frozenset())
    explainer = _Explainer(question, catalog, unmarked, home=home)
    made = {field: explainer.explain(field) for field in dict.fromkeys(question.fields)}
    return Account(explainer.sheet, tuple(made[field] for field in question.fields))


class _Explainer:
    """One question being explained."""

    def __init__(self, question: Question, catalog: Catalog, evidence: Evidence, *, home: Catalog | None) -> None:
        self._question = question
        self._catalog = catalog
        self._evidence = evidence
        self._home = home
        self._places = {place.kind.value: place for place in catalog.records.values()}
        self._chains = {field: self._chain(field) for field in question.fields}
        needed = tuple(dict.fromkeys(one for chain in self._chains.values() for one in chain))
        self.sheet = self._decide(question.asker, evidence, needed)

    def explain(self, field: DemandedField) -> Explanation:
        because = self._catalog.structural.get(field.coordinate, "") if field.below is None else ""
        if because:
            return Explanation(field, (), None, MaskKind.M0, Remedy(), (), because)
        verdict = self.sheet.verdicts[field]
        findings = self._findings(self.sheet, field)
        return Explanation(
            field=field,
            findings=findings,
            item=verdict.entry.item.code if verdict.entry is not None else None,
            mask=verdict.mask,
            remedy=self._remedy(field, findings),
            may_be_kept_back_by=tuple(dict.fromkeys(self._record_rules(verdict))),
        )

    def _chain(self, field: DemandedField) -> tuple[DemandedField, ...]:
        """The kind of record, the person's role and the field: each of them may be what is withheld."""
        holder = (DemandedField(field.below),) if field.below is not None else ()
        place = self._place(field)
        above = (DemandedField(place.entry.coordinate),) if place is not None else ()
        return (*above, *holder, field)

    def _place(self, field: DemandedField) -> RecordEntry | None:
        at = field.below or field.coordinate
        return self._catalog.records.get(at) or self._places.get(at.partition(".")[0])

    def _decide(self, asker: Asker, evidence: Evidence, fields: tuple[DemandedField, ...]) -> DecisionSheet:
        return decide(Question(asker, fields, self._question.as_of), self._catalog, evidence, home=self._home)

    def _findings(self, sheet: DecisionSheet, field: DemandedField) -> tuple[Finding, ...]:
        """What hinders the field; what is above it masks nothing of it."""
        found = dict.fromkeys(
            finding
            for one in self._chains[field]
            for finding in sheet.verdicts[one].findings
            if one is field or finding.effect is Effect.WITHHOLD
        )
        return ordered(found)

    def _remedy(self, field: DemandedField, findings: tuple[Finding, ...]) -> Remedy:
        def judge(asker: Asker, evidence: Evidence) -> tuple[Finding, ...]:
            return self._findings(self._decide(asker, evidence, self._chains[field]), field)

        return remedy(
            findings,
            judge,
            tuple(one.coordinate for one in self._chains[field]),
            question=self._question,
            evidence=self._evidence,
            catalog=self._catalog,
        )

    def _record_rules(self, verdict: Verdict) -> Iterator[RecordRule]:
        place = self._place(verdict.field)
        if place is None or verdict.entry is None:
            return
        marks = frozenset(RecordMark(mark, place.kind, "", self._question.as_of) for mark in Mark)
        marked = replace(self._evidence, marks=marks)  # as if every mark there is stood on record
        for catalog in self.sheet.catalogs:
            here = catalog.records.get(place.entry.coordinate)
            if here is None:
                continue
            case = RecordCase(here, catalog, marked, self._question.as_of)
            articles = catalog.jurisdiction.articles
            for name, prepare in RECORD_RULES:
                if prepare(case) is not None:
                    yield RecordRule(name, articles[name])
            if self._is_bounded(verdict):
                yield RecordRule(consent.RULE, articles[consent.RULE])
            for name in _fact_rules(self._fact(verdict), here):
                yield RecordRule(name, articles[name])

    def _is_bounded(self, verdict: Verdict) -> bool:
        """Whether the field is shown by a consent that covers records of some days only."""
        outside = self.sheet.outside
        return outside is not None and any(
            outside.withholds(one.coordinate, one.below) and not self.sheet.withholds(one.coordinate, one.below)
            for one in self._chains[verdict.field]
        )

    def _fact(self, verdict: Verdict) -> Verdict:
        """The verdict on the record's own fact: of a person's field, on the role that the person hangs under."""
        below = verdict.field.below
        return self.sheet.verdicts[DemandedField(below)] if below is not None else verdict


def _fact_rules(verdict: Verdict, place: RecordEntry) -> Iterator[str]:
    """Rules that may keep this fact of a record back, and leave the rest of it."""
    entry, judged = verdict.entry, place.entry.item.judged
    fact = f"{verdict.field.coordinate.partition('.')[2]}."
    if any(name.startswith(fact) for name in judged.birth):
        yield minor.RULE
    if entry is None or verdict.view is View.FULL or entry.coordinate == place.entry.coordinate:
        return
    if any(name.startswith(fact) for name in judged.roles):
        yield linked_person.RULE
    if entry.natural_person is not None:
        yield natural_person.RULE
    if verdict.view is View.PUBLIC:
        yield record_flag.RULE
        if entry.values_shown:
            yield value_condition.RULE
