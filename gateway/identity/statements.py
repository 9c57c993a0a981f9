"""Statements that the gateway signs about itself, such as receipts and checkpoints: JWS compact, one `typ` each.

They are made for every request, so the parts are put together by hand; read are they by the ways of `signed_text`.

Source: RFC 7515 §3.1, §7.1; RFC 7518 §3.4, §3.5; RFC 8037 §3.1; RFC 8725 §3.11 (explicit types).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

import orjson
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import Key

from gateway.base64url import base64url
from gateway.identity.keys import SigningKey, algorithm_of
from gateway.identity.signed_text import SignedTextFault, read_header, verified_claims

_SHA256: Final = SHA256()
_ECDSA: Final = ECDSA(_SHA256)
_PSS: Final = PSS(mgf=MGF1(_SHA256), salt_length=PSS.DIGEST_LENGTH)
_P256_BYTES: Final = 32
_HEADER_KEYS: Final = frozenset({"alg", "kid", "typ"})


class StatementFault(Exception):
    """This is no statement of ours; the message holds nothing of it."""


class Keys(Protocol):
    """The keys that sign and those that are believed."""

    @property
    def sign_with(self) -> SigningKey:
        """The key that signs now."""

    def find(self, kid: str) -> Key | None:
        """The key of this name; None for one that isn't believed."""


class StatementSigner:
    """Signs with the key that signs now; any thread may ask."""

    def __init__(self, ring: Keys) -> None:
        self._ring = ring
        self._held: tuple[SigningKey, Any, dict[str, bytes]] | None = None
        """The key, its private half as the library has it, and the encoded header by type."""

    def sign(self, typ: str, claims: Mapping[str, Any]) -> str:
        """The claims as JWS compact."""
        key, private, headers = self._hold()
        header = headers.get(typ)
        if header is None:
            header = headers[typ] = _header(key, typ)
        content = header + b"." + base64url(orjson.dumps(claims))
        return (content + b"." + base64url(_signature(private, content))).decode()

    def verify(self, text: str, typ: str) -> Mapping[str, Any]:
        """What a statement of this type says, if a key of ours has signed it.

        Errors:  StatementFault
        """
        try:
            signed = read_header(text)
            header = signed.header
            if header.keys() != _HEADER_KEYS or header["typ"] != typ or not isinstance(header["kid"], str):
                raise StatementFault("a statement has a header that is not accepted")
            key = self._ring.find(header["kid"])
            if key is None:
                raise StatementFault("a statement is signed with a key that is not known here")
            return verified_claims(signed, key)
        except SignedTextFault as fault:
            raise StatementFault(f"a statement {fault}") from fault

    def _hold(self) -> tuple[SigningKey, Any, dict[str, bytes]]:
        key, held = self._ring.sign_with, self._held
        if held is None or held[0] is not key:
            held = self._held = (key, key.private_key, {})
        return held


def _header(key: SigningKey, typ: str) -> bytes:
    return base64url(orjson.dumps({"alg": algorithm_of(key), "kid": key.kid, "typ": typ}))


def _signature(private: object, content: bytes) -> bytes:
    match private:
        case EllipticCurvePrivateKey():
            r, s = decode_dss_signature(private.sign(content, _ECDSA))
            return r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big")
        case Ed25519PrivateKey():
            return private.sign(content)
        case RSAPrivateKey():
            return private.sign(content, _PSS, _SHA256)
        case _:
            raise TypeError("no key that can sign")
