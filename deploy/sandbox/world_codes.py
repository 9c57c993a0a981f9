"""Unified social credit codes for invented subjects: every check holds, and no real subject can be hit.

The eight-character body of the organisation code starts with `XNXN` (虚拟, invented). Bodies in use
are eight digits, or one or two letters before a running number (`MA…`); a body of four such letters
is not issued. So the codes pass every check and belong to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schema.vocabulary.identifiers import check_character, organization_check_character

_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_PREFIX = "XNXN"
MOST_SUBJECTS = len(_DIGITS) ** 4

ENTITY_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "1130": "有限责任公司（自然人投资或控股）",
        "1110": "有限责任公司（国有独资）",
        "1151": "有限责任公司（自然人独资）",
        "1219": "股份有限公司（非上市）",
        "4533": "有限合伙企业",
        "9500": "个体工商户",
        "9100": "农民专业合作社",
        "9700": "社会团体法人",
    }
)
"""Types of market entity in use here: 4-digit code (ENTTYPE) → the Chinese text that disclosure prints."""


def make_code(category: str, division: str, serial: int) -> str:
    """The code with the two-character `category` (`91`), six-digit `division` and running number `serial`."""
    body = _BODY_PREFIX + _in_base_31(serial)
    first_seventeen = category + division + body + organization_check_character(body)
    return first_seventeen + check_character(first_seventeen)


def _in_base_31(serial: int) -> str:
    """Four characters; raises ValueError for a serial that does not fit."""
    if not 0 <= serial < MOST_SUBJECTS:
        raise ValueError(f"a world has at most {MOST_SUBJECTS} subjects")
    characters = ""
    for _ in range(4):
        serial, digit = divmod(serial, len(_DIGITS))
        characters = _DIGITS[digit] + characters
    return characters
