"""The key set: made, kept in a file only its owner reads, and shown without its private halves."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final, TypeAlias

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, KeySet, OKPKey, RSAKey

SigningKey: TypeAlias = ECKey | RSAKey | OKPKey

ALGORITHMS: Final = ("ES256", "PS256", "Ed25519")
"""Signatures that are believed; each key serves exactly one of them."""

_SMALLEST_RSA_BITS: Final = 2048


class KeyFault(Exception):
    """The key set cannot be used; the message never holds key material."""


def generate_key_set(count: int = 1) -> KeySet:
    """New ES256 keys; the `kid` of each is its thumbprint (RFC 7638)."""
    return KeySet([_new_key() for _ in range(count)])


def rotate(keys: KeySet) -> KeySet:
    """The set after a change of keys: the next one signs, a new one is next, and of all others the public halves stay,
    so that what they have signed can still be verified.

    Shape:   the private keys are the first that signs and its next, in this order; then public halves, latest first
    Errors:  KeyFault if the set has no private key
    """
    before = signing_key(keys)
    following = next((key for key in keys.keys if key.is_private and key is not before), None) or _new_key()
    others = [key for key in keys.keys if key is not before and key is not following]
    return KeySet([following, _new_key(), *(_public_half(key) for key in (before, *others))])


def without(keys: KeySet, kid: str) -> KeySet:
    """The set without a key that nobody may believe any more: what it has signed, tokens and consents, counts no more.

    The one that signs is changed first (`rotate`), so that there always is one.

    Errors:  KeyFault if there is no such key, or if it is the one that signs
    """
    if signing_key(keys).kid == kid:
        raise KeyFault("this key signs at present: let the next one sign first (`creditgraph keys rotate`)")
    left = [key for key in keys.keys if key.kid != kid]
    if len(left) == len(keys.keys):
        raise KeyFault("the key set has no key of this name")
    return KeySet(left)


def load_key_set(path: Path) -> KeySet:
    """Read a JWK set.

    Errors:  KeyFault if it is absent, not a JWK set, empty, or has a key that no allowed algorithm can use
    """
    try:
        return read_key_set(path.read_bytes(), path)
    except OSError as error:
        raise KeyFault(f"the key set `{path}` cannot be read: {error.strerror}") from error


def read_key_set(content: bytes, path: Path) -> KeySet:
    """What stands in the file at `path`, which was read before; errors as those of `load_key_set`."""
    try:
        keys = KeySet.import_key_set(orjson.loads(content))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise KeyFault(f"the key set `{path}` is not a JWK set") from None  # the cause may repeat key material
    if not keys.keys or any(algorithm_of(key) is None for key in keys.keys):
        raise KeyFault(f"the key set `{path}` may hold only keys for {', '.join(ALGORITHMS)}")
    if len({key.kid for key in keys.keys}) != len(keys.keys):
        raise KeyFault(f"the key set `{path}` names two keys alike")
    return keys


def save_key_set(path: Path, keys: KeySet) -> None:
    """Write the set with the private halves that it has, readable by its owner alone (mode 0600); all or nothing.

    Errors:  KeyFault
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".keys-")  # mode 0600 from the start
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"keys": [key.as_dict(private=key.is_private) for key in keys.keys]}, file)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise KeyFault(f"the key set `{path}` cannot be written: {error.strerror}") from error


def public_jwks(keys: KeySet) -> dict[str, Any]:
    """The set as anyone may see it."""
    return {"keys": [key.as_dict(private=False) for key in keys.keys]}


def signing_key(keys: KeySet) -> SigningKey:
    """The first key that can sign; raises KeyFault if the set has public halves only."""
    for key in keys.keys:
        if isinstance(key, SigningKey) and key.is_private:
            return key
    raise KeyFault("the key set has no private key to sign with")


def algorithm_of(key: object) -> str | None:
    """The one algorithm this key may be used with; None for a key that may not be used at all."""
    match key:
        case ECKey() if key.curve_name == "P-256":
            allowed = "ES256"
        case OKPKey() if key.curve_name == "Ed25519":
            allowed = "Ed25519"
        case RSAKey() if key.raw_value.key_size >= _SMALLEST_RSA_BITS:
            allowed = "PS256"
        case _:
            return None
    return allowed if key.get("alg") in {None, allowed} and key.get("use") in {None, "sig"} else None


def _new_key() -> ECKey:
    """One whose name no command line takes for an option (`keys drop -y…`), as one in 64 would be."""
    while True:
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
        if not str(key.kid).startswith("-"):
            return key


def _public_half(key: Key) -> Key:
    return JWKRegistry.import_key(key.as_dict(private=False))
