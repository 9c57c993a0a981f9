"""What the authorization server asks of others: the register of callers, keys, proofs, marks of first use, consents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from joserfc.jwk import Key

from gateway.identity.keys import SigningKey
from gateway.registers.callers_entry import Client, Officer, Organisation
from gateway.registers.slips import SlipRegister
from schema.vocabulary.identifiers import SubjectId


@dataclass(frozen=True, slots=True)
class Brought:
    """What a request to the authorization server brings along."""

    form: Mapping[str, str] = field(repr=False)
    """Its parameters, each named once; those without a value are absent."""
    proof: str = field(default="", repr=False)
    """The `DPoP` header; "" without."""
    certificate: str = ""
    """SHA-256 thumbprint of the client's certificate, base64url without padding; "" without (RFC 8705 §3.1)."""


class Callers(Protocol):
    """The register of callers, as this process last read it."""

    async def fresh(self) -> object:
        """Read it anew if it has changed; raises RegisterFault."""

    def client(self, client_id: str) -> Client | None:
        """The client of the built-in issuer that has this id."""

    def organisation(self, organisation_id: str) -> Organisation | None:
        """The organisation that has this id."""

    def officer(self, organisation_id: str, officer_id: str) -> Officer | None:
        """The organisation's officer that has this id."""


class Keys(Protocol):
    """The issuer's keys."""

    @property
    def sign_with(self) -> SigningKey:
        """The key that signs now."""

    def find(self, kid: str) -> Key | None:
        """The key of this name, if it is still believed."""

    def public(self) -> Mapping[str, Any]:
        """The keys as anyone may see them: a JWK set."""


class Once(Protocol):
    """Marks that all processes share."""

    async def first_time(self, kind: str, name: str, *, for_s: float) -> bool:
        """Whether nobody has said so within the last `for_s` seconds; raises RegisterFault."""


class Proofs(Protocol):
    """Reads proofs of possession (RFC 9449)."""

    async def check(self, proof: str, *, method: str, address: str, now: float, token: str = "") -> str:
        """Thumbprint of the key that was proved; raises ProofRefused, or RegisterFault."""

    def nonce(self, now: float) -> str:
        """What the next proof has to repeat; "" if nothing."""


class ConsentBinder(Protocol):
    """Makes consents out of authorization details (RFC 9396), and says which may be bound into a token."""

    async def request(self, details: Sequence[Mapping[str, Any]], client: Client, *, now: datetime) -> Sequence[str]:
        """Ids of the consents that are asked for; raises DetailsRefused, or RegisterFault."""

    async def bindable(self, ids: Sequence[str], client: Client, *, now: datetime) -> Mapping[str, SubjectId]:
        """Whose consent each is; raises DetailsRefused unless all are in force for this client, or RegisterFault."""


class Doorkeeper(Protocol):
    """Counts who comes to these doors, for all processes together."""

    async def enter(self, client_id: str, *, now: datetime) -> None:
        """Count one request of a client; raises QuotaExceeded, or RegisterFault."""


def is_standing(callers: Callers, client: Client | None) -> bool:
    """Whether the client and the organisation that it belongs to may ask for anything."""
    if client is None or client.issuer or not client.is_active:
        return False
    if not client.organisation_id:
        return client.subject is not None
    organisation = callers.organisation(client.organisation_id)
    return organisation is not None and organisation.is_active


@dataclass(frozen=True, slots=True)
class Ports:
    """All that the authorization server works with."""

    callers: Callers
    keys: Keys
    slips: SlipRegister
    once: Once
    proofs: Proofs
    consents: ConsentBinder
    doorkeeper: Doorkeeper
