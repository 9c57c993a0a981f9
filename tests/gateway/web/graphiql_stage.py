"""A gateway with fake agencies on a loopback port, to be looked at from outside: by browsers, by the command line."""

from __future__ import annotations

import json
import socket
import threading
import time
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from connectors.port import Unavailable
from gateway.catalog_notes import notes
from gateway.identity.access_tokens import Granted, TokenMaker
from gateway.identity.callers import CallerDesk
from gateway.identity.keys import generate_key_set
from gateway.identity.statements import StatementSigner
from gateway.identity.tokens import TokenVerifier
from gateway.identity.trust import TokenRules, TrustedIssuer
from gateway.pipeline.cursors import Cursors
from gateway.pipeline.demand import Documents
from gateway.pipeline.find import Searcher
from gateway.pipeline.house import House
from gateway.pipeline.plan import Planner
from gateway.registers.callers import CallersRegister
from gateway.registers.callers_entry import Binding, Client, Officer, Organisation, Registered
from gateway.registers.engine import open_engine
from gateway.registers.log import AuditLog, LogTerms
from gateway.registers.subject_keys import SubjectKeys
from gateway.settings import Settings
from gateway.web.graph_endpoint import GraphEndpoint
from gateway.web.graphiql import graphiql_assets, graphiql_page
from schema.graph.assemble import assemble
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind
from tests.builders import NOW, SOME_CODE, a_record, tianjin
from tests.fakes import FakeAgency, four_agencies
from tests.logged import StillKeys

ISSUER = "https://issuer.example"
AUDIENCE = "https://gateway.example/graphql"
NAME = "天津试验食品有限公司"
UNKNOWN_CODE = SubjectId("91120000MA05A1B29K")
_EXAMPLE = Path(__file__).parents[3] / "deploy" / "settings.example.toml"
_KEYS = StillKeys(generate_key_set())
_SCOPES = frozenset({"credit:read", "graph.introspect"})
_OFFICER = "1"
_RECORDS = (
    a_record(
        RecordKind.LEGAL_PERSON,
        {
            "unifiedSocialCreditCode": str(SOME_CODE),
            "registeredName": NAME,
            "registrationStatus": "ACTIVE",
            "registeredCapital": {"amount": "1200000.00", "currency": "CNY"},
            "paidInCapital": {"amount": "900000.00", "currency": "CNY"},
            "legalRepresentative": {"name": "某甲", "position": "董事长"},
        },
        agency=AgencyId.MARKET_REGULATION,
    ),
    a_record(
        RecordKind.ADMINISTRATIVE_PENALTY,
        {
            "penaltyDocumentNumber": "津市监处罚〔2025〕12号",
            "violationType": "违反食品安全管理规定",
            "fineAmount": {"amount": "30000.00", "currency": "CNY"},
            "decisionDate": "2026-01-09",
            "penaltyCategory": ["FINE"],
            "procedureType": "ORDINARY",
            "penaltyAuthority": "天津市市场监督管理委员会",
        },
        agency=AgencyId.MARKET_REGULATION,
        key="津市监处罚2025 12",
    ),
    a_record(RecordKind.TAX_CREDIT_RATING, {"ratingYear": 2025, "taxCreditRating": "B"}, agency=AgencyId.TAX),
)
_PERSONAS = {
    "permit-officer": (CallerClass.STATE_ORGAN, "State organ, Tianjin: decides on permits"),
    "bank": (CallerClass.FINANCIAL_INSTITUTION, "Financial institution: grants credit"),
    "developer": (CallerClass.PUBLIC, "Reads the documentation"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """What is up: its address, its agencies, its sandbox file."""

    url: str
    agencies: dict[AgencyId, FakeAgency]
    sandbox: Path

    def token(self, persona: str) -> str:
        """The token of one persona, as the sandbox file has it."""
        return str(json.loads(self.sandbox.read_text("utf-8"))["personas"][persona]["token"])


def settings_with(folder: Path, **changes: object) -> Settings:
    """The example settings with other sections."""
    given = tomllib.loads(_EXAMPLE.read_text("utf-8"))
    return Settings(**(given | {"database": {"url": f"sqlite+aiosqlite:///{folder / 'r.db'}"}} | changes))


def write_sandbox(path: Path) -> None:
    """Personas with tokens that hold for an hour, and subjects that the fakes know."""
    lasting = TokenMaker(_KEYS, issuer=ISSUER, audience=AUDIENCE, lifetime=timedelta(hours=1))
    now = datetime.fromtimestamp(time.time(), UTC)  # noqa: TID251 - tokens must hold while the stage is up
    personas: dict[str, object] = {"public": {"token": None, "client_id": "", "note": "Anyone, without a token"}}
    for name, (_, note) in _PERSONAS.items():
        token = lasting.make(Granted(name, _SCOPES, officer=_OFFICER), now=now)
        personas[name] = {"token": token, "client_id": name, "note": note}
    subjects = {"clean": SOME_CODE, "penalised": SOME_CODE, "defaulter": SOME_CODE, "unknown": UNKNOWN_CODE}
    path.write_text(json.dumps({"personas": personas, "subjects": subjects}), "utf-8")


def registered() -> Iterator[Registered]:
    """The personas as the register of callers has them; each is the only officer of an organisation of its own."""
    for name, (caller_class, note) in _PERSONAS.items():
        yield Organisation(name, note, caller_class, jurisdiction="120000", designated=frozenset(Purpose))
        yield Client(name, name, scopes=_SCOPES, binding=Binding.NONE)
        yield Officer(name, _OFFICER, frozenset({"*"}))


@contextmanager
def staged(folder: Path, *, personas: bool = True) -> Iterator[Stage]:
    """The gateway, up; the courts do not answer."""
    sandbox = folder / "sandbox.json"
    write_sandbox(sandbox)
    agencies = four_agencies([(SOME_CODE, record) for record in _RECORDS], {SOME_CODE: NAME})
    agencies[AgencyId.COURTS].trouble = Unavailable("down")
    settings = settings_with(folder, graphiql={"enabled": True} | ({"personas": sandbox} if personas else {}))
    app = _app(settings, agencies)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        host, port = listening.getsockname()
        try:
            yield Stage(f"http://{host}:{port}/graphql", agencies, sandbox)
        finally:
            server.should_exit = True
            thread.join()


def _app(settings: Settings, agencies: dict[AgencyId, FakeAgency]) -> Starlette:
    engine = open_engine(settings.database.url.get_secret_value())
    log, keys = AuditLog(engine, StatementSigner(_KEYS), LogTerms(ISSUER, 1000)), SubjectKeys(engine, b"m" * 32)
    page = graphiql_page(settings)
    callers = CallersRegister(engine)
    endpoint = GraphEndpoint(_house(settings, agencies, log, keys=keys, callers=callers), settings.limits, page)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await keys.start()
        await log.start()
        await callers.start()
        await callers.put([*registered()], at=NOW)
        yield
        await log.aclose()
        await engine.dispose()

    return Starlette(routes=[Route("/graphql", endpoint), graphiql_assets()], lifespan=lifespan)


def _house(
    settings: Settings,
    agencies: dict[AgencyId, FakeAgency],
    log: AuditLog,
    *,
    keys: SubjectKeys,
    callers: CallersRegister,
) -> House:
    catalog = tianjin()
    core = assemble(notes(catalog)).core
    planner = Planner(catalog)
    cursors = Cursors(settings.cursors.key.get_secret_value().encode())
    return House(
        core=core,
        catalog=catalog,
        verifier=TokenVerifier([TrustedIssuer("", ISSUER, AUDIENCE, _KEYS)], TokenRules()),
        callers=CallerDesk(callers),
        documents=Documents(core, settings.limits, frozenset()),
        planner=planner,
        searcher=Searcher(agencies[AgencyId.MARKET_REGULATION], cursors, planner),
        connectors=agencies,
        audit=log,
        subject_keys=keys,
        audit_subject_key=b"k" * 32,
        introspection_scope=settings.identity.introspection_scope,
    )
