"""Two editions of one item, of which the later shows to everybody what the earlier shares with state organs alone."""

from __future__ import annotations

from pathlib import Path

from tests.schema.catalog.builders import HEAD, an_edition, an_item, lay, stated

OLD, NEW = "TJ-1", "TJ-2"
_SHARED = {"publicity": '"NOT_PUBLIC"', "sharing": '"CONDITIONAL"', "sharing_scope": '"ORGANS"'}


def two_editions(folder: Path) -> Path:
    """A folder with both; they begin half a year apart."""
    folder.mkdir()
    wider = an_edition(code=f'"{NEW}"', effective_from="2026-07-01")
    return lay(folder, [HEAD + an_item()], [an_edition(stated(**_SHARED)), wider])


def widen(folder: Path) -> None:
    """Rewrite the earlier edition to be as wide as the later one."""
    lay(folder, [], [an_edition()])
