"""The circumstances under which the exhaustive table asks: all is ordinary, or one thing at a time is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

from policies.evidence import Consent, Evidence
from policies.question import Asker
from schema.catalog.catalog import Catalog
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import SubjectKind

DOCUMENT: Final = "DOCUMENT"
"""What the document alone decides: an organisation, no consents, an asker to whom nothing is wanting."""
ORDINARY: Final = Asker(
    CallerClass.PUBLIC,
    None,
    may_read_conditional=True,
    published=frozenset(Purpose),
    items=frozenset({"*"}),
    states_matter=True,
)
"""Reaches what is on condition, for published and stated matters, with authority over every item."""
_MONTH: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One moment of the table before any fetch."""

    name: str
    evidence: Evidence
    changes: Mapping[str, Any] = field(default_factory=dict)
    """In what the asker is not the ordinary one."""

    def asker(self, caller: CallerClass, purpose: Purpose | None) -> Asker:
        """Who asks under this circumstance."""
        return replace(ORDINARY, caller_class=caller, purpose=purpose, **self.changes)


def circumstances(catalog: Catalog, day: date) -> tuple[Circumstance, ...]:
    """The document alone first, then what evidence makes of it."""
    organisation = Evidence(SubjectKind.ORGANISATION, is_own=False)
    person = Evidence(SubjectKind.INDIVIDUAL_BUSINESS, is_own=False)
    plain = frozenset({consent_to_all(catalog, day)})
    written = frozenset({consent_to_all(catalog, day, is_written=True)})
    return (
        Circumstance(DOCUMENT, organisation),
        Circumstance("EVIDENCE/own-subject", replace(organisation, is_own=True)),
        Circumstance("EVIDENCE/consent", replace(organisation, consents=plain)),
        Circumstance("EVIDENCE/written-consent", replace(organisation, consents=written)),
        Circumstance("EVIDENCE/person", person),
        Circumstance("EVIDENCE/person/consent", replace(person, consents=plain)),
        Circumstance("EVIDENCE/person/written-consent", replace(person, consents=written)),
        Circumstance("EVIDENCE/subject-of-other-region", replace(organisation, is_in_region=False)),
        Circumstance("EVIDENCE/asker-of-other-region", organisation, {"is_from_other_region": True}),
        Circumstance("EVIDENCE/officer-without-items", organisation, {"items": frozenset()}),
        Circumstance("EVIDENCE/matter-not-published", organisation, {"published": frozenset()}),
        Circumstance("EVIDENCE/matter-not-stated", organisation, {"states_matter": False}),
        Circumstance("EVIDENCE/token-without-scope", organisation, {"may_read_conditional": False}),
    )


def consent_to_all(catalog: Catalog, day: date, *, is_written: bool = False) -> Consent:
    """A consent in force on this day to every item and purpose; a written one came after a warning."""
    items = frozenset(entry.item.code for entry in catalog.entries.values())
    return Consent(items, frozenset(Purpose), day - _MONTH, day + _MONTH, is_written=is_written, was_warned=is_written)
