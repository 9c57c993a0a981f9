"""Names of things: credit subjects, agencies, graph coordinates.

Source: GB 32100-2015 (unified social credit code), GB 11714-1997 (organisation code).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NewType

FieldCoordinate = NewType("FieldCoordinate", str)
"""A field of the graph written `Type.field`, for example `TaxArrears.arrearsBalance`."""

CODE_LENGTH: Final = 18
ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The characters of a code in the order of their values."""
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, position, 31) for position in range(CODE_LENGTH - 1))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)


class AgencyId(StrEnum):
    """The agencies whose systems hold the facts."""

    MARKET_REGULATION = "MARKET_REGULATION"
    ENTERPRISE_DISCLOSURE = "ENTERPRISE_DISCLOSURE"
    TAX = "TAX"
    COURTS = "COURTS"


class SubjectKind(StrEnum):
    """What stands behind a code; the law protects the two differently."""

    ORGANISATION = "ORGANISATION"
    INDIVIDUAL_BUSINESS = "INDIVIDUAL_BUSINESS"
    """个体工商户, codes `92…`: a natural person in substance, treated as one where the law does."""


class InvalidCode(ValueError):
    """The text is not a unified social credit code; the message never repeats the text."""


class SubjectId(str):
    """A checked unified social credit code (统一社会信用代码), 18 characters, upper case.

    Build it with `parse`; calling the class directly is for text that was parsed before.
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str, exceptions: frozenset[str] = frozenset()) -> SubjectId:
        """Check `text` and return it upper-cased and stripped.

        `exceptions` lists codes that are in real use although their check character is wrong
        (about 6 in 100,000); they are accepted as written.

        Errors:  InvalidCode for a wrong length, a character outside the alphabet, or a wrong
                 check character.
        Source:  GB 32100-2015 §5
        """
        code = text.strip().upper()
        if code in exceptions:
            return cls(code)
        if len(code) != CODE_LENGTH:
            raise InvalidCode(f"a unified social credit code has {CODE_LENGTH} characters")
        if any(character not in _VALUE for character in code):
            raise InvalidCode("a unified social credit code has digits and capital letters except I, O, S, V, Z")
        if check_character(code[:-1]) != code[-1]:
            raise InvalidCode("the check character does not fit the code")
        return cls(code)

    @property
    def organization_code(self) -> str:
        """The 9-character organisation code (组织机构代码) inside the code."""
        return self[8:17]

    @property
    def subject_kind(self) -> SubjectKind:
        """Read from the first two characters: `92` is an individual business."""
        return SubjectKind.INDIVIDUAL_BUSINESS if self.startswith("92") else SubjectKind.ORGANISATION


def check_character(first_seventeen: str) -> str:
    """The 18th character for the first seventeen (GB 32100-2015 §5, modulus 31)."""
    total = sum(_VALUE[character] * weight for character, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organization_check_character(first_eight: str) -> str:
    """The 9th character of an organisation code (GB 11714-1997, modulus 11).

    A code in use may fail this check, so a mismatch is a remark and never a rejection.
    """
    total = sum(
        int(character, 36) * weight for character, weight in zip(first_eight, _ORGANISATION_WEIGHTS, strict=True)
    )
    remainder = 11 - total % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))
