"""Who can ask in the demo: organisations with clients and officers, and a subject itself; each client by its key."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import orjson

from gateway.identity.caller_checks import public_key_faults
from gateway.identity.keys import generate_key_set, load_key_set, public_jwks, save_key_set
from gateway.identity.sign_in import digest_of, make_secret
from gateway.pipeline.admit import hour
from gateway.registers.accounts import Account, AccountRegister
from gateway.registers.callers import CallersRegister
from gateway.registers.callers_entry import Binding, Client, Grant, Level, Officer, Organisation
from gateway.registers.engine import open_engine
from gateway.settings import Settings
from schema.vocabulary.caller import ALL_ITEMS, CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectId

BANK: Final = "xn-bank"
BANK_APP: Final = "bank-app"
"""The bank's client that walks through the whole flow; its tokens are bound to its key."""
OFFICER: Final = "officer-1"
_HOST: Final = "127.0.0.1"
_READ: Final = "credit:read"
_MATTERS_OF_AN_ORGAN: Final = frozenset(
    {
        *(Purpose.ADMINISTRATIVE_PERMIT, Purpose.INSPECTION, Purpose.ADMINISTRATIVE_PENALTY),
        *(Purpose.GOVERNMENT_PROCUREMENT, Purpose.TENDERING, Purpose.PUBLIC_FUNDS, Purpose.LAND_USE),
        *(Purpose.RESEARCH_MANAGEMENT, Purpose.AUDITING, Purpose.OFFICIAL_APPOINTMENT, Purpose.TALENT_INTRODUCTION),
        *(Purpose.COMMENDATION, Purpose.OTHER_MANAGEMENT),
    }
)
"""Tianjin Art. 19(1) to (6): what a unit may designate and publish as its matters of inquiry."""

_PERMITS: Final = Organisation(
    "tj-heping-permits",
    "天津市和平区行政审批局",
    CallerClass.STATE_ORGAN,
    jurisdiction="120000",
    level=Level.DISTRICT,
    designated=_MATTERS_OF_AN_ORGAN,
)
_BANK: Final = Organisation(BANK, "虚拟示例银行", CallerClass.FINANCIAL_INSTITUTION, jurisdiction="120000")
_AUDIT: Final = Organisation(
    "tj-audit",
    "天津市审计局",
    CallerClass.SUPERVISOR_AUDITOR,
    jurisdiction="120000",
    level=Level.MUNICIPAL,
    designated=frozenset({Purpose.AUDITING, Purpose.INSPECTION}),
)
_DEVELOPERS: Final = Organisation("xn-developers", "虚拟示例软件公司", CallerClass.PUBLIC)


@dataclass(frozen=True, slots=True)
class Persona:
    """Someone to ask as; the public has no client."""

    name: str
    note: str
    organisation: Organisation | None = None
    client: Client | None = None
    officer: Officer | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who can ask, and the keys by which their clients prove themselves."""

    personas: tuple[Persona, ...]
    app: Client
    """`BANK_APP`."""
    folder: Path
    """Of the private keys, one JWK set for each client."""

    @property
    def clients(self) -> Sequence[Client]:
        """All clients."""
        return [*(persona.client for persona in self.personas if persona.client), self.app]

    def key_file(self, client_id: str) -> Path:
        """The private key of a client, for its owner alone."""
        return self.folder / f"{client_id}.json"

    def persona(self, name: str) -> Persona:
        """The persona of this name; raises KeyError."""
        return {persona.name: persona for persona in self.personas}[name]


def make_cast(subjects: Mapping[str, str], folder: Path) -> Cast:
    """The cast, the public first; every key is new."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    personas = (
        Persona("public", "no token: what everybody may see"),
        _unit(
            _PERMITS,
            Client("permit-officer", _PERMITS.organisation_id, scopes=frozenset({_READ})),
            "state organ in Tianjin; state a purpose such as ADMINISTRATIVE_PERMIT",
        ),
        Persona(
            "bank",
            "financial institution; purpose CREDIT_GRANTING; about the four subjects that agreed",
            _BANK,
            Client("bank", BANK, scopes=frozenset({_READ, "consents:read"})),
        ),
        Persona(
            "subject",
            "the enterprise `clean`, asking about itself; it can pause and revoke its consents",
            client=Client(
                "subject",
                subject=SubjectId(subjects["clean"]),
                scopes=frozenset({_READ, "consents:read", "consents:manage"}),
            ),
        ),
        _unit(
            _AUDIT,
            Client("auditor", _AUDIT.organisation_id, scopes=frozenset({_READ, "audit:read"})),
            "supervisor and auditor; purpose AUDITING",
        ),
        Persona(
            "developer",
            "sees what the public sees; for trying tokens",
            _DEVELOPERS,
            Client("developer", _DEVELOPERS.organisation_id, scopes=frozenset({"graph.introspect"})),
        ),
    )
    return Cast(tuple(_with_key(one, folder) for one in personas), _keyed(_app(), folder), folder)


async def register_callers(cast: Cast, settings: Settings) -> None:
    """Put everybody where the gateway with these settings will look.

    Errors:  CallersFault, RegisterFault
    """
    engine = open_engine(settings.database.url.get_secret_value())
    try:
        register = CallersRegister(engine, check_keys=public_key_faults)
        await register.start()
        named = {one.organisation.organisation_id: one.organisation for one in cast.personas if one.organisation}
        officers = [persona.officer for persona in cast.personas if persona.officer]
        await register.put([*named.values(), *cast.clients, *officers], at=hour(), who="sandbox")
    finally:
        await engine.dispose()


async def open_accounts(subjects: Mapping[str, str], names: Sequence[str], settings: Settings) -> Mapping[str, str]:
    """Let these subjects sign in on the consent page; returns the sign-in secret of each by its name.

    Errors:  RegisterFault
    """
    secrets = {name: make_secret() for name in names}
    engine = open_engine(settings.database.url.get_secret_value())
    try:
        register = AccountRegister(engine)
        await register.start()
        for name, secret in secrets.items():
            subject, digest = SubjectId(subjects[name]), digest_of(secret)
            if not await register.add(Account(subject, digest)):
                await register.renew(subject, digest)
    finally:
        await engine.dispose()
    return secrets


def _unit(organisation: Organisation, client: Client, note: str) -> Persona:
    """A unit with one officer, who may use everything that the unit may."""
    officer = Officer(organisation.organisation_id, OFFICER, ALL_ITEMS)
    return Persona(client.client_id, note, organisation, client, officer)


def _app() -> Client:
    return Client(
        BANK_APP,
        BANK,
        scopes=frozenset({_READ, "consents:read"}),
        grants=frozenset(Grant),
        redirect_uris=(f"http://{_HOST}:{_free_port()}/callback",),
        binding=Binding.DPOP,
    )


def _with_key(persona: Persona, folder: Path) -> Persona:
    """GraphiQL and curl show plain bearer tokens, which a real client's never are."""
    if persona.client is None:
        return persona
    return replace(persona, client=_keyed(replace(persona.client, binding=Binding.NONE), folder))


def _keyed(client: Client, folder: Path) -> Client:
    path = folder / f"{client.client_id}.json"
    save_key_set(path, generate_key_set())
    return replace(client, keys=orjson.dumps(public_jwks(load_key_set(path))).decode())


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as found:
        return int(found.getsockname()[1])
