"""Desensitisation (脱敏) by kind: pure functions from a fact to what may be seen of it.

Every mask is idempotent, and what it cannot understand it removes. Source: the catalog's masks
M0-M8; Tianjin Art. 4, Heilongjiang Art. 23.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from policies.free_text import COMPOUND_SURNAMES, strike_persons, strike_streets
from schema.catalog.entry import MaskKind
from schema.vocabulary.records import Fact

_DISTRICT: Final = re.compile(
    r"^(?:.{2,8}?(?:省|自治区|特别行政区))?(?:.{2,12}?(?:市|自治州|地区|盟))?.{1,12}?(?:区|县|旗|市)"
)
_BANDS: Final = tuple(Decimal(bound) for bound in (0, 100_000, 1_000_000, 10_000_000, 100_000_000))

_STRUCK: Final = "***"


def mask(kind: MaskKind, fact: Fact, *, hides_streets: bool = False) -> Fact:
    """What may be seen of a fact under this mask; None stays None.

    `hides_streets` is for subjects that are natural persons in substance: addresses in their free texts are personal.

    A fact in a form that the mask does not expect becomes None, so a mask never lets through what
    it does not understand.
    """
    if fact is None or kind is MaskKind.M0:
        return fact
    if isinstance(fact, list | tuple):
        return [mask(kind, part, hides_streets=hides_streets) for part in fact]
    if kind is MaskKind.M6:
        return _band(fact)
    if not isinstance(fact, str):
        return None
    seen = _TEXT_MASKS[kind](fact)
    return strike_streets(seen) if hides_streets and seen is not None and kind is MaskKind.M7 else seen


def _surname(name: str) -> str:
    text = name.strip()
    surname = text[: 2 if COMPOUND_SURNAMES.match(text) else 1]
    return f"{surname}*" if surname.isalpha() else "*"


def _identity_number(number: str) -> str:
    return f"{number[:3]}{_STRUCK}{number[-4:]}" if len(number) >= 10 else _STRUCK


def _district(address: str) -> str | None:
    found = _DISTRICT.match(address)
    return found.group() if found else None


def _telephone(number: str) -> str:
    text = number.strip()
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else "****"


def _mail(address: str) -> str | None:
    name, at, host = address.partition("@")
    return f"{name[:1].strip('*')}{_STRUCK}@{host}" if at else None


def _band(fact: Fact) -> Fact:
    """Money becomes its band `[lower, upper)` in its own currency; a bare number has no band and goes."""
    if not isinstance(fact, Mapping):
        return None
    if fact.get("amount") is None:
        return {"amount": None, "currency": fact.get("currency"), "band": fact.get("band")}
    try:
        amount = Decimal(str(fact["amount"]))
        above = bisect_right(_BANDS, amount)
    except InvalidOperation:
        return None
    band = f"[{_BANDS[above - 1] if above else ''}, {_BANDS[above] if above < len(_BANDS) else ''})"
    return {"amount": None, "currency": fact.get("currency"), "band": band}


def _year(day: str) -> str | None:
    return day[:4] if re.match(r"\d{4}(?:-|$)", day) else None


_TEXT_MASKS: Final[Mapping[MaskKind, Callable[[str], str | None]]] = {
    MaskKind.M1: _surname,
    MaskKind.M2: _identity_number,
    MaskKind.M3: _district,
    MaskKind.M4: _telephone,
    MaskKind.M5: _mail,
    MaskKind.M7: strike_persons,
    MaskKind.M8: _year,
}
