"""What the steps of the walk through a consent share: who takes part, the tokens so far, and what has to come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

import httpx

from gateway.cli.consent_graph import Graph, Seen
from gateway.cli.oauth_client import Credentials, OAuthClient, OAuthTrouble, Pkce, ProofMaker
from gateway.cli.sandbox_file import ConsentCast
from gateway.cli.walk_text import Narrator
from gateway.identity.keys import generate_key_set, load_key_set, signing_key


class StepFailed(Exception):
    """A step did not go as it should have; one sentence."""


@dataclass(slots=True)
class Tokens:
    """What the app holds of one grant."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


class Walk:
    """One walk. The HTTP client stays its opener's."""

    def __init__(self, cast: ConsentCast, http: httpx.Client, tell: Narrator) -> None:
        self.cast = cast
        self.http = http
        self.tell = tell
        self.proofs = ProofMaker(signing_key(generate_key_set()))
        """Of the app's own key, to which its tokens are bound."""
        self.pkce = Pkce()
        self.state = token_urlsafe(12)
        self.graph = Graph(http, cast.graphql)
        self.consent = ""
        """Id of the consent, once the app knows it."""
        self.pulls = 0
        """How often it was used."""
        self._credentials = Credentials(cast.app, signing_key(load_key_set(cast.key_file)))
        self.client = OAuthClient(http, self._credentials, address=cast.address, proofs=self.proofs)

    @property
    def key_name(self) -> str:
        """Of the key by which the app proves itself."""
        return str(self._credentials.key.kid)

    def pull(self, token: str) -> Seen:
        """Ask the question about the subject with a bound token."""
        return self.graph.bound(token, self.cast.subject, self.proofs)


def must(holds: bool, otherwise: str) -> None:
    """End the walk with a sentence unless it holds; raises StepFailed."""
    if not holds:
        raise StepFailed(otherwise)


def refused(seen: Seen, *codes: str) -> str:
    """The code by which the graph kept back the conditional field; raises StepFailed if it did not, or by another."""
    found = next((code for code in seen.codes if code in codes), "")
    must(bool(found) and not seen.capital, f"expected {' or '.join(codes)}, got {seen.status} {list(seen.codes)}")
    return found


def turned_away(ask: Callable[[], Mapping[str, Any]], error: str) -> OAuthTrouble:
    """The refusal of the authorization server; raises StepFailed if there is none, or another one."""
    try:
        ask()
    except OAuthTrouble as trouble:
        must(trouble.error == error, f"expected {error}, got {trouble}")
        return trouble
    raise StepFailed(f"expected {error}, but it was granted")
