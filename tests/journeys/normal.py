"""Answers made comparable from day to day: what is volatile becomes a word, refusals become one line each.

The sandbox's dates are relative to the actual day, and its document numbers follow the dates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.journeys.gateways import Reply

_VOLATILE = (
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:+.Z-]+"), "‹time›"),
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), "‹date›"),
    (re.compile(r"[09]{6}\d{11}[\dX]"), "‹identity number›"),
    (re.compile(r"[（(]\d{4}[）)]"), "（‹year›）"),  # agencies do not agree on the width of brackets
    (re.compile(r"\d+(?=号$)"), "‹number›"),
)
_YEARLY = frozenset({"reportYear", "ratingYear"})
"""A record with one of these is made anew each year, numbers and telephones included."""


def normalised(reply: Reply) -> dict[str, Any]:
    """`data` without what changes from day to day, and `errors` as `path: code, catalog item, article, rule`."""
    return {
        "status": reply.status,
        "data": _steady(reply.body.get("data")),
        "errors": [_line(error) for error in reply.errors],
    }


def _steady(value: Any, *, is_yearly: bool = False) -> Any:
    if isinstance(value, Mapping):
        is_yearly = is_yearly or not _YEARLY.isdisjoint(value)
        return {key: _steady(part, is_yearly=is_yearly) for key, part in value.items()}
    if isinstance(value, list):
        return [_steady(part, is_yearly=is_yearly) for part in value]
    if is_yearly and isinstance(value, int) and not isinstance(value, bool):
        return "‹number›"
    if isinstance(value, str):
        for pattern, word in _VOLATILE:
            value = pattern.sub(word, value)
        return re.sub(r"\d{2,}(?:\.\d+)?", "‹digits›", value) if is_yearly else value
    return value


def _line(error: Mapping[str, Any]) -> str:
    given = error["extensions"]
    told = [given[key] for key in ("code", "catalogItem", "article", "rule", "agency") if given.get(key)]
    return f"{'.'.join(map(str, error.get('path', ())))}: {', '.join(told)}"
