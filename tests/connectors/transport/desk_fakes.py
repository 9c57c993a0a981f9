"""Orders, records and a clerk for the tests of the desk and the cache; the clerk stands at the port."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from connectors.port import Errand, Fetched, FetchOrder, Outcome, Unreadable
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind, SourceRecord

AS_OF = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
ARREARS = RecordKind.TAX_ARREARS
PROFILE = RecordKind.TAXPAYER_PROFILE
RATING = RecordKind.TAX_CREDIT_RATING


def subject(number: int) -> SubjectId:
    return SubjectId(f"91120000{number:09d}Y")


def order(number: int, kind: RecordKind = ARREARS, facts: str = "taxCategory") -> FetchOrder:
    return FetchOrder(AgencyId.TAX, subject(number), kind, frozenset(facts.split()))


def records(of: FetchOrder) -> tuple[SourceRecord, ...]:
    facts = {fact: f"{of.subject[8:17]} {fact}" for fact in sorted(of.facts)}
    return (SourceRecord(of.kind, of.agency, facts, AS_OF, key=of.kind.value),)


def errand(seconds: float = 5.0, attribution: str = "test:1") -> Errand:
    return Errand(attribution, asyncio.get_running_loop().time() + seconds)


class FakeClerk:
    """Answers every want with one record that names what was asked; waits while `gate` is shut."""

    agency = AgencyId.TAX

    def __init__(self, batch_size: int = 1) -> None:
        self.batch_size = batch_size
        self.asked: list[tuple[tuple[SubjectId, ...], dict[RecordKind, frozenset[str]]]] = []
        self.errands: list[Errand] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.under_way = self.most_under_way = self.stopped = 0
        self.trouble: dict[SubjectId, Outcome | Exception | None] = {}

    async def ask(
        self, subjects: Sequence[SubjectId], wanted: Mapping[RecordKind, frozenset[str]], errand: Errand
    ) -> Mapping[tuple[SubjectId, RecordKind], Outcome]:
        self.asked.append((tuple(subjects), dict(wanted)))
        self.errands.append(errand)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
            return {
                (each, kind): self._outcome(each, kind, facts) for each in subjects for kind, facts in wanted.items()
            }
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        finally:
            self.under_way -= 1

    def _outcome(self, each: SubjectId, kind: RecordKind, facts: frozenset[str]) -> Outcome:
        trouble = self.trouble.get(each)
        if isinstance(trouble, Exception):
            raise trouble
        return trouble or Fetched(records(FetchOrder(self.agency, each, kind, facts)))


class SilentClerk(FakeClerk):
    """Forgets to answer."""

    async def ask(
        self, subjects: Sequence[SubjectId], wanted: Mapping[RecordKind, frozenset[str]], errand: Errand
    ) -> Mapping[tuple[SubjectId, RecordKind], Outcome]:
        del subjects, wanted, errand
        return {}


BROKEN = Unreadable("malformed")
