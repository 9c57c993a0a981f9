"""An authorization server with its doors on a real database and a real tally, and clients that know how to ask it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import orjson
from joserfc import jws
from joserfc.jwk import ECKey
from starlette.applications import Starlette

from gateway.base64url import base64url_text
from gateway.identity.authorization_details import DetailsRefused, read_details
from gateway.identity.caller_checks import public_key_faults
from gateway.identity.callers import CallerDesk
from gateway.identity.client_assertion import ASSERTION_TYPE
from gateway.identity.dpop import ProofReader, ProofRules
from gateway.identity.issuer import AuthorizationServer
from gateway.identity.key_ring import KeyRing
from gateway.identity.keys import generate_key_set, save_key_set
from gateway.identity.oauth_ports import Ports
from gateway.registers.callers import CallersRegister
from gateway.registers.callers_entry import Binding, Client, Grant, Officer, Organisation
from gateway.registers.engine import open_engine
from gateway.registers.quotas import Quotas
from gateway.registers.slips import SlipRegister
from gateway.registers.tally import open_tally
from gateway.setting_identity import Identity, Proxy
from gateway.setting_identity import Quotas as QuotaSettings
from gateway.web import client_certificate
from gateway.web.oauth_endpoints import oauth_routes
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import SubjectId
from tests.builders import NOW, SOME_CODE
from tests.services import UNHURRIED_S

ISSUER = "https://gateway.example"
AUDIENCE = f"{ISSUER}/graphql"
CALLBACK = "https://bank.example/cb"
CALLBACK_WITH_QUERY = "https://bank.example/cb?from=gateway"
CERTIFICATE = "c" * 43
CONSENT = "consent-0000000001"
OTHER_CONSENT = "consent-0000000002"
SCOPES = frozenset({"credit:read", "consents:read"})


def details(*ids: str, **asked: Any) -> str:
    """Authorization details: consents that exist, or one that is asked for."""
    named: list[Mapping[str, Any]] = [{"type": "credit_information", "consent_id": one} for one in ids]
    return orjson.dumps([*named, *([{"type": "credit_information", **asked}] if asked else [])]).decode()


DETAILS = details(CONSENT)
BOTH = details(CONSENT, OTHER_CONSENT)
ASKED = details(subject=SOME_CODE, items=["NB01-1"], purposes=["CREDIT_GRANTING"], valid_until="2027-01-01")
TALLY_KEY = b"t" * 32
NAMES = ("bank", "rival", "permits", "own", "key-1", "key-2")
KEYS = {name: ECKey.generate_key("P-256", {"kid": name}) for name in NAMES}
"""Clients' keys, by the client that has registered them, and two more that only proofs are made with."""


def _registered(client_id: str, organisation: str, grants: Sequence[Grant] = (), **more: Any) -> Client:
    key = KEYS.get(client_id)
    keys = "" if key is None else orjson.dumps({"keys": [key.as_dict(private=False)]}).decode()
    granted = frozenset({*grants, Grant.CLIENT_CREDENTIALS})
    return Client(client_id, organisation, scopes=SCOPES, grants=granted, keys=keys, **more)


CALLBACKS = (CALLBACK, CALLBACK_WITH_QUERY)
REGISTERED = (
    Organisation("bank-1", "银行", CallerClass.FINANCIAL_INSTITUTION),
    Organisation("bank-2", "另一银行", CallerClass.FINANCIAL_INSTITUTION),
    Organisation("tj-permits", "行政许可办公室", CallerClass.STATE_ORGAN),
    _registered("bank", "bank-1", tuple(Grant), redirect_uris=CALLBACKS),
    _registered("branch", "bank-1", certificate=CERTIFICATE, binding=Binding.MTLS),
    _registered("rival", "bank-2", tuple(Grant), redirect_uris=CALLBACKS),
    _registered("permits", "tj-permits", binding=Binding.NONE),
    _registered("own", "", subject=SOME_CODE, binding=Binding.NONE),
    Officer("tj-permits", "17", frozenset({"*"})),
    Officer("bank-2", "18", frozenset({"*"})),
)


@dataclass
class Consents:
    """The consents' desk as data: what is in force, for whom, and what was asked for."""

    in_force: dict[str, tuple[str, SubjectId]] = field(
        default_factory=lambda: {CONSENT: ("bank-1", SOME_CODE), OTHER_CONSENT: ("bank-1", SOME_CODE)}
    )
    asked: list[Sequence[Mapping[str, Any]]] = field(default_factory=list)

    async def request(self, details: Sequence[Mapping[str, Any]], client: Client, *, now: datetime) -> Sequence[str]:
        """Reads as the real one does; what is asked for anew gets the ids in order."""
        read = read_details(details)
        self.asked.append(details)
        return [getattr(one, "consent_id", f"consent-000000000{place}") for place, one in enumerate(read, 1)]

    async def bindable(self, ids: Sequence[str], client: Client, *, now: datetime) -> Mapping[str, SubjectId]:
        """All or none."""
        found = {name: self.in_force.get(name, ("", SOME_CODE)) for name in ids}
        if not all(organisation == client.organisation_id for organisation, _ in found.values()):
            raise DetailsRefused("a consent is unknown or not in force")
        return {name: subject for name, (_, subject) in found.items()}


@dataclass
class Clock:
    """The hour, as a test sets it."""

    now: datetime = NOW

    def seconds(self) -> float:
        """Since 1970."""
        return self.now.timestamp()


@dataclass
class Stage:
    """One process: its server, its books, and a line to its doors."""

    server: AuthorizationServer
    register: CallersRegister
    consents: Consents
    slips: SlipRegister
    web: httpx.AsyncClient
    keys: KeyRing
    clock: Clock
    certificate: str = ""
    """What the connection shows."""

    @property
    def now(self) -> datetime:
        """The hour."""
        return self.clock.now


@asynccontextmanager
async def staged(
    monkeypatch: Any,
    folder: Path,
    database_url: str,
    *,
    tally_url: str = "memory://",
    fill: bool = True,
    oauth_requests: int = 600,
) -> AsyncIterator[Stage]:
    """A process, up; without `fill` the register of callers is as another one has left it."""
    file = folder / "keys.json"
    if not file.exists():
        save_key_set(file, generate_key_set(2))
    async with AsyncExitStack() as closing:
        engine = open_engine(database_url)
        closing.push_async_callback(engine.dispose)
        register, slips = CallersRegister(engine, check_keys=public_key_faults), SlipRegister(engine)
        await register.start()
        await slips.start()
        if fill:
            await register.put(REGISTERED, at=NOW)
        tally = open_tally(tally_url, TALLY_KEY, (clock := Clock()).seconds, patience_s=UNHURRIED_S)
        closing.push_async_callback(tally.aclose)
        proofs, consents = ProofReader(ProofRules(), tally, b"n" * 32), Consents()
        settings = Identity(issuer=ISSUER, audience=AUDIENCE, proxy=Proxy())
        quotas = Quotas(tally, QuotaSettings(oauth_requests=oauth_requests))
        keys = KeyRing(file)
        ports = Ports(CallerDesk(register), keys, slips, tally, proofs, consents, quotas)
        server = AuthorizationServer(ports, settings)
        app = Starlette(routes=list(oauth_routes(server)))

        async def door(scope: Any, receive: Any, send: Any) -> None:
            monkeypatch.setattr("gateway.web.oauth_endpoints._now", lambda: stage.now)
            scope["extensions"] = {client_certificate.EXTENSION: stage.certificate} if stage.certificate else {}
            await app(scope, receive, send)

        web = await closing.enter_async_context(httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url=ISSUER))
        yield (stage := Stage(server, register, consents, slips, web, keys, clock))


@dataclass
class Agent:
    """A client that does everything right unless it is told otherwise."""

    stage: Stage
    client_id: str = "bank"
    key: str = "key-1"
    """What its proofs are made with."""

    async def post(self, path: str, form: Mapping[str, str], *, proof: str | None = "", **more: str) -> httpx.Response:
        """Ask a door; with a fresh assertion unless one is given, with a fresh proof unless `proof` is one or None."""
        sent = {**({} if self.stage.certificate else self.proved_by()), **form, **more}
        header = self.proof(path) if proof == "" else proof
        return await self.stage.web.post(path, data=sent, headers={"DPoP": header} if header else {})

    async def token(self, grant: str = "client_credentials", **more: Any) -> httpx.Response:
        """Ask for a token."""
        return await self.post("/oauth/token", {"grant_type": grant}, **more)

    async def push(self, verifier: str = "v" * 43, without: Sequence[str] = (), **more: Any) -> httpx.Response:
        """Push an authorization request; `more` takes the place of what it says otherwise."""
        form = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "scope": "credit:read",
            "state": "s-1",
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
            "authorization_details": DETAILS,
        }
        proof = more.pop("proof", None)
        sent = {name: value for name, value in (form | more).items() if name not in without}
        return await self.post("/oauth/par", sent, proof=proof)

    async def code(self, **more: Any) -> str:
        """Push a request and have the subject agree to it."""
        answer = await self.push(**more)
        assert answer.status_code == 201, answer.text
        return parameters(await agreed(self.stage, answer.json()["request_uri"], self.client_id))["code"]

    async def exchange(self, code: str, **more: Any) -> httpx.Response:
        """Ask for a token for a code."""
        said = {"redirect_uri": CALLBACK, "code_verifier": "v" * 43} | more
        return await self.token("authorization_code", code=code, **said)

    async def refresh(self, token: str, **more: Any) -> httpx.Response:
        """Ask for a new token."""
        return await self.token("refresh_token", refresh_token=token, **more)

    def proved_by(self, **changes: Any) -> dict[str, str]:
        """The parameters that prove who the client is."""
        return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": self.assertion(**changes)}

    def assertion(self, *, header: Mapping[str, Any] | None = None, key: Any = None, **changes: Any) -> str:
        """A signed assertion; a claim that is None is left out."""
        now = self.stage.now.timestamp()
        claims = {"iss": self.client_id, "sub": self.client_id, "aud": ISSUER, "iat": now, "exp": now + 60}
        claims |= {"jti": secrets.token_urlsafe(8)} | changes
        said = {"alg": "ES256", "kid": self.client_id, **(header or {})}
        return signed(said, claims, key or KEYS.get(self.client_id) or KEYS["key-2"])

    def proof(self, path: str, *, header: Mapping[str, Any] | None = None, **changes: Any) -> str:
        """A proof of possession for a door; a claim that is None is left out."""
        key, now = KEYS[self.key], self.stage.now
        public = {name: value for name, value in key.as_dict(private=False).items() if name in {"kty", "crv", "x", "y"}}
        claims = {"htm": "POST", "htu": ISSUER + path, "iat": now.timestamp(), "jti": secrets.token_urlsafe(8)}
        claims |= {"nonce": self.stage.server.nonce(now)} | changes
        return signed({"typ": "dpop+jwt", "alg": "ES256", "jwk": public, **(header or {})}, claims, key)


def signed(header: Mapping[str, Any], claims: Mapping[str, Any], key: Any) -> str:
    """A signed text, whatever it says."""
    said = {name: value for name, value in claims.items() if value is not None}
    registry = jws.JWSRegistry(None, ["ES256", "HS256", "PS256", "Ed25519", "ES384"], strict_check_header=False)
    return jws.serialize_compact(dict(header), orjson.dumps(said), key, registry=registry)


async def agreed(stage: Stage, request_uri: str, client_id: str = "bank", subject: SubjectId = SOME_CODE) -> str:
    """The subject agrees to everything; where its browser goes."""
    pushed = await stage.server.desk.look(client_id, request_uri, now=stage.now)
    assert pushed is not None
    return await stage.server.desk.finish(pushed, subject=subject, consents=pushed.consents, now=stage.now)


def parameters(address: str) -> dict[str, str]:
    """The query of an address."""
    return dict(parse_qsl(urlsplit(address).query))


def challenge_of(verifier: str) -> str:
    """S256 of a verifier."""
    return base64url_text(sha256(verifier.encode()).digest())


def says(token: str) -> dict[str, Any]:
    """What a token says, unverified."""
    part = token.split(".")[1]
    return dict(orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, which says nothing else but a sentence."""
    assert answer.json().keys() == {"error", "error_description"}
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()["error"]


def tokens_of(answer: httpx.Response) -> tuple[str, str]:
    """Access token and refresh token of an answer."""
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"], answer.json()["refresh_token"]
