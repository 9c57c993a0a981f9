"""What is withheld is as if it had never been, in lists, totals and pages; after its day it stands in its place."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.registers.withholding_entry import Selection, Withholding
from gateway.rights.inquiries import LARGEST_READ, Asking, Days, InquiryDesk
from tests.builders import SOME_CODE
from tests.conftest import AS_OF
from tests.inquiry_stage import (
    OTHER_CODE,
    SELECTORS,
    TODAY,
    Looked,
    MemoryLog,
    MemoryWithholdings,
    PlainKeys,
    days_ago,
    listed,
    open_books,
)

UNITS = ("police", "permits", "bank")
CASES = (None, "案-1", "案-2")
PURPOSES = (None, "INSPECTION", "ADMINISTRATIVE_PERMIT")
looks = st.builds(
    lambda day, unit, client, purpose, case: Looked(
        at=days_ago(day), organisation=unit, client=client, purpose=purpose, case=case
    ),
    st.integers(0, 20),
    st.sampled_from(UNITS),
    st.sampled_from(("desk-1", "desk-2")),
    st.sampled_from(PURPOSES),
    st.sampled_from(CASES),
)
histories = st.lists(st.tuples(looks, st.booleans()), max_size=25)
"""Inquiries in the order of their arrival, and whether each was about the subject."""
maybe_day = st.none() | st.integers(0, 20).map(lambda day: days_ago(day).date())
selections = st.builds(
    Selection,
    st.sampled_from(UNITS),
    client=st.sampled_from(("", "desk-1")),
    purpose=st.sampled_from(("", "INSPECTION")),
    case=st.sampled_from(("", SELECTORS.case("案-1"))),
    subject=st.sampled_from(("", SELECTORS.subject(SOME_CODE), SELECTORS.subject(OTHER_CODE))),
    first_day=maybe_day,
    last_day=maybe_day,
)


def withheld_until(selection: Selection, until=TODAY) -> Withholding:
    return Withholding("w", selection, until, "CPL 54", filed_by="somebody", filed_at=AS_OF)


def a_desk(history, withholdings=()) -> InquiryDesk:
    log = MemoryLog()
    ordered = sorted(history, key=lambda one: one[0].at)
    for number, (looked, is_own) in enumerate(ordered):
        log.add(replace(looked, name=f"r-{number}"), SOME_CODE if is_own else OTHER_CODE)
    return InquiryDesk(log, PlainKeys(), MemoryWithholdings([*withholdings]), SELECTORS)


async def everything(desk: InquiryDesk, asking: Asking) -> tuple[object, ...]:
    """All that the list gives away: every page at every size, and the total."""
    return (
        await desk.total(asking),
        [await listed(desk, asking, size=size) for size in range(1, 27)],
        [[one.position for one in (await desk.page(asking, first=size)).entries] for size in (1, 3, 30)],
    )


def is_taken(looked: Looked, withholdings) -> bool:
    own = ("", SELECTORS.subject(SOME_CODE))
    told = MemoryLog()
    told.add(looked, SOME_CODE)
    (one,) = asyncio.run(told.inquiries([SOME_CODE], before=None, first=1))
    return any(w.selection.subject in own and w.selection.takes(one, SELECTORS) for w in withholdings)


@given(histories, st.lists(selections, min_size=1, max_size=3), maybe_day, maybe_day)
def test_what_is_withheld_is_as_if_it_had_never_been(history, chosen, first, last):
    withholdings = [withheld_until(one) for one in chosen]
    without = [(looked, is_own and not is_taken(looked, withholdings)) for looked, is_own in history]
    asking = Asking(SOME_CODE, TODAY, Days(first, last))
    never, desk = a_desk(without), a_desk(history, withholdings)
    assert asyncio.run(everything(desk, asking)) == asyncio.run(everything(never, asking))
    later = replace(asking, today=TODAY + timedelta(days=1))
    assert asyncio.run(everything(desk, later)) == asyncio.run(everything(a_desk(history), later))


@given(histories, maybe_day, maybe_day)
def test_pages_together_are_the_whole_list_newest_first(history, first, last):
    days = Days(first, last)
    asking = Asking(SOME_CODE, TODAY, days)
    desk = a_desk(history)
    ordered = sorted(history, key=lambda one: one[0].at)
    expected = [f"r-{n}" for n, (one, is_own) in enumerate(ordered) if is_own and days.hold(one.at.date())][::-1]
    for size in (1, 2, 7, 100):
        pages = asyncio.run(listed(desk, asking, size=size))
        assert [name for page in pages for name in page] == expected
        assert all(len(page) == size for page in pages[:-1])
    assert asyncio.run(desk.total(asking)) == len(expected)


def test_an_inquiry_that_was_written_late_is_found_by_its_day():
    """A request that arrived before midnight is written after one that arrived later."""
    log = MemoryLog()
    for name, at in (("early", days_ago(1)), ("late", days_ago(0)), ("early-written-late", days_ago(0, hours=11))):
        log.add(Looked(name, at=at), SOME_CODE)
    desk = InquiryDesk(log, PlainKeys(), MemoryWithholdings(), SELECTORS)
    today = Asking(SOME_CODE, TODAY, Days(TODAY, TODAY))
    assert asyncio.run(listed(desk, today, size=1)) == [["late"]]
    yesterday = Asking(SOME_CODE, TODAY, Days(None, TODAY - timedelta(days=1)))
    assert asyncio.run(listed(desk, yesterday, size=10)) == [["early-written-late", "early"]]


def test_the_operator_sees_what_is_withheld_and_that_it_is():
    history = [(Looked(at=days_ago(2), organisation="permits"), True), (Looked(at=days_ago(1)), True)]
    desk = a_desk(history, [withheld_until(Selection("police", purpose="INSPECTION"))])
    told = asyncio.run(desk.withheld(Asking(SOME_CODE, TODAY), first=10))
    assert [(one.organisation, is_withheld) for one, is_withheld in told] == [("police", True), ("permits", False)]


def test_a_long_list_is_counted_in_parts():
    desk = a_desk([(Looked(), True)] * (2 * LARGEST_READ + 1), [withheld_until(Selection("bank", client="x"))])
    assert asyncio.run(desk.total(Asking(SOME_CODE, TODAY))) == 2 * LARGEST_READ + 1


@pytest.fixture
async def books(database_url, tmp_path):
    async with open_books(database_url, tmp_path) as opened:
        yield opened


async def test_on_a_real_database_withheld_inquiries_leave_no_trace_until_their_day_has_passed(books):
    for number in range(23):
        unit = UNITS[number % 3]
        about = [SOME_CODE, SOME_CODE] if number % 5 else [OTHER_CODE]
        await books.look(Looked(f"r-{number}", at=days_ago(22 - number), organisation=unit), *about)
    own = [number for number in range(22, -1, -1) if number % 5]
    asking = Asking(SOME_CODE, TODAY)
    assert await everything(books.desk, asking) == (
        len(own),
        [_pages([f"r-{number}" for number in own], size) for size in range(1, 27)],
        [[number + 1 for number in own][:size] for size in (1, 3, 30)],
    )
    await books.withheld.file(withheld_until(Selection("police", purpose="INSPECTION")))
    left = [number for number in own if number % 3]
    total, pages, _ = await everything(books.desk, asking)
    assert (total, pages) == (len(left), [_pages([f"r-{number}" for number in left], size) for size in range(1, 27)])
    tomorrow = replace(asking, today=TODAY + timedelta(days=1))
    assert await books.desk.total(tomorrow) == len(own)
    assert await listed(books.desk, tomorrow, size=30) == [[f"r-{number}" for number in own]]


async def test_inquiries_of_a_month_whose_key_was_destroyed_are_found_by_nobody(books):
    for number, days in enumerate((40, 33, 2, 1)):
        await books.look(Looked(f"r-{number}", at=days_ago(days)), SOME_CODE)
    asking = Asking(SOME_CODE, TODAY)
    assert await listed(books.desk, asking, size=3) == [["r-3", "r-2", "r-1"], ["r-0"]]
    assert await books.keys.destroy("2026-04", AS_OF)
    assert await listed(books.desk, asking, size=3) == [["r-3", "r-2"]]
    assert await books.desk.total(asking) == 2
    assert len(await books.log.entries(0, 10)) == 4


def _pages(names: list[str], size: int) -> list[list[str]]:
    return [names[start : start + size] for start in range(0, max(len(names), 1), size)]


@pytest.mark.parametrize("size", [1, 2, 5])
async def test_an_entry_of_a_clock_that_was_wrong_hides_none_behind_it(size: int) -> None:
    log = MemoryLog()
    for number, day in enumerate((3, 2, 20000, 1)):
        log.add(Looked(f"r-{number}", at=days_ago(day)), SOME_CODE)
    desk = InquiryDesk(log, PlainKeys(), MemoryWithholdings(), SELECTORS)
    pages = await listed(desk, Asking(SOME_CODE, TODAY, Days(days_ago(5).date())), size=size)
    assert [name for page in pages for name in page] == ["r-3", "r-1", "r-0"]
