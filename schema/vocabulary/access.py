"""What is told of a right to see a field: how far it reaches, and what is missing where it does not."""

from __future__ import annotations

from enum import StrEnum


class AccessEffect(StrEnum):
    """From mildest to strictest."""

    SHOW = "SHOW"
    MASK = "MASK"
    WITHHOLD = "WITHHOLD"


class Missing(StrEnum):
    """What a caller lacks; a closed list, in the order in which one would see to it."""

    TOKEN_SCOPE = "TOKEN_SCOPE"  # noqa: S105 - a name, no secret
    STAFF_AUTHORITY = "STAFF_AUTHORITY"
    """The unit has to give its officer authority over the item (Tianjin Art. 21, Shanghai Art. 19)."""
    PURPOSE = "PURPOSE"
    """A purpose, or another one than was stated."""
    MATTER = "MATTER"
    """The matter, for a purpose that the law allows on a condition only."""
    PUBLISHED_MATTER = "PUBLISHED_MATTER"
    """The unit has to designate and publish its inquiry matters (Tianjin Art. 19, Shanghai Art. 17)."""
    CONSENT = "CONSENT"
    WRITTEN_CONSENT = "WRITTEN_CONSENT"
    """A written consent, given after a warning where the datum is income or property."""
    OTHER_CALLER = "OTHER_CALLER"
    """Nothing that this caller could bring: callers of another class or region, or the subject itself, may ask."""
    OPERATOR = "OPERATOR"
    """The operator has to mend what failed."""
    NOTHING_HELPS = "NOTHING_HELPS"
