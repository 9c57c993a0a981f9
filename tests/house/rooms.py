"""The house as the tests of the house see it: its packages, their modules, its contracts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parents[2]
PACKAGES = ("gateway", "connectors", "policies", "schema")


def modules(*packages: str) -> Iterator[Path]:
    """Every source file of these packages (of all four if none is named), by its path from the root of the house."""
    for package in packages or PACKAGES:
        for path in sorted((HOUSE / package).rglob("*.py")):
            yield path.relative_to(HOUSE)


def dotted(path: Path) -> str:
    """The name under which a source file is imported."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def contracts() -> list[dict[str, Any]]:
    """The import contracts."""
    with (HOUSE / "pyproject.toml").open("rb") as file:
        given: list[dict[str, Any]] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return given
