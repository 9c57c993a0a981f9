"""Whether two addresses are one, however they are written (RFC 3986 §6.2.2, §6.2.3)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_PORTS: Final = {"http": 80, "https": 443}
_PRINTABLE: Final = re.compile(r"[!-~]{1,2000}")
_ENCODED: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]")


def is_same_address(one: object, other: str) -> bool:
    """Whether both name one place; query and fragment do not count (RFC 9449 §4.3).

    Shape:   absolute http or https addresses without account; anything else is no place
    """
    place = _place(one)
    return place is not None and place == _place(other)


def _place(address: object) -> tuple[str, str, int, str] | None:
    if not isinstance(address, str) or not _PRINTABLE.fullmatch(address):
        return None  # the library passes over blanks and line ends
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, port or _PORTS[parts.scheme], _ENCODED.sub(_plain, parts.path) or "/"


def _plain(encoded: re.Match[str]) -> str:
    character = chr(int(encoded[1], 16))
    return character if _UNRESERVED.fullmatch(character) else encoded[0].upper()
