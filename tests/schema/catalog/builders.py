"""A national base and an edition with good defaults, so that a sample names only what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from schema.catalog.catalog import Catalog
from schema.catalog.data_file import CatalogFault
from schema.catalog.loader import load_catalog
from tests.builders import the_law

HEAD = """\
[national]
agency = "TAX"
"""

ITEM = {
    "code": '"T-1"',
    "source": '"SUPPLEMENT"',
    "category_no": "0",
    "name": '"Tax arrears"',
    "chinese": '"欠税公告"',
    "specific_conduct": '"Owing tax"',
    "subject_types": '["ORGANISATION"]',
    "character": '"BASIC"',
    "data_source": '"exchange"',
    "publicity": '"PUBLIC"',
    "sharing": '"UNCONDITIONAL"',
    "sharing_scope": '"ANYONE"',
    "use_authority": '"ORGANS"',
    "display": "{}",
    "update_cycle": '"DAILY"',
    "legal_basis": '"SAT Order 54"',
    "consent_basis": '"published by law"',
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
chinese = "公告日期"
"""

SETS = """
[scope]
ANYONE = ["PUBLIC"]
ORGANS = ["STATE_ORGAN"]

[authority.ORGANS]
STATE_ORGAN = ["INSPECTION"]

[units]
TAX = "tax office"
"""

STATED = {"code": '"T-1"', "agency": '"TAX"', "legal_basis": '"TJ 10"'}

EDITION = {
    "code": '"TJ-1"',
    "jurisdiction": '"TJ"',
    "effective_from": "2026-01-01",
    "adopted_by": '"TJ 10"',
}


def _keys(given: dict[str, str | None]) -> str:
    return "".join(f"{key} = {value}\n" for key, value in given.items() if value is not None)


def an_item(places: str | None = RECORD + FIELD, **changes: str | None) -> str:
    """One item of the national base as TOML; a change of None leaves the key out."""
    return "\n[[item]]\n" + _keys({**ITEM, **changes}) + (places or "")


def stated(places: str = "", **changes: str | None) -> str:
    """What an edition states of an item; a change of None leaves the key out."""
    return "\n[[item]]\n" + _keys({**STATED, **changes}) + places


def an_edition(*items: str, sets: str | None = SETS, **changes: str | None) -> str:
    """An edition as TOML that takes over `T-1`, unless other items are given."""
    return "[edition]\n" + _keys({**EDITION, **changes}) + (sets or "") + "".join(items or (stated(),))


def lay(folder: Path, national: Sequence[str], editions: Sequence[str]) -> Path:
    """Write the files: national ones as `a.toml`, `b.toml` and so on, editions by their code."""
    (folder / "national").mkdir(exist_ok=True)
    (folder / "editions").mkdir(exist_ok=True)
    for name, text in zip("abcdef", national, strict=False):
        (folder / "national" / f"{name}.toml").write_text(text, encoding="utf-8")
    for text in editions:
        code = text.split('code = "', 1)[1].split('"', 1)[0]
        (folder / "editions" / f"{code}.toml").write_text(text, encoding="utf-8")
    return folder


def load(
    folder: Path,
    *national: str,
    editions: Sequence[str] = (an_edition(),),
    region: str = "TJ",
    edition: str | None = None,
    as_of: date | None = None,
) -> Catalog:
    """The catalog that these files make up."""
    return load_catalog(the_law(region), lay(folder, national, editions), edition=edition, as_of=as_of)


def faults(
    folder: Path,
    *national: str,
    editions: Sequence[str] = (an_edition(),),
    region: str = "TJ",
    edition: str | None = None,
    as_of: date | None = None,
) -> tuple[str, ...]:
    """What is wrong with these files."""
    with pytest.raises(CatalogFault) as caught:
        load(folder, *national, editions=editions, region=region, edition=edition, as_of=as_of)
    return caught.value.faults


def line_of(text: str, part: str, *, last: bool = False) -> int:
    """The line, from 1, on which this part first (or last) stands."""
    position = text.rindex(part) if last else text.index(part)
    return text.count("\n", 0, position) + 1
