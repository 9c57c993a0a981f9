"""What a class of caller could ever see, with every paper that it could bring: from the law alone, without a record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from policies.decide import decide
from policies.evidence import Consent, Evidence
from policies.question import Asker, DemandedField, Question
from policies.verdict import Effect
from schema.catalog.catalog import Catalog
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate, SubjectKind
from schema.vocabulary.reasons import ReasonCode

EVERY_PURPOSE: Final = frozenset(Purpose)
BY_PURPOSE: Final = frozenset(
    {ReasonCode.PURPOSE_REQUIRED, ReasonCode.PURPOSE_NOT_ALLOWED, ReasonCode.PURPOSE_NOT_PUBLISHED}
)
"""Reasons that another purpose may answer."""


def reach(
    caller_class: CallerClass, catalog: Catalog, day: date, *, kinds: Sequence[SubjectKind] = tuple(SubjectKind)
) -> frozenset[FieldCoordinate]:
    """Every governed field that callers of this class could see, or see desensitised, of some subject."""
    return frozenset(
        at for at in catalog.entries if may_ever_see((at,), caller_class, catalog=catalog, day=day, kinds=kinds)
    )


def may_ever_see(
    coordinates: Iterable[FieldCoordinate],
    caller_class: CallerClass,
    *,
    catalog: Catalog,
    day: date,
    kinds: Sequence[SubjectKind] = tuple(SubjectKind),
) -> bool:
    """Whether all of these fields may be seen together, with the best evidence, for some purpose and kind of subject.

    The purposes that are tried are those for which the regulation lets the class inquire, and none.
    """
    fields = tuple(DemandedField(at) for at in coordinates)
    lawful = catalog.jurisdiction.purposes.get(caller_class, frozenset())
    items = frozenset(catalog.entries[at].item.code for field in fields if (at := field.coordinate) in catalog.entries)
    for kind in kinds:
        evidence = _best_evidence(caller_class, kind, items=items, day=day)
        for purpose in (*sorted(lawful), None):
            sheet = decide(Question(best_asker(caller_class, purpose), fields, day), catalog, evidence)
            codes = {
                finding.code
                for verdict in sheet.verdicts.values()
                for finding in verdict.findings
                if finding.effect is Effect.WITHHOLD
            }
            if not codes:
                return True
            if codes - BY_PURPOSE:
                break
    return False


def best_asker(caller_class: CallerClass, purpose: Purpose | None) -> Asker:
    """A caller of this class that lacks nothing that a caller may have."""
    return Asker(
        caller_class,
        purpose,
        may_read_conditional=True,
        published=EVERY_PURPOSE,
        items=frozenset({"*"}),
        states_matter=True,
    )


def a_consent(items: frozenset[str], day: date, *, is_written: bool) -> Consent:
    """A consent that would be in force on the day, for every purpose; the written one was given after a warning."""
    return Consent(items, EVERY_PURPOSE, given_on=day, ends_on=day, is_written=is_written, was_warned=is_written)


def _best_evidence(caller_class: CallerClass, kind: SubjectKind, *, items: frozenset[str], day: date) -> Evidence:
    consents = frozenset({a_consent(items, day, is_written=True)})
    return Evidence(kind, is_own=caller_class is CallerClass.SUBJECT_SELF, consents=consents)
