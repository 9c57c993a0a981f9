"""Inquiries as the seal writes them, a log of them in memory and on a real database, and the desk that reads it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from gateway.registers.engine import RegisterEngine, open_engine
from gateway.registers.inquired import Inquired, inquired
from gateway.registers.log import AuditLog, NewEntry
from gateway.registers.log_entry import LoggedEntry
from gateway.registers.log_reading import SubjectReader
from gateway.registers.subject_keys import SubjectKeys
from gateway.registers.withholding import WithholdingRegister
from gateway.registers.withholding_entry import Selectors, Withholding
from gateway.rights.inquiries import Asking, InquiryDesk
from schema.vocabulary.identifiers import SubjectId
from tests.conftest import AS_OF
from tests.gateway.registers.log_stage import TERMS, a_signer
from tests.logged import as_logged

OTHER_CODE = SubjectId("91120000MA05A1B29K")
KEY = b"s" * 32
SELECTORS = Selectors(KEY)
TODAY = AS_OF.date()
ARREARS = {"CreditSubject.taxArrears": "SHOW", "TaxArrears.taxCategory": "SHOW"}


@dataclass(frozen=True)
class Looked:
    """One inquiry, in the few words in which a test thinks of it."""

    name: str = "r-1"
    at: datetime = AS_OF
    organisation: str = "police"
    client: str = "police-desk"
    purpose: str | None = "INSPECTION"
    case: str | None = None
    caller_class: str = "STATE_ORGAN"
    verdicts: Sequence[Mapping[str, Any]] = field(
        default_factory=lambda: ({"subjects": [0], "decided": ARREARS, "silent": {}},)
    )
    fault: str | None = None
    matter: str | None = None

    def text(self, digests: Sequence[str]) -> bytes:
        """As the log has it."""
        return orjson.dumps(
            {
                "v": 1,
                "id": self.name,
                "at": self.at,
                "caller": {
                    "class": self.caller_class,
                    "organisation": self.organisation,
                    "client": self.client,
                    "officer": "officer-17",
                    "workflow": None,
                    "jurisdiction": "120000",
                },
                "purpose": self.purpose,
                "matter": self.matter,
                "case": self.case,
                "edition": "TJ-2026-1",
                "status": 200 if self.fault is None else 500,
                "fault": self.fault,
                "key": "2026-06",
                "subjects": digests,
                "verdicts": as_logged(self.verdicts),
                "sources": [],
            }
        )


@dataclass
class MemoryLog:
    """Entries in a list, found by their digests."""

    entries: list[tuple[LoggedEntry, frozenset[str]]] = field(default_factory=list)

    def add(self, looked: Looked, *digests: str) -> None:
        """The next entry."""
        position = len(self.entries) + 1
        text = looked.text(digests).decode()
        logged = LoggedEntry(position, 1, position - 1, looked.name, text, "")
        self.entries.append((logged, frozenset(digests)))

    async def inquiries(self, digests: Collection[str], *, before: int | None, first: int) -> Sequence[Inquired]:
        own = frozenset(digests)
        found = [
            inquired(entry, own)
            for entry, subjects in reversed(self.entries)
            if subjects & own and (before is None or entry.position < before)
        ]
        return found[:first]

    async def count(self, digests: Collection[str]) -> int:
        return sum(bool(subjects & frozenset(digests)) for _, subjects in self.entries)


class PlainKeys:
    """Every subject has one digest: its code."""

    async def digests(self, subject: str) -> Sequence[tuple[str, str]]:
        return [("2026-06", str(subject))]


@dataclass
class MemoryWithholdings:
    """Withholdings in a list."""

    all: list[Withholding] = field(default_factory=list)

    async def in_force(self, today: date) -> Sequence[Withholding]:
        return [one for one in self.all if one.is_in_force(today)]


async def listed(desk: InquiryDesk, asking: Asking, *, size: int) -> list[list[str]]:
    """Every page of the list, each as the names of its inquiries."""
    pages: list[list[str]] = []
    before: int | None = None
    while True:
        page = await desk.page(asking, before=before, first=size)
        pages.append([one.request_id for one in page.entries])
        if not page.has_next:
            return pages
        before = page.entries[-1].position


@dataclass
class Books:
    """A real log and the desk that reads it."""

    engine: RegisterEngine
    log: AuditLog
    keys: SubjectKeys
    withheld: WithholdingRegister
    desk: InquiryDesk

    async def look(self, looked: Looked, *subjects: SubjectId) -> int:
        """Write one inquiry about these; returns its position."""
        day = looked.at.date()
        await self.keys.current(day)
        digests = tuple(self.keys.digest(subject, day)[1] for subject in subjects)
        claims = {"iat": int(looked.at.timestamp()), "jti": looked.name}
        placed = await self.log.append(NewEntry(looked.name, looked.at, looked.text(digests), digests, claims))
        return placed.position


@asynccontextmanager
async def open_books(url: str, folder: Path, secret: bytes = KEY) -> AsyncIterator[Books]:
    """On a database, which may be empty."""
    engine = open_engine(url)
    log = AuditLog(engine, a_signer(folder), TERMS)
    keys, withheld = SubjectKeys(engine, secret), WithholdingRegister(engine)
    await log.start()
    try:
        await keys.start()
        await withheld.start()
        yield Books(engine, log, keys, withheld, InquiryDesk(SubjectReader(engine), keys, withheld, Selectors(secret)))
    finally:
        await log.aclose()
        await engine.dispose()


def days_ago(days: int, hours: int = 0) -> datetime:
    """The fixed hour so much earlier."""
    return AS_OF - timedelta(days=days, hours=hours)


def nameless(_organisation_id: str) -> None:
    """No organisation is registered."""
