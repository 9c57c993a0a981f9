"""Between judging and fetching: which consents does an answer rest on, and may they be used once more?

A consent is relied on if the sheet would be another one without it. A use is counted before anything is fetched, once
for a request and a consent, whatever the request asks; what is used up counts for nothing, and is judged so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from gateway.pipeline.gather import Books
from gateway.pipeline.plan import SubjectPlan
from gateway.registers.consents_counting import Use
from policies.evidence import Consent, ConsentUse, Evidence, Standing
from policies.verdict import DecisionSheet
from schema.vocabulary.identifiers import SubjectId

Judge: TypeAlias = Callable[[SubjectId, Evidence], Sequence[SubjectPlan]]
"""Every plan of one subject under some evidence; equal evidence gives the plans that were kept."""


@dataclass(frozen=True, slots=True)
class Reliance:
    """The evidence to judge by, and the consents that the answer rests on."""

    evidence: Mapping[SubjectId, Evidence]
    consents: Mapping[SubjectId, frozenset[str]] = field(default_factory=dict)
    """Ids of consents, by the subject that gave them."""


async def settle(
    evidence: Mapping[SubjectId, Evidence],
    standings: Mapping[SubjectId, Standing],
    judge: Judge,
    *,
    day: date,
    books: Books,
) -> Reliance:
    """Find out what is relied on, and count it.

    Errors:  RegisterFault where it cannot be counted
    """
    given = {subject: dict(one.named) for subject, one in standings.items() if one.named and subject in evidence}
    settled = dict(evidence)
    while given:
        relied = {subject: _relied(subject, settled[subject], named, judge) for subject, named in given.items()}
        refused = await _count(relied, day, books)
        if not refused:
            told = {
                subject: frozenset(use.consent_id for use in uses.values()) for subject, uses in relied.items() if uses
            }
            return Reliance(settled, told)
        for subject, named in given.items():
            settled[subject], given[subject] = _without(settled[subject], named, refused)
    return Reliance(settled)


def _relied(
    subject: SubjectId, evidence: Evidence, named: Mapping[Consent, ConsentUse], judge: Judge
) -> dict[Consent, ConsentUse]:
    """Consents that the answer would change without; of two that do the same, one is enough."""
    left = evidence
    sheets = [plan.sheet for plan in judge(subject, left)]
    relied: dict[Consent, ConsentUse] = {}
    for consent, use in sorted(named.items(), key=lambda one: one[1].frequency is not None, reverse=True):
        without = replace(left, consents=left.consents - {consent})
        fewer = [plan.sheet for plan in judge(subject, without)]
        if all(_is_alike(one, other) for one, other in zip(sheets, fewer, strict=True)):
            left, sheets = without, fewer
        elif not consent.is_used_up:
            relied[consent] = use
    return relied


def _is_alike(one: DecisionSheet, other: DecisionSheet) -> bool:
    """Whether both show the same of every record."""
    if one is other:
        return True
    within = _shows_alike(one, other)
    return within and _shows_alike(one.outside or one, other.outside or other)


def _shows_alike(one: DecisionSheet, other: DecisionSheet) -> bool:
    verdicts = zip(one.verdicts.values(), other.verdicts.values(), strict=True)
    return all(
        (mine.effect, mine.view, mine.mask) == (theirs.effect, theirs.view, theirs.mask) for mine, theirs in verdicts
    )


async def _count(relied: Mapping[SubjectId, Mapping[Consent, ConsentUse]], day: date, books: Books) -> frozenset[str]:
    uses = {
        Use(use.consent_id, use.frequency.span(day), use.frequency.times)
        for uses in relied.values()
        for use in uses.values()
        if use.frequency is not None
    }
    refused = await books.count_use(uses) if uses else frozenset()
    return frozenset(use.consent_id for use in refused)


def _without(
    evidence: Evidence, named: Mapping[Consent, ConsentUse], refused: frozenset[str]
) -> tuple[Evidence, dict[Consent, ConsentUse]]:
    """The same with these consents used up."""
    again = {
        (replace(consent, is_used_up=True) if use.consent_id in refused else consent): use
        for consent, use in named.items()
    }
    others = frozenset(one for one in evidence.consents if one not in named)
    return replace(evidence, consents=others | frozenset(again)), again
