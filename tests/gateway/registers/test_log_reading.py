"""The log read for a subject: its entries newest first, counted exactly, whatever else stands there."""

from __future__ import annotations

import pytest

from gateway.registers.engine import RegisterFault
from gateway.registers.log import NewEntry
from gateway.registers.log_reading import SubjectReader
from tests.builders import SOME_CODE
from tests.conftest import AS_OF
from tests.gateway.registers.log_stage import months_later
from tests.inquiry_stage import OTHER_CODE, Looked, open_books


@pytest.fixture
async def books(database_url, tmp_path):
    async with open_books(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def reader(books):
    return SubjectReader(books.engine)


async def own(books):
    return [digest for _, digest in await books.keys.digests(SOME_CODE)]


async def test_a_subject_s_entries_newest_first_and_how_many_they_are(books, reader):
    for number in range(6):
        about = (OTHER_CODE, SOME_CODE, SOME_CODE) if number % 2 else (OTHER_CODE,)
        await books.look(Looked(f"r-{number}", at=months_later(number % 3)), *about)
    digests = await own(books)
    found = await reader.inquiries(digests, before=None, first=10)
    assert [(one.position, one.request_id) for one in found] == [(6, "r-5"), (4, "r-3"), (2, "r-1")]
    assert {one.places for one in found} == {frozenset({1, 2})}
    assert [one.position for one in await reader.inquiries(digests, before=6, first=1)] == [4]
    assert (await reader.count(digests), await reader.count([])) == (3, 0)
    assert await reader.inquiries([], before=None, first=10) == []


async def test_entries_of_a_dropped_segment_are_neither_told_nor_counted(books, reader):
    await books.look(Looked("r-0"), SOME_CODE)
    await books.look(Looked("r-1", at=months_later(1)), SOME_CODE)
    await books.log.drop_segment(1, AS_OF)
    digests = await own(books)
    assert [one.request_id for one in await reader.inquiries(digests, before=None, first=10)] == ["r-1"]
    assert await reader.count(digests) == 1


@pytest.mark.parametrize(
    "text", ["not JSON", "[]", "{}", '{"at": "2026-06-01T00:00:00Z", "subjects": [], "caller": 1}']
)
async def test_an_entry_in_another_form_is_a_fault_and_is_not_passed_over(books, reader, text):
    digests = ("a" * 32,)
    await books.log.append(NewEntry("r-0", AS_OF, text.encode(), digests, {"iat": 0}))
    with pytest.raises(RegisterFault, match="entry 1 cannot be read"):
        await reader.inquiries(digests, before=None, first=1)
