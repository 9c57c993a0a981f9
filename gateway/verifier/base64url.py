"""Base64url without padding (RFC 7515 §2), in its one canonical form, so that no two texts mean the same bytes."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode


class Base64Fault(Exception):
    """A text is not what base64url makes of any bytes."""


def encoded(content: bytes) -> str:
    """Bytes as base64url without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def decoded(text: str) -> bytes:
    """The bytes of a text; raises Base64Fault for anything but their canonical form."""
    try:
        content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as fault:
        raise Base64Fault("not base64url") from fault
    if encoded(content) != text:
        raise Base64Fault("not base64url in its canonical form")
    return content
