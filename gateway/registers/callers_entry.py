"""Who may ask: organisations, their clients and their officers, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from schema.vocabulary.caller import ALL_ITEMS, CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectId


class Level(StrEnum):
    """Administrative level of an organisation (行政层级)."""

    NATIONAL = "NATIONAL"
    PROVINCIAL = "PROVINCIAL"
    MUNICIPAL = "MUNICIPAL"
    DISTRICT = "DISTRICT"
    NONE = "NONE"


class Binding(StrEnum):
    """To what a client's tokens are bound, so that whoever steals one has nothing (RFC 9449, RFC 8705)."""

    DPOP = "DPOP"
    MTLS = "MTLS"
    NONE = "NONE"


class Grant(StrEnum):
    """Ways to a token, as RFC 6749 names them."""

    CLIENT_CREDENTIALS = "client_credentials"
    AUTHORIZATION_CODE = "authorization_code"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of a grant


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body that asks; what it may see follows from its class, its place and what it has agreed to."""

    organisation_id: str
    """1 to 64 letters, digits, `-`, `.` or `_`; its unified social credit code where it has one."""
    name: str
    caller_class: CallerClass
    jurisdiction: str = ""
    """GB/T 2260 division code of its seat, six digits; "" for none."""
    level: Level = Level.NONE
    designated: frozenset[Purpose] = frozenset()
    """Purposes for which it has designated its inquiry matters and published them."""
    case_reference_for: frozenset[Purpose] = frozenset()
    """Purposes for which each of its inquiries has to name its case."""
    agreements: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Agreements with the platform by their number, each with the catalog items that it reaches; without any, whatever
    the catalog gives its class."""
    is_active: bool = True

    @property
    def items(self) -> frozenset[str]:
        """Catalog items that its agreements reach; `*` without any."""
        return frozenset().union(*self.agreements.values()) if self.agreements else ALL_ITEMS


@dataclass(frozen=True, slots=True)
class Client:
    """A system that asks for tokens."""

    client_id: str
    """1 to 64 letters, digits, `-`, `.` or `_`."""
    organisation_id: str = ""
    """Whose it is; "" for a subject's own."""
    subject: SubjectId | None = None
    """For a client through which a subject asks about itself."""
    issuer: str = ""
    """The outside issuer whose tokens name it; "" for the built-in one."""
    scopes: frozenset[str] = frozenset()
    grants: frozenset[Grant] = frozenset({Grant.CLIENT_CREDENTIALS})
    redirect_uris: tuple[str, ...] = ()
    """Compared as they stand, character by character."""
    keys: str = ""
    """JWK set of its public keys as JSON, for `private_key_jwt`."""
    certificate: str = ""
    """SHA-256 thumbprint of its certificate, base64url, for tokens bound by mutual TLS."""
    binding: Binding = Binding.DPOP
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who asks for an organisation, by the organisation's own id; never a name."""

    organisation_id: str
    officer_id: str
    """1 to 64 letters, digits, `-`, `.` or `_`."""
    items: frozenset[str] = frozenset()
    """Catalog items that this person may use inside the unit, `*` for all of the unit's."""
    is_active: bool = True


Registered: TypeAlias = Organisation | Client | Officer
