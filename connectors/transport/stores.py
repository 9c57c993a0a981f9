"""The two places behind the record cache, both reached through aiocache: this process's memory, and Redis."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import redis.asyncio
from aiocache import RedisCache, SimpleMemoryCache
from aiocache.serializers import BaseSerializer
from redis.exceptions import RedisError

from connectors.transport.packing import UnknownPacking, pack, unpack
from schema.vocabulary.records import SourceRecord

STORE_ERRORS: Final = (RedisError, OSError, asyncio.TimeoutError, TypeError)
"""What a store may raise; TypeError is orjson's word for facts that are not JSON-shaped."""


class BoundedMemory(SimpleMemoryCache):  # type: ignore[misc]  # aiocache is untyped
    """aiocache's memory cache with an end: beyond `max_entries` the entry stored longest ago goes.

    The bound counts entries, not bytes.
    """

    def __init__(self, max_entries: int) -> None:
        # No timeout: a dictionary needs none, and aiocache would pay for it with a task per call.
        super().__init__(timeout=None)
        self._max_entries = max_entries

    async def _set(
        self, key: str, value: Any, ttl: float | None = None, _cas_token: Any = None, _conn: Any = None
    ) -> Any:
        if key in self._cache:
            await self._delete(key)  # so that the renewed entry counts as the youngest
        stored = await super()._set(key, value, ttl=ttl, _cas_token=_cas_token)
        while len(self._cache) > self._max_entries:
            await self._delete(next(iter(self._cache)))
        return stored

    async def _close(self, *_: Any, **__: Any) -> None:
        for handle in self._handlers.values():
            handle.cancel()
        await self._clear()


class SharedRedis(RedisCache):  # type: ignore[misc]  # aiocache is untyped
    """aiocache's Redis cache, with any URL that redis-py reads (`redis://`, `rediss://`, `unix://`).

    aiocache 0.12 was written for redis-py 5 and calls three methods that redis-py 8 deprecates: `setex`,
    `psetex` (in `set`; only `multi_set` is used here) and `close` (replaced below).
    """

    def __init__(self, url: str, *, timeout_s: float, pool_size: int) -> None:
        def pool(**_: Any) -> Any:
            # The plain pool refuses when all connections are out; under load that would look like a dead Redis.
            return redis.asyncio.BlockingConnectionPool.from_url(
                url,
                max_connections=pool_size,
                timeout=timeout_s,
                socket_connect_timeout=timeout_s,
                decode_responses=False,
            )

        super().__init__(
            serializer=_Packing(), timeout=timeout_s, namespace="creditgraph:records", connection_pool_class=pool
        )

    async def _close(self, *_: Any, **__: Any) -> None:
        await self.client.aclose(close_connection_pool=True)


class _Packing(BaseSerializer):  # type: ignore[misc]  # aiocache is untyped
    DEFAULT_ENCODING = None

    def dumps(self, value: tuple[float, tuple[SourceRecord, ...]]) -> bytes:
        return pack(*value)

    def loads(self, value: bytes | None) -> tuple[float, tuple[SourceRecord, ...]] | None:
        try:
            return None if value is None else unpack(value)
        except UnknownPacking:
            return None  # another edition's entry, or another program's: as good as absent, soon overwritten
