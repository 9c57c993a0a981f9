"""The desk: few calls, nobody's work lost, nothing left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.port import Fetched, FetchOrder, Unavailable, Unreadable
from connectors.transport.cache import CacheSettings, RecordCache
from connectors.transport.desk import Desk, DeskSettings
from connectors.transport.resilience import Breakers, BreakerSettings, BreakerState
from schema.vocabulary.identifiers import AgencyId
from tests.connectors.transport.desk_fakes import (
    ARREARS,
    BROKEN,
    PROFILE,
    RATING,
    FakeClerk,
    SilentClerk,
    errand,
    order,
    records,
    subject,
)
from tests.connectors.transport.loopback import until

MakeDesk = Callable[..., Desk]


@pytest.fixture
async def cache() -> AsyncIterator[RecordCache]:
    cache = RecordCache(CacheSettings(b"tests"), lambda: 1_780_000_000.0)
    yield cache
    await cache.aclose()


@pytest.fixture
async def desk_of() -> AsyncIterator[MakeDesk]:
    """Builds desks and sees that each leaves nothing behind."""
    desks: list[Desk] = []

    def build(clerk: FakeClerk, cache: RecordCache | None = None, **changes: float) -> Desk:
        desks.append(Desk(clerk, cache, settings=DeskSettings(**changes)))  # type: ignore[arg-type]
        return desks[-1]

    yield build
    for desk in desks:
        await desk.aclose()
        assert not desk._flights
        assert not desk._gathered
    assert asyncio.all_tasks() == {asyncio.current_task()}


def fetched(of: FetchOrder) -> Fetched:
    return Fetched(records(of))


async def test_outcomes_come_in_the_order_of_the_orders(desk_of: MakeDesk):
    clerk = FakeClerk(batch_size=5)
    clerk.trouble[subject(2)] = BROKEN
    orders = [order(3), order(2), order(1, PROFILE), order(1), order(3), order(2)]
    expected = [fetched(order(3)), BROKEN, fetched(order(1, PROFILE)), fetched(order(1)), fetched(order(3)), BROKEN]
    assert await desk_of(clerk).fetch(orders, errand()) == expected


async def test_no_orders_no_call(desk_of: MakeDesk):
    clerk = FakeClerk()
    assert list(await desk_of(clerk).fetch([], errand())) == []
    assert not clerk.asked


async def test_a_second_request_is_answered_from_the_cache(desk_of: MakeDesk, cache: RecordCache):
    clerk = FakeClerk()
    desk = desk_of(clerk, cache)
    await desk.fetch([order(1), order(2)], errand())
    await until(lambda: desk.status(0.0).orders_under_way == 0)
    got = await desk.fetch([order(2), order(3), order(1)], errand())
    assert [outcome.from_cache for outcome in got if isinstance(outcome, Fetched)] == [True, False, True]
    assert len(clerk.asked) == 3


async def test_failures_are_never_cached(desk_of: MakeDesk, cache: RecordCache):
    clerk = FakeClerk()
    desk = desk_of(clerk, cache)
    for trouble in (Unavailable("status-503"), BROKEN):
        clerk.trouble = {subject(1): trouble}
        assert await desk.fetch([order(1)], errand()) == [trouble]
        await until(lambda: desk.status(0.0).orders_under_way == 0)
    clerk.trouble = {}
    assert await desk.fetch([order(1)], errand()) == [fetched(order(1))]


async def test_concurrent_requests_share_one_fetch(desk_of: MakeDesk, cache: RecordCache):
    clerk = FakeClerk()
    clerk.gate.clear()
    desk = desk_of(clerk, cache)
    waiting = [asyncio.create_task(desk.fetch([order(1), order(1, PROFILE)], errand())) for _ in range(20)]
    await until(lambda: clerk.under_way == 1)
    clerk.gate.set()
    answers = await asyncio.gather(*waiting)
    assert all(answer == [fetched(order(1)), fetched(order(1, PROFILE))] for answer in answers)
    assert len(clerk.asked) == 1


async def test_orders_of_concurrent_requests_become_few_calls(desk_of: MakeDesk):
    clerk = FakeClerk(batch_size=10)
    desk = desk_of(clerk, linger_s=0.01)
    await asyncio.gather(*(desk.fetch([order(number), order(number, RATING)], errand()) for number in range(25)))
    assert sorted(len(subjects) for subjects, _ in clerk.asked) == [5, 10, 10]


async def test_a_full_batch_does_not_linger(desk_of: MakeDesk):
    clerk = FakeClerk(batch_size=4)
    desk = desk_of(clerk, linger_s=60.0)
    await desk.fetch([order(number) for number in range(6)], errand(2.0))
    assert [len(subjects) for subjects, _ in clerk.asked] == [4, 2]


async def test_no_subject_is_asked_for_what_only_another_ordered(desk_of: MakeDesk):
    clerk = FakeClerk(batch_size=50)
    await desk_of(clerk).fetch(
        [order(1), order(2, facts="taxCategory taxPeriod"), order(3), order(3, PROFILE)], errand()
    )
    asked = {each: wanted for subjects, wanted in clerk.asked for each in subjects}
    assert asked == {
        subject(1): {ARREARS: frozenset({"taxCategory"})},
        subject(2): {ARREARS: frozenset({"taxCategory", "taxPeriod"})},
        subject(3): {ARREARS: frozenset({"taxCategory"}), PROFILE: frozenset({"taxCategory"})},
    }


async def test_an_agency_is_not_asked_too_much_at_once(desk_of: MakeDesk):
    clerk = FakeClerk()
    await desk_of(clerk, concurrency=3).fetch([order(number) for number in range(12)], errand())
    assert clerk.most_under_way == 3
    assert len(clerk.asked) == 12


async def test_who_leaves_takes_nothing_from_the_others(desk_of: MakeDesk):
    clerk = FakeClerk()
    clerk.gate.clear()
    desk = desk_of(clerk)
    leaving = asyncio.create_task(desk.fetch([order(1)], errand()))
    await until(lambda: clerk.under_way == 1)
    staying = asyncio.create_task(desk.fetch([order(1)], errand()))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    clerk.gate.set()
    assert await staying == [fetched(order(1))]
    assert clerk.stopped == 0


async def test_work_stops_when_nobody_waits_any_more(desk_of: MakeDesk):
    clerk = FakeClerk(batch_size=2)
    clerk.gate.clear()
    desk = desk_of(clerk)
    waiting = [asyncio.create_task(desk.fetch([order(number)], errand())) for number in (1, 2)]
    await until(lambda: clerk.under_way == 1)
    waiting[0].cancel()
    await asyncio.sleep(0.01)
    assert clerk.stopped == 0
    waiting[1].cancel()
    await until(lambda: clerk.stopped == 1)
    await asyncio.gather(*waiting, return_exceptions=True)
    clerk.gate.set()
    assert await desk.fetch([order(1)], errand()) == [fetched(order(1))]


async def test_an_order_given_up_while_lingering_is_never_asked(desk_of: MakeDesk):
    clerk = FakeClerk(batch_size=10)
    desk = desk_of(clerk, linger_s=0.02)
    leaving = asyncio.create_task(desk.fetch([order(1), order(2, PROFILE)], errand()))
    staying = asyncio.create_task(desk.fetch([order(2, PROFILE)], errand()))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == [fetched(order(2, PROFILE))]
    assert clerk.asked == [((subject(2),), {PROFILE: frozenset({"taxCategory"})})]
    await asyncio.gather(leaving, return_exceptions=True)


async def test_each_waiter_stops_at_its_own_deadline(desk_of: MakeDesk):
    clerk = FakeClerk()
    clerk.gate.clear()
    desk = desk_of(clerk)
    patient = asyncio.create_task(desk.fetch([order(1)], errand(5.0)))
    assert await desk.fetch([order(1)], errand(0.03)) == [Unavailable("deadline")]
    assert len(clerk.asked) == 1
    clerk.gate.set()
    assert await patient == [fetched(order(1))]


async def test_a_late_and_patient_waiter_lengthens_the_errand(desk_of: MakeDesk):
    clerk = FakeClerk()
    clerk.gate.clear()
    desk = desk_of(clerk)
    first = asyncio.create_task(desk.fetch([order(1)], errand(0.05, "first")))
    await until(lambda: clerk.under_way == 1)
    late = errand(5.0, "late")
    second = asyncio.create_task(desk.fetch([order(1)], late))
    assert await first == [Unavailable("deadline")]
    assert (clerk.errands[0].deadline, clerk.errands[0].attribution) == (late.deadline, "first")
    clerk.gate.set()
    assert await second == [fetched(order(1))]


async def test_a_deserted_call_that_overruns_its_deadline_is_cut_off(desk_of: MakeDesk):
    clerk = FakeClerk()
    clerk.gate.clear()
    desk = desk_of(clerk, grace_s=0.02)
    assert await desk.fetch([order(1)], errand(0.02)) == [Unavailable("deadline")]
    assert desk.status(0.0).orders_under_way == 0
    await until(lambda: clerk.stopped == 1)


async def test_nothing_is_asked_after_the_deadline(desk_of: MakeDesk, cache: RecordCache):
    clerk = FakeClerk()
    await cache.put_many([(order(1), ())])
    got = await desk_of(clerk, cache).fetch([order(1), order(2)], errand(-1.0))
    assert got == [Fetched((), from_cache=True), Unavailable("deadline")]
    assert not clerk.asked


async def test_a_call_that_waited_too_long_for_its_turn_is_not_made(desk_of: MakeDesk):
    clerk = FakeClerk()
    clerk.gate.clear()
    desk = desk_of(clerk, concurrency=1, grace_s=60.0)
    holder = asyncio.create_task(desk.fetch([order(1)], errand()))
    await until(lambda: clerk.under_way == 1)
    assert await desk.fetch([order(2)], errand(0.02)) == [Unavailable("deadline")]
    clerk.gate.set()
    await holder
    await until(lambda: desk.status(0.0).calls_under_way == 0)
    assert [subjects for subjects, _ in clerk.asked] == [(subject(1),)]


async def test_a_clerk_that_stumbles_spoils_its_own_orders_only(desk_of: MakeDesk, caplog: pytest.LogCaptureFixture):
    clerk = FakeClerk()
    clerk.trouble[subject(1)] = KeyError("王小明")
    assert await desk_of(clerk).fetch([order(1), order(2)], errand()) == [
        Unreadable("clerk-failed"),
        fetched(order(2)),
    ]
    assert "KeyError" in caplog.text
    assert "王小明" not in caplog.text
    assert subject(1) not in caplog.text


async def test_the_operator_is_told_which_facts_nobody_can_read(desk_of: MakeDesk, caplog: pytest.LogCaptureFixture):
    clerk = FakeClerk()
    [record] = records(order(1))
    clerk.trouble[subject(1)] = Fetched((replace(record, unreadable=frozenset({"taxPeriodFrom"})),))
    await desk_of(clerk).fetch([order(1)], errand())
    assert caplog.messages == ["unreadable facts: agency=TAX facts=TaxArrears.taxPeriodFrom"]


async def test_a_forgotten_order_is_unreadable(desk_of: MakeDesk):
    assert await desk_of(SilentClerk()).fetch([order(1)], errand()) == [Unreadable("no-outcome")]


async def test_closing_ends_everything(cache: RecordCache):
    clerk = FakeClerk()
    clerk.gate.clear()
    desk = Desk(clerk, cache, settings=DeskSettings())
    waiting = asyncio.create_task(desk.fetch([order(1)], errand()))
    await until(lambda: clerk.under_way == 1)
    await desk.aclose()
    assert await waiting == [Unavailable("closed")]
    assert clerk.stopped == 1
    assert await desk.fetch([order(2)], errand()) == [Unavailable("closed")]
    assert desk.status(0.0).calls_under_way == 0


async def test_status_shows_breakers_and_load():
    breakers = Breakers(BreakerSettings(least_calls=1))
    desk = Desk(FakeClerk(), None, settings=DeskSettings(), breakers=breakers)
    assert desk.status(1.0).is_available
    admitted = breakers.of("list").admit(1.0)
    assert admitted is not None
    breakers.of("list").record(admitted, 1.0, has_failed=True)
    status = desk.status(1.0)
    assert (status.agency, status.operations) == (AgencyId.TAX, {"list": BreakerState.OPEN})
    assert not status.is_available


REQUESTS = st.lists(
    st.tuples(
        st.lists(st.builds(order, st.integers(1, 5), st.sampled_from([ARREARS, PROFILE])), min_size=1, max_size=6),
        st.booleans(),
    ),
    max_size=8,
)


@given(REQUESTS, st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_any_company_of_requests_each_gets_its_own_answers(
    requests: list[tuple[list[FetchOrder], bool]], batch_size: int
):
    async def play() -> None:
        clerk = FakeClerk(batch_size)
        cache = RecordCache(CacheSettings(b"tests"), lambda: 1_780_000_000.0)
        desk = Desk(clerk, cache, settings=DeskSettings(linger_s=0.0005))
        tasks = [asyncio.create_task(desk.fetch(orders, errand())) for orders, _ in requests]
        await asyncio.sleep(0)
        for task, (_, is_leaving) in zip(tasks, requests, strict=True):
            if is_leaving:
                task.cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        for (orders, is_leaving), answer in zip(requests, answers, strict=True):
            if not is_leaving:
                assert isinstance(answer, list)
                assert [each.records for each in answer] == [records(each) for each in orders]
        asked = [(each, kind) for subjects, wanted in clerk.asked for each in subjects for kind in wanted]
        assert len(asked) <= sum(len(set(orders)) for orders, _ in requests)
        await desk.aclose()
        await cache.aclose()
        assert not desk._flights
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(play())
