"""Issuers elsewhere, over HTTP; the one module of identity that knows the wire.

What they answer is bounded in time and size and comes from the configured address alone: no redirect is followed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from typing import Final

import httpx

from gateway.identity.fetched_keys import FetchedKeys, FetchRules
from gateway.identity.introspection import Introspection, basic_credentials
from gateway.identity.refusals import IssuerUnreachable
from gateway.identity.trust import TrustedIssuer
from gateway.setting_identity import OutsideIssuer

TIMEOUT_S: Final = 2.0
LARGEST: Final = 256 * 1024
"""Bytes of one answer."""

_CONNECTIONS: Final = httpx.Limits(max_connections=20, max_keepalive_connections=5)
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}


@asynccontextmanager
async def outside_issuers(settings: Mapping[str, OutsideIssuer]) -> AsyncIterator[Sequence[TrustedIssuer]]:
    """The configured issuers, by name; nothing is fetched before a token asks for it. Closed when the block ends."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(_client())
        issuers = []
        for name, stated in settings.items():
            keys = _keys(client, stated)
            if keys is not None:
                stack.push_async_callback(keys.aclose)
            introspection = _introspection(client, stated)
            issuers.append(TrustedIssuer(name, stated.issuer, stated.audience, keys, introspection))
        yield issuers


@contextmanager
def wire_errors() -> Iterator[None]:
    """Turn every error of the wire into IssuerUnreachable."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError) as error:
        raise IssuerUnreachable(f"it cannot be reached ({type(error).__name__})") from error
    except (OSError, TimeoutError) as error:
        raise IssuerUnreachable(f"it cannot be reached ({type(error).__name__})") from error


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        timeout=TIMEOUT_S, follow_redirects=False, trust_env=False, limits=_CONNECTIONS, headers=_HEADERS
    )


def _keys(client: httpx.AsyncClient, stated: OutsideIssuer) -> FetchedKeys | None:
    if stated.jwks is None:
        return None
    rules = FetchRules(stated.keys_kept.total_seconds(), stated.keys_floor.total_seconds())
    return FetchedKeys(partial(_exchange, client, "GET", stated.jwks), rules)


def _introspection(client: httpx.AsyncClient, stated: OutsideIssuer) -> Introspection | None:
    if stated.introspection is None or stated.client_secret is None:
        return None
    credentials = basic_credentials(stated.client_id, stated.client_secret.get_secret_value())
    ask = partial(_exchange, client, "POST", stated.introspection)
    return Introspection(ask, credentials, answers_kept_s=stated.answers_kept.total_seconds())


async def _exchange(
    client: httpx.AsyncClient,
    method: str,
    address: str,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """One question and the whole answer to it."""
    with wire_errors():
        async with (
            asyncio.timeout(TIMEOUT_S),
            client.stream(method, address, data=form, headers=headers) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise IssuerUnreachable(f"it answers with status {response.status_code}")
            return await _bounded(response)


async def _bounded(response: httpx.Response) -> bytes:
    """The body as it came; one that was packed against our wish is not unpacked, as nobody knows how much is in it."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise IssuerUnreachable("its answer is packed")
    parts, size = [], 0
    async for part in response.aiter_raw():
        size += len(part)
        if size > LARGEST:
            raise IssuerUnreachable("its answer is too large")
        parts.append(part)
    return b"".join(parts)
