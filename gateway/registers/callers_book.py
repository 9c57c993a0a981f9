"""The register of callers as one value: who is registered, and who somebody is by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from gateway.registers.callers_entry import Client, Officer, Organisation, Registered
from schema.vocabulary.caller import ALL_ITEMS, Caller, CallerClass


class Kind(StrEnum):
    """What is registered."""

    ORGANISATION = "organisation"
    CLIENT = "client"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes it the same entry when it is told again."""

    kind: Kind
    name: str
    organisation_id: str = ""
    """Of an officer, whose id is the organisation's own."""

    @property
    def path(self) -> str:
        """The name, an officer's below its organisation's: `tj-permits/17`."""
        return f"{self.organisation_id}/{self.name}" if self.organisation_id else self.name

    def __str__(self) -> str:
        """As sentences name it."""
        return f"{self.kind} `{self.path}`"


class NotAdmitted(Exception):
    """Nobody may ask in this name; the message is one sentence that may be shown."""


def identity_of(entry: Registered) -> Identity:
    """The identity of an entry."""
    match entry:
        case Organisation():
            return Identity(Kind.ORGANISATION, entry.organisation_id)
        case Client():
            return Identity(Kind.CLIENT, entry.client_id)
        case Officer():
            return Identity(Kind.OFFICER, entry.officer_id, entry.organisation_id)


@dataclass(frozen=True, slots=True)
class CallerBook:
    """Everybody who is registered, as of one state of the database. A client's id is its own in the whole book,
    also where different issuers speak of clients, so that no two share what was given to one."""

    epoch: int = 0
    """The register's number of this state."""
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    clients: Mapping[str, Client] = field(default_factory=dict)
    officers: Mapping[tuple[str, str], Officer] = field(default_factory=dict)
    """By organisation and officer."""

    @classmethod
    def of(cls, epoch: int, entries: Iterable[Registered]) -> CallerBook:
        """A book of these entries; of several with one identity the last counts."""
        book = cls(epoch, {}, {}, {})
        return book.with_entries(entries)

    def with_entries(self, entries: Iterable[Registered]) -> CallerBook:
        """The book as it would be with these entries added or put in the place of earlier ones."""
        organisations, clients, officers = dict(self.organisations), dict(self.clients), dict(self.officers)
        for entry in entries:
            match entry:
                case Organisation():
                    organisations[entry.organisation_id] = entry
                case Client():
                    clients[entry.client_id] = entry
                case Officer():
                    officers[entry.organisation_id, entry.officer_id] = entry
        return CallerBook(self.epoch, organisations, clients, officers)

    def entries(self) -> Iterator[Registered]:
        """Organisations, then clients, then officers."""
        yield from self.organisations.values()
        yield from self.clients.values()
        yield from self.officers.values()

    def entry(self, identity: Identity) -> Registered | None:
        """The entry of this identity, suspended or not."""
        match identity.kind:
            case Kind.ORGANISATION:
                return self.organisations.get(identity.name)
            case Kind.CLIENT:
                return self.clients.get(identity.name)
            case Kind.OFFICER:
                return self.officers.get((identity.organisation_id, identity.name))

    def caller(self, client_id: str, officer_id: str = "", *, issuer: str | None = None) -> Caller:
        """Who asks through this client, by this officer, with all that the register gives them and nothing of a token.

        Shape:   scopes are all of the client's; `issuer` is compared unless it is None
        Errors:  NotAdmitted if one of them is unknown or suspended
        """
        client = self.clients.get(client_id)
        if client is None or issuer not in (None, client.issuer):
            raise NotAdmitted("the client is not registered here")
        if not client.is_active:
            raise NotAdmitted("the client is suspended")
        if client.subject is not None:
            if officer_id:
                raise NotAdmitted("the officer is not registered here")
            return Caller(CallerClass.SUBJECT_SELF, client.client_id, own_subject=client.subject, scopes=client.scopes)
        organisation = self.organisations.get(client.organisation_id)
        if organisation is None:
            raise NotAdmitted("the client's organisation is not registered here")
        if not organisation.is_active:
            raise NotAdmitted("the client's organisation is suspended")
        return Caller(
            organisation.caller_class,
            client.client_id,
            organisation=organisation.organisation_id,
            jurisdiction=organisation.jurisdiction,
            scopes=client.scopes,
            designated=organisation.designated,
            officer_items=self._officer_items(organisation, officer_id),
            officer=officer_id,
            unit_items=organisation.items,
            case_reference_for=organisation.case_reference_for,
        )

    def is_current(self, caller: Caller) -> bool:
        """Whether the book says the same of a caller whom an earlier one told of: all active, nothing taken away or
        changed; the public is always what it was."""
        if not caller.client_id:
            return True
        try:
            now = self.caller(caller.client_id, caller.officer)
        except NotAdmitted:
            return False
        told = replace(caller, scopes=now.scopes, consents=now.consents, bound_to=now.bound_to)
        return caller.scopes <= now.scopes and replace(told, token_names=now.token_names) == now

    def _officer_items(self, organisation: Organisation, officer_id: str) -> frozenset[str]:
        """What the officer may use inside the unit, as far as the unit's agreements reach; nothing without one."""
        if not officer_id:
            return frozenset()
        officer = self.officers.get((organisation.organisation_id, officer_id))
        if officer is None:
            raise NotAdmitted("the officer is not registered here")
        if not officer.is_active:
            raise NotAdmitted("the officer is suspended")
        if officer.items >= ALL_ITEMS:
            return organisation.items
        return officer.items if organisation.items >= ALL_ITEMS else officer.items & organisation.items
