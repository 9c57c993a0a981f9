"""Catalog and jurisdiction files with good defaults, so that a sample names only what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.catalog.catalog import Catalog
from schema.catalog.data_file import CatalogFault
from schema.catalog.jurisdiction_loader import load_jurisdiction
from schema.catalog.loader import load_catalog

HEAD = """\
[catalog]
edition = "E-1"
jurisdiction = "TJ"
agency = "TAX"
"""

ITEM = {
    "code": '"T-1"',
    "name": '"Tax arrears"',
    "chinese": '"欠税公告"',
    "character": '"UNTRUSTWORTHY"',
    "providing_unit": '"tax office"',
    "data_source": '"exchange"',
    "sensitivity": '"PUBLIC"',
    "sharing_scope": '["PUBLIC"]',
    "use_authority": '[{ caller = "STATE_ORGAN", purposes = ["INSPECTION"] }]',
    "update_cycle": '"DAILY"',
    "legal_basis": '"TJ 10"',
    "effective_from": "2026-01-01",
}

RECORD = """
[[item.record]]
at = "CreditSubject.taxArrears"
kind = "TaxArrears"
contributors = ["TAX"]
chinese = "欠税"
"""

FIELD = """
[[item.field]]
at = "TaxArrears.announcementDate"
sources = ["TAX"]
chinese = "公告日期"
"""


def an_item(places: str = RECORD + FIELD, **changes: str | None) -> str:
    """One item as TOML; a change of None leaves the key out."""
    keys = {**ITEM, **changes}
    return "\n[[item]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items() if value is not None) + places


def load(folder: Path, *texts: str) -> Catalog:
    """The catalog that these files make up; they are called `a.toml`, `b.toml` and so on."""
    for name, text in zip("abcdef", texts, strict=False):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_catalog(load_jurisdiction("TJ"), folder)


def faults(folder: Path, *texts: str) -> tuple[str, ...]:
    """What is wrong with these files."""
    with pytest.raises(CatalogFault) as caught:
        load(folder, *texts)
    return caught.value.faults


def line_of(text: str, part: str, *, last: bool = False) -> int:
    """The line, from 1, on which this part first (or last) stands."""
    position = text.rindex(part) if last else text.index(part)
    return text.count("\n", 0, position) + 1
