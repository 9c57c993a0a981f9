"""Hypothesis strategies: documents over the real graph, callers, and what agencies hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from schema.catalog.entry import RecordEntry
from schema.vocabulary.caller import Caller, CallerClass, Inquiry, Purpose
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate, SubjectId
from schema.vocabulary.records import Fact, SourceRecord
from tests.builders import NOW, SOME_CODE, tianjin
from tests.corridor import the_core
from tests.documents import Asked, Name

OTHER_CODE = SubjectId("91310000132260250X")
SOLE_TRADER = SubjectId("92120000MA05A1B29G")
CODES = (SOME_CODE, OTHER_CODE, SOLE_TRADER)
_WORDS = ("天津（泰达）", "天津(泰达)", "甲", "乙 乙", "2", "10", "007", "法定代表人王小明,13800138000", "x" * 30)
_DATES = ("2019-03-01", "2023-05-31", "2024-02-29", "2025-12-31", "2026-05-30", "2027-01-01")
_AMOUNTS = ("0.00", "1.50", "99999.99", "250000.00", "1200000.00", "900000000.00")


def lawful(examples: int) -> settings:
    """Settings for laws: the same examples on every machine, as long as they take."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@st.composite
def documents(draw: st.DrawFn, *, single_places_once: bool = False, widest: int = 5) -> Asked:
    """One root field about some subjects, with anything below it; `widest` selections below each field."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=3))
    subject = the_core().type_map["CreditSubject"]
    assert isinstance(subject, GraphQLObjectType)
    children = _selections(draw, subject, most=4, below=widest, again=not single_places_once)
    if len(codes) == 1:
        return Asked("subject", "", (("code", str(codes[0]), "CreditCode!"),), children, "CreditSubject")
    return Asked("subjects", "", (("codes", [str(one) for one in codes], "[CreditCode!]!"),), children, "CreditSubject")


@st.composite
def whole_records(draw: st.DrawFn) -> Asked:
    """Everything there is to ask about one or two kinds of record, disagreements included."""
    subject = the_core().type_map["CreditSubject"]
    assert isinstance(subject, GraphQLObjectType)
    shared = [place for place, record in tianjin().records.items() if len(record.contributors + record.checked_by) > 1]
    places = st.one_of(st.sampled_from(sorted(tianjin().records)), st.sampled_from(sorted(shared)))
    names = [place.partition(".")[2] for place in draw(st.lists(places, min_size=1, max_size=2))]
    random = Random(draw(st.integers(0, 2**32)))
    children = tuple(_whole(random, name, subject) for name in dict.fromkeys(names))
    codes = [str(code) for code in CODES]
    return Asked("subjects", "", (("codes", codes, "[CreditCode!]!"),), children, "CreditSubject")


def _whole(random: Random, name: str, parent: GraphQLObjectType, *, skipped: float = 0.1) -> Asked:
    named = get_named_type(parent.fields[name].type)
    if not isinstance(named, GraphQLObjectType):
        return Asked(name, is_skipped=random.random() < skipped)
    is_emptied = parent.name != "CreditSubject" and random.random() < 0.1
    below = (_whole(random, one, named, skipped=1 if is_emptied else skipped) for one in named.fields)
    return Asked(name, children=tuple(below), on=named.name)


def _selections(
    draw: st.DrawFn, kind: GraphQLObjectType, *, most: int, below: int, again: bool = True
) -> tuple[Asked, ...]:
    names = draw(st.lists(st.sampled_from([*kind.fields, "__typename"]), min_size=1, max_size=most, unique=not again))
    made, keys = [], set()
    for place, name in enumerate(names):
        field = kind.fields.get(name)
        alias = f"k{place}" if name in keys or draw(st.booleans()) else ""
        keys.add(name)
        if field is None:
            made.append(Asked("__typename", alias))
            continue
        named = get_named_type(field.type)
        children: tuple[Asked, ...] = ()
        if isinstance(named, GraphQLObjectType):
            children = _selections(draw, named, most=below, below=below)
        arguments = _arguments(draw, field.args, named.name) if field.args else ()
        is_skipped = not children and draw(st.integers(0, 5)) == 0
        made.append(Asked(name, alias, arguments, children, named.name, is_skipped))
    return tuple(made)


def _arguments(draw: st.DrawFn, known: Any, listed: str) -> tuple[tuple[str, Any, str], ...]:
    arguments: list[tuple[str, Any, str]] = []
    if "orderBy" not in known:  # a page of inquiries
        return (("first", draw(st.integers(1, 3)), "Int!"),) if draw(st.booleans()) else ()
    if draw(st.booleans()):
        arguments.append(("first", draw(st.integers(0, 3)), "Int!"))
    order = get_named_type(known["orderBy"].type)
    assert isinstance(order, GraphQLInputObjectType)
    fields = get_named_type(order.fields["field"].type)
    assert isinstance(fields, GraphQLEnumType)
    names = st.sampled_from(sorted(fields.values)).map(Name)
    if draw(st.integers(0, 2)) == 0:
        direction = draw(st.sampled_from([Name("ASC"), Name("DESC")]))
        arguments.append(("orderBy", {"field": draw(names), "direction": direction}, f"{listed}Order"))
    if draw(st.integers(0, 3)) == 0:
        bound = st.sampled_from((*_WORDS, *_DATES))
        condition = {"field": draw(names), draw(st.sampled_from(["equals", "from", "to"])): draw(bound)}
        arguments.append(("where", [condition], f"[{listed}Condition!]"))
    return tuple(arguments)


_CLASSES = (
    CallerClass.PUBLIC,
    CallerClass.STATE_ORGAN,
    CallerClass.FINANCIAL_INSTITUTION,
    CallerClass.SUBJECT_SELF,
    CallerClass.JUDICIAL_ORGAN,
    CallerClass.OPERATOR,
    CallerClass.CREDIT_SERVICE_ESTABLISHMENT,
    CallerClass.ASSOCIATION,
)
_PURPOSES = (None, Purpose.ADMINISTRATIVE_PERMIT, Purpose.INSPECTION, Purpose.CREDIT_GRANTING, Purpose.RESIDENCE)


@st.composite
def callers(draw: st.DrawFn) -> tuple[Caller, Inquiry]:
    """Any class of caller, with and without the scope, with and without a purpose."""
    kind = draw(st.sampled_from(_CLASSES))
    scopes = frozenset({"credit:read"}) if kind is not CallerClass.PUBLIC and draw(st.booleans()) else frozenset[str]()
    own = draw(st.sampled_from(CODES)) if kind is CallerClass.SUBJECT_SELF else None
    client = "" if kind is CallerClass.PUBLIC else "client"
    return Caller(kind, client, "某单位", own_subject=own, scopes=scopes), Inquiry(draw(st.sampled_from(_PURPOSES)))


World = tuple[tuple[SubjectId, SourceRecord], ...]


def worlds() -> st.SearchStrategy[World]:
    """What the agencies hold about the subjects of `CODES`; made from a seed, because records are large."""
    return st.integers(0, 2**32).map(a_world)


class _Seeded(tuple[tuple[SubjectId, SourceRecord], ...]):
    """A world that is named by its seed, because its records fill pages."""

    seed: int

    def __repr__(self) -> str:
        return f"a_world({self.seed})"


def a_world(seed: int) -> World:
    """The world of a seed."""
    made = _Seeded(_world(Random(seed)))
    made.seed = seed
    return made


def _world(random: Random) -> Iterator[tuple[SubjectId, SourceRecord]]:
    for place in tianjin().records.values():
        for agency in (*place.contributors, *place.checked_by):
            for code in CODES:
                for _ in range(random.choice((0, 1, 2))):
                    yield code, a_random_record(random, place, agency)


def a_random_record(random: Random, place: RecordEntry, agency: AgencyId) -> SourceRecord:
    """A record as this agency might hold it: any fact, flag and age."""
    kind = the_core().type_map[place.kind.value]
    assert isinstance(kind, GraphQLObjectType)
    facts: dict[str, Fact] = {}
    for name, field in kind.fields.items():
        entry = tianjin().entries.get(FieldCoordinate(f"{place.kind}.{name}"))
        if entry is not None and agency in entry.sources and random.random() < 0.8:
            facts[name] = a_random_fact(random, field.type)
    names = list(facts)
    display = place.entry.item.display
    open_facts = [name for name in names if name not in {display.anchor, display.until}]
    flagged = {name for name in open_facts if random.random() < 0.15}
    unreadable = frozenset(name for name in open_facts if random.random() < 0.05)
    return SourceRecord(
        kind=place.kind,
        agency=agency,
        facts={name: fact for name, fact in facts.items() if name not in unreadable},
        as_of=NOW - timedelta(days=random.choice((0, 1, 40, 500))),
        key=random.choice(("", "a", "b")),
        not_public=frozenset(flagged),
        is_displayed=random.random() < 0.75,
        is_natural_person=random.random() < 0.25,
        unreadable=unreadable,
    )


def a_random_fact(random: Random, kind: GraphQLOutputType) -> Fact:
    """A fact of this type in the form in which facts are kept."""
    if is_list_type(get_nullable_type(kind)):
        return [_one(random, get_named_type(kind)) for _ in range(random.randrange(3))]
    return _one(random, get_named_type(kind)) if random.random() < 0.9 else None


def _one(random: Random, named: Any) -> Fact:
    if isinstance(named, GraphQLEnumType):
        return str(random.choice(sorted(named.values)))
    match named.name:
        case "Money":
            return {"amount": random.choice(_AMOUNTS), "currency": "CNY"}
        case "Period":
            return {"from": random.choice(_DATES), "to": random.choice((None, *_DATES))}
        case "PersonRef":
            return {name: _one(random, get_named_type(field.type)) for name, field in named.fields.items()}
        case "Int":
            return random.randrange(3000)
        case "Boolean":
            return random.random() < 0.5
        case "Date":
            return random.choice(_DATES)
        case _:
            return random.choice(_WORDS)
