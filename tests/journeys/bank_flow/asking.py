"""What is asked in the bank's flow, by the bank and by the subject `clean` on the graph."""

from __future__ import annotations

from typing import Any

from tests.journeys.bank_flow.bank import Bank, Tokens, asking
from tests.journeys.bank_flow.gateways_apart import Gateways
from tests.journeys.gateways import Reply

STATUS = "query($code: CreditCode!) { subject(code: $code) { taxpayerProfile { taxpayerStatus } } }"
"""Of a fact that a bank sees with the subject's consent alone (NB01-1)."""
_LATEST = "{ consents(first: 1) { edges { node { id state } } } }"


def status_in(reply: Reply) -> str | None:
    """What an answer tells of the fact; None where it is withheld or nothing was answered."""
    told = reply.body.get("data")
    profile = told["subject"]["taxpayerProfile"] if told else None
    return profile["taxpayerStatus"] if profile else None


class Itself:
    """The subject `clean` through a client of its own, asking about itself and acting on its consents."""

    def __init__(self, gateways: Gateways) -> None:
        self._client = Bank(gateways, "subject", proofs=None)
        self._tokens = self._client.bound(0)

    def ask(self, number: int, query: str, **variables: Any) -> Reply:
        """One question."""
        return self._client.ask(number, self._tokens, query, purpose="", **variables)

    def act(self, number: int, act: str, consent: str) -> Reply:
        """One act on a consent: grant, pause, resume, revoke or reject."""
        reply = self.ask(number, f"mutation($id: ID!) {{ {act}Consent(id: $id) {{ id state }} }}", id=consent)
        assert reply.errors == [], reply.text
        return reply

    def give(self, bank: Bank, *items: str, **more: Any) -> str:
        """Have the bank ask for a consent, and give it on the graph; its id."""
        bank.begin(0, asking(bank.gateways.named["clean"], *items, **more))
        [edge] = self.ask(1, _LATEST).data["consents"]["edges"]
        assert edge["node"]["state"] == "REQUESTED"
        self.act(1, "grant", edge["node"]["id"])
        return str(edge["node"]["id"])


def bound(bank: Bank, itself: Itself, *items: str, **more: Any) -> tuple[Tokens, str]:
    """A new consent of `clean`, and a token that carries it."""
    consent = itself.give(bank, *items, **more)
    return bank.bound(0, consent), consent
