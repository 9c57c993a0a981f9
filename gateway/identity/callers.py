"""Who is behind a verified token: what the token says, cut down to what the register of callers gives."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from gateway.identity.presented import TokenFacts
from gateway.identity.tokens import TokenRefused
from gateway.registers.callers import CallersRegister
from gateway.registers.callers_book import CallerBook, NotAdmitted
from gateway.registers.callers_entry import Binding, Client, Officer, Organisation
from schema.vocabulary.caller import Caller


class CallerDesk:
    """Answers from the book that was read last; callers are remembered while its epoch stays."""

    def __init__(self, register: CallersRegister, *, remembered: int = 10_000) -> None:
        self._register = register
        self._remembered = remembered
        self._known: OrderedDict[TokenFacts, Caller] = OrderedDict()
        self._known_by: CallerBook | None = None

    @property
    def book(self) -> CallerBook:
        """The book that answers."""
        return self._register.book

    @property
    def epoch(self) -> int:
        """The number of that book's state."""
        return self._register.book.epoch

    async def fresh(self) -> CallerBook:
        """The book as the database has it now; raises RegisterFault."""
        return await self._register.fresh()

    def is_current(self, caller: Caller) -> bool:
        """Whether the book says the same of a caller whom an earlier one told of."""
        return self._register.is_current(caller)

    def caller_of(self, facts: TokenFacts) -> Caller:
        """Who asks with a token that says this.

        Shape:   scopes are those that the token and its client have in common
        Errors:  TokenRefused if client, organisation or officer is unknown or suspended
        """
        book = self._register.book
        if book is not self._known_by:
            self._known.clear()
            self._known_by = book
        known = self._known.get(facts)
        if known is not None:
            self._known.move_to_end(facts)
            return known
        caller = _caller(facts, book)
        self._known[facts] = caller
        if len(self._known) > self._remembered:
            self._known.popitem(last=False)
        return caller

    def client(self, client_id: str) -> Client | None:
        """The client if it may ask now: registered and active, and its organisation, too."""
        client = self.book.clients.get(client_id)
        if client is None or not client.is_active:
            return None
        return client if client.subject is not None or self.organisation(client.organisation_id) else None

    def organisation(self, organisation_id: str) -> Organisation | None:
        """The organisation if it is registered and active."""
        found = self.book.organisations.get(organisation_id)
        return found if found is not None and found.is_active else None

    def organisation_name(self, organisation_id: str) -> str | None:
        """The name that an organisation is registered by, suspended or not; None for one that is not."""
        found = self.book.organisations.get(organisation_id)
        return found.name if found is not None else None

    def officer(self, organisation_id: str, officer_id: str) -> Officer | None:
        """The officer if registered and active, and the organisation, too."""
        found = self.book.officers.get((organisation_id, officer_id))
        return found if found is not None and found.is_active and self.organisation(organisation_id) else None


def _check_binding(facts: TokenFacts, binding: Binding) -> None:
    """A client that is registered so has no unbound tokens, whoever gave them to it."""
    if binding is Binding.DPOP and not facts.key:
        raise TokenRefused("this client's tokens have to be bound to a key (DPoP), and this one is not")
    if binding is Binding.MTLS and not facts.certificate:
        raise TokenRefused("this client's tokens have to be bound to its certificate, and this one is not")


def _caller(facts: TokenFacts, book: CallerBook) -> Caller:
    try:
        registered = book.caller(facts.client_id, facts.officer, issuer=facts.issuer)
    except NotAdmitted as refusal:
        raise TokenRefused(f"the token is not believed any more: {refusal}") from refusal
    _check_binding(facts, book.clients[facts.client_id].binding)
    return replace(
        registered,
        scopes=facts.scopes & registered.scopes,
        consents=facts.consents,
        bound_to=facts.bound_to,
        token_names=frozenset({facts.token_id, facts.grant}) - {""},
    )
