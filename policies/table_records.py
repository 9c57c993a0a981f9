"""The third moment of the exhaustive table: what is seen of a record, once it has been fetched and reviewed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import Final

from policies.decide import decide
from policies.evidence import Evidence, Mark, RecordMark
from policies.question import DemandedField, Question
from policies.review import Reviewed, Reviewer
from policies.table_circumstances import ORDINARY, consent_to_all
from policies.table_samples import OLDEST, PLAIN, samples
from policies.verdict import DecisionSheet, Effect, Verdict
from schema.catalog.catalog import Catalog
from schema.catalog.entry import MaskKind, RecordEntry
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectKind
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import Fact, SourceRecord

_MARKS: Final = {Mark.RESTORED: "RECORD/restored", Mark.REVOKED: "RECORD/revoked", Mark.HIDDEN: "RECORD/hidden"}
_ASKERS: Final[tuple[tuple[CallerClass, Purpose | None], ...]] = (
    (CallerClass.PUBLIC, None),
    (CallerClass.STATE_ORGAN, Purpose.INSPECTION),
    (CallerClass.FINANCIAL_INSTITUTION, Purpose.CREDIT_GRANTING),
    (CallerClass.SUBJECT_SELF, None),
)
"""One asker for each view that a record may give: nobody's, by duty, by consent, one's own."""


@dataclass(frozen=True, slots=True)
class RecordCell:
    """What one asker sees of one field of one made-up record."""

    field: DemandedField
    moment: str
    caller: CallerClass
    purpose: Purpose | None
    answer: str


def answer(verdict: Verdict) -> str:
    """A verdict as the table writes it: `SHOW`, `MASK M6` or `WITHHOLD PURPOSE_REQUIRED`."""
    if verdict.effect is Effect.WITHHOLD:
        return f"WITHHOLD {verdict.findings[0].code}"
    return f"MASK {verdict.mask}" if verdict.effect is Effect.MASK else "SHOW"


def record_cells(catalog: Catalog, asked: Sequence[DemandedField], day: date) -> Iterator[RecordCell]:
    """Every kind of record, in every state that a rule looks at, before each of a few askers."""
    for place in catalog.records.values():
        fields = tuple(field for field in asked if _is_of(field, place))
        for (caller, purpose), (on, suffix) in product(_ASKERS, _days(place, catalog, day)):
            question = Question(replace(ORDINARY, caller_class=caller, purpose=purpose), fields, on)
            for cell in _cells_of(place, question, _evidence(catalog, caller, on), catalog=catalog):
                yield replace(cell, moment=cell.moment + suffix)


def _days(place: RecordEntry, catalog: Catalog, day: date) -> Iterator[tuple[date, str]]:
    """The day of the table; and, where the state has changed its rule, a day on which every record is under the newest.

    Without the second a new national rule would not be seen before the first records under it are old.
    """
    yield day, ""
    periods = (period.decided_from for period in catalog.national.periods if period.kind is place.kind)
    newest = max((start for start in periods if start is not None), default=None)
    if newest is not None and newest > day - OLDEST:
        yield newest + OLDEST, "/newest-rule"


def _is_of(field: DemandedField, place: RecordEntry) -> bool:
    above = field.below or field.coordinate
    return field.coordinate == place.entry.coordinate or above.partition(".")[0] == place.kind


def _evidence(catalog: Catalog, caller: CallerClass, day: date) -> Evidence:
    consents = frozenset({consent_to_all(catalog, day, is_written=True)})
    given = consents if caller is CallerClass.FINANCIAL_INSTITUTION else frozenset()
    return Evidence(SubjectKind.ORGANISATION, is_own=caller is CallerClass.SUBJECT_SELF, consents=given)


def _cells_of(place: RecordEntry, question: Question, evidence: Evidence, *, catalog: Catalog) -> Iterator[RecordCell]:
    asker, day = question.asker, question.as_of
    sheet = decide(question, catalog, evidence)
    reviewer = Reviewer(sheet, place)
    made = list(samples(place, catalog, fields=question.fields, day=day))
    seen = [(sample.moment, sample.record, reviewer.review(sample.record)) for sample in made]
    plain = next(sample.record for sample in made if sample.moment == PLAIN)
    for mark, moment in _MARKS.items():
        marked = replace(evidence, marks=frozenset({RecordMark(mark, place.kind, "", day - timedelta(days=1))}))
        seen.append((moment, plain, Reviewer(decide(question, catalog, marked), place).review(plain)))
    for moment, record, reviewed in seen:
        for field in question.fields:
            what = _seen(field, record, reviewed, sheet=sheet, place=place)
            yield RecordCell(field, moment, asker.caller_class, asker.purpose, what)


def _seen(
    field: DemandedField, record: SourceRecord, reviewed: Reviewed, *, sheet: DecisionSheet, place: RecordEntry
) -> str:
    """What is seen of a field, from the reviewed record itself and not from what the rules intended."""
    holder = DemandedField(field.below) if field.below is not None else field
    for above in (DemandedField(place.entry.coordinate), holder, field):
        if (verdict := sheet.verdicts[above]).effect is Effect.WITHHOLD:
            return answer(verdict)
    if reviewed.facts is None:
        return f"WITHHOLD {reviewed.silent[0].code}"
    if field.coordinate == place.entry.coordinate:
        return answer(sheet.verdicts[field])
    kept = next((one for one in reviewed.silent if one.coordinate in (field.coordinate, field.below)), None)
    if kept is not None:
        return f"WITHHOLD {kept.code}"
    given, left = _fact(record.facts, field), _fact(reviewed.facts, field)
    if left is None:
        return f"WITHHOLD {ReasonCode.MASKED}"
    entry = sheet.verdicts[field].entry
    if left == given or entry is None or entry.mask is MaskKind.M0:  # of a person each part has a cell of its own
        return "SHOW"
    return f"MASK {entry.mask}"


def _fact(facts: Mapping[str, Fact], field: DemandedField) -> Fact:
    """The fact under a field; a person's part within the person."""
    name = field.coordinate.partition(".")[2]
    if field.below is None:
        return facts.get(name)
    person = facts.get(field.below.partition(".")[2])
    return person.get(name) if isinstance(person, Mapping) else None
