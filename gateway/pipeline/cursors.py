"""Opaque cursors: where a list goes on, readable by nobody and usable by its own caller only.

Deterministic authenticated encryption (RFC 5297), so equal pages give equal bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from gateway.base64url import base64url_text
from schema.vocabulary.caller import Caller


class InvalidCursor(ValueError):
    """The text is not a cursor of this caller's for this search."""


class Cursors:
    """Seals and opens cursors with one secret of this gateway."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESSIV(hashlib.sha512(b"cursor\0" + secret).digest())

    def seal(self, position: str, caller: Caller, search: str) -> str:
        """The cursor for a position in this caller's search."""
        sealed = self._cipher.encrypt(position.encode(), [_binding(caller, search)])
        return base64url_text(sealed)

    def open(self, cursor: str, caller: Caller, search: str) -> str:
        """The position in a cursor; raises InvalidCursor for anybody else's, any other search's, any other text."""
        try:
            sealed = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
            return self._cipher.decrypt(sealed, [_binding(caller, search)]).decode()
        except (InvalidTag, ValueError, binascii.Error) as fault:
            raise InvalidCursor from fault


def _binding(caller: Caller, search: str) -> bytes:
    who = (caller.caller_class, caller.client_id, caller.organisation, caller.own_subject or "", search)
    return "\x00".join(who).encode()
