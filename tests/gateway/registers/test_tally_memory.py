"""What is kept in memory ends with its time, and when no more fits nobody is let in."""

from __future__ import annotations

import pytest

from gateway.registers.tally_entry import Aim, Asked, Asker, Digest, Mark, Stop, TallyFault, Verdict
from gateway.registers.tally_memory import MemoryTally

NOW_S = 1_780_279_200
STOP = Stop(score=60, for_s=900)


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def asked(asker: str, *subjects: str) -> Asked:
    aims = tuple(Aim(Digest(subject), Digest(f"block of {subject}")) for subject in subjects)
    return Asked((Asker(Digest(asker), 100, 100),), NOW_S, 20_000, STOP, aims)


async def test_a_mark_ends_with_its_time():
    clock = Clock()
    store = MemoryTally(clock)
    mark = Mark(Digest("a"), 60)
    assert (await store.settle([mark, mark], []))[0] == [True, False]
    clock.now = 59.9
    assert (await store.settle([mark], []))[0] == [False]
    clock.now = 60.0
    assert (await store.settle([mark], []))[0] == [True]


async def test_a_full_memory_lets_nobody_in_until_something_has_ended():
    clock = Clock()
    store = MemoryTally(clock, most=3)
    for name in ("a", "b", "c"):
        await store.settle([Mark(Digest(name), 30)], [])
    with pytest.raises(TallyFault, match="full"):
        await store.settle([Mark(Digest("d"), 30)], [])
    clock.now = 31.0
    assert (await store.settle([Mark(Digest("d"), 30)], []))[0] == [True]


async def test_subjects_and_blocks_take_their_place():
    store = MemoryTally(Clock(), most=7)
    await store.settle([], [asked("bank", "a", "b")])  # the asker, two subjects, two blocks
    await store.settle([], [asked("bank", "a", "b")])
    await store.settle([], [asked("bank", "c")])
    with pytest.raises(TallyFault):
        await store.settle([], [asked("bank")])


async def test_an_asker_is_forgotten_a_day_after_its_last_new_subject():
    clock = Clock()
    store = MemoryTally(clock, most=3)
    await store.settle([], [asked("bank", "a")])
    clock.now = 25 * 3600.0
    with pytest.raises(TallyFault):
        await store.settle([], [asked("bank")])
    clock.now = 27 * 3600.0
    assert (await store.settle([], [asked("bank")]))[1][0].verdict is Verdict.ADMITTED


async def test_closing_forgets():
    store = MemoryTally(Clock())
    mark = Mark(Digest("a"), 60)
    await store.settle([mark], [asked("bank")])
    await store.aclose()
    assert (await store.settle([mark], []))[0] == [True]
