"""Settings of who is believed: issuers, their keys, the built-in authorization server, the proxy before the gateway."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr, model_validator

from gateway.setting_values import Count, Duration, KeySecret, Networks, Section, Size, WebAddress


class Proxy(Section):
    """The proxy that ends TLS and names the client's certificate (RFC 9440); nobody else's word is taken for it."""

    addresses: Networks = ()
    """Networks that it connects from; none: no such header is read."""
    secret: KeySecret | None = None
    """What it sends as `Gateway-Proxy-Secret`; needed with `addresses`."""

    @model_validator(mode="after")
    def _needs_secret(self) -> Proxy:
        if self.addresses and self.secret is None:
            raise ValueError("a proxy is believed by its address and its `secret`; give both")
        return self


class OutsideIssuer(Section):
    """An issuer elsewhere whose tokens are believed."""

    issuer: WebAddress
    audience: str
    """What its tokens must be meant for."""
    jwks: WebAddress | None = None
    """Where its public keys are."""
    introspection: WebAddress | None = None
    """Where its opaque tokens are asked about (RFC 7662); only one issuer may have it."""
    client_id: str = ""
    """As whom the gateway asks there."""
    client_secret: SecretStr | None = None
    keys_kept: Duration = timedelta(minutes=10)
    """How long its keys are used before they are fetched again."""
    keys_floor: Duration = timedelta(seconds=30)
    """The shortest time between two fetches, however many unknown keys are named."""
    answers_kept: Duration = timedelta(seconds=10)
    """How long an answer about an opaque token is believed; so long a revocation there may take to be felt here."""

    @model_validator(mode="after")
    def _knows_a_way(self) -> OutsideIssuer:
        if self.jwks is None and self.introspection is None:
            raise ValueError("an issuer needs `jwks`, `introspection` or both")
        if self.introspection is not None and not (self.client_id and self.client_secret):
            raise ValueError("introspection needs `client_id` and `client_secret`")
        return self


class Identity(Section):
    """Whose tokens are believed, and how the built-in issuer makes them."""

    issuer: WebAddress
    """The built-in issuer's own name; `server.public_url` unless given."""
    audience: str
    """What a token must be meant for; `<server.public_url>/graphql` unless given."""
    built_in: bool = True
    """Whether the built-in authorization server serves; off where an outside issuer does."""
    keys: Path = Path("keys.json")
    """JWK set that signs tokens and consents; `creditgraph keys rotate` renews it."""
    keys_refresh: Duration = timedelta(seconds=5)
    """How often a running gateway looks for new keys."""
    token_lifetime: Duration = timedelta(minutes=10)
    refresh_lifetime: Duration = timedelta(days=30)
    """Of a refresh token that nobody uses."""
    code_lifetime: Duration = timedelta(seconds=60)
    """Of an authorization code."""
    pushed_lifetime: Duration = timedelta(minutes=5)
    """Of a pushed authorization request."""
    page_lifetime: Duration = timedelta(minutes=15)
    """How long a subject may take over the consent page."""
    leeway: Duration = timedelta(seconds=5)
    token_size: Size = 8 * 1024
    cached_tokens: Count = 10_000
    introspection_scope: str | None = None
    """What a token must hold to read the graph's description; without it everybody reads what its class may see."""
    proof_lifetime: Duration = timedelta(seconds=60)
    """How old a proof of possession may be (RFC 9449 §11.1)."""
    proof_nonces: bool = True
    """Whether proofs have to repeat a nonce of ours (RFC 9449 §8)."""
    outside: Mapping[str, OutsideIssuer] = Field(default_factory=dict)
    proxy: Proxy

    @model_validator(mode="after")
    def _one_introspects(self) -> Identity:
        if sum(one.introspection is not None for one in self.outside.values()) > 1:
            raise ValueError("only one outside issuer can be asked about opaque tokens, as they name none")
        return self


class Consents(Section):
    """What a consent may be."""

    longest: Duration = timedelta(days=730)
    """The longest validity that is signed; there is none without end."""
    answer_within: Duration = timedelta(days=7)
    """After this a request that nobody answered has lapsed."""
    most_waiting: Count = 10
    """Requests of one organisation that may wait for one subject's answer."""


class Quotas(Section):
    """How much one caller may ask; counted in the cache server, so by all processes together."""

    client_requests: Count = 1200
    """Requests of one client a minute."""
    officer_requests: Count = 120
    """Requests of one officer a minute."""
    oauth_requests: Count = 600
    """Requests of one client to the doors of the authorization server a minute."""
    client_subjects: Count = 20_000
    """Distinct subjects that one client asks about in a day."""
    officer_subjects: Count = 500
    """Distinct subjects that one officer asks about in a day."""
    unknown_slow: Count = 20
    """Codes in ten minutes that nobody has, or that lie side by side, from which on answers come slowly."""
    unknown_stop: Count = 60
    """From which on nothing is answered."""
    stop_for: Duration = timedelta(minutes=15)
    slowest: Duration = timedelta(seconds=2)
    """The longest that an answer is held back."""
