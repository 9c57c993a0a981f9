"""What has ended, was restored, or has lost its basis looks exactly like no record, byte for byte, to everybody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from datetime import date, datetime
from pathlib import Path

import pytest

from gateway.registers.consents_counting import Use
from policies.evidence import Mark, RecordMark, Standing
from schema.vocabulary.caller import PUBLIC_CALLER, Caller, Inquiry
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import Fact, RecordKind
from tests.builders import SOME_CODE, a_record
from tests.corridor import BANK, ITSELF, OFFICER, PERMIT, Corridor, open_corridor

KEY = "（2025）津01执1号"
FACTS: Mapping[str, Fact] = {
    "caseNumber": KEY,
    "enforcementBasisNumber": "（2024）津民初9号",
    "publicationDate": "2025-09-01",
    "responsiblePerson": {"name": "王小明", "birthDate": "1980-01-01"},
}
QUERY = (
    f'{{ subject(code: "{SOME_CODE}") {{ judgmentDefaults(orderBy: {{ field: CASE_NUMBER }}) {{'
    " caseNumber responsiblePerson { name }"
    " provenance { agency freshness fromCache objectionMarker disagreements { field } } } } }"
)
ENDED: Mapping[str, Mapping[str, Fact]] = {
    "expired": {**FACTS, "publicationDate": "2020-01-01"},
    "without a document": {**FACTS, "enforcementBasisNumber": None},
}


class Shelf:
    """Books in which one thing stands."""

    def __init__(self) -> None:
        self.marks: frozenset[RecordMark] = frozenset()

    async def standing(
        self, subjects: Collection[SubjectId], _caller: Caller, *, now: datetime
    ) -> Mapping[SubjectId, Standing]:
        del now
        return {subject: Standing(marks=self.marks) for subject in subjects}

    async def count_use(self, _uses: Collection[Use]) -> frozenset[Use]:
        return frozenset()


@pytest.fixture
async def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def corridor(tmp_path: Path, shelf: Shelf) -> AsyncIterator[Corridor]:
    async with open_corridor(tmp_path, books=shelf) as opened:
        yield opened


async def answer(corridor: Corridor, facts: Mapping[str, Fact] | None, caller: Caller, stated: Inquiry | None) -> bytes:
    record = a_record(RecordKind.JUDGMENT_DEFAULTER, dict(facts or {}), agency=AgencyId.COURTS, key=KEY)
    corridor.give(*([(SOME_CODE, record)] if facts is not None else []))
    return (await corridor.ask(QUERY, caller, stated=stated)).raw


@pytest.mark.parametrize(
    ("caller", "stated"),
    [(PUBLIC_CALLER, None), (OFFICER, PERMIT), (OFFICER, None), (BANK, None), (ITSELF, None)],
    ids=["public", "officer", "officer without purpose", "bank", "itself"],
)
async def test_no_trace_is_left(corridor: Corridor, shelf: Shelf, caller: Caller, stated: Inquiry | None) -> None:
    nothing = await answer(corridor, None, caller, stated)
    assert await answer(corridor, FACTS, caller, stated) != nothing
    for name, facts in ENDED.items():
        assert await answer(corridor, facts, caller, stated) == nothing, name
    for mark in (Mark.RESTORED, Mark.REVOKED):
        shelf.marks = frozenset({RecordMark(mark, RecordKind.JUDGMENT_DEFAULTER, KEY, date(2026, 1, 1))})
        assert await answer(corridor, FACTS, caller, stated) == nothing, mark
    shelf.marks = frozenset({RecordMark(Mark.OBJECTED, RecordKind.JUDGMENT_DEFAULTER, KEY, date(2026, 1, 1))})
    assert b'"objectionMarker":true' in await answer(corridor, FACTS, caller, stated)
