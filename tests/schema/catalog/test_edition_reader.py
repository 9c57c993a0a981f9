"""An edition says which it is, what its names mean, and what it states of each item."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from schema.catalog.data_file import CatalogFault
from schema.catalog.edition_reader import EditionHead, jurisdictions_with_editions
from schema.catalog.entry import UseAuthority
from schema.catalog.loader import editions
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate
from tests.schema.catalog.builders import HEAD, SETS, an_edition, an_item, faults, lay, line_of, load, stated

AT = FieldCoordinate("TaxArrears.announcementDate")


@pytest.mark.parametrize(
    ("text", "part", "sentence"),
    [
        (an_edition(effective_from=None), "[edition]", "`effective_from` is missing"),
        (an_edition(adopted_by=None), "[edition]", "`adopted_by` is missing"),
        (an_edition(jurisdiction=None), "[edition]", "`jurisdiction` is missing"),
        (an_edition(jurisdiction='"SH"'), "jurisdiction", "this file is not of jurisdiction `TJ`"),
        (an_edition(effective_from='"2026"'), "effective_from", "`effective_from` must be a day, written 2026-01-01"),
        (an_edition(effective_to="2026-01-01"), "effective_to", "the edition ends before it begins"),
        (an_edition(effective_to="2025-01-01"), "effective_to", "the edition ends before it begins"),
        (an_edition(effective_from=None, effective_to="2026-01-01"), "[edition]", "`effective_from` is missing"),
        (an_edition(based_on="3"), "based_on", "`based_on` must be a text"),
        (an_edition(colour="3"), "colour", "unknown key `colour`"),
        (an_edition() + "\n[[items]]\n", "[[items]]", "unknown key `items`"),
        (an_edition() + "= nothing", "= nothing", "not TOML"),
        (an_edition(adopted_by='"TJ 67"'), "adopted_by", "`TJ 67` is not an article of Tianjin Social Credit"),
        (an_edition(adopted_by='"yesterday"'), "adopted_by", "`yesterday` is not a valid article"),
    ],
)
def test_a_head_with_one_mistake_is_told_at_its_line(tmp_path: Path, text: str, part: str, sentence: str) -> None:
    (told,) = faults(tmp_path, HEAD + an_item(), editions=[text])
    assert told.startswith(f"TJ-1.toml:{line_of(text, part)}: {sentence}")


def test_a_file_is_called_by_its_edition(tmp_path: Path) -> None:
    lay(tmp_path, [HEAD + an_item()], [an_edition()])
    (tmp_path / "editions" / "TJ-1.toml").rename(tmp_path / "editions" / "TJ-draft.toml")
    assert faults(tmp_path, editions=[]) == ("TJ-draft.toml:2: the file of edition `TJ-1` must be called `TJ-1.toml`",)


def test_bytes_that_are_no_text_are_a_fault_of_their_file(tmp_path: Path) -> None:
    lay(tmp_path, [HEAD + an_item()], [an_edition()])
    (tmp_path / "editions" / "TJ-2.toml").write_bytes(b"\xff\xfe")
    assert faults(tmp_path, editions=[]) == ("TJ-2.toml:1: not UTF-8",)


def test_editions_of_other_regions_are_not_read(tmp_path: Path) -> None:
    load(tmp_path, HEAD + an_item(), editions=[an_edition(), an_edition(code='"SH-1"') + "= nothing"])
    assert jurisdictions_with_editions(tmp_path) == ("SH", "TJ")


def test_the_regions_that_ship() -> None:
    assert jurisdictions_with_editions() == ("HL", "LN", "SH", "TJ")


def test_a_head_is_read(tmp_path: Path) -> None:
    lay(tmp_path, [], [an_edition(effective_to="2027-01-01")])
    (head,) = editions("TJ", tmp_path)
    assert head == EditionHead("TJ-1", "TJ", "", date(2026, 1, 1), date(2027, 1, 1), "TJ 10")
    assert [head.is_in_force(day) for day in (date(2025, 12, 31), date(2026, 1, 1), date(2027, 1, 1))] == [
        False,
        True,
        False,
    ]


def test_heads_with_faults_are_told(tmp_path: Path) -> None:
    lay(tmp_path, [], [an_edition(adopted_by=None)])
    with pytest.raises(CatalogFault, match="`adopted_by` is missing"):
        editions("TJ", tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('ANYONE = ["PUBLIC"]', 'ANYONE = ["EVERYBODY"]', "`EVERYBODY` is not a valid caller class"),
        ('ANYONE = ["PUBLIC"]', "ANYONE = []", "scope `ANYONE` names nobody"),
        ('ANYONE = ["PUBLIC"]', 'ANYONE = "PUBLIC"', "`ANYONE` must be a list"),
        ('STATE_ORGAN = ["INSPECTION"]', 'KING = ["INSPECTION"]', "`KING` is not a valid caller class"),
        ('STATE_ORGAN = ["INSPECTION"]', 'STATE_ORGAN = ["FUN"]', "`FUN` is not a valid purpose"),
        ('STATE_ORGAN = ["INSPECTION"]', "STATE_ORGAN = []", "authority `ORGANS` names no purpose for `STATE_ORGAN`"),
        ('TAX = "tax office"', 'TAX = ""', "`TAX` must be a text"),
        ('TAX = "tax office"', 'TAX = "tax office"\nARMY = "x"', "`ARMY` is not a valid agency"),
    ],
)
def test_a_set_that_is_none_is_told_at_its_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    text = an_edition(sets=SETS.replace(old, new))
    told = faults(tmp_path, HEAD + an_item(), editions=[text])
    assert told[0] == f"TJ-1.toml:{line_of(text, new.splitlines()[-1])}: {sentence}"


@pytest.mark.parametrize("table", ["authority", "scope", "units", "systems"])
def test_what_is_no_table_is_told(tmp_path: Path, table: str) -> None:
    text = f"{table} = 3\n" + an_edition(sets="")
    told = faults(tmp_path, HEAD + an_item(), editions=[text])
    assert f"TJ-1.toml:1: `{table}` must be a table" in told


def test_an_authority_that_is_no_table_is_told(tmp_path: Path) -> None:
    text = an_edition(
        sets=SETS.replace("[units]", "[authority]\nLENDERS = 3\n\n[units]").replace("[authority.ORGANS]", "[units2]")
    )
    told = faults(tmp_path, HEAD + an_item(), editions=[text.replace("[units2]", "[authority.ORGANS]")])
    assert any("`authority.LENDERS` must be a table" in fault for fault in told)


def test_sets_mean_what_the_edition_says(tmp_path: Path) -> None:
    entry = load(tmp_path, HEAD + an_item()).entries[AT]
    assert entry.sharing_scope == {CallerClass.PUBLIC}
    assert entry.use_authority == (UseAuthority(CallerClass.STATE_ORGAN, frozenset({Purpose.INSPECTION})),)


def test_an_item_twice_of_one_agency(tmp_path: Path) -> None:
    text = an_edition(stated(), stated())
    assert faults(tmp_path, HEAD + an_item(), editions=[text]) == (
        f"TJ-1.toml:{line_of(text, chr(34) + 'T-1' + chr(34), last=True)}: item `T-1` of TAX stands twice in this file",
    )
