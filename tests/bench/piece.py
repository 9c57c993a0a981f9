"""One step that was measured by itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """One step."""

    name: str
    us: float
    note: str = ""
