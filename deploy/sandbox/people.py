"""Invented natural persons: identity numbers of impossible places, telephones of an unassigned range."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta

from deploy.sandbox.names import Place, address, person_name
from schema.vocabulary.codes import GenderCode

_IMPOSSIBLE_DIVISIONS = ("000000", "999999")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def identity_number(division: str, born: date, sequence: int) -> str:
    """A citizen's number with a valid check character (GB 11643-1999); `sequence` is odd for men."""
    first_seventeen = f"{division}{born:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return first_seventeen + _CHECKS[total % 11]


def telephone(dice: random.Random) -> str:
    """Eleven digits starting with 100, a range that no mobile operator has."""
    return f"100{dice.randrange(10**8):08d}"


def make_person(dice: random.Random, place: Place, position: str, *, today: date) -> Mapping[str, object]:
    """An adult by the field names of `PersonRef`: certificate type 10 (identity card), nationality 156 (CHN)."""
    born = today - timedelta(days=dice.randint(25 * 365, 65 * 365))
    sequence = dice.randint(1, 999)
    return {
        "name": person_name(dice),
        "position": position,
        "identityDocumentType": "10",
        "identityDocumentNumber": identity_number(dice.choice(_IMPOSSIBLE_DIVISIONS), born, sequence),
        "birthDate": born,
        "gender": GenderCode.MALE if sequence % 2 else GenderCode.FEMALE,
        "nationality": "156",
        "telephone": telephone(dice),
        "residentialAddress": address(dice, place),
    }
