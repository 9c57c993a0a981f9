"""Public keys that the verifier believes, read from a JWK set (RFC 7517); each has a name and one kind of signature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.verifier.base64url import Base64Fault, decoded

_ES256: Final = ec.ECDSA(SHA256())
_PS256: Final = padding.PSS(padding.MGF1(SHA256()), SHA256.digest_size)
_RSA_BITS: Final = range(2048, 8193)
_SECRET: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class KeysFault(Exception):
    """A JWK set cannot be used; the message is one sentence and repeats no key."""


class PublicKey(Protocol):
    """A key that verifies one kind of signature."""

    @property
    def algorithms(self) -> tuple[str, ...]:
        """Names of the signature in the header of a JWS (RFC 7518, RFC 8037, RFC 9864)."""

    def is_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the holder of the private half has signed this."""


KeysByName = Mapping[str, PublicKey]


def read_keys(content: bytes) -> KeysByName:
    """The keys of a JWK set by their `kid`.

    Errors:  KeysFault, also for a set that holds private halves: whoever hands those on has another problem
    """
    try:
        told: Any = orjson.loads(content)
    except orjson.JSONDecodeError as fault:
        raise KeysFault("the key set is not JSON") from fault
    return keys_of(told)


def keys_of(told: Any) -> KeysByName:
    """The keys of a JWK set that is parsed already; raises KeysFault."""
    listed = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(listed, list) or not listed:
        raise KeysFault("a key set is an object with a list `keys` that is not empty")
    keys: dict[str, PublicKey] = {}
    for name, key in _each(listed):
        if name in keys:
            raise KeysFault("two keys of the set have the same name")
        keys[name] = key
    return keys


def _each(listed: list[Any]) -> Iterator[tuple[str, PublicKey]]:
    for members in listed:
        name = members.get("kid") if isinstance(members, dict) else None
        if not isinstance(name, str) or not name or not name.isprintable():
            raise KeysFault("every key of a set needs its name `kid`, in signs that can be printed")
        if not _SECRET.isdisjoint(members):
            raise KeysFault("the key set holds private or shared keys; verifying needs public halves only")
        try:
            key = _built(members)
            if members.get("use", "sig") != "sig" or members.get("alg", key.algorithms[0]) not in key.algorithms:
                raise KeysFault(f"key `{name}` of the set is not made for the signature that it can make")
            yield name, key
        except (ValueError, KeyError, TypeError, Base64Fault) as fault:
            raise KeysFault("a key of the set is not made for ES256, PS256 or EdDSA") from fault


def _built(members: Mapping[str, Any]) -> PublicKey:
    match members.get("kty"), members.get("crv"):
        case "EC", "P-256":
            x, y = _number(members["x"]), _number(members["y"])
            return _CurveKey(ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key())
        case "OKP", "Ed25519":
            return _EdwardsKey(ed25519.Ed25519PublicKey.from_public_bytes(decoded(members["x"])))
        case "RSA", None:
            key = rsa.RSAPublicNumbers(_number(members["e"]), _number(members["n"])).public_key()
            if key.key_size in _RSA_BITS:
                return _RsaKey(key)
    raise ValueError("no key of a kind that is accepted")


def _number(text: str) -> int:
    return int.from_bytes(decoded(text), "big")


class _CurveKey:
    algorithms = ("ES256",)

    def __init__(self, key: ec.EllipticCurvePublicKey) -> None:
        self._key = key

    def is_signed(self, message: bytes, signature: bytes) -> bool:
        if len(signature) != 64:
            return False
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        try:
            self._key.verify(encode_dss_signature(r, s), message, _ES256)
        except InvalidSignature:
            return False
        return True


class _EdwardsKey:
    algorithms = ("EdDSA", "Ed25519")

    def __init__(self, key: ed25519.Ed25519PublicKey) -> None:
        self._key = key

    def is_signed(self, message: bytes, signature: bytes) -> bool:
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class _RsaKey:
    algorithms = ("PS256",)

    def __init__(self, key: rsa.RSAPublicKey) -> None:
        self._key = key

    def is_signed(self, message: bytes, signature: bytes) -> bool:
        try:
            self._key.verify(signature, message, _PS256, SHA256())
        except InvalidSignature:
            return False
        return True
