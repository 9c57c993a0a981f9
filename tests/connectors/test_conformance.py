"""What every agency's connector does alike, each against its simulated agency over real sockets and tables."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from connectors.port import Fetched, Unavailable, Unreadable
from deploy.sandbox.panel import Faults
from deploy.sandbox.servers import Plan, Sandbox, open_sandbox
from schema.vocabulary.identifiers import SubjectId
from schema.vocabulary.records import RecordKind
from tests.connectors.conformance import CASES, Bench, bench, errand

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sandbox]:
    """The four simulated agencies with few subjects."""
    home: Path = tmp_path_factory.mktemp("agencies")
    async with open_sandbox(Plan(home, size=120)) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="module", params=CASES)
async def at(request: pytest.FixtureRequest, sandbox: Sandbox) -> AsyncIterator[Bench]:
    """One agency after the other, in good health."""
    async with bench(CASES[request.param], sandbox) as at:
        yield at


def fetched(outcome: object) -> Fetched:
    assert isinstance(outcome, Fetched), outcome
    return outcome


async def test_what_it_holds_is_found_with_the_ordered_facts_only(at: Bench):
    [outcome] = await at.desk.fetch([at.order()], errand())
    records = fetched(outcome).records
    assert records
    for record in records:
        assert (record.agency, record.kind) == (at.case.agency, at.case.kind)
        assert set(record.facts) <= at.case.facts
        assert record.as_of.utcoffset() is not None
    assert {fact for record in records for fact, value in record.facts.items() if value is not None} == at.case.facts


async def test_a_narrower_order_brings_less_of_the_same(at: Bench):
    [whole] = await at.desk.fetch([at.order()], errand())
    for fact in at.case.facts:
        [part] = await at.desk.fetch([at.order(facts=frozenset({fact}))], errand())
        stated = [record.facts.get(fact) for record in fetched(part).records]
        assert stated == [record.facts.get(fact) for record in fetched(whole).records]


async def test_an_unknown_subject_has_no_records(at: Bench):
    unknown = SubjectId(at.sandbox.world.named["unknown"])
    assert await at.desk.fetch([at.order(unknown)], errand()) == [Fetched(())]


async def test_outcomes_of_many_subjects_keep_the_order(at: Bench):
    codes = [SubjectId(code) for code in at.sandbox.world.named.values()]
    singly = [(await at.desk.fetch([at.order(code)], errand()))[0] for code in codes]
    together = await at.desk.fetch([at.order(code) for code in codes], errand(10.0))
    assert [_said(outcome) for outcome in together] == [_said(outcome) for outcome in singly]


async def test_a_fact_that_it_does_not_hold_is_no_trouble(at: Bench):
    [outcome] = await at.desk.fetch([at.order(facts=at.case.facts | {"noSuchFact"})], errand())
    assert all("noSuchFact" not in record.facts for record in fetched(outcome).records)


async def test_a_slow_agency_is_waited_for(at: Bench):
    with at.broken(Faults(latency_ms=60)):
        [outcome] = await at.desk.fetch([at.order()], errand())
    assert fetched(outcome).records


@pytest.mark.parametrize("faults", [Faults(error_rate=1.0), Faults(down=True)], ids=["errors", "down"])
async def test_a_failing_agency_is_unavailable_and_recovers(at: Bench, faults: Faults):
    with at.broken(faults):
        [outcome] = await at.desk.fetch([at.order()], errand(3.0))
        assert isinstance(outcome, Unavailable), outcome
    await _recovered(at)


async def test_a_malformed_answer_is_unreadable_and_passes(at: Bench):
    with at.broken(Faults(malformed=True)):
        [outcome] = await at.desk.fetch([at.order()], errand(3.0))
        assert isinstance(outcome, Unreadable) or _is_marked_unreadable(outcome), outcome
    await _recovered(at)


async def test_a_hanging_agency_costs_no_more_than_the_deadline(at: Bench):
    loop = asyncio.get_running_loop()
    with at.broken(Faults(hang=True)):
        started = loop.time()
        [outcome] = await at.desk.fetch([at.order()], errand(0.3))
        assert isinstance(outcome, Unavailable), outcome
        assert loop.time() - started < 1.0
    await _recovered(at)


async def test_causes_are_words_for_operators_and_never_the_agency_s_own(at: Bench):
    for faults in (Faults(error_rate=1.0), Faults(down=True), Faults(malformed=True)):
        with at.broken(faults):
            [outcome] = await at.desk.fetch([at.order()], errand(3.0))
        if not isinstance(outcome, Fetched):
            assert outcome.cause.isascii()
            assert len(outcome.cause) < 40
            assert "\n" not in outcome.cause


async def test_a_kind_that_belongs_to_another_agency_is_answered_too(at: Bench):
    foreign = RecordKind.ENFORCEMENT_CASE if at.case.name == "tax" else RecordKind.TAX_ARREARS
    order = at.order()
    mixed = [type(order)(order.agency, order.subject, foreign, frozenset({"caseNumber"})), order]
    outcomes = await at.desk.fetch(mixed, errand())
    assert len(outcomes) == 2
    assert fetched(outcomes[1]).records


async def _recovered(at: Bench) -> None:
    async with asyncio.timeout(5):
        while True:
            [outcome] = await at.desk.fetch([at.order()], errand())
            if isinstance(outcome, Fetched):
                assert outcome.records
                return


def _said(outcome: object) -> object:
    """An outcome without the hour at which it was said."""
    if not isinstance(outcome, Fetched):
        return outcome
    return [(record.kind, record.key, record.facts, record.is_displayed) for record in outcome.records]


def _is_marked_unreadable(outcome: object) -> bool:
    """An agency whose answers break value by value marks each value instead of the whole."""
    return isinstance(outcome, Fetched) and all(record.unreadable for record in outcome.records)
