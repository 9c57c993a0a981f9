"""Takes out of a text whatever looks like the code of a subject, a number of a person or a token.

Nothing here is a reason to write such things: lines and spans are made without them, and this is the second lock.
"""

from __future__ import annotations

import re
from typing import Final

STRUCK: Final = "***"
_ALONE: Final = r"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{{2}}))(?:{})(?![0-9A-Za-z])"
"""Neither a letter nor a digit of ASCII beside it, but for the end of a percent-encoded character."""
_CREDIT_CODE: Final = r"[0-9A-Za-z]{2}\d{6}[0-9A-Za-z]{10}"
"""GB 32100-2015 §5, whatever its check character; identity numbers of 18 (GB 11643-1999) have this form as well."""
_T: Final = "[0-9A-Za-z_-]"
"""A character of a token."""
_PATTERNS: Final = (
    re.compile(rf"(?<!{_T})eyJ{_T}{{5,}}(?:\.{_T}*){{0,4}}"),  # JWS and JWE, whole or cut off
    re.compile(r"(?i)(?<![A-Za-z])(Bearer|DPoP) +[^\s\"',;]+"),
    re.compile(_ALONE.format(_CREDIT_CODE)),
    re.compile(_ALONE.format(r"\d{6}[ -]?(?:18|19|20)\d{6}[ -]?\d{3}[\dXxＸｘ]|\d{15}")),
    re.compile(_ALONE.format(r"(?:\+?86[ -]?)?1\d{2}[ -]?\d{4}[ -]?\d{4}")),  # mobile telephones
    re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"),
    re.compile(rf"(?<!{_T})(?={_T}{{0,99}}\d)(?={_T}{{0,99}}[a-z])(?={_T}{{0,99}}[A-Z]){_T}{{40,}}"),
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
