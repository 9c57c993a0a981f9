"""Stage 4: facts from our own books and from the arguments that the judge needs, as values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, Protocol

from gateway.registers.consents_counting import Use
from policies.evidence import Evidence, Standing
from policies.question import Asker
from schema.vocabulary.caller import Caller, CallerClass, Inquiry
from schema.vocabulary.identifiers import SubjectId

READ_SCOPE = "credit:read"
"""The token scope that reaches beyond public information."""
_PROVINCE: Final = 2
"""Digits of a division code (GB/T 2260) that name the province."""


NOTHING_KNOWN: Final = Standing()


class Books(Protocol):
    """Our own registers, as far as judgement asks them."""

    async def standing(
        self, subjects: Collection[SubjectId], caller: Caller, *, now: datetime
    ) -> Mapping[SubjectId, Standing]:
        """What is on file about these subjects for this caller; one of whom nothing is on file may be left out."""
        ...

    async def count_use(self, uses: Collection[Use]) -> frozenset[Use]:
        """Count all of these uses of consents; or none, and tell those of which there were as many as agreed."""
        ...


class EmptyBooks:
    """Books in which nothing stands."""

    async def standing(
        self, _subjects: Collection[SubjectId], _caller: Caller, *, now: datetime
    ) -> Mapping[SubjectId, Standing]:
        del now
        return {}

    async def count_use(self, _uses: Collection[Use]) -> frozenset[Use]:
        return frozenset()


def gather(
    subject: SubjectId, caller: Caller, standing: Standing = NOTHING_KNOWN, *, regions: Mapping[str, str] | None = None
) -> Evidence:
    """What is known about the subject before any agency is asked.

    Shape:   `regions` are the other jurisdictions whose law is known here, by the first two digits of their division
    """
    is_own = caller.caller_class is CallerClass.SUBJECT_SELF and caller.own_subject == subject
    registered_in = subject[2:8]
    is_local = caller.caller_class is CallerClass.LOWER_LEVEL_PLATFORM  # to all others the same evidence, kept once
    region = caller.jurisdiction.rstrip("0") if is_local else ""
    return Evidence(
        subject.subject_kind,
        is_own,
        is_in_region=registered_in.startswith(region),
        home=(regions or {}).get(registered_in[:_PROVINCE], ""),
        consents=standing.consents,
        marks=standing.marks,
    )


def asker_of(caller: Caller, inquiry: Inquiry, division: str = "") -> Asker:
    """The caller as far as judgement depends on it; `division` is that of the gateway's own jurisdiction."""
    seat = caller.jurisdiction[:_PROVINCE]
    return Asker(
        caller.caller_class,
        inquiry.purpose,
        READ_SCOPE in caller.scopes,
        published=caller.designated,
        items=caller.officer_items,
        unit_items=caller.unit_items,
        states_matter=inquiry.matter is not None,
        is_from_other_region=bool(seat and division) and seat not in (division[:_PROVINCE], "00"),
    )
