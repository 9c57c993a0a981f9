"""Between fetch and release: several agencies' records of the same thing become one.

The owner's word is served fact by fact; where another agency says something else, the fact is named
in the record's provenance. What one agency hides, no other agency's copy shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import Fact, SourceRecord


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One record to be reviewed, where it came from, and who disagrees."""

    record: SourceRecord
    from_cache: bool
    disagreements: tuple[tuple[str, AgencyId], ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one agency brought for one place."""

    agency: AgencyId
    records: tuple[SourceRecord, ...]
    from_cache: bool


def reconcile(
    deliveries: Sequence[Delivery],
    checks: Sequence[Delivery],
    *,
    owners: Mapping[str, tuple[AgencyId, ...]],
    is_list: bool,
    events: frozenset[str] = frozenset(),
    compares: bool = True,
) -> list[Reconciled]:
    """Join records by key. `deliveries` contribute records, the owner's first; `checks` only compare.

    `events` are facts that something has happened: an agency that has the record and not the fact says that
    it has not. Without `compares` nobody looks at disagreements, and none are looked for.
    Records of one agency are never joined with each other: the second of a key is another record.
    """
    if len(deliveries) == 1 and not checks:
        only = deliveries[0]
        return [Reconciled(record, only.from_cache) for record in only.records]
    groups: dict[tuple[str, int], list[tuple[SourceRecord, bool]]] = {}
    for delivery in deliveries:
        for key, record in _keyed(delivery, is_list=is_list):
            groups.setdefault(key, []).append((record, delivery.from_cache))
    for delivery in checks:
        for key, record in _keyed(delivery, is_list=is_list):
            if key in groups:
                groups[key].append((record, delivery.from_cache))
    contributors = {delivery.agency for delivery in deliveries}
    joint = _Joint(owners, events, contributors, compares)
    return [_join(group, joint) for group in groups.values()]


def _keyed(delivery: Delivery, *, is_list: bool) -> Iterator[tuple[tuple[str, int], SourceRecord]]:
    """Records by key and by how often the agency has used the key before; keyless ones of a list stay alone."""
    used: Counter[str] = Counter()
    for record in delivery.records:
        key = (record.key or f"\0{delivery.agency}") if is_list else ""
        yield (key, used[key]), record
        used[key] += 1


@dataclass(frozen=True, slots=True)
class _Joint:
    """How records of one place are joined."""

    owners: Mapping[str, tuple[AgencyId, ...]]
    events: frozenset[str]
    contributors: set[AgencyId]
    compares: bool


def _join(group: list[tuple[SourceRecord, bool]], how: _Joint) -> Reconciled:
    base, from_cache = group[0]
    if len(group) == 1:
        return Reconciled(base, from_cache)
    by_agency: dict[AgencyId, SourceRecord] = {}
    for record, _ in group:
        by_agency.setdefault(record.agency, record)
    served = {name: record for name, record in by_agency.items() if name in how.contributors}
    facts: dict[str, Fact] = {}
    unreadable: set[str] = set()
    disagreements: list[tuple[str, AgencyId]] = []
    names = dict.fromkeys(name for record in served.values() for name in (*record.facts, *record.unreadable))
    for name in names:
        is_event = name in how.events
        source = _speaker(name, how.owners.get(name, ()), served, is_event=is_event)
        if source is None:
            continue
        fact = facts[name] = source.facts.get(name)
        if name in source.unreadable:
            unreadable.add(name)
        for agency, record in by_agency.items() if how.compares else ():
            if record is not source and _differs(record, name, fact, is_event=is_event):
                disagreements.append((name, agency))
    joined = replace(
        base,
        facts=facts,
        unreadable=frozenset(unreadable),
        not_public=frozenset[str]().union(*(record.not_public for record in served.values())),
        is_displayed=all(record.is_displayed for record in served.values()),
        is_natural_person=any(record.is_natural_person for record in served.values()),
    )
    return Reconciled(joined, from_cache, tuple(disagreements))


def _speaker(
    name: str, ranked: tuple[AgencyId, ...], served: Mapping[AgencyId, SourceRecord], *, is_event: bool
) -> SourceRecord | None:
    """Whose word on a fact is served: the first in rank who states it, readably or not."""
    for agency in ranked:
        record = served.get(agency)
        if record is not None and _states(record, name, is_event=is_event):
            return record
    for agency, record in served.items():
        if agency not in ranked and _states(record, name, is_event=is_event):
            return record
    return None


def _states(record: SourceRecord, name: str, *, is_event: bool) -> bool:
    if name in record.unreadable or record.facts.get(name) is not None:
        return True
    return is_event and name in record.facts


def _differs(record: SourceRecord, name: str, fact: Fact, *, is_event: bool) -> bool:
    """Whether an agency openly says something else than what is served."""
    if is_event and name in record.facts and record.is_displayed and name not in record.not_public:
        word = record.facts[name]
        return (word is None) != (fact is None) or _disagree(fact, word)
    return _disagree(fact, _open_word(record, name))


def _open_word(record: SourceRecord, name: str) -> Fact:
    """What an agency says openly; what it hides is not compared, as a difference would tell of it."""
    return record.facts.get(name) if record.is_displayed and name not in record.not_public else None


def _disagree(served: Fact, other: Fact) -> bool:
    """Whether two agencies really say different things; width of brackets, blanks and case say nothing."""
    if served is None or other is None or served == other:
        return False
    if isinstance(served, Mapping) and isinstance(other, Mapping) and "amount" not in served:
        return any(_disagree(part, other.get(name)) for name, part in served.items())
    return _plain(served) != _plain(other)


def _plain(fact: Fact) -> object:
    if isinstance(fact, str):
        return fact.translate(_WIDTHS).replace(" ", "").casefold()
    if isinstance(fact, Mapping):
        if "amount" in fact:
            return (_number(fact["amount"]), fact.get("currency"))
        return {name: _plain(part) for name, part in fact.items() if part is not None}
    if isinstance(fact, Sequence):
        return sorted(repr(_plain(part)) for part in fact)
    return fact


def _number(amount: Fact) -> object:
    try:
        return Decimal(str(amount))
    except InvalidOperation:
        return amount


_WIDTHS = str.maketrans("（）【】〔〕［］，：；", "()()()(),:;")
