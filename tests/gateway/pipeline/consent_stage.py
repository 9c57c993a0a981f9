"""A desk of consents on a real database, and documents that are read and answered at it as the corridor does it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from gateway.identity.consent_papers import ConsentPapers
from gateway.pipeline.answer import answer_body
from gateway.pipeline.consent_roots import ConsentOffice, ConsentsTold, tell_consents
from gateway.pipeline.cursors import Cursors
from gateway.registers.consents import ConsentRegister
from gateway.registers.consents_entry import ConsentFile
from gateway.registers.engine import open_engine
from gateway.rights.consents import ConsentDesk, DeskRules
from gateway.setting_identity import Consents
from schema.vocabulary.caller import Caller, CallerClass
from schema.vocabulary.identifiers import SubjectId
from tests.builders import NOW, SOME_CODE, tianjin
from tests.consent_builders import asked, the_papers
from tests.corridor import an_admitted, some_documents

BOTH = frozenset({"consents:read", "consents:manage"})
OTHER = SubjectId("91120000MA05A1B29K")
ITSELF = Caller(CallerClass.SUBJECT_SELF, "portal", own_subject=SOME_CODE, scopes=BOTH)
BANK = Caller(CallerClass.FINANCIAL_INSTITUTION, "loans", "bank", scopes=BOTH)
DOCUMENTS = some_documents()


@dataclass(frozen=True)
class Told:
    """What came back."""

    body: Mapping[str, Any]
    roots: Sequence[ConsentsTold]

    @property
    def data(self) -> Any:
        return self.body["data"]

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.body.get("errors", [])]


class NoCallers:
    """Nobody is registered; nothing here asks."""

    def organisation(self, _organisation_id: str) -> None:
        return None


@dataclass(frozen=True)
class Stage:
    """The desk and the hands to use it."""

    desk: ConsentDesk
    office: ConsentOffice
    register: ConsentRegister
    papers: ConsentPapers

    async def ask_for(self, consent_id: str, *, hours_ago: int = 0, **terms: Any) -> ConsentFile:
        """Put a consent before its subject; the last one that is asked for comes first."""
        file = asked(self.papers, consent_id, now=NOW - timedelta(hours=hours_ago), **terms)
        await self.register.add([file.last_row])
        return file

    async def ask(
        self, query: str, caller: Caller, *, variables: Mapping[str, Any] | None = None, now: datetime = NOW
    ) -> Told:
        """Read a document and answer it, root by root."""
        admitted = an_admitted(query, variables=variables)
        demand = DOCUMENTS.demand(admitted, caller, may_introspect=False)
        roots = [await tell_consents(root, caller, office=self.office, now=now) for root in demand.roots]
        body = answer_body(demand, [(root, told, ()) for root, told in zip(demand.roots, roots, strict=True)], {})
        return Told(orjson.loads(body), roots)

    async def ids(self, caller: Caller, arguments: str = "first: 100", *, now: datetime = NOW) -> list[str]:
        """Ids of one page of the caller's consents."""
        told = await self.ask(f"{{ consents({arguments}) {{ edges {{ node {{ id }} }} }} }}", caller, now=now)
        return [edge["node"]["id"] for edge in told.data["consents"]["edges"]]


@asynccontextmanager
async def open_stage(database_url: str) -> AsyncIterator[Stage]:
    """A desk on this database."""
    engine, papers = open_engine(database_url), the_papers()
    register = ConsentRegister(engine, papers.read)
    await register.start()
    desk = ConsentDesk(register, papers, NoCallers(), tianjin, DeskRules(Consents()))
    try:
        yield Stage(desk, ConsentOffice(desk, Cursors(b"k" * 32), tianjin()), register, papers)
    finally:
        await register.aclose()
        await engine.dispose()


def bound(*subjects: SubjectId) -> Caller:
    """The bank by a token that carries consents of these."""
    return replace(BANK, bound_to=frozenset(subjects), consents=frozenset({"whatever-they-are"}))
