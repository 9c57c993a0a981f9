"""Jurisdiction files for tests: the shipped ones with one thing changed, and where the change stands."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pytest

from schema.catalog.data_file import CatalogFault
from schema.catalog.jurisdiction import Jurisdiction
from schema.catalog.jurisdiction_loader import load_jurisdiction

LOST = {"LN.decision_other_unit.unit": "5wd"}
"""The number that the text of Liaoning has lost, as a test configures it."""


def pack_text(name: str) -> str:
    """The file of this name as it ships."""
    return (files("schema.catalog") / "jurisdictions" / f"{name}.toml").read_text(encoding="utf-8")


def changed(text: str, old: str, new: str, *, after: str = "") -> str:
    """The text with `old` replaced once, at its first place behind `after`."""
    start = text.index(old, text.index(after))
    return text[:start] + new + text[start + len(old) :]


def load_text(
    folder: Path, text: str, *, code: str = "TJ", configured: Mapping[str, str] | None = None
) -> Jurisdiction:
    """The jurisdiction that this text alone makes."""
    (folder / "pack.toml").write_text(text, encoding="utf-8")
    return load_jurisdiction(code, configured=configured, source=folder)


def faults_of(
    folder: Path, text: str, *, code: str = "TJ", configured: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """What is wrong with this text."""
    with pytest.raises(CatalogFault) as caught:
        load_text(folder, text, code=code, configured=configured)
    return caught.value.faults
