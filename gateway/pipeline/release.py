"""Stage 8: what was harvested, reviewed record by record, becomes the answer; troubles find their place.

Problems that hold for every subject of a list are said once, others with the subject's position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from connectors.port import Fetched, FetchOrder, Unavailable
from gateway.faults import FaultCode, Problem
from gateway.pipeline.arrange import arrange
from gateway.pipeline.fetch import Harvest
from gateway.pipeline.plan import PlacePlan, SubjectPlan
from gateway.pipeline.reconcile import Delivery, Reconciled, reconcile
from policies.review import Kept, Reviewed
from schema.catalog.entry import UpdateCycle
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate, SubjectId
from schema.vocabulary.records import RecordKind, SourceRecord

_CYCLES = {
    UpdateCycle.REAL_TIME: timedelta(minutes=30),
    UpdateCycle.DAILY: timedelta(days=1),
    UpdateCycle.WEEKLY: timedelta(days=7),
    UpdateCycle.MONTHLY: timedelta(days=31),
    UpdateCycle.QUARTERLY: timedelta(days=92),
    UpdateCycle.YEARLY: timedelta(days=366),
}
Span: TypeAlias = "tuple[int, int]"
"""The earliest and the latest of some times, seconds since 1970."""
_STAND_IN = "?"
"""A value that no catalog names."""


@dataclass(slots=True)
class SubjectRelease:
    """What leaves about one subject under one selection, and what the record must know of it."""

    subject: SubjectId
    plan: SubjectPlan
    answer: dict[str, Any]
    problems: list[Problem]
    silent: list[Kept] = field(default_factory=list)
    sources: dict[tuple[AgencyId, str], Span | None] = field(default_factory=dict)
    """By agency and how its answer came about (`fetched`, `cached`, `unavailable`, `unreadable`) what its records say
    of their own time; None where it brought none."""

    def heard(self, agency: AgencyId, how: str, records: Iterable[SourceRecord] = ()) -> None:
        """An agency was asked for records of one kind."""
        source = (agency, how)
        times = [record.as_of for record in records]
        span = self.sources.get(source)
        if times:
            earliest, latest = int(min(times).timestamp()), int(max(times).timestamp())
            span = (earliest, latest) if span is None else (min(earliest, span[0]), max(latest, span[1]))
        self.sources[source] = span


def release_subject(subject: SubjectId, plan: SubjectPlan, harvest: Harvest, as_of: datetime) -> SubjectRelease:
    """One subject's part of the answer, keys in the document's order."""
    released = SubjectRelease(subject, plan, {}, [])
    answer = released.answer
    orders = {(order.agency, order.kind): order for order in plan.orders(subject)}
    for selection in plan.demand.selection.children:
        place = plan.places.get(selection.path)
        if selection.name == "__typename":
            answer[selection.key] = plan.demand.selection.type_name
        elif place is not None:
            answer[selection.key] = _release_place(place, orders, harvest=harvest, as_of=as_of, into=released)
        else:
            answer[selection.key] = str(subject) if selection.name == "unifiedSocialCreditCode" else None
    return released


def _release_place(
    place: PlacePlan,
    orders: Mapping[tuple[AgencyId, RecordKind], FetchOrder],
    *,
    harvest: Harvest,
    as_of: datetime,
    into: SubjectRelease,
) -> Any:
    if not place.agencies:  # everything below is refused, and every refusal has its null
        return None if place.selection.is_list else place.project({})
    deliveries = _deliveries(place, place.agencies, orders=orders, harvest=harvest, into=into)
    if not deliveries:
        return None
    checks = _deliveries(place, place.checkers, orders=orders, harvest=harvest, into=into)
    found = reconcile(
        deliveries,
        checks,
        owners=place.owners,
        events=place.events,
        is_list=place.selection.is_list,
        compares=place.shows_disagreements,
    )
    rows = [row for one in found if (row := _row(one, place, as_of=as_of, into=into)) is not None]
    project = place.project
    if not place.selection.is_list:
        return project(rows[0]) if rows else None
    return [project(row) for row in arrange(rows, place.arrangement)]


def _deliveries(
    place: PlacePlan,
    agencies: Iterable[AgencyId],
    *,
    orders: Mapping[tuple[AgencyId, RecordKind], FetchOrder],
    harvest: Harvest,
    into: SubjectRelease,
) -> Sequence[Delivery]:
    deliveries = []
    for agency in agencies:
        match harvest.outcomes[orders[agency, place.place.kind]]:
            case Fetched(records, from_cache):
                into.heard(agency, "cached" if from_cache else "fetched", records)
                deliveries.append(Delivery(agency, records, from_cache))
            case Unavailable():
                into.heard(agency, "unavailable")
                into.problems.append(_outage(FaultCode.SOURCE_UNAVAILABLE, agency, place))
            case _:
                into.heard(agency, "unreadable")
                into.problems.append(_outage(FaultCode.SOURCE_UNREADABLE, agency, place))
    return deliveries


def _row(one: Reconciled, place: PlacePlan, *, as_of: datetime, into: SubjectRelease) -> dict[str, Any] | None:
    reviewed = place.reviewer.review(one.record)
    into.silent += reviewed.silent
    if reviewed.facts is None:
        return None
    row: dict[str, Any] = dict(reviewed.facts)
    if one.record.unreadable:
        into.problems += _unreadable_facts(one.record, place)
    if place.shows_provenance:
        row["provenance"] = _provenance(one, place, reviewed, now=as_of)
    return row


def _provenance(one: Reconciled, place: PlacePlan, reviewed: Reviewed, *, now: datetime) -> dict[str, Any]:
    """Where the record comes from; a disagreement is named only on a fact that this caller sees."""
    kind, facts = place.place.kind, reviewed.facts or {}
    return {
        "agency": one.record.agency.value,
        "asOf": one.record.as_of.isoformat(timespec="seconds"),
        "freshness": _freshness(
            one.record.confirmed_at or one.record.as_of, place.place.entry.item.update_cycle, now=now
        ),
        "fromCache": one.from_cache,
        "objectionMarker": reviewed.is_objected,
        "disagreements": [
            {"field": name, "agency": agency.value}
            for name, agency in one.disagreements
            if FieldCoordinate(f"{kind}.{name}") in place.shown
            and name not in place.masked
            and (facts.get(name) is not None or (name in place.events and name not in one.record.not_public))
        ],
    }


def _freshness(stated: datetime, cycle: UpdateCycle, *, now: datetime) -> str:
    """Older than two cycles of its item is stale; what is renewed on events cannot be."""
    length = _CYCLES.get(cycle)
    return "STALE" if length is not None and now - stated > 2 * length else "CURRENT"


def _outage(code: FaultCode, agency: AgencyId, place: PlacePlan) -> Problem:
    is_down = code is FaultCode.SOURCE_UNAVAILABLE
    return Problem(
        code,
        "the agency that keeps these facts cannot be reached" if is_down else "the agency's answer cannot be read",
        path=place.selection.path,
        help="ask again later" if is_down else "the operator has been told; the facts may be complete later",
        details={"agency": agency.value, "coordinates": sorted(place.shown)},
    )


def _unreadable_facts(record: SourceRecord, place: PlacePlan) -> Iterator[Problem]:
    """One problem for each place in the answer where an unreadable fact would stand."""
    for name in sorted(record.unreadable):
        fact, _, part = name.partition(".")
        coordinate = FieldCoordinate(f"{place.place.kind}.{fact}")
        if coordinate not in place.shown or _would_stay_back(fact, coordinate, record, place=place):
            continue
        for selection in place.selection.children:
            if selection.coordinate == coordinate:
                below = [child.path for child in selection.children if child.name == part] if part else []
                for path in below or [selection.path]:
                    yield _unreadable_fact(path, coordinate, record.agency)


def _would_stay_back(fact: str, coordinate: FieldCoordinate, record: SourceRecord, *, place: PlacePlan) -> bool:
    """Whether the record keeps the fact from this caller whatever it is; then not even its form is spoken of."""
    readable = replace(record, facts={**record.facts, fact: _STAND_IN}, unreadable=frozenset())
    return any(held.coordinate == coordinate for held in place.reviewer.review(readable).silent)


def _unreadable_fact(path: tuple[str, ...], coordinate: FieldCoordinate, agency: AgencyId) -> Problem:
    return Problem(
        FaultCode.SOURCE_UNREADABLE,
        "the agency states this fact in a form that nobody can read",
        path=path,
        help="the operator has been told; the rest of the record holds",
        details={"agency": agency.value, "coordinate": coordinate},
    )


def place_problems(releases: Sequence[SubjectRelease | None], at: int | None) -> list[Problem]:
    """Every problem once: without a position if it holds for all subjects, else at each subject it holds for.

    Shape:  `at` is how many response keys stand before a subject's position; None where there is one subject
    """
    positions: dict[tuple[Any, ...], tuple[Problem, list[int]]] = {}
    counted = 0
    for position, released in enumerate(releases):
        if released is None:
            continue
        counted += 1
        own = {_identity(problem): problem for problem in (*released.plan.problems, *released.problems)}
        for identity, problem in own.items():
            positions.setdefault(identity, (problem, []))[1].append(position)
    placed = []
    for problem, where in positions.values():
        if at is None or len(where) == counted:
            placed.append(problem)
        else:
            placed += [_moved(problem, (*problem.path[:at], position, *problem.path[at:])) for position in where]
    return placed


def _identity(problem: Problem) -> tuple[Any, ...]:
    details = problem.details
    return (problem.code, problem.path, details.get("coordinate"), details.get("agency"))


def _moved(problem: Problem, path: tuple[str | int, ...]) -> Problem:
    return Problem(problem.code, problem.message, path=path, help=problem.help, details=problem.details)
