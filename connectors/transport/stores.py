"""The two places behind the record cache, both reached through aiocache: this process's memory, and Redis."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Final, TypeAlias

import redis.asyncio
from aiocache import RedisCache, SimpleMemoryCache
from aiocache.serializers import BaseSerializer
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from redis.exceptions import RedisError

from connectors.transport.packing import pack, unpack
from schema.vocabulary.records import SourceRecord

Entry: TypeAlias = tuple[float, tuple[SourceRecord, ...]]
"""When it was fetched, in seconds since 1970, and the records."""

_NONCE: Final = 12
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

    def __init__(self, url: str, *, secret: bytes, timeout_s: float, pool_size: int) -> None:
        self._seal = AESGCM(blake2b(secret, digest_size=32, person=b"records").digest())

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
            serializer=_Sealed(), timeout=timeout_s, namespace="creditgraph:records", connection_pool_class=pool
        )

    async def multi_get(self, keys: Sequence[str], **_: Any) -> list[Entry | None]:
        """The entries under these keys; None for what is absent, sealed by somebody else, or moved from another key."""
        found = await super().multi_get(keys)
        return [self._opened(key, sealed) for key, sealed in zip(keys, found, strict=True)] if found else []

    async def multi_set(self, pairs: Sequence[tuple[str, Entry]], ttl: float | None = None, **_: Any) -> Any:
        """Seal and put; facts lie in Redis for nobody to read or write but the gateways that share the secret."""
        sealed = [(key, self._sealed(key, entry)) for key, entry in pairs]
        return await super().multi_set(sealed, ttl=ttl)

    def _sealed(self, key: str, entry: Entry) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._seal.encrypt(nonce, pack(*entry), key.encode())

    def _opened(self, key: str, sealed: bytes | None) -> Entry | None:
        if sealed is None:
            return None
        try:
            return unpack(self._seal.decrypt(sealed[:_NONCE], sealed[_NONCE:], key.encode()))
        except (InvalidTag, ValueError):
            return None  # another edition's entry, or another program's: as good as absent, soon overwritten

    async def _close(self, *_: Any, **__: Any) -> None:
        await self.client.aclose(close_connection_pool=True)


class _Sealed(BaseSerializer):  # type: ignore[misc]  # aiocache is untyped
    """What goes to Redis is sealed bytes already."""

    DEFAULT_ENCODING = None

    def dumps(self, value: bytes) -> bytes:
        return value

    def loads(self, value: bytes | None) -> bytes | None:
        return value
