"""Is a person in an adverse record a minor?

Article: Liaoning 31 (conduct of minors is recorded leniently); SPC provisions on judgment defaulters of 2017 (minors
must not be listed), which hold everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from schema.vocabulary.periods import Term, has_ended
from schema.vocabulary.records import Fact

RULE = "minor"
_MAJORITY = Term(years=18)


def is_minor(person: Mapping[str, Fact], today: date) -> bool:
    """Whether the person's day of birth shows it; a day that nobody states shows nothing."""
    born = person.get("birthDate")
    return isinstance(born, str) and not has_ended(born, _MAJORITY, today)
