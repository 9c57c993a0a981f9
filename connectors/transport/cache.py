"""The cache of records: keyed by what was ordered, never by who asked.

Facts are kept, verdicts never; a failing cache is a slow cache and nothing worse.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

import orjson

from connectors.port import Fetched, FetchOrder
from connectors.transport.resilience import Breaker, BreakerSettings
from connectors.transport.stores import STORE_ERRORS, BoundedMemory, SharedRedis
from schema.vocabulary.records import RecordKind, SourceRecord

_KEPT_SHAPES: Final = 4096
_CLOCK_SKEW_S: Final = 5.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """Where records are kept, and for how long."""

    key: bytes
    """Secret of at most 64 bytes under which orders are hashed; the same for all gateways sharing a Redis."""
    url: str = "memory://"
    """`memory://` for this process alone, else a URL of redis-py."""
    default_ttl_s: float = 300.0
    ttl_s: Mapping[RecordKind, float] = field(default_factory=dict)
    """By kind; 0 keeps none of that kind."""
    max_entries: int = 50_000
    """Of the memory cache."""
    timeout_s: float = 0.1
    """The longest wait for Redis."""
    pool_size: int = 32
    breaker: BreakerSettings = field(default_factory=lambda: BreakerSettings(least_calls=4))


@dataclass(slots=True)
class CacheCounts:
    """How the cache fared since the start; read by metrics."""

    hits: int = 0
    misses: int = 0
    failures: int = 0


class RecordCache:
    """Records by order; shared by all agencies. Close it with `aclose`.

    `clock` gives seconds since 1970: entries may be shared with other processes, so the event loop's
    clock will not do.
    """

    def __init__(self, settings: CacheSettings, clock: Callable[[], float]) -> None:
        self.counts = CacheCounts()
        self._settings = settings
        self._clock = clock
        self._store = _store(settings)
        self._breaker = Breaker(settings.breaker)
        self._shapes: dict[tuple[Any, ...], bytes] = {}

    async def get_many(self, orders: Sequence[FetchOrder]) -> list[Fetched | None]:
        """One answer per order, None where it has to be fetched; never raises for a store's failure."""
        found = await self._look_up(orders)
        if found is None or len(found) != len(orders):  # aiocache answers [] if it is switched off by environment
            self.counts.misses += len(orders)
            return [None] * len(orders)
        now = self._clock()
        return [self._fresh(entry, order, now=now) for entry, order in zip(found, orders, strict=True)]

    async def put_many(self, fetched: Sequence[tuple[FetchOrder, tuple[SourceRecord, ...]]]) -> None:
        """Keep what was fetched just now, each for the time its kind allows; never raises for a store's failure."""
        now = self._clock()
        by_ttl: dict[float, list[tuple[str, tuple[float, tuple[SourceRecord, ...]]]]] = {}
        for order, records in fetched:
            ttl_s = self._ttl_s(order.kind)
            if ttl_s > 0:
                by_ttl.setdefault(ttl_s, []).append((self._key(order), (now, records)))
        for ttl_s, pairs in by_ttl.items():
            await self._guarded(lambda pairs=pairs, ttl_s=ttl_s: self._store.multi_set(pairs, ttl=float(ttl_s)))  # type: ignore[misc]

    async def aclose(self) -> None:
        """Let go of connections, timers and everything held in memory."""
        await self._store.close()

    async def _look_up(self, orders: Sequence[FetchOrder]) -> list[Any] | None:
        keys = [self._key(order) for order in orders]
        found: list[Any] | None = await self._guarded(lambda: self._store.multi_get(keys))
        return found

    def _fresh(
        self, entry: tuple[float, tuple[SourceRecord, ...]] | None, order: FetchOrder, *, now: float
    ) -> Fetched | None:
        # A store that outlived a change of settings may hold entries longer than they now allow.
        if entry is None or not -_CLOCK_SKEW_S <= now - entry[0] <= self._ttl_s(order.kind):
            self.counts.misses += 1
            return None
        self.counts.hits += 1
        return Fetched(entry[1], from_cache=True)

    def _ttl_s(self, kind: RecordKind) -> float:
        return self._settings.ttl_s.get(kind, self._settings.default_ttl_s)

    async def _guarded(self, work: Callable[[], Any]) -> Any:
        loop = asyncio.get_running_loop()
        admitted = self._breaker.admit(loop.time())
        if admitted is None:
            self.counts.failures += 1
            return None
        try:
            got = await work()
        except STORE_ERRORS as error:
            self.counts.failures += 1
            self._breaker.record(admitted, loop.time(), has_failed=not isinstance(error, TypeError))
            _log.warning("record cache failed: %s", type(error).__name__)
            return None
        except BaseException:
            self._breaker.forgive(admitted)
            raise
        self._breaker.record(admitted, loop.time(), has_failed=False)
        return got

    def _key(self, order: FetchOrder) -> str:
        shape = (order.agency, order.kind, order.facts)
        prefix = self._shapes.get(shape)
        if prefix is None:
            prefix = order_shape(order)
            if len(self._shapes) >= _KEPT_SHAPES:
                self._shapes.clear()
            self._shapes[shape] = prefix
        return _digest(prefix, order, key=self._settings.key)


def cache_key(order: FetchOrder, key: bytes) -> str:
    """The name of an order in the cache: a keyed hash, so that no code stands there in clear.

    Shape:  40 hexadecimal digits; two orders share it only if they are equal
    """
    return _digest(order_shape(order), order, key=key)


def order_shape(order: FetchOrder) -> bytes:
    """What an order asks for, without its subject; unambiguous because JSON is."""
    return orjson.dumps([order.agency, order.kind, sorted(order.facts)])


def _digest(shape: bytes, order: FetchOrder, *, key: bytes) -> str:
    # Neither JSON text nor a checked code holds a raw line break, so the parts cannot run into each other.
    return blake2b(b"%b\n%b" % (shape, order.subject.encode()), key=key, digest_size=20).hexdigest()


def _store(settings: CacheSettings) -> Any:
    if settings.url.startswith("memory:"):
        return BoundedMemory(settings.max_entries)
    return SharedRedis(settings.url, secret=settings.key, timeout_s=settings.timeout_s, pool_size=settings.pool_size)
