"""The keys of an issuer elsewhere (JWKS): fetched at need, rarely, once at a time; a failure leaves the old ones."""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gateway.identity.flights import Flights
from gateway.identity.keys import SigningKey
from gateway.identity.public_keys import KeyRefused, public_key
from gateway.identity.refusals import IssuerUnreachable

_LOG = logging.getLogger("creditgraph.identity")
_MOST_KEYS: Final = 64


@dataclass(frozen=True, slots=True)
class FetchRules:
    """How often keys are fetched."""

    kept_s: float = 600.0
    """After this they are fetched again before anything is believed by them."""
    floor_s: float = 30.0
    """No fetch follows another sooner, however many unknown keys are named."""


class FetchedKeys:
    """Satisfies `gateway.identity.trust.FollowedKeys`."""

    def __init__(self, fetch: Callable[[], Awaitable[bytes]], rules: FetchRules) -> None:
        self._fetch = fetch
        """Raises IssuerUnreachable."""
        self._rules = rules
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched_at = self._tried_at = -math.inf
        self._flights: Flights[None] = Flights()

    def find(self, kid: str) -> SigningKey | None:
        """The key of this name; the same object as long as the issuer publishes the same key."""
        return self._keys.get(kid)

    def is_old(self, now: float) -> bool:
        """Whether it is time to fetch again, and the last attempt is long enough ago."""
        return abs(now - self._fetched_at) >= self._rules.kept_s and not self._was_tried_lately(now)

    async def refresh(self, now: float) -> None:
        """Fetch, unless that was tried a moment ago; whoever comes meanwhile waits for the same fetch."""
        if self._flights.are_under_way or not self._was_tried_lately(now):
            await self._flights.join("keys", lambda: self._fetch_at(now))

    @property
    def is_out_of_touch(self) -> bool:
        """Whether the last fetch failed."""
        return self._tried_at != self._fetched_at

    async def aclose(self) -> None:
        """Give up a fetch that is under way."""
        await self._flights.aclose()

    def _was_tried_lately(self, now: float) -> bool:
        """Requests carry the hour of their arrival, so they may come with an earlier one than the last attempt's."""
        return abs(now - self._tried_at) < self._rules.floor_s

    async def _fetch_at(self, now: float) -> None:
        self._tried_at = now
        try:
            stated = _key_set(await self._fetch())
        except IssuerUnreachable as fault:
            _LOG.warning("the keys of an issuer cannot be fetched, those at hand stay: %s", fault)
            return
        self._keys = {kid: _same(self._keys.get(kid), key) for kid, key in stated.items()}
        self._fetched_at = now


def _key_set(text: bytes) -> Mapping[str, SigningKey]:
    """The usable keys of a JWK set by name, the first of each; others are passed over, as RFC 7517 §5 wants."""
    try:
        stated = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise IssuerUnreachable("its key set is not JSON") from error
    listed: Any = stated.get("keys") if isinstance(stated, dict) else None
    if not isinstance(listed, list):
        raise IssuerUnreachable("its key set is no JWK set")
    keys: dict[str, SigningKey] = {}
    for members in listed[:_MOST_KEYS]:
        try:
            key = public_key(members)
        except KeyRefused:
            continue
        if isinstance(members.get("kid"), str):
            keys.setdefault(members["kid"], key)
    return keys


def _same(before: SigningKey | None, now: SigningKey) -> SigningKey:
    """The object that is known already, so that tokens which it verified stay believed."""
    return before if before is not None and before.thumbprint() == now.thumbprint() else now
