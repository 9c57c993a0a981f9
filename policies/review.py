"""After the fetch, record by record: what the record itself says about who may see it.

Everything found here depends on data and is therefore silent towards the caller: a record past its
display period looks exactly like no record. What a sheet implies for a kind of record is worked out
once (`Reviewer`), so that a record costs a few microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policies.masks import mask
from policies.rules import FACT_RULES, RECORD_RULES, consent, linked_person, minor, objection
from policies.rules.record_case import RecordCase
from policies.verdict import DecisionSheet, Effect, Verdict, View
from schema.catalog.entry import MaskKind, RecordEntry
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import FieldCoordinate, SubjectKind
from schema.vocabulary.reasons import ReasonCode, SourceArticle
from schema.vocabulary.records import Fact, SourceRecord, of_person


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that stayed back in silence, why, and by which article; for the record of the inquiry alone."""

    coordinate: FieldCoordinate
    code: ReasonCode
    rule: str
    article: SourceArticle


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A record as this caller may see it; `facts` is None if the record stays back as a whole."""

    facts: Mapping[str, Fact] | None
    silent: tuple[Kept, ...] = ()
    is_objected: bool = False
    """Whether the subject objects to the record, which is then marked."""


class Reviewer:
    """The sheet's consequences for the records of one kind."""

    __slots__ = (
        "_births",
        "_bounded",
        "_checks",
        "_is_person",
        "_is_public_caller",
        "_law",
        "_laws",
        "_narrowed",
        "_objections",
        "_outside",
        "_persons",
        "_place",
        "_plain",
        "_roles",
        "_special",
        "_today",
        "_views",
    )

    def __init__(self, sheet: DecisionSheet, place: RecordEntry) -> None:
        self._place = place
        self._bounded = tuple(one for one in sheet.evidence.consents if one.is_bounded)
        self._outside = _Outside(sheet.outside, place) if sheet.outside is not None else None
        self._today = sheet.question.as_of
        self._law = sheet.catalogs[0].jurisdiction
        self._is_person = sheet.evidence.subject_kind is SubjectKind.INDIVIDUAL_BUSINESS
        self._is_public_caller = sheet.question.asker.caller_class is CallerClass.PUBLIC
        cases = _cases(sheet, place)
        self._checks = tuple(
            (check, name, case.catalog.jurisdiction)
            for case in cases
            for name, prepare in RECORD_RULES
            if (check := prepare(case)) is not None
        )
        self._objections = tuple(one for case in cases[:1] if (one := objection.prepare(case)) is not None)
        self._laws = tuple(case.catalog.jurisdiction for case in cases)
        self._roles = frozenset(name.partition(".")[0] for case in cases for name in case.item.judged.roles)
        self._births = frozenset(name.partition(".")[0] for case in cases for name in case.item.judged.birth)
        shown = [verdict for verdict in sheet.verdicts.values() if verdict.effect is not Effect.WITHHOLD]
        own = [verdict for verdict in shown if verdict.field.coordinate.partition(".")[0] == place.kind]
        self._plain = {_name(verdict): verdict for verdict in own if not _depends_on_record(verdict)}
        self._special = tuple((_name(verdict), verdict) for verdict in own if _depends_on_record(verdict))
        self._narrowed = frozenset(name for name, verdict in self._special if _may_be_narrowed(verdict))
        persons: dict[str, list[tuple[str, Verdict]]] = {}
        for verdict in sheet.verdicts.values():
            holder, _, fact = (verdict.field.below or "").partition(".")
            if holder == place.kind:
                children = persons.setdefault(fact, [])  # a person of whom nothing may be seen is none
                if verdict.effect is not Effect.WITHHOLD:
                    children.append((_name(verdict), verdict))
        self._persons = persons
        self._views = {_name(verdict): verdict.view for verdict in own}

    def review(self, record: SourceRecord) -> Reviewed:
        """The record as it may be seen on the day of the question.

        Of a record of a day that a consent does not cover, no more is seen than if that consent were not there; where
        several consents are bounded, it has to lie within each.
        """
        if self._outside is None or all(one.covers_day(self._dated(record)) for one in self._bounded):
            return self._review(record)
        return self._narrowed_to(self._outside, record)

    def _dated(self, record: SourceRecord) -> str:
        """The day or year that the record tells of: today where it tells how things are; "" where nobody knows."""
        if self._place.dated is None:
            return self._today.isoformat()
        dated = record.facts.get(self._place.dated)
        return str(dated) if isinstance(dated, str | int) else ""

    def _narrowed_to(self, outside: _Outside, record: SourceRecord) -> Reviewed:
        seen = self._review(record)
        if seen.facts is None:
            return seen
        article = self._law.articles[consent.RULE]
        if outside.is_closed:
            kept = Kept(self._place.entry.coordinate, ReasonCode.OUTSIDE_CONSENT, consent.RULE, article)
            return Reviewed(None, (kept,))
        narrow = outside.reviewer.review(record)
        facts = narrow.facts or {}
        lost = (
            Kept(FieldCoordinate(f"{self._place.kind}.{name}"), ReasonCode.OUTSIDE_CONSENT, consent.RULE, article)
            for name, fact in seen.facts.items()
            if fact is not None and facts.get(name) != fact
        )
        return Reviewed(facts, (*narrow.silent, *lost), narrow.is_objected)

    def _review(self, record: SourceRecord) -> Reviewed:
        for check, name, law in self._checks:
            code = check(record)
            if code is not None:
                return Reviewed(None, (Kept(self._place.entry.coordinate, code, name, law.articles[name]),))
        given = record.facts
        facts: dict[str, Fact] = {name: given.get(name) for name in self._plain}
        silent: list[Kept] = []
        flagged = tuple((name, self._plain[name]) for name in record.not_public if name in self._plain)
        for name, verdict in self._special + flagged:
            is_narrowed = name in self._narrowed or name in record.not_public
            kept = self._withheld_by_record(record, name, verdict=verdict) if is_narrowed else None
            facts[name] = None if kept is not None else self._masked(record, name, verdict=verdict)
            if kept is not None:
                silent.append(kept)
        for name, children in self._persons.items():
            if facts.get(name) is not None:
                facts[name] = self._person(given.get(name), name, children, silent=silent) if children else None
        is_objected = bool(self._objections) and any(one(record) for one in self._objections)
        return Reviewed(facts, tuple(silent), is_objected)

    def _withheld_by_record(self, record: SourceRecord, name: str, *, verdict: Verdict) -> Kept | None:
        if record.facts.get(name) is None or verdict.view is View.FULL:
            return None
        for rule, judge in FACT_RULES:
            code = judge(record, name, verdict)
            if code is not None:
                return Kept(verdict.field.coordinate, code, rule, self._law.articles[rule])
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

    def _person(self, person: Fact, holder: str, children: list[tuple[str, Verdict]], *, silent: list[Kept]) -> Fact:
        if isinstance(person, list | tuple):
            seen = [self._person(one, holder, children, silent=silent) for one in person]
            return [one for one in seen if one is not None]
        if not isinstance(person, Mapping):
            return None
        kept = self._withheld_person(person, holder)
        if kept is not None:
            silent.append(kept)
            return None
        return {name: self._personal(person.get(name), verdict) for name, verdict in children}

    def _withheld_person(self, person: Mapping[str, Fact], holder: str) -> Kept | None:
        """Why a person in the record is not shown at all; the subject itself and the operator see who is named."""
        at = FieldCoordinate(f"{self._place.kind}.{holder}")
        if holder in self._births and minor.is_minor(person, self._today):
            return Kept(at, ReasonCode.MINOR, minor.RULE, self._law.articles[minor.RULE])
        if holder in self._roles and self._views.get(holder) is not View.FULL:
            for law in self._laws:
                if linked_person.is_unlinked(person, law):
                    return Kept(at, ReasonCode.LINKED_PERSON, linked_person.RULE, law.articles[linked_person.RULE])
        return None

    def _personal(self, value: Fact, verdict: Verdict) -> Fact:
        if verdict.mask is MaskKind.M2 and self._is_public_caller:
            return None
        return mask(verdict.mask, value)


class _Outside:
    """What is left of a kind of record on days that a consent does not cover."""

    __slots__ = ("is_closed", "reviewer")

    def __init__(self, sheet: DecisionSheet, place: RecordEntry) -> None:
        self.is_closed = sheet.withholds(place.entry.coordinate)
        """Whether the place as a whole is open to nobody without the consent."""
        self.reviewer = Reviewer(sheet, place)


def _cases(sheet: DecisionSheet, place: RecordEntry) -> tuple[RecordCase, ...]:
    """The kind of record under each law that the sheet was judged by."""
    under = ((catalog, catalog.records.get(place.entry.coordinate)) for catalog in sheet.catalogs)
    day = sheet.question.as_of
    return tuple(RecordCase(here, catalog, sheet.evidence, day) for catalog, here in under if here is not None)


def _name(verdict: Verdict) -> str:
    return verdict.field.coordinate.partition(".")[2]


def _depends_on_record(verdict: Verdict) -> bool:
    entry = verdict.entry
    is_shown_otherwise = verdict.mask is not MaskKind.M0 or (entry is not None and entry.obeys_record_flag)
    return is_shown_otherwise or _may_be_narrowed(verdict)


def _may_be_narrowed(verdict: Verdict) -> bool:
    """Whether a record that flags nothing may keep the fact back all the same."""
    entry = verdict.entry
    return entry is not None and (entry.natural_person is not None or bool(entry.values_shown))
