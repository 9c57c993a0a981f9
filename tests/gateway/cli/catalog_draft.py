"""A copy of the catalog's files that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[3]
CONFIGURED = ("--configure", "LN.decision_other_unit.unit=5wd")


def a_draft(folder: Path) -> Path:
    """The national base and the editions as they ship, copied to `folder`."""
    for part in ("national", "editions"):
        shutil.copytree(ROOT / "schema" / "catalog" / part, folder / part)
    return folder


def spoil(path: Path, old: str, new: str) -> None:
    """Put something else in the place of its first mention."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
