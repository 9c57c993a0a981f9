"""Patience with agencies, at clock values given by the test."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.port import Errand
from connectors.transport.resilience import (
    Breaker,
    Breakers,
    BreakerSettings,
    BreakerState,
    RetryBudget,
    RetrySettings,
    full_jitter_s,
    remaining_s,
)

SETTINGS = BreakerSettings(window_s=10.0, least_calls=4, failure_share=0.5, open_s=5.0)


def called(breaker: Breaker, now: float, *, has_failed: bool) -> None:
    admitted = breaker.admit(now)
    assert admitted is not None
    breaker.record(admitted, now, has_failed=has_failed)


def opened(now: float = 100.0) -> Breaker:
    breaker = Breaker(SETTINGS)
    for _ in range(4):
        called(breaker, now, has_failed=True)
    assert breaker.state(now) is BreakerState.OPEN
    return breaker


def test_what_is_left_of_a_deadline():
    assert remaining_s(Errand("a", deadline=12.0), now=10.0) == 2.0
    assert remaining_s(Errand("a", deadline=12.0), now=13.0) == 0.0


def test_jitter_lies_below_a_doubling_ceiling():
    settings = RetrySettings(backoff_s=0.1, backoff_ceiling_s=0.35)
    assert [full_jitter_s(retry, settings, draw=1.0) for retry in range(4)] == [0.1, 0.2, 0.35, 0.35]
    assert full_jitter_s(3, settings, draw=0.0) == 0.0


def test_a_breaker_opens_on_share_only_with_enough_calls():
    breaker = Breaker(SETTINGS)
    for _ in range(3):
        called(breaker, 100.0, has_failed=True)
    assert breaker.state(100.0) is BreakerState.CLOSED
    called(breaker, 100.0, has_failed=True)
    assert breaker.state(100.0) is BreakerState.OPEN
    assert breaker.admit(104.9) is None


def test_mostly_good_calls_keep_it_closed():
    breaker = Breaker(SETTINGS)
    for place in range(40):
        called(breaker, 100.0 + place / 10, has_failed=place % 3 == 2)
    assert breaker.state(104.0) is BreakerState.CLOSED


def test_old_failures_are_forgotten():
    breaker = Breaker(SETTINGS)
    for _ in range(3):
        called(breaker, 100.0, has_failed=True)
    called(breaker, 111.0, has_failed=True)
    assert breaker.state(111.0) is BreakerState.CLOSED


def test_one_probe_decides():
    breaker = opened()
    probe = breaker.admit(105.0)
    assert probe is not None
    assert breaker.state(105.0) is BreakerState.HALF_OPEN
    assert breaker.admit(105.0) is None
    breaker.record(probe, 105.1, has_failed=False)
    assert breaker.state(105.1) is BreakerState.CLOSED


def test_a_failed_probe_opens_it_again_for_the_whole_time():
    breaker = opened()
    probe = breaker.admit(105.0)
    assert probe is not None
    breaker.record(probe, 106.0, has_failed=True)
    assert breaker.admit(110.9) is None
    assert breaker.admit(111.0) is not None


def test_a_probe_whose_caller_left_frees_the_place():
    breaker = opened()
    probe = breaker.admit(105.0)
    assert probe is not None
    breaker.forgive(probe)
    assert breaker.admit(105.0) is not None


def test_a_call_from_before_it_opened_changes_nothing():
    breaker = Breaker(SETTINGS)
    early = breaker.admit(100.0)
    assert early is not None
    for _ in range(4):
        called(breaker, 100.0, has_failed=True)
    probe = breaker.admit(105.0)
    breaker.record(early, 105.0, has_failed=False)
    breaker.forgive(early)
    assert probe is not None
    assert breaker.state(105.0) is BreakerState.HALF_OPEN
    assert breaker.admit(105.0) is None


@given(st.lists(st.tuples(st.floats(0, 4), st.booleans()), max_size=60))
def test_the_window_counts_what_a_plain_list_counts(steps: list[tuple[float, bool]]):
    breaker = Breaker(BreakerSettings(window_s=10.0, least_calls=1000))
    now, seen = 100.0, []
    for step_s, has_failed in steps:
        now += step_s
        called(breaker, now, has_failed=has_failed)
        seen.append((int(now), has_failed))
        young = [failed for at, failed in seen if at > int(now) - 10]
        assert (breaker._total, breaker._failures) == (len(young), sum(young))


def test_breakers_are_kept_by_operation():
    breakers = Breakers(SETTINGS)
    for _ in range(4):
        called(breakers.of("list"), 100.0, has_failed=True)
    called(breakers.of("detail"), 100.0, has_failed=False)
    assert breakers.states(100.0) == {"list": BreakerState.OPEN, "detail": BreakerState.CLOSED}
    assert breakers.states(105.0)["list"] is BreakerState.HALF_OPEN


@given(st.lists(st.integers(1, 30), min_size=1, max_size=30))
def test_retries_stay_within_their_share_and_the_floor(calls_between: list[int]):
    settings = RetrySettings(share=0.1, floor=3.0, floor_per_s=0.0, ceiling=20.0)
    budget = RetryBudget(settings)
    calls = spent = 0
    for count in calls_between:
        for _ in range(count):
            budget.earn(100.0)
            calls += 1
            spent += budget.spend(100.0)
        assert spent <= settings.floor + settings.share * calls + 1e-6


def test_a_quiet_line_earns_a_few_retries_by_time_alone():
    budget = RetryBudget(RetrySettings(share=0.0, floor=2.0, floor_per_s=0.5))
    assert [budget.spend(100.0) for _ in range(3)] == [True, True, False]
    assert [budget.spend(102.0), budget.spend(102.0)] == [True, False]
    assert [budget.spend(1000.0) for _ in range(3)] == [True, True, False]
