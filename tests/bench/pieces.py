"""Single steps on their own: what each costs when everything it needs is at hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace

import orjson
from graphql import execute_sync, parse

from gateway.law import read_law, wanted_law
from gateway.pipeline.admit import hour
from gateway.pipeline.demand import Documents
from gateway.pipeline.gather import asker_of, gather
from gateway.pipeline.plan import PlacePlan, Planner
from gateway.settings import Settings
from policies.decide import decide
from policies.evidence import Evidence
from policies.question import Question
from schema.catalog.catalog import Catalog
from schema.graph.assemble import assemble
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.records import SourceRecord
from tests.bench.clock import cpu_us, crowd
from tests.bench.identity_pieces import caller_of, identity_pieces
from tests.bench.inside import Inside
from tests.bench.piece import Piece
from tests.bench.record_pieces import SEALINGS, record_pieces
from tests.bench.stand import PERMIT_CHECK


async def pieces(inside: Inside, settings: Settings, codes: Sequence[str], *, times: int) -> AsyncIterator[Piece]:
    """Every step, measured `times` times; slow ones fewer times."""
    code = codes[0]
    async for piece in identity_pieces(inside, code, times):
        yield piece
    for piece in _document(inside, settings, code, times=times):
        yield piece
    for piece in _judgement(inside, code, times):
        yield piece
    for piece in _law(settings, times):
        yield piece
    async for piece in _cache(inside, code, times):
        yield piece
    async for piece in record_pieces(inside, settings, codes[:SEALINGS], times=times):
        yield piece


def _document(inside: Inside, settings: Settings, code: str, *, times: int) -> Iterator[Piece]:
    house = inside.house
    request = inside.admitted(PERMIT_CHECK, {"code": code})
    caller = caller_of(inside, inside.token)

    def anew() -> None:
        documents = Documents(house.core, settings.limits, frozenset())
        documents.demand(request, caller, may_introspect=False)

    yield Piece("document: parse, validate, flatten", cpu_us(anew, times=times // 50))
    kept = cpu_us(lambda: house.documents.demand(request, caller, may_introspect=False), times=times)
    yield Piece("document: seen before, other variables", kept)


def _judgement(inside: Inside, code: str, times: int) -> Iterator[Piece]:
    house, subject = inside.house, SubjectId.parse(code)
    request = inside.admitted(PERMIT_CHECK, {"code": code})
    caller = caller_of(inside, inside.token)
    demand = house.documents.demand(request, caller, may_introspect=False)
    asker = asker_of(caller, demand.inquiry, house.catalog.jurisdiction.division)
    evidence = gather(subject, caller, regions=house.planner.regions)
    wanted, today = demand.roots[0].demands[0], request.as_of.date()
    plan = house.planner.plan(wanted, asker, evidence=evidence, as_of=today)

    def anew() -> None:
        Planner(house.catalog).plan(wanted, asker, evidence=evidence, as_of=today)

    yield from _deciding(plan.sheet.question, house.catalog, evidence, times)
    yield Piece("decide and plan, first sight", cpu_us(anew, times=times // 20))
    kept = cpu_us(lambda: house.planner.plan(wanted, asker, evidence=evidence, as_of=today), times=times)
    yield Piece("decide and plan, seen before", kept)


def _deciding(question: Question, catalog: Catalog, evidence: Evidence, times: int) -> Iterator[Piece]:
    """The aim is 300 us for forty fields, nothing kept from before."""
    forty = replace(question, fields=question.fields[:40])
    for asked in (forty, question):
        judged = cpu_us(lambda asked=asked: decide(asked, catalog, evidence), times=times // 20)  # type: ignore[misc]  # a default binds it
        note = (
            f"aim: at most 300 us; here {judged:.0f}, {'met' if judged <= 300 else 'NOT MET'}" if asked is forty else ""
        )
        yield Piece(f"decide {len(asked.fields)} coordinates, cold", judged, note)


def _law(settings: Settings, times: int) -> Iterator[Piece]:
    """Four packs, four catalogs, the national law: the part of a start that this house is answerable for."""
    graph = assemble()
    of_all = settings.catalog.model_copy(update={"neighbours": ("TJ", "SH", "HL", "LN")})
    wanted = wanted_law(of_all, hour().date())
    spent = cpu_us(lambda: read_law(of_all, wanted, graph), times=max(3, times // 200))
    yield Piece("start: law of four regions read and checked", spent, "aim: under one second")


async def _cache(inside: Inside, code: str, times: int) -> AsyncIterator[Piece]:
    """Looking up, reviewing and projecting what lies in the cache."""
    answer = orjson.loads(await inside.one(code))["data"]
    subject = SubjectId.parse(code)
    (plan,) = [plan for plan in inside.house.planner._plans.values() if "subject" in plan.demand.selection.path]
    orders = list(plan.orders(subject))
    found = await inside.counters.cache.get_many(orders)
    assert all(one is not None for one in found)
    looked_up = await crowd(lambda _: inside.counters.cache.get_many(orders), range(times), width=1)
    yield Piece("cache hit, per order", looked_up.cpu_us / len(orders), f"{len(orders)} orders a request")
    kept = {(order.agency, order.kind): one.records for order, one in zip(orders, found, strict=True) if one}
    records = [
        (place, record)
        for place in plan.places.values()
        for record in kept[place.agencies[0], place.place.kind]
        if place.reviewer.review(record).facts is not None
    ]
    for piece in _each_record(records, times):
        yield piece
    document = parse(PERMIT_CHECK.replace("($code: CreditCode!)", "").replace("$code", '"x"'))
    assert execute_sync(inside.house.core, document, answer).data == answer
    reference = cpu_us(lambda: execute_sync(inside.house.core, document, answer), times=times // 20)
    yield Piece("the same by graphql-core's execute", reference, "for comparison")


def _each_record(records: Sequence[tuple[PlacePlan, SourceRecord]], times: int) -> Iterator[Piece]:
    provenance = {"agency": "TAX", "asOf": "2026-01-01T00:00:00+08:00", "freshness": "CURRENT", "fromCache": True}
    rows = [
        (place.project, {**(place.reviewer.review(record).facts or {}), "provenance": provenance})
        for place, record in records
    ]

    def review() -> None:
        for place, record in records:
            place.reviewer.review(record)

    def project() -> None:
        for projected, row in rows:
            projected(row)

    yield Piece("review, per record", cpu_us(review, times=times) / len(records), f"{len(records)} records a request")
    yield Piece("projection of all records, compiled", cpu_us(project, times=times))
