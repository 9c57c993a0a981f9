"""The receipt: what a caller gets in hand to show later what it asked and what it was answered.

The log holds digests under a salt that only the caller gets, so that nobody can guess requests and responses from it.
"""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Final, NamedTuple

from gateway.base64url import base64url_text

SALT_BYTES: Final = 16
HEADER: Final = "Inquiry-Receipt"
_BEFORE: Final = b',"extensions":{"receipt":"'
_AFTER: Final = b'"}}'


class Salted(NamedTuple):
    """Digests of one request's bytes and its response's, under a salt of their own; base64url without padding."""

    salt: bytes
    request: str
    response: str
    """"" where nothing was answered."""

    def given(self, receipt: str) -> str:
        """The receipt as the caller gets it: `<JWS>~<salt>`."""
        return f"{receipt}~{base64url_text(self.salt)}"


def salted(request: bytes, response: bytes | None, *, salt: bytes | None = None) -> Salted:
    """Digest them; `response` is the body as it is without its receipt, None where there is none."""
    salt = salt or secrets.token_bytes(SALT_BYTES)
    return Salted(salt, _digest(salt, request), "" if response is None else _digest(salt, response))


def with_receipt(body: bytes, receipt: str) -> bytes:
    """A response body, a JSON object that is not empty, with `extensions.receipt` put at its end."""
    return b"".join((body[:-1], _BEFORE, receipt.encode("ascii"), _AFTER))


def without_receipt(body: bytes) -> tuple[bytes, str]:
    """The body as it was digested, and the receipt that it carries; "" if it carries none."""
    head, found, tail = body.rpartition(_BEFORE)
    if not found or not tail.endswith(_AFTER):
        return body, ""
    return head + b"}", tail.removesuffix(_AFTER).decode("ascii", "replace")


def _digest(salt: bytes, content: bytes) -> str:
    return base64url_text(sha256(salt + content).digest())
