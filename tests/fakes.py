"""Fakes at the ports: agencies that are given records, never expected requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.port import Errand, Fetched, FetchOrder, NamePage, NameSearch, Outcome, Unavailable
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import Fact, RecordKind, SourceRecord


@dataclass
class FakeAgency:
    """Answers from `records` with the ordered facts only; `trouble` answers everything instead."""

    agency: AgencyId
    records: Mapping[SubjectId, Sequence[SourceRecord]] = field(default_factory=dict)
    trouble: Outcome | None = None
    orders: list[FetchOrder] = field(default_factory=list)
    names: Mapping[SubjectId, str] = field(default_factory=dict)

    async def fetch(self, orders: Sequence[FetchOrder], errand: Errand) -> Sequence[Outcome]:
        self.orders += orders
        return [self.trouble or self._answer(order) for order in orders]

    async def search(self, wanted: NameSearch, errand: Errand) -> NamePage | Unavailable:
        found = [code for code, name in sorted(self.names.items()) if wanted.text in name]
        rest = [code for code in found if wanted.position is None or code > wanted.position]
        page = tuple(rest[: wanted.first])
        names = {code: self.names[code] for code in page}
        return NamePage(page, names, {code: str(code) for code in page}, len(rest) > len(page), len(found))

    def ordered(self) -> set[str]:
        """Every fact that was ordered, as `Kind.fact`."""
        return {f"{order.kind}.{fact}" for order in self.orders for fact in order.facts}

    def _answer(self, order: FetchOrder) -> Fetched:
        held = (record for record in self.records.get(order.subject, ()) if record.kind == order.kind)
        return Fetched(tuple(replace(record, facts=_narrowed(record.facts, order.facts)) for record in held))


def _narrowed(facts: Mapping[str, Fact], ordered: Iterable[str]) -> dict[str, Fact]:
    wanted = frozenset(ordered)
    return {name: part for name, fact in facts.items() if (part := _part(name, fact, wanted)) is not None}


def _part(name: str, fact: Fact, wanted: frozenset[str]) -> Fact:
    if name in wanted:
        return fact
    below = {one.partition(".")[2] for one in wanted if one.startswith(f"{name}.")}
    if not below:
        return None
    if isinstance(fact, list):
        return [_part(name, one, wanted) for one in fact]
    return {key: value for key, value in fact.items() if key in below} if isinstance(fact, dict) else None


def four_agencies(
    records: Iterable[tuple[SubjectId, SourceRecord]] = (), names: Mapping[SubjectId, str] | None = None
) -> dict[AgencyId, FakeAgency]:
    """One fake for each agency, holding its own of the records."""
    made = {agency: FakeAgency(agency, {}, names=names or {}) for agency in AgencyId}
    for subject, record in records:
        held = dict(made[record.agency].records)
        held[subject] = [*held.get(subject, ()), record]
        made[record.agency].records = held
    return made


KINDS = tuple(RecordKind)
