"""What a caller types about its inquiry, as the log may keep it: no number, address or person's name that shows as one.

It rather strikes too much than too little; case numbers of courts and offices stay, as they are what the log is for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from policies.free_text import strike_persons
from schema.vocabulary.identifiers import CODE_LENGTH, InvalidCode, SubjectId

_STRUCK: Final = "***"
_WIDE: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F) if chr(wide - 0xFEE0).isalnum() or wide == 0xFF20}
"""Full-width digits and letters, and the full-width `@`, as their plain ones."""
_CODE: Final = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{2}\d{6}[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{10}(?![0-9A-Za-z])"
)
_CODES_CHARACTERS: Final = re.compile(r"[0-9A-Za-z]")
_GAP: Final = r"[ \-－—–._/\ufffd]{0,2}"
_TELEPHONE: Final = re.compile(rf"(?<!\d)(?:[+＋]?86{_GAP})?1\d(?:{_GAP}\d){{9}}(?!\d)")
_LONG_NUMBER: Final = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{14,}}[Xx]?(?!\d)")
"""Identity numbers and cards however they are grouped: shorter ones are left, as case numbers are."""
_SPELT_NUMBER: Final = re.compile("[〇零一二三四五六七八九幺]{11,}")
_FEWEST_DIGITS: Final = 7


def desensitised(stated: str | None) -> str | None:
    """The text with identity numbers, codes of subjects, telephone numbers, mail addresses and persons struck out.

    Shape:   idempotent; characters that nobody can see are gone or `\\ufffd`, so that every database takes it
    """
    if not stated:
        return stated
    text = stated if stated.isprintable() else _printable(stated)
    if text.isascii() and _is_plain(text):
        return text
    text = strike_persons(_without_codes(_with_plain_digits(text.translate(_WIDE))))
    return _SPELT_NUMBER.sub(_STRUCK, _LONG_NUMBER.sub(_STRUCK, _TELEPHONE.sub(_STRUCK, text)))


def _printable(text: str) -> str:
    """Format characters (zero width, direction) would hide a number from us and not from a reader; so would blanks
    of other widths than that of ASCII."""
    return "".join(one if one.isprintable() else _in_place_of(one) for one in text)


def _in_place_of(unseen: str) -> str:
    if _is_format(unseen):
        return ""
    return " " if unseen.isspace() else "\ufffd"


def _with_plain_digits(text: str) -> str:
    """Decimal digits of any script as those of ASCII."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)


def _is_format(character: str) -> bool:
    return unicodedata.category(character) == "Cf"


def _is_plain(text: str) -> bool:
    """Whether there is nothing to look for: too few digits for any number, and no address."""
    return "@" not in text and "QQ" not in text and sum(map(str.isdigit, text)) < _FEWEST_DIGITS


def _without_codes(text: str) -> str:
    text = _CODE.sub(_STRUCK, text)
    for start, end in reversed([*_hidden_codes(text)]):
        text = f"{text[:start]}{_STRUCK}{text[end:]}"
    return text


def _hidden_codes(text: str) -> Iterator[tuple[int, int]]:
    """Codes with blanks or signs between, or within longer words, known by their check character (GB 32100-2015)."""
    places = [found.start() for found in _CODES_CHARACTERS.finditer(text)]
    begin = 0
    while begin + CODE_LENGTH <= len(places):
        window = places[begin : begin + CODE_LENGTH]
        if _is_code("".join(text[place] for place in window)):
            yield window[0], window[-1] + 1
            begin += CODE_LENGTH
        else:
            begin += 1


def _is_code(letters: str) -> bool:
    if not letters[2:8].isdigit():
        return False
    try:
        SubjectId.parse(letters)
    except InvalidCode:
        return False
    return True
