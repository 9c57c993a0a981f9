"""A corridor to walk in tests: a real house with real tokens, a real record on SQLite, fakes at the agencies' ports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema
from joserfc import jwt

from gateway.identity.keys import signing_key
from gateway.identity.presented import Presented, TokenFacts
from gateway.identity.tokens import TokenVerifier
from gateway.identity.trust import TokenRules, TrustedIssuer
from gateway.pipeline.admit import AdmittedRequest, GraphQLParams
from gateway.pipeline.cursors import Cursors
from gateway.pipeline.demand import Demand, Documents
from gateway.pipeline.find import Searcher
from gateway.pipeline.gather import Books, asker_of, gather
from gateway.pipeline.house import House
from gateway.pipeline.plan import Planner, SubjectPlan
from gateway.pipeline.run import Answer, run
from gateway.registers.engine import open_engine
from gateway.registers.log import AuditLog
from gateway.registers.subject_keys import SubjectKeys
from gateway.settings import Limits
from policies.evidence import Evidence
from schema.catalog.catalog import Catalog
from schema.graph.assemble import assemble
from schema.vocabulary.caller import PUBLIC_CALLER, Caller, CallerClass, Inquiry, Purpose
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import SourceRecord
from tests.builders import NOW, SOME_CODE, tianjin
from tests.fakes import FakeAgency, four_agencies
from tests.logged import Reply, StillKeys, a_reply, a_row, open_log, the_keys

ISSUER, AUDIENCE = "https://gateway.test", "https://gateway.test/graphql"
LIMITS = Limits()
PERMIT = Inquiry(Purpose.ADMINISTRATIVE_PERMIT)
ALL_PURPOSES = frozenset(Purpose)
ALL_ITEMS = frozenset({"*"})
OFFICER = Caller(
    CallerClass.STATE_ORGAN,
    "permit-officer",
    "审批局",
    "120000",
    scopes=frozenset({"credit:read"}),
    designated=ALL_PURPOSES,
    officer_items=ALL_ITEMS,
)
BANK = Caller(CallerClass.FINANCIAL_INSTITUTION, "bank", "银行", scopes=frozenset({"credit:read"}))
DEVELOPER = Caller(CallerClass.STATE_ORGAN, "developer", "开发", scopes=frozenset({"graph.introspect"}))
ITSELF = Caller(CallerClass.SUBJECT_SELF, "self", "自己", own_subject=SOME_CODE, scopes=frozenset({"credit:read"}))


@cache
def the_core() -> GraphQLSchema:
    """The real graph, built once for all tests."""
    return assemble().core


def a_verifier() -> TokenVerifier:
    """Believes the tokens that these tests make."""
    trusted = TrustedIssuer("", ISSUER, AUDIENCE, StillKeys(the_keys()))
    return TokenVerifier([trusted], TokenRules())


class NamedCallers:
    """Knows a caller by the id of the token that was made for it, so that a test may have any caller it likes."""

    def __init__(self) -> None:
        self._named: dict[str, Caller] = {}

    def name(self, caller: Caller) -> str:
        """The id that a token for this caller bears."""
        token_id = str(len(self._named) + 1)
        self._named[token_id] = caller
        return token_id

    def caller_of(self, facts: TokenFacts) -> Caller:
        return self._named[facts.token_id]

    async def fresh(self) -> None:
        """Nobody else names callers."""


THE_CALLERS = NamedCallers()


def a_token(caller: Caller, *, now: datetime | None = None, **changes: Any) -> str:
    """A real access token that names this caller."""
    key = signing_key(the_keys())
    issued = int((now or datetime.now().astimezone()).timestamp())  # noqa: TID251 - a token that the door's real clock accepts
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": caller.client_id,
        "client_id": caller.client_id,
        "jti": THE_CALLERS.name(caller),
        "iat": issued - 1,
        "exp": issued + 600,
        "scope": " ".join(sorted(caller.scopes)),
    }
    return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": key.kid}, claims | changes, key)


@dataclass
class Corridor:
    """A house and the hands to use it."""

    house: House
    agencies: dict[AgencyId, FakeAgency]
    log: AuditLog

    def give(self, *records: tuple[SubjectId, SourceRecord], names: Mapping[SubjectId, str] | None = None) -> None:
        """The agencies hold these records from now on, and have received no order yet."""
        fresh = four_agencies(records, names)
        for name, agency in self.agencies.items():
            agency.records, agency.names = fresh[name].records, fresh[name].names
            agency.trouble = None
            agency.orders.clear()

    async def ask(
        self,
        query: str,
        caller: Caller = PUBLIC_CALLER,
        *,
        variables: Mapping[str, Any] | None = None,
        stated: Inquiry | None = None,
        operation: str | None = None,
        as_of: datetime = NOW,
    ) -> Reply:
        """Walk the whole corridor with one request."""
        answer = await self.answer(
            an_admitted(query, caller, variables=variables, stated=stated, operation=operation, as_of=as_of)
        )
        return a_reply(answer.status, answer.body)

    async def answer(self, admitted: AdmittedRequest) -> Answer:
        """Walk with a deadline on the loop's own clock."""
        deadline = asyncio.get_running_loop().time() + 5.0
        return await run(replace(admitted, deadline=deadline), self.house)

    def ordered(self) -> set[str]:
        """Every fact that any agency was asked for, as `Kind.fact`."""
        return set().union(*(agency.ordered() for agency in self.agencies.values()))

    async def rows(self, limit: int = 1) -> Sequence[Mapping[str, Any]]:
        """The latest entries of the log, newest first, as flat rows."""
        return [a_row(logged.text) for logged in await self.log.read(limit)]

    def digest(self, code: str, day: date | None = None) -> str:
        """What the log has in a code's place."""
        return self.house.subject_keys.digest(code, day or NOW.date())[1]


def an_admitted(
    query: str,
    caller: Caller = PUBLIC_CALLER,
    *,
    variables: Mapping[str, Any] | None = None,
    stated: Inquiry | None = None,
    operation: str | None = None,
    as_of: datetime = NOW,
) -> AdmittedRequest:
    """A well-formed request; the bearer is a real token unless the public asks."""
    return AdmittedRequest(
        params=GraphQLParams(query, operation, variables or {}),
        presented=None if caller.caller_class is CallerClass.PUBLIC else Presented(a_token(caller, now=as_of)),
        stated=stated or Inquiry(),
        request_id="0" * 32,
        as_of=as_of,
        deadline=0.0,
    )


def some_documents(limits: Limits = LIMITS, exceptions: Iterable[str] = ()) -> Documents:
    """A reader of documents over the real graph."""
    return Documents(the_core(), limits, frozenset(exceptions))


def a_demand(
    query: str,
    *,
    variables: Mapping[str, Any] | None = None,
    stated: Inquiry | None = None,
    operation: str | None = None,
    documents: Documents | None = None,
    may_introspect: bool = False,
) -> Demand:
    """What a document demands."""
    admitted = an_admitted(query, variables=variables, stated=stated, operation=operation)
    return (documents or some_documents()).demand(admitted, PUBLIC_CALLER, may_introspect=may_introspect)


def plans_of(
    demand: Demand,
    caller: Caller = PUBLIC_CALLER,
    *,
    planner: Planner | None = None,
    evidence: Evidence | None = None,
) -> list[SubjectPlan]:
    """The plan of every named subject under every selection; `evidence` is what is on file of each."""
    planner = planner or Planner(tianjin())
    return [
        planner.plan(
            part, asker_of(caller, demand.inquiry), evidence=evidence or gather(code, caller), as_of=NOW.date()
        )
        for root in demand.roots
        for part in root.demands
        for code in root.codes
        if code is not None
    ]


@asynccontextmanager
async def open_corridor(
    folder: Path,
    limits: Limits = LIMITS,
    *,
    catalog: Catalog | None = None,
    neighbours: Mapping[str, Catalog] | None = None,
    books: Books | None = None,
) -> AsyncIterator[Corridor]:
    """A corridor whose record lies in a new database file in this folder; Tianjin's unless a catalog is given."""
    engine = open_engine(f"sqlite+aiosqlite:///{folder / 'record.db'}")
    agencies = four_agencies()
    async with open_log(engine, ISSUER) as (log, keys):
        house = a_house(agencies, log, keys, limits=limits, catalog=catalog, neighbours=neighbours)
        yield Corridor(house if books is None else replace(house, books=books), agencies, log)


def a_house(
    agencies: dict[AgencyId, FakeAgency],
    log: AuditLog,
    keys: SubjectKeys,
    *,
    limits: Limits = LIMITS,
    catalog: Catalog | None = None,
    neighbours: Mapping[str, Catalog] | None = None,
) -> House:
    """Wired as the composition root wires it, but for the agencies."""
    law = catalog or tianjin()
    planner = Planner(law, neighbours)
    return House(
        core=the_core(),
        catalog=law,
        verifier=a_verifier(),
        callers=THE_CALLERS,
        documents=some_documents(limits),
        planner=planner,
        searcher=Searcher(agencies[AgencyId.MARKET_REGULATION], Cursors(b"k" * 32), planner),
        connectors=agencies,
        audit=log,
        subject_keys=keys,
        audit_subject_key=b"s" * 32,
        introspection_scope="graph.introspect",
    )
