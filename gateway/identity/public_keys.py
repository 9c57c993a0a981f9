"""Public keys of others (JWK, RFC 7517): taken only if they are public, bounded and made for an accepted signature."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gateway.identity.keys import SigningKey, algorithm_of

_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {"EC": ("crv", "x", "y"), "OKP": ("crv", "x"), "RSA": ("n", "e")}
_SECRET: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_RSA_BITS: Final = range(2048, 4097)
_RSA_EXPONENTS: Final = range(3, 2**32)
"""A large one makes every check as slow as its maker likes."""


class KeyRefused(Exception):
    """This is no key that is taken here; the message is safe to show and repeats nothing of it."""


def public_key(members: object) -> SigningKey:
    """The key that a JWK describes; whatever is not needed for it is left out, so that nothing else has a say.

    Shape:   `members` as parsed from JSON
    Errors:  KeyRefused, also if a private or symmetric member is there
    """
    if not isinstance(members, dict):
        raise KeyRefused("a key is a JSON object")
    if not _SECRET.isdisjoint(members):
        raise KeyRefused("a key has to be public")
    kind = members.get("kty")
    names = _NEEDED.get(kind, ()) if isinstance(kind, str) else ()
    if not names or not all(isinstance(members.get(name), str) for name in names) or not _is_for_checking(members):
        raise KeyRefused("the key is not made for a signature that is accepted")
    key = _built(str(kind), {name: members[name] for name in names})
    if key is None or algorithm_of(key) is None:
        raise KeyRefused("the key is not made for a signature that is accepted")
    if members.get("alg") not in {None, algorithm_of(key), "EdDSA" if kind == "OKP" else None}:
        raise KeyRefused("the key is made for another signature than it can make")
    return key


def _is_for_checking(members: Mapping[str, Any]) -> bool:
    operations, named = members.get("key_ops"), members.get("alg")
    may_verify = operations is None or (isinstance(operations, list) and "verify" in operations)
    return may_verify and (named is None or isinstance(named, str)) and members.get("use") in (None, "sig")


def _built(kind: str, needed: Mapping[str, str]) -> SigningKey | None:
    described: Any = {"kty": kind, **needed}
    try:
        if kind == "RSA" and not _is_bounded(needed):
            return None
        key: SigningKey
        match kind:
            case "EC":
                key = ECKey.import_key(described)
            case "OKP":
                key = OKPKey.import_key(described)
            case _:
                key = RSAKey.import_key(described)
        key.get_op_key("verify")  # built only now; a point beside the curve is found here
    except (JoseError, ValueError, TypeError, KeyError, OverflowError):
        return None
    return key


def _is_bounded(needed: Mapping[str, str]) -> bool:
    """Looked at before the key is built: the library complains aloud of small ones."""
    return _number(needed["n"]).bit_length() in _RSA_BITS and _number(needed["e"]) in _RSA_EXPONENTS


def _number(text: str) -> int:
    return int.from_bytes(base64.b64decode(text + "=" * (-len(text) % 4), b"-_"), "big")
