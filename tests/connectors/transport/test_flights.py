"""How orders are put together into calls."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from connectors.port import FetchOrder, Unavailable
from connectors.transport.flights import Call, Flight, SharedErrand, calls_for
from schema.vocabulary.records import RecordKind
from tests.connectors.transport.desk_fakes import ARREARS, PROFILE, RATING, errand, order

FACTS = st.sampled_from(["taxCategory", "taxPeriod", "taxCategory taxPeriod"])
ORDERS = st.builds(order, st.integers(1, 6), st.sampled_from([ARREARS, PROFILE, RATING]), FACTS)


def put_together(orders: Iterable[FetchOrder], batch_size: int) -> list[Call]:
    """`calls_for` needs futures, and those a loop."""
    loop = asyncio.new_event_loop()
    try:
        return calls_for([Flight(each, "a", 1.0, loop.create_future()) for each in orders], batch_size)
    finally:
        loop.close()


@given(st.sets(ORDERS, max_size=20), st.integers(1, 5))
def test_each_order_is_asked_exactly_once_and_nothing_else_is(orders: set[FetchOrder], batch_size: int):
    calls = put_together(sorted(orders, key=repr), batch_size)
    asked = [
        (subject, kind, facts) for call in calls for subject in call.subjects for kind, facts in call.wants.items()
    ]
    assert len(asked) == len(orders)
    assert set(asked) == {(each.subject, each.kind, each.facts) for each in orders}
    assert all(len(set(call.subjects)) == len(call.subjects) <= batch_size for call in calls)
    assert all(flight.call is call for call in calls for flight in call.flights)


def test_subjects_who_want_the_same_share_calls():
    calls = put_together([order(number, kind) for number in range(7) for kind in (ARREARS, PROFILE)], 3)
    assert [len(call.subjects) for call in calls] == [3, 3, 1]
    assert all(set(call.wants) == {ARREARS, PROFILE} for call in calls)


def test_the_same_kind_with_other_facts_is_another_call():
    calls = put_together([order(1), order(1, facts="taxPeriod")], 10)
    assert [call.wants[ARREARS] for call in calls] == [{"taxCategory"}, {"taxPeriod"}]


async def test_a_shared_errand_lasts_as_long_as_its_most_patient_waiter():
    loop = asyncio.get_running_loop()
    early, late = errand(1.0, "first"), errand(9.0, "second")
    flight = Flight(order(1), early.attribution, early.deadline, loop.create_future())
    flight.join(early)
    (call,) = calls_for([flight], 1)
    assert (call.errand.attribution, call.errand.deadline) == ("first", early.deadline)
    flight.join(late)
    assert call.errand.deadline == late.deadline
    call.errand.last_until(early.deadline)
    assert call.errand.deadline == late.deadline


def test_a_shared_errand_can_stand_where_an_errand_stands():
    assert SharedErrand("a", 2.0).deadline == 2.0
    assert "a" in repr(SharedErrand("a", 2.0))


async def test_only_the_first_outcome_counts():
    flight = Flight(order(1), "a", 1.0, asyncio.get_running_loop().create_future())
    flight.land(Unavailable("first"))
    flight.land(Unavailable("second"))
    assert flight.landed.result() == Unavailable("first")
    assert RecordKind.TAX_ARREARS is flight.order.kind
