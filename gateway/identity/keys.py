"""The key set: made, kept in a file only its owner reads, and shown without its private halves."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final, TypeAlias

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

SigningKey: TypeAlias = ECKey | RSAKey | OKPKey

ALGORITHMS: Final = ("ES256", "PS256", "Ed25519")
"""Signatures that are believed; each key serves exactly one of them."""

_SMALLEST_RSA_BITS: Final = 2048


class KeyFault(Exception):
    """The key set cannot be used; the message never holds key material."""


def generate_key_set() -> KeySet:
    """One new ES256 key; its `kid` is its thumbprint (RFC 7638)."""
    return KeySet([ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)])


def load_key_set(path: Path) -> KeySet:
    """Read a JWK set.

    Errors:  KeyFault if it is absent, not a JWK set, empty, or has a key that no allowed algorithm can use
    """
    try:
        stored = orjson.loads(path.read_bytes())
        keys = KeySet.import_key_set(stored)
    except OSError as error:
        raise KeyFault(f"the key set `{path}` cannot be read: {error.strerror}") from error
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise KeyFault(f"the key set `{path}` is not a JWK set") from None  # the cause may repeat key material
    if not keys.keys or any(algorithm_of(key) is None for key in keys.keys):
        raise KeyFault(f"the key set `{path}` may hold only keys for {', '.join(ALGORITHMS)}")
    if len({key.kid for key in keys.keys}) != len(keys.keys):
        raise KeyFault(f"the key set `{path}` names two keys alike")
    return keys


def save_key_set(path: Path, keys: KeySet) -> None:
    """Write the set with its private halves, readable by its owner alone (mode 0600); all or nothing.

    Errors:  KeyFault
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".keys-")  # mode 0600 from the start
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(keys.as_dict(private=True), file)
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
