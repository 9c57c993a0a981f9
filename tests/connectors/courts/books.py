"""Hand-written court records, and a clerk on a line to the simulated courts that hold them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from connectors.courts.connector import CourtsClerk, CourtsSettings
from connectors.courts.lists import HELD, CourtList
from connectors.port import Errand
from connectors.transport.line import Line
from connectors.transport.line_settings import LineSettings
from connectors.transport.resilience import RetrySettings
from deploy.sandbox import courts
from deploy.sandbox.courts_rows import filing_of
from deploy.sandbox.doors import open_doors
from deploy.sandbox.panel import AgencyDesk, Faults
from schema.vocabulary.codes import GenderCode
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind

AS_OF = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
DEFAULTER = RecordKind.JUDGMENT_DEFAULTER
CASE = RecordKind.ENFORCEMENT_CASE
SUBJECT = SubjectId("91120101XNXN00021E")
CURRENT = HELD[DEFAULTER][CourtList.DEFAULTERS] - {"exitDate"}
NUMBERS = {"caseNumber"}


@dataclass
class Books:
    """Hand-written records about one subject."""

    records_of: Mapping[RecordKind, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    codes: Sequence[str] = (str(SUBJECT),)

    def records(self, agency, code, kind):
        return self.records_of.get(kind, ()) if agency is AgencyId.COURTS and code in self.codes else ()


def listing(number, **changes):
    facts = {
        "caseNumber": f"（2026）津0101执{number}号",
        "enforcementCourt": "天津市和平区人民法院",
        "publicationDate": date(2026, 3, 1),
        "filingDate": date(2026, 1, 2),
        "performedPart": None,
        "responsiblePerson": {
            "name": "赵示甲",
            "identityDocumentNumber": "000000199001011230",
            "birthDate": date(1990, 1, 1),
            "gender": GenderCode.MALE,
        },
        "exitDate": None,
        "_updated": AS_OF,
    }
    return facts | changes


def case(number, kind, **changes):
    return {"caseNumber": f"（2026）津0101执{number}号", "caseKind": kind, "_updated": AS_OF} | changes


def filed(filing, count, *, start=1):
    """So many listings that the simulated courts file in this way."""
    numbers = (number for number in range(start, 100_000) if filing_of(listing(number)["caseNumber"]) is filing)
    return [listing(next(numbers)) for _ in range(count)]


def known_as(base_url):
    """Settings that the simulated courts accept."""
    own = courts.CREDENTIALS
    return CourtsSettings(base_url, own["app_key"], own["sign_key"], own["sm4_key"])


@contextlib.asynccontextmanager
async def clerk_of(app, *, clock=lambda: AS_OF, **changes):
    """A clerk on a line to `app`; `changes` are settings to be wrong about."""
    async with open_doors({"courts": app}) as doors:
        line = Line(LineSettings(doors["courts"], retry=RetrySettings(retries=0)))
        try:
            yield CourtsClerk(line, replace(known_as(doors["courts"]), **changes), clock)
        finally:
            await line.aclose()


def errand(seconds=5.0):
    return Errand("CG/test-1", asyncio.get_running_loop().time() + seconds)


async def ask(books, wanted, *, subject=SUBJECT, options=None, faults=None, **changes):
    """The outcomes by kind, and the desk that counted the calls."""
    desk = AgencyDesk("courts")
    desk.faults = faults or Faults()
    app = courts.build(books, desk, {"clock": lambda: AS_OF, **(options or {})})
    async with clerk_of(app, **changes) as clerk:
        answers = await clerk.ask([subject], {kind: frozenset(facts) for kind, facts in wanted.items()}, errand())
    assert set(answers) == {(subject, kind) for kind in wanted}
    return {kind: answers[subject, kind] for kind in wanted}, desk


async def defaulters(books, facts=CURRENT, **changes):
    outcomes, desk = await ask(books, {DEFAULTER: facts}, **changes)
    return outcomes[DEFAULTER], desk
