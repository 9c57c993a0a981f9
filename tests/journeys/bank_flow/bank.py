"""The bank's own system, as it speaks to the gateways over the wire, with a key of its own for what it is given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from deploy.sandbox.demo_callers import BANK_APP
from gateway.cli.oauth_client import Credentials, OAuthClient, Pkce, ProofMaker
from gateway.identity.keys import generate_key_set, load_key_set, signing_key
from gateway.pipeline.admit import hour
from tests.journeys.bank_flow.gateways_apart import Gateways
from tests.journeys.gateways import Reply

DETAILS = "credit_information"
ITEMS = ("NB01-1", "NB09-1", "SUP-TX1")
PURPOSE = "CREDIT_GRANTING"


@dataclass(frozen=True)
class Tokens:
    """What a client was given."""

    access: str
    refresh: str
    consents: tuple[str, ...]
    told: Mapping[str, Any]


@dataclass(frozen=True)
class Errand:
    """One authorization request: what the bank keeps to itself until the browser comes back."""

    request_uri: str
    address: str
    """Of the page."""
    state: str
    pkce: Pkce


@dataclass
class Bank:
    """One client; a persona's name serves as well."""

    gateways: Gateways
    client_id: str = BANK_APP
    proofs: ProofMaker | None = field(default_factory=lambda: ProofMaker(signing_key(generate_key_set())))

    @property
    def redirect_uri(self) -> str:
        """Where its browsers come back to."""
        return self.gateways.files.cast.app.redirect_uris[0]

    @property
    def credentials(self) -> Credentials:
        """By what it proves itself."""
        return Credentials(self.client_id, signing_key(load_key_set(self.gateways.files.cast.key_file(self.client_id))))

    def at(self, number: int) -> OAuthClient:
        """As it speaks to the authorization server of one process."""
        return OAuthClient(
            self.gateways.http,
            self.credentials,
            address=self.gateways.at(number),
            issuer=self.gateways.public_url,
            proofs=self.proofs,
        )

    def begin(self, number: int, *details: Mapping[str, Any]) -> Errand:
        """Push a request for these consents."""
        pkce, state, client = Pkce(), f"errand {len(details)}", self.at(number)
        form = {
            "response_type": "code",
            "redirect_uri": self.redirect_uri,
            "scope": "credit:read consents:read",
            "state": state,
            "code_challenge": pkce.challenge,
            "code_challenge_method": "S256",
            "authorization_details": json.dumps(details),
        }
        request_uri = client.push(form)
        return Errand(request_uri, client.authorization_address(request_uri), state, pkce)

    def code_of(self, errand: Errand, place: str) -> str:
        """The code that a browser brings back, if it comes from where it was sent and is this errand's."""
        told = {name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}
        assert place.startswith(f"{self.redirect_uri}?")
        assert (told["state"], told["iss"]) == (errand.state, self.gateways.public_url)
        return told["code"]

    def redeem(self, number: int, errand: Errand, code: str) -> Tokens:
        """Exchange a code for tokens."""
        form = {"code": code, "redirect_uri": self.redirect_uri, "code_verifier": errand.pkce.verifier}
        return _tokens(self.at(number).token({"grant_type": "authorization_code", **form}))

    def refresh(self, number: int, tokens: Tokens) -> Tokens:
        """Exchange a refresh token for its successor."""
        return _tokens(self.at(number).token({"grant_type": "refresh_token", "refresh_token": tokens.refresh}))

    def bound(self, number: int, *consents: str, **form: str) -> Tokens:
        """A token by the client's own credentials that carries consents which stand."""
        named = [{"type": DETAILS, "consent_id": one} for one in consents]
        details = {"authorization_details": json.dumps(named)} if named else {}
        return _tokens(self.at(number).token({"grant_type": "client_credentials", **details, **form}))

    def shown(self, token: str, method: str = "POST") -> dict[str, str]:
        """The headers of one question with a token."""
        if self.proofs is None:
            return {"Authorization": f"Bearer {token}"}
        now = hour().timestamp()
        proof = self.proofs.proof(method, self.gateways.graph, now=now, token=token)
        return {"Authorization": f"DPoP {token}", "DPoP": proof}

    def ask(self, number: int, tokens: Tokens, query: str, *, purpose: str = PURPOSE, **variables: Any) -> Reply:
        """One question to one process."""
        stated = {"Inquiry-Purpose": purpose} if purpose else {}
        reply = self.gateways.send(number, query, {**self.shown(tokens.access), **stated}, variables)
        if self.proofs is not None:
            self.proofs.nonce = reply.headers.get("DPoP-Nonce", self.proofs.nonce)
        return reply


def asking(subject: str, *items: str, **more: Any) -> dict[str, Any]:
    """What a bank asks of a subject (RFC 9396): these items, or what a lender usually wants, for a quarter."""
    ends = (hour() + timedelta(days=90)).date().isoformat()
    what = {"subject": subject, "items": items or ITEMS, "purposes": [PURPOSE], "valid_until": ends}
    return {"type": DETAILS, **what, **more}


def _tokens(told: Mapping[str, Any]) -> Tokens:
    named = tuple(one["consent_id"] for one in told.get("authorization_details", ()))
    return Tokens(told["access_token"], told.get("refresh_token", ""), named, told)
