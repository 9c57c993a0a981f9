"""The keys at hand while the gateway runs: they follow their file, and a file that is broken changes nothing.

The first private key signs; the second is shown already, so that everybody knows it by the time it signs; of older
ones the public halves are kept, because consents that they have signed stay valid.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.jwk import Key, KeySet

from gateway.identity.keys import KeyFault, SigningKey, public_jwks, read_key_set, signing_key

_LOG = logging.getLogger("creditgraph.keys")


@dataclass(frozen=True, slots=True)
class _Held:
    """One state of the file, taken over whole."""

    keys: KeySet
    by_kid: Mapping[str, Key]
    sign_with: SigningKey
    shown: Mapping[str, Any]
    generation: int


class KeyRing:
    """The keys of one file; raises KeyFault at once if it cannot be used or has no private key."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: bytes | None = None
        """What the file held when it was looked at last; None if it could not be read."""
        content = _content(path)
        self._held = _hold(read_key_set(content, path), generation=1)
        self._seen = content

    @property
    def keys(self) -> KeySet:
        """All keys, in the order of the file."""
        return self._held.keys

    @property
    def sign_with(self) -> SigningKey:
        """The key that signs now."""
        return self._held.sign_with

    @property
    def generation(self) -> int:
        """Grows with every change of keys; what was verified under another one is verified anew."""
        return self._held.generation

    def find(self, kid: str) -> Key | None:
        """The key of this name, if it is one of ours."""
        return self._held.by_kid.get(kid)

    def public(self) -> Mapping[str, Any]:
        """The JWK set as anyone may see it."""
        return self._held.shown

    def refresh(self) -> bool:
        """Take over what the file holds if that has changed; whether other keys are at hand now.

        A file that cannot be used leaves the keys as they are, and is told of once.
        """
        try:
            content = _content(self._path)
        except KeyFault as fault:
            if self._seen is not None:
                self._refuse(fault)
            self._seen = None
            return False
        if content == self._seen:
            return False
        self._seen = content
        try:
            keys = read_key_set(content, self._path)
            if keys == self._held.keys:  # a file that was broken for a while
                return False
            self._held = _hold(keys, generation=self._held.generation + 1)
        except KeyFault as fault:
            self._refuse(fault)
            return False
        _LOG.info("key `%s` signs from now on", self._held.sign_with.kid)
        return True

    async def watch(self, every_s: float) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            await asyncio.to_thread(self.refresh)

    def _refuse(self, fault: KeyFault) -> None:
        _LOG.error("the keys stay as they are: %s", fault)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyFault(f"the key set `{path}` cannot be read: {error.strerror}") from error


def _hold(keys: KeySet, *, generation: int) -> _Held:
    by_kid = {key.kid: key for key in keys.keys if key.kid is not None}
    return _Held(keys, by_kid, signing_key(keys), public_jwks(keys), generation)
