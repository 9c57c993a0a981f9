"""The rules, in the order in which people think of them; no result depends on the order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from policies.rules import authority, masking, purpose, sharing_scope
from policies.rules.case import Case
from policies.verdict import Finding

Rule: TypeAlias = Callable[[Case], Finding | None]

RULES: Final[tuple[tuple[str, Rule], ...]] = (
    (sharing_scope.RULE, sharing_scope.judge),  # TJ 10
    (authority.RULE, authority.judge),  # TJ 10, TJ 22
    (purpose.RULE, purpose.judge),  # TJ 19, TJ 20
    (masking.RULE, masking.judge),  # TJ 4
)
"""Judged before any fetch. What depends on a record's own data is judged in `policies.review`."""
