"""Base64url without padding (RFC 7515 §2), as tokens, receipts and digests are written; the verifier has its own."""

from __future__ import annotations

from binascii import b2a_base64
from typing import Final

_FOR_URLS: Final = bytes.maketrans(b"+/", b"-_")


def base64url(raw: bytes) -> bytes:
    """The bytes as ASCII letters, digits, `-` and `_`."""
    return b2a_base64(raw, newline=False).translate(_FOR_URLS, b"=")


def base64url_text(raw: bytes) -> str:
    """The same as text."""
    return b2a_base64(raw, newline=False).translate(_FOR_URLS, b"=").decode()
