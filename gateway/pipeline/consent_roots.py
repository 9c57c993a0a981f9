"""Roots about consents: a page of the caller's own, or one act on one of them; no agency has a part in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.faults import Problem
from gateway.pipeline.project import project_record
from gateway.pipeline.selection import Selection
from schema.vocabulary.consents import ConsentAct
from schema.vocabulary.identifiers import SubjectId

DONE = "DONE"
"""The outcome of what was told or done as it was asked for; else it is the code of the refusal."""


@dataclass(frozen=True, slots=True)
class ConsentsTold:
    """What one root told of consents, or did with one."""

    facts: Mapping[str, Any] | None
    """Keyed as the graph's fields are; None where there is nothing to tell."""
    problems: tuple[Problem, ...] = ()
    act: ConsentAct | None = None
    """None: it was asked only."""
    consents: tuple[str, ...] = ()
    """Ids of the caller's own consents that were told, or that was acted on; what it made up itself is none of them."""
    subjects: tuple[SubjectId, ...] = ()
    """Who gave these consents."""

    @property
    def outcome(self) -> str:
        """`DONE`, or the code of what stood against it."""
        return self.problems[0].code.value if self.problems else DONE

    def answer(self, selection: Selection) -> dict[str, Any] | None:
        """In the shape that the document asks for."""
        return project_record(selection)(self.facts) if self.facts is not None else None

    def sealed(self) -> dict[str, Any]:
        """Plain facts for the record of requests: no name, no code of a subject, no text of the caller's."""
        return {"act": self.act.value if self.act else None, "consents": list(self.consents), "outcome": self.outcome}
