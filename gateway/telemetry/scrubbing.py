"""Takes out of a text whatever looks like the code of a subject, a number of a person or a token.

Nothing here is a reason to write such things: lines and spans are made without them, and this is the second lock.
"""

from __future__ import annotations

import re
from typing import Final

STRUCK: Final = "***"
_ALONE: Final = r"(?<![^\W_])(?:{})(?![^\W_])"
"""Neither a letter nor a digit beside it."""
_CREDIT_CODE: Final = r"[0-9A-Za-z]{2}\d{6}[0-9A-Za-z]{10}"
"""GB 32100-2015 §5, whatever its check character; identity numbers of 18 (GB 11643-1999) have this form as well."""
_PATTERNS: Final = (
    re.compile(r"eyJ[\w-]*\.[\w-]*(?:\.[\w-]*){0,3}"),  # JWS and JWE, whole or cut off
    re.compile(r"(?i)\b(Bearer|DPoP) +[^\s\"',;]+"),
    re.compile(_ALONE.format(_CREDIT_CODE)),
    re.compile(_ALONE.format(r"\d{6}[ -]?(?:18|19|20)\d{6}[ -]?\d{3}[\dXxＸｘ]|\d{15}")),
    re.compile(_ALONE.format(r"(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}")),  # mobile telephones
    re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<![\w-])(?=[\w-]{0,200}[0-9])(?=[\w-]{0,200}[a-z])(?=[\w-]{0,200}[A-Z])[A-Za-z0-9_-]{40,}"),
)
"""The last one: opaque tokens. Names of modules have no digits and capitals over such a length, digests one case."""


def scrubbed(text: str) -> str:
    """The text with `***` in the place of each such thing; idempotent."""
    for pattern in _PATTERNS:
        text = pattern.sub(_struck, text)
    return text


def _struck(found: re.Match[str]) -> str:
    """What comes before a token says what was struck and stays."""
    return f"{found[1]} {STRUCK}" if found.lastindex else STRUCK
