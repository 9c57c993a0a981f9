"""What the log says about one request, as canonical JSON: coordinates, verdicts, articles, sources and stamp.

Never a released value, a name or a code in clear. The form is told field by field in `entry_text`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson

from gateway.faults import FaultCode
from gateway.pipeline.access import Access
from gateway.pipeline.admit import AdmittedRequest
from gateway.pipeline.plan import SubjectPlan
from gateway.pipeline.release import SubjectRelease
from gateway.pipeline.seal_receipt import Salted
from gateway.pipeline.seal_shown import ALL_SHOWN, Showing, Shown, shown_but
from gateway.pipeline.seal_statement import desensitised
from gateway.pipeline.told import Told
from policies.logged_verdicts import written
from policies.question import DemandedField
from policies.verdict import DecisionSheet
from schema.vocabulary.caller import Caller, Inquiry
from schema.vocabulary.identifiers import AgencyId, SubjectId

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request was about, as far as it was understood."""

    inquiry: Inquiry
    releases: Sequence[SubjectRelease] = ()
    searches: Sequence[DecisionSheet] = ()
    explained: Sequence[Access] = ()
    consents: Mapping[SubjectId, frozenset[str]] = field(default_factory=dict)
    """Ids of the consents that the answer rests on, by the subject that gave them."""
    told: Sequence[Told] = ()
    """What was told of consents or done with them, and what was told of inquiries."""

    def subjects(self) -> list[SubjectId]:
        """Whom it was about, in the order in which the verdicts count them."""
        subjects = [released.subject for released in self.releases]
        if self.explained or self.told:
            subjects += (told.subject for told in self.explained)
            subjects += (subject for told in self.told for subject in told.subjects)
        return subjects


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request."""

    body: bytes | None
    """The response as it is without its receipt; None where nothing left."""
    status: int
    fault: FaultCode | None = None


class Stamp(NamedTuple):
    """What the house adds: the law that was judged by, and digests in the place of what may not stand there."""

    edition: str
    salted: Salted
    operation: str
    period: str | None
    """Under whose key the subjects were digested, `2026-11`; None where there are none."""
    subjects: Sequence[str]


def entry_text(admitted: AdmittedRequest, caller: Caller, asked: Asked, outcome: Outcome, *, stamp: Stamp) -> bytes:
    """The entry; UTF-8.

    Shape:   `v` version, `id` of the request, `at` its hour in UTC; `caller` the chain; `purpose`, `matter`, `case` as
             stated, struck of numbers and persons; `edition` of the catalog; `operation` keyed digest, `request` and
             `response` as the receipt has them; `key` the period of the digests in `subjects`; `verdicts` see
             `_verdicts`; `sources` see `_sources`
    """
    stated = asked.inquiry
    return orjson.dumps(
        {
            "v": VERSION,
            "id": admitted.request_id,
            "at": admitted.as_of.astimezone(UTC),
            "caller": {
                "class": caller.caller_class.value,
                "organisation": caller.organisation,
                "client": caller.client_id,
                "officer": caller.officer,
                "workflow": desensitised(stated.workflow),
                "jurisdiction": caller.jurisdiction,
            },
            "purpose": stated.purpose.value if stated.purpose else None,
            "matter": desensitised(stated.matter),
            "case": desensitised(stated.case_reference),
            "edition": stamp.edition,
            "operation": stamp.operation,
            "request": stamp.salted.request,
            "response": stamp.salted.response or None,
            "status": outcome.status,
            "fault": outcome.fault.value if outcome.fault else None,
            "key": stamp.period,
            "subjects": stamp.subjects,
            "verdicts": _all_verdicts(asked),
            "sources": _sources(asked.releases),
        },
        option=orjson.OPT_UTC_Z,
    )


def _all_verdicts(asked: Asked) -> list[Any]:
    if len(asked.releases) == 1 and not (asked.consents or asked.searches or asked.explained or asked.told):
        [released] = asked.releases
        if not released.silent:  # what is said of a single subject is much the same from one to the next
            return [_alone(released.plan, *_fixed(released.plan).showing.gaps(released.answer))]
    verdicts = _verdicts(asked.releases, asked.consents)
    if asked.searches or asked.explained or asked.told:
        explained = len(asked.releases)
        verdicts.extend({"search": True, "decided": _decided(sheet)} for sheet in asked.searches)
        verdicts.extend(_explained(one, explained + place) for place, one in enumerate(asked.explained))
        verdicts.extend(_told(asked.told, explained + len(asked.explained)))
    return verdicts


@dataclass(frozen=True, slots=True)
class _Fixed:
    """What all entries about one plan have in common."""

    parts: Mapping[str, orjson.Fragment]
    showing: Showing


@lru_cache(maxsize=2048)
def _fixed(plan: SubjectPlan) -> _Fixed:
    showing = Showing(plan)
    parts = {"decided": _decided(plan.sheet)}
    if showing.used:
        parts["used"] = orjson.Fragment(orjson.dumps(showing.used))
    return _Fixed(parts, showing)


class _Judged:
    """One sheet: whom it judged, and what then came of it."""

    __slots__ = ("bare", "fixed", "missing", "positions", "shown", "silent")

    def __init__(self, fixed: _Fixed) -> None:
        self.fixed = fixed
        self.missing = self.bare = False
        """Whether any of them is, for anybody."""
        self.positions: list[int] = []
        self.shown: list[Shown] = []
        self.silent: dict[str, list[int]] = {}

    def add(self, position: int, released: SubjectRelease) -> None:
        self.put(position, self.fixed.showing.of(released.answer))
        for kept in released.silent:
            held = self.silent.setdefault(f"{kept.coordinate} {kept.code} {kept.rule} {kept.article}", [])
            if not held or held[-1] != position:
                held.append(position)

    def put(self, position: int, shown: Shown) -> None:
        self.positions.append(position)
        self.shown.append(shown)
        if shown is not ALL_SHOWN:
            self.missing, self.bare = True, self.bare or bool(shown.bare)

    def in_words(self) -> dict[str, Any]:
        words: dict[str, Any] = {"subjects": self.positions, **self.fixed.parts, "silent": self.silent}
        if self.missing:
            words["missing"] = [one.missing for one in self.shown]
        if self.bare:
            words["bare"] = [one.bare for one in self.shown]
        return words


@lru_cache(maxsize=1024)
def _alone(plan: SubjectPlan, missing: int, bare: int) -> orjson.Fragment:
    """`_verdicts` of a single subject of whom nothing stayed back in silence, written once for all with such gaps."""
    judged = _Judged(_fixed(plan))
    judged.put(0, shown_but(missing, bare))
    return orjson.Fragment(orjson.dumps(judged.in_words()))


def _verdicts(releases: Sequence[SubjectRelease], consents: Mapping[SubjectId, frozenset[str]]) -> list[dict[str, Any]]:
    """Per sheet: `subjects` (positions in the entry's list), what it `decided`, and what was `used` to arrange by.

    For each of these subjects in the same order `missing`: which of what was permitted (SHOW, MASK) does not stand in
    the answer, as positions in `decided`, so that shown is what was permitted and is not missing; `bare` those of them
    where an object without any value was. Both are left out where nothing was missing. Then what stayed back in
    `silent`, and the `consents` that it rests on.
    """
    judged: dict[int, _Judged] = {}
    for position, released in enumerate(releases):
        plan = released.plan
        one = judged.get(id(plan))
        if one is None:
            one = judged[id(plan)] = _Judged(_fixed(plan))
        one.add(position, released)
    words = [one.in_words() for one in judged.values()]
    if consents:
        for part in words:
            part.update(_resting_on(part["subjects"], releases, consents))
    return words


def _resting_on(
    positions: Sequence[int], releases: Sequence[SubjectRelease], consents: Mapping[SubjectId, frozenset[str]]
) -> dict[str, list[str]]:
    """Ids of consents, which name nobody; left out where the answer rests on the law alone."""
    names = sorted({name for position in positions for name in consents.get(releases[position].subject, ())})
    return {"consents": names} if names else {}


def _explained(told: Access, position: int) -> dict[str, Any]:
    """What was told of the law; fields that no catalog lists are counted, as a caller may have written anything."""
    return {
        "explained": True,
        "subjects": [position],
        "purpose": told.purpose,
        "decided": _decided(told.sheet, only_listed=True),
        "unlisted": sum(1 for field in told.sheet.verdicts if not _is_listed(field, told.sheet)),
    }


def _told(told: Sequence[Told], first: int) -> Iterator[dict[str, Any]]:
    """What was told of consents or done with them; `first` is the position of the first of their subjects."""
    for one in told:
        yield {"about": "consents", "subjects": [*range(first, first + len(one.subjects))], **one.sealed()}
        first += len(one.subjects)


def _sources(releases: Sequence[SubjectRelease]) -> list[Sequence[str | int]]:
    """Agency by agency how it answered (`fetched`, `cached`, `unavailable`, `unreadable`) and about how many subjects.

    Then, unless it brought none, the earliest and the latest time that its records state, in seconds since 1970.
    """
    told: dict[tuple[AgencyId, str], tuple[str | int, ...]] = {}
    for released in releases:
        for source, span in released.sources.items():
            known = told.get(source)
            if known is None:
                told[source] = (*source, 1, *span) if span is not None else (*source, 1)
            else:
                told[source] = (*source, int(known[2]) + 1, *_both(known[3:], span or ()))
    return [told[source] for source in sorted(told)]


def _both(one: Sequence[Any], other: Sequence[Any]) -> Sequence[Any]:
    """The span of two spans, of which each may be none."""
    return (min(one[0], other[0]), max(one[1], other[1])) if one and other else one or other


@lru_cache(maxsize=2048)
def _decided(sheet: DecisionSheet, *, only_listed: bool = False) -> orjson.Fragment:
    """Every field with its verdict, as `policies.logged_verdicts` writes them; written once per sheet."""
    listed = (verdict for field, verdict in sheet.verdicts.items() if not only_listed or _is_listed(field, sheet))
    return orjson.Fragment(orjson.dumps(written(listed)))


def _is_listed(field: DemandedField, sheet: DecisionSheet) -> bool:
    entries = sheet.catalogs[0].entries
    return field.coordinate in entries and (field.below is None or field.below in entries)
