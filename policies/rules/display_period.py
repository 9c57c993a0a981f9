"""Is the record still within the period for which it may be displayed?

The shortest of what the catalog item says, what the region says, and what the state says for decisions of that day.
Article: Tianjin 42, Shanghai 35 (five years from the end of the conduct, unless the state provides otherwise),
Heilongjiang 37 (as the state provides), Liaoning 10 (as the catalog says); NDRC Orders 58 of 2023 and 36 of 2025.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from policies.rules.record_case import RecordCase, RecordCheck
from schema.catalog.entry import Character
from schema.catalog.jurisdiction import Grade, NationalPeriod
from schema.catalog.switches import SwitchName
from schema.vocabulary.periods import Term, has_ended
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import Fact, SourceRecord

RULE = "display_period"
_ADVERSE: Final = frozenset({Character.UNTRUSTWORTHY, Character.SERIOUS})


def prepare(case: RecordCase) -> RecordCheck:
    """Always a check, as an agency may itself have stopped to display a record."""
    display, today = case.item.display, case.as_of
    day_in_text = today.isoformat()
    terms = _terms(case) if display.anchor is not None else ()
    national = _national(case)

    def check(record: SourceRecord) -> ReasonCode | None:
        if not record.is_displayed:
            return ReasonCode.NOT_DISPLAYED
        if record.unreadable and not record.unreadable.isdisjoint((display.anchor, display.until)):
            return ReasonCode.DISPLAY_EXPIRED
        if display.until is not None:
            until = record.facts.get(display.until)
            if isinstance(until, str) and until < day_in_text:
                return ReasonCode.DISPLAY_EXPIRED
        for term in terms:
            anchor = record.facts.get(display.anchor or "")
            if isinstance(anchor, str) and has_ended(anchor, term, today):
                return ReasonCode.DISPLAY_EXPIRED
        return national(record) if national is not None else None

    return check


def _terms(case: RecordCase) -> tuple[Term, ...]:
    """The item's own term and the region's, which counts for what is to a subject's disadvantage."""
    regional = case.catalog.jurisdiction.switches[SwitchName.QUERY_PERIOD]
    terms = [case.item.display.term]
    if regional.value == "FIXED" and case.item.character in _ADVERSE:
        fixed = regional.details["term"]
        terms.append(fixed if isinstance(fixed, Term) else None)
    return tuple(dict.fromkeys(term for term in terms if term is not None))


def _national(case: RecordCase) -> RecordCheck | None:
    """What the state says, by the day of the decision and the grade of the conduct."""
    judged, today = case.item.judged, case.as_of
    periods = tuple(period for period in case.catalog.national.periods if period.kind is case.place.kind)
    decided_by, grade_by = judged.decided, judged.grade
    if not periods or decided_by is None or grade_by is None:
        return None

    def check(record: SourceRecord) -> ReasonCode | None:
        decided = record.facts.get(decided_by)
        period = _period_of(decided, periods) if isinstance(decided, str) else None
        if period is None:
            return ReasonCode.DISPLAY_EXPIRED  # a decision of no known day has no period in which it may be shown
        grade = _grade_of(record.facts.get(grade_by), period.grades)
        if grade is None or grade.longest is None or has_ended(str(decided), grade.longest, today):
            return ReasonCode.DISPLAY_EXPIRED
        return None

    return check


def _period_of(decided: str, periods: Sequence[NationalPeriod]) -> NationalPeriod | None:
    for period in periods:
        starts, ends = period.decided_from, period.decided_to
        if (starts is None or starts.isoformat() <= decided) and (ends is None or decided < ends.isoformat()):
            return period
    return None


def _grade_of(fact: Fact, grades: Sequence[Grade]) -> Grade | None:
    """The strictest grade that the values put the record into; a record without values has no known grade.

    Where every grade is the same (one grade takes all), the values need not be known.
    """
    if len(grades) == 1 and not grades[0].values:
        return grades[0]
    values = (
        {fact} if isinstance(fact, str) else {str(one) for one in fact} if isinstance(fact, list | tuple) else set()
    )
    if not values:
        return None
    for grade in grades:
        if not grade.values or (values <= grade.values if grade.only else values & grade.values):
            return grade
    return None
