"""After the fetch, record by record: what the record itself says about who may see it.

Everything found here depends on data and is therefore silent towards the caller: a record past its
display period looks exactly like no record. What a sheet implies for a kind of record is worked out
once (`Reviewer`), so that a record costs a few microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from policies.masks import mask
from policies.verdict import DecisionSheet, Effect, Verdict, View
from schema.catalog.entry import MaskKind, RecordEntry, Sensitivity
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import FieldCoordinate, SubjectKind
from schema.vocabulary.periods import Term, ends_on
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import Fact, SourceRecord, of_person


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A record as this caller may see it; `facts` is None if the record stays back as a whole."""

    facts: Mapping[str, Fact] | None
    silent: tuple[tuple[FieldCoordinate, ReasonCode], ...] = ()
    """What stayed back and why; for the record of the inquiry alone."""


class Reviewer:
    """The sheet's consequences for the records of one kind."""

    __slots__ = ("_display", "_is_person", "_is_public_caller", "_persons", "_place", "_plain", "_special")

    def __init__(self, sheet: DecisionSheet, place: RecordEntry) -> None:
        self._place = place
        self._display = place.entry.item.display
        self._is_person = sheet.evidence.subject_kind is SubjectKind.INDIVIDUAL_BUSINESS
        self._is_public_caller = sheet.question.asker.caller_class is CallerClass.PUBLIC
        shown = [verdict for verdict in sheet.verdicts.values() if verdict.effect is not Effect.WITHHOLD]
        own = [verdict for verdict in shown if verdict.field.coordinate.partition(".")[0] == place.kind]
        self._plain = {_name(verdict): verdict for verdict in own if not _depends_on_record(verdict)}
        self._special = tuple((_name(verdict), verdict) for verdict in own if _depends_on_record(verdict))
        persons: dict[str, list[tuple[str, Verdict]]] = {}
        for verdict in sheet.verdicts.values():
            holder, _, fact = (verdict.field.below or "").partition(".")
            if holder == place.kind:
                children = persons.setdefault(fact, [])  # a person of whom nothing may be seen is none
                if verdict.effect is not Effect.WITHHOLD:
                    children.append((_name(verdict), verdict))
        self._persons = persons

    def review(self, record: SourceRecord, today: date) -> Reviewed:
        """The record as it may be seen on this day."""
        hidden = self._hidden(record, today)
        if hidden is not None:
            return Reviewed(None, ((self._place.entry.coordinate, hidden),))
        given = record.facts
        facts: dict[str, Fact] = {name: given.get(name) for name in self._plain}
        silent: list[tuple[FieldCoordinate, ReasonCode]] = []
        flagged = tuple((name, self._plain[name]) for name in record.not_public if name in self._plain)
        for name, verdict in self._special + flagged:
            code = self._withheld_by_record(record, name, verdict=verdict)
            facts[name] = None if code else self._masked(record, name, verdict=verdict)
            if code:
                silent.append((verdict.field.coordinate, code))
        for name, children in self._persons.items():
            if facts.get(name) is not None:
                facts[name] = self._person(given.get(name), children) if children else None
        return Reviewed(facts, tuple(silent))

    def _hidden(self, record: SourceRecord, today: date) -> ReasonCode | None:
        if not record.is_displayed:
            return ReasonCode.NOT_DISPLAYED
        display = self._display
        for fact in (display.anchor, display.until):
            if fact is not None and fact in record.unreadable:
                return ReasonCode.DISPLAY_EXPIRED
        if display.until is not None:
            until = record.facts.get(display.until)
            if isinstance(until, str) and until < today.isoformat():
                return ReasonCode.DISPLAY_EXPIRED
        if display.term is not None and display.anchor is not None:
            anchor = record.facts.get(display.anchor)
            if isinstance(anchor, str) and _has_ended(anchor, display.term, today):
                return ReasonCode.DISPLAY_EXPIRED
        return None

    def _withheld_by_record(self, record: SourceRecord, name: str, *, verdict: Verdict) -> ReasonCode | None:
        entry = verdict.entry
        assert entry is not None  # a field outside the catalog is withheld, and never comes here
        value = record.facts.get(name)
        if value is None or verdict.view is View.FULL:
            return None
        if record.is_natural_person and entry.natural_person is Sensitivity.NOT_SHARED:
            return ReasonCode.NATURAL_PERSON
        if verdict.view is View.ON_CONDITION:
            return None
        if record.is_natural_person and entry.natural_person is Sensitivity.CONDITIONAL:
            return ReasonCode.NATURAL_PERSON
        if name in record.not_public:
            return ReasonCode.NOT_PUBLIC_BY_RECORD
        if entry.values_shown and value not in entry.values_shown:
            return ReasonCode.VALUE_ON_CONDITION
        return None

    def _masked(self, record: SourceRecord, name: str, *, verdict: Verdict) -> Fact:
        entry = verdict.entry
        assert entry is not None  # as above
        value = record.facts.get(name)
        if value is None and verdict.view is View.FULL:
            value = record.facts.get(of_person(name))
        if name in record.not_public and entry.obeys_record_flag and verdict.view is not View.FULL:
            return mask(entry.mask, value, hides_streets=self._is_person)
        if verdict.mask is MaskKind.M2:
            if entry.natural_person is not None and not record.is_natural_person:
                return value
            if self._is_public_caller:
                return None
        return mask(verdict.mask, value, hides_streets=self._is_person)

    def _person(self, person: Fact, children: list[tuple[str, Verdict]]) -> Fact:
        if isinstance(person, list | tuple):
            return [self._person(one, children) for one in person]
        if not isinstance(person, Mapping):
            return None
        return {name: self._personal(person.get(name), verdict) for name, verdict in children}

    def _personal(self, value: Fact, verdict: Verdict) -> Fact:
        if verdict.mask is MaskKind.M2 and self._is_public_caller:
            return None
        return mask(verdict.mask, value)


def _has_ended(anchor: str, term: Term, today: date) -> bool:
    """A day that nobody can read has ended the term; a term past the calendar has not ended yet."""
    try:
        return ends_on(date.fromisoformat(anchor), term) < today
    except OverflowError:
        return False
    except ValueError:
        return True


def _name(verdict: Verdict) -> str:
    return verdict.field.coordinate.partition(".")[2]


def _depends_on_record(verdict: Verdict) -> bool:
    entry = verdict.entry
    return entry is not None and (
        verdict.mask is not MaskKind.M0
        or entry.obeys_record_flag
        or entry.natural_person is not None
        or bool(entry.values_shown)
    )
