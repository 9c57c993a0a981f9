"""Stages 5 and 6: judge what is demanded, and order from agencies only what was not withheld.

Everything here follows from the document, its arguments, the asker, the kind of subject, the day and
the catalog, and is kept by exactly these (`Planner`). Per subject there remains filling in the code.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from connectors.port import FetchOrder
from gateway.faults import Problem
from gateway.pipeline.project import Projector, project_record
from gateway.pipeline.refusal import refusal
from gateway.pipeline.roots import Arrangement, SubjectDemand
from gateway.pipeline.selection import PERSON_TYPE, Selection
from policies.decide import decide
from policies.evidence import Evidence
from policies.question import Asker, DemandedField, Question
from policies.review import Reviewer
from policies.verdict import DecisionSheet, Effect, View
from schema.catalog.catalog import Catalog
from schema.catalog.entry import CatalogEntry, RecordEntry, Sensitivity
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate, SubjectId
from schema.vocabulary.records import RecordKind, of_person

_MOST_KEPT = 1024
_PROVENANCE = "provenance"


@dataclass(frozen=True, slots=True, eq=False)
class PlacePlan:
    """One place of the answer where records appear: who is asked for them, and how they are read."""

    selection: Selection
    place: RecordEntry
    arrangement: Arrangement | None
    agencies: tuple[AgencyId, ...]
    """Agencies that contribute records, the owner first; () if nothing may be ordered."""
    checkers: tuple[AgencyId, ...]
    reviewer: Reviewer
    owners: Mapping[str, tuple[AgencyId, ...]]
    """Per fact whose word counts, best first."""
    masked: frozenset[str]
    """Facts that are shown desensitised: of these not even a disagreement is spoken of."""
    events: frozenset[str]
    """Facts that tell of an event."""
    project: Projector
    shows_provenance: bool
    shows_disagreements: bool
    shown: frozenset[FieldCoordinate]
    """Fields of the record that are on show here; what an outage is reported for."""


@dataclass(frozen=True, slots=True, eq=False)
class SubjectPlan:
    """What happens with every subject of one standing under one selection."""

    demand: SubjectDemand
    sheet: DecisionSheet
    wants: tuple[tuple[AgencyId, RecordKind, frozenset[str]], ...]
    """The orders, but for the code of the subject."""
    places: Mapping[tuple[str, ...], PlacePlan]
    """By response path. A place that is withheld has none."""
    problems: tuple[Problem, ...]
    """What the caller is told about refusals."""

    def orders(self, subject: SubjectId) -> Iterator[FetchOrder]:
        """The orders about one subject."""
        for agency, kind, facts in self.wants:
            yield FetchOrder(agency, subject, kind, facts)


class Planner:
    """Plans, and keeps plans while nothing that they follow from changes."""

    def __init__(self, catalog: Catalog, neighbours: Mapping[str, Catalog] | None = None) -> None:
        self.catalog = catalog
        self._neighbours = neighbours or {}
        """Catalogs of other regions, by jurisdiction: what they share in is judged by both laws."""
        self.regions = {
            one.jurisdiction.division[:2]: code
            for code, one in self._neighbours.items()
            if code != catalog.jurisdiction.code
        }
        """Jurisdictions by the first two digits of their division code."""
        self._plans: OrderedDict[tuple[SubjectDemand, Asker, Evidence, date], SubjectPlan] = OrderedDict()

    def plan(self, demand: SubjectDemand, asker: Asker, *, evidence: Evidence, as_of: date) -> SubjectPlan:
        """Judge and plan one selection of a subject."""
        key = (demand, asker, evidence, as_of)
        kept = self._plans.get(key)
        if kept is not None:
            self._plans.move_to_end(key)
            return kept
        made = _Plan(demand, self.catalog, self.home(evidence), asker=asker, evidence=evidence, as_of=as_of).finish()
        self._plans[key] = made
        if len(self._plans) > _MOST_KEPT:
            self._plans.popitem(last=False)
        return made

    def judge(
        self, coordinates: Iterable[FieldCoordinate], asker: Asker, *, evidence: Evidence, as_of: date
    ) -> DecisionSheet:
        """Judge fields outside any selection of a subject, such as those a search looks at."""
        fields = tuple(DemandedField(coordinate) for coordinate in coordinates)
        return decide(Question(asker, fields, as_of), self.catalog, evidence, home=self.home(evidence))

    def home(self, evidence: Evidence) -> Catalog | None:
        """The catalog of the region whose data are shared in; None for the gateway's own data."""
        return self._neighbours.get(evidence.home)


class _Plan:
    """One plan in the making."""

    def __init__(
        self,
        demand: SubjectDemand,
        catalog: Catalog,
        home: Catalog | None,
        *,
        asker: Asker,
        evidence: Evidence,
        as_of: date,
    ) -> None:
        self._demand = demand
        self._catalog = catalog
        self._arrangements = dict(demand.arrangements)
        fields = dict.fromkeys(self._demanded())
        self._sheet = decide(Question(asker, tuple(fields), as_of), catalog, evidence, home=home)
        self._wants: dict[tuple[AgencyId, RecordKind], set[str]] = {}
        self._problems: list[Problem] = []

    def finish(self) -> SubjectPlan:
        places = {}
        for selection in self._demand.selection.children:
            place = self._catalog.records.get(selection.coordinate)
            if place is not None and self._is_open(selection, place):
                places[selection.path] = self._place(selection, place)
        return SubjectPlan(
            demand=self._demand,
            sheet=self._sheet,
            wants=tuple((agency, kind, frozenset(facts)) for (agency, kind), facts in self._wants.items()),
            places=places,
            problems=tuple(self._problems),
        )

    def _demanded(self) -> Iterator[DemandedField]:
        structural = self._catalog.structural
        for selection in self._demand.selection.walk():
            if selection.name != "__typename" and selection.coordinate not in structural:
                below = selection.below if selection.coordinate.startswith(f"{PERSON_TYPE}.") else None
                yield DemandedField(selection.coordinate, below)
            arrangement = self._arrangements.get(selection.path)
            for name in arrangement.fields() if arrangement else ():
                yield DemandedField(FieldCoordinate(f"{selection.type_name}.{name}"))

    def _is_open(self, selection: Selection, place: RecordEntry) -> bool:
        """Whether the place, and everything its list is arranged by, may be seen."""
        needed = [selection.coordinate]
        arrangement = self._arrangements.get(selection.path)
        if arrangement is not None:
            needed += [FieldCoordinate(f"{place.kind}.{name}") for name in arrangement.fields()]
        verdicts = [self._sheet.verdicts[DemandedField(coordinate)] for coordinate in needed]
        refused = [verdict for verdict in verdicts if verdict.effect is Effect.WITHHOLD]
        self._problems += [refusal(verdict, selection.path) for verdict in refused[:1]]
        return not refused

    def _place(self, selection: Selection, place: RecordEntry) -> PlacePlan:
        shown = tuple(self._shown(selection))
        arrangement = self._arrangements.get(selection.path)
        used = {name: f"{place.kind}.{name}" for name in arrangement.fields()} if arrangement else {}
        facts = {name: self._catalog.entries[coordinate] for name, coordinate in shown}
        facts |= {name: self._catalog.entries[FieldCoordinate(coordinate)] for name, coordinate in used.items()}
        wants_records = bool(facts) or any(_is_structural(child, self._catalog) for child in selection.children)
        agencies = self._order(place, facts) if wants_records else ()
        checkers = self._order_checks(selection, place, facts) if agencies else ()
        return PlacePlan(
            selection=selection,
            place=place,
            arrangement=arrangement,
            agencies=agencies,
            checkers=checkers,
            reviewer=Reviewer(self._sheet, place),
            owners={name.partition(".")[0]: entry.sources for name, entry in facts.items()},
            masked=frozenset(name for name, coordinate in shown if self._is_masked(coordinate)),
            events=frozenset(name for name, entry in facts.items() if entry.tells_an_event),
            project=project_record(selection),
            shows_provenance=any(child.name == _PROVENANCE for child in selection.children),
            shows_disagreements=_looks_at_disagreements(selection),
            shown=frozenset(entry.coordinate for entry in facts.values()),
        )

    def _is_masked(self, coordinate: FieldCoordinate) -> bool:
        return self._sheet.verdicts[DemandedField(coordinate)].effect is Effect.MASK

    def _shown(self, selection: Selection) -> Iterator[tuple[str, FieldCoordinate]]:
        """Facts to show below a place, persons' facts as `holder.fact`; refusals are noted on the way."""
        for child in selection.children:
            if child.name == "__typename" or child.coordinate in self._catalog.structural:
                continue
            verdict = self._sheet.verdicts[DemandedField(child.coordinate)]
            if verdict.effect is Effect.WITHHOLD:
                self._problems.append(refusal(verdict, child.path))
            elif child.type_name == PERSON_TYPE:
                yield from self._shown_of_person(child)
            else:
                yield child.name, child.coordinate
                if verdict.view is View.FULL and verdict.entry is not None and verdict.entry.natural_person is not None:
                    yield of_person(child.name), child.coordinate

    def _shown_of_person(self, person: Selection) -> Iterator[tuple[str, FieldCoordinate]]:
        for child in person.children:
            if child.name == "__typename":
                continue
            verdict = self._sheet.verdicts[DemandedField(child.coordinate, person.coordinate)]
            if verdict.effect is Effect.WITHHOLD:
                self._problems.append(refusal(verdict, child.path))
            else:
                yield f"{person.name}.{child.name}", person.coordinate

    def _order(self, place: RecordEntry, facts: Mapping[str, CatalogEntry]) -> tuple[AgencyId, ...]:
        """Order the facts, and what the judge needs to see of each record, from whoever contributes records."""
        judged = self._judged(place, facts)
        asked = []
        for agency in place.contributors:
            wanted = {name for name, entry in facts.items() if agency in entry.sources}
            if facts and not wanted:
                continue
            wanted |= {name for name, entry in judged.items() if agency in entry.sources}
            wanted = wanted or self._cheapest(place, agency)
            if not wanted:
                continue
            self._wants.setdefault((agency, place.kind), set()).update(wanted)
            asked.append(agency)
        return tuple(asked)

    def _order_checks(
        self, selection: Selection, place: RecordEntry, facts: Mapping[str, CatalogEntry]
    ) -> tuple[AgencyId, ...]:
        """A second agency is asked only if somebody looks at the disagreements."""
        asked = []
        for agency in place.checked_by if _looks_at_disagreements(selection) else ():
            wanted = {name for name, entry in facts.items() if agency in entry.sources}
            if wanted:
                self._wants.setdefault((agency, place.kind), set()).update(wanted)
                asked.append(agency)
        return tuple(asked)

    def _judged(self, place: RecordEntry, facts: Iterable[str]) -> dict[str, CatalogEntry]:
        """What the judge himself has to see of a record, whoever asks: none of it is released by that.

        A person's part (`holder.birthDate`) is ordered only where the person is.
        """
        items = [place.entry.item, *(one.entry.item for one in self._places_elsewhere(place))]
        names = [name for item in items for name in (*item.display.facts(), *item.judged.names())]
        names += [place.dated] if place.dated is not None and self._sheet.outside is not None else []
        wanted = dict.fromkeys(name for name in names if name is not None)
        return {
            name: self._catalog.entries[FieldCoordinate(f"{place.kind}.{name.partition('.')[0]}")]
            for name in wanted
            if "." not in name or any(fact.startswith(f"{name.partition('.')[0]}.") for fact in facts)
        }

    def _places_elsewhere(self, place: RecordEntry) -> Iterator[RecordEntry]:
        """The same place in the catalog of the region whose data are shared in."""
        for catalog in self._sheet.catalogs[1:]:
            other = catalog.records.get(place.entry.coordinate)
            if other is not None:
                yield other

    def _cheapest(self, place: RecordEntry, agency: AgencyId) -> set[str]:
        """One public fact of the agency's, to order where only the presence of records is asked for."""
        prefix = f"{place.kind}."
        names = (
            entry.coordinate.removeprefix(prefix)
            for entry in self._catalog.entries.values()
            if entry.coordinate.startswith(prefix)
            and entry.sensitivity is Sensitivity.PUBLIC
            and entry.natural_person is None
            and agency in entry.sources
        )
        return set(sorted(names)[:1])


def _looks_at_disagreements(selection: Selection) -> bool:
    below = (part for child in selection.children if child.name == _PROVENANCE for part in child.children)
    return any(part.name == "disagreements" for part in below)


def _is_structural(selection: Selection, catalog: Catalog) -> bool:
    return selection.name == "__typename" or selection.coordinate in catalog.structural
