"""Signed texts (JWS compact): the header is read first, then one key alone is tried, then the content is read.

Source: RFC 7515 §3.1, RFC 8725 §3.1-3.3, RFC 9864 (`EdDSA` and `Ed25519` are one here)
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key

from gateway.identity.keys import ALGORITHMS, algorithm_of

ANNOUNCED: Final = "ES256 PS256 EdDSA"
"""The accepted signatures, as challenges and metadata name them."""

_THREE_PARTS: Final = re.compile(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
_ONE: Final[Mapping[str, str]] = {name: name for name in ALGORITHMS} | {"EdDSA": "Ed25519"}


class SignedTextFault(Exception):
    """The text is not taken; the message goes on after a noun: `the token` + ` has a header that cannot be read`."""


@dataclass(frozen=True, slots=True)
class SignedText:
    """A signed text of which only the header was read; nothing of it is believed."""

    text: str
    header: Mapping[str, Any]
    algorithm: str
    """One of `ALGORITHMS`."""


def is_signed_text(text: str) -> bool:
    """Whether it has the form of one, signed or not: three parts in base64url, of which any may be empty."""
    return _THREE_PARTS.fullmatch(text) is not None


def read_header(text: str) -> SignedText:
    """Read the header, before any key is touched.

    Errors:  SignedTextFault, also for a way of signing that is not accepted
    """
    if not is_signed_text(text):
        raise SignedTextFault("is not a signed text")
    header = _object(text.partition(".")[0], "has a header that cannot be read")
    named = header.get("alg")
    if not isinstance(named, str) or named not in _ONE:
        raise SignedTextFault("is signed in a way that is not accepted")
    return SignedText(text, header, _ONE[named])


def unverified_claims(signed: SignedText) -> Mapping[str, Any]:
    """What it says, believed by nobody: good for choosing whose keys are to be tried.

    Errors:  SignedTextFault
    """
    return _object(signed.text.split(".")[1], "has claims that cannot be read")


def verified_claims(signed: SignedText, key: Key) -> Mapping[str, Any]:
    """What it says, signed with this very key.

    Errors:  SignedTextFault, also for a key that is not made for this way of signing
    """
    if algorithm_of(key) != signed.algorithm:
        raise SignedTextFault("is signed in another way than its key is made for")
    try:
        payload = jws.deserialize_compact(signed.text, key, registry=_Signatures()).payload
    except (JoseError, ValueError) as error:
        raise SignedTextFault("has a signature that does not fit") from error
    return _parsed(payload or b"", "has claims that cannot be read")


class _Signatures(jws.JWSRegistry):
    """Accepts what stands in the list; both names of Ed25519 are one, and the older one is no reason to warn."""

    max_header_length = 8192  # a proof's header holds a whole key

    def get_alg(self, name: str) -> Any:  # the library does not export the type
        """The algorithm of this name."""
        return self.algorithms[_ONE[name]]


def _object(part: str, complaint: str) -> dict[str, Any]:
    try:
        text = base64.b64decode(part + "=" * (-len(part) % 4), b"-_", validate=True)
    except ValueError as error:
        raise SignedTextFault(complaint) from error
    return _parsed(text, complaint)


def _parsed(text: bytes, complaint: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise SignedTextFault(complaint) from error
    if not isinstance(value, dict):
        raise SignedTextFault(complaint)
    return value
