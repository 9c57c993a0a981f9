"""A regulation is read whole or told everything that is wrong with it, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.catalog.data_file import CatalogFault
from schema.catalog.jurisdiction import RULE_NAMES
from schema.catalog.jurisdiction_loader import jurisdiction_codes, load_jurisdiction
from schema.catalog.national_loader import load_national
from schema.catalog.switches import SwitchName
from tests.schema.catalog.builders import line_of
from tests.schema.catalog.packs import LOST, changed, faults_of, load_text, pack_text

TEXT = pack_text("tianjin")
XX = 'code = "XX"'
COLUMNS = ("TJ", "SH", "HL", "LN")


def test_the_codes_of_all_that_ship() -> None:
    assert jurisdiction_codes() == ("HL", "LN", "SH", "TJ")
    assert [load_jurisdiction(code, configured=LOST).code for code in COLUMNS] == list(COLUMNS)
    assert load_jurisdiction("TJ") == load_jurisdiction("TJ", national=load_national())


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('division = "120000"', "division = 120000", "`division` must be a text"),
        ('division = "120000"', 'division = "12000"', "`division` must be six digits (GB/T 2260)"),
        ('name = "Tianjin"', 'name = "Tianjin"\ncolour = "red"', "unknown key `colour`"),
        ("[organs]", "[kings]", "unknown key `kings`"),
        ("[organs]", "[[organs]]", "`organs` must be a table"),
        ('NATIONAL_PLATFORM = "TJ 8"', 'KING = "TJ 8"', "`KING` is not a valid key of `[organs]`"),
        ('use_authority = "TJ 10¶3"', 'colour = "TJ 10¶3"', "`colour` is not a valid key of `[demanded]`"),
        ('use_authority = "TJ 10¶3"', 'edition = "TJ 10¶3"', "`edition` is not a valid key of `[demanded]`"),
        ('use_authority = "TJ 10¶3"', 'use_authority = "house"', "`house` is not a valid article"),
        (
            'LOWER_LEVEL_PLATFORM = "TJ 11¶3"\n',
            'OPERATOR = "TJ 7"\n',
            "`OPERATOR` inquires by duty or sees exact amounts, but for no purpose",
        ),
    ],
)
def test_a_regulation_with_one_mistake(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    text = changed(TEXT, old, new)
    line = line_of(text, new.strip().rpartition("\n")[2])
    assert f"pack.toml:{line}: {sentence}" in faults_of(tmp_path, text)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    told = faults_of(tmp_path, 'code = "TJ"\n')
    missing = (
        "name",
        "chinese",
        "division",
        "demanded",
        "organs",
        "exact_amounts",
        "purpose",
        "switch",
        "deadline",
        "articles",
    )
    for name in missing:
        assert f"pack.toml:1: `{name}` is missing" in told
    assert len(told) == len(missing) + len(RULE_NAMES) + len(SwitchName) + 1


def test_mistakes_of_every_part_are_told_together(tmp_path: Path) -> None:
    text = TEXT
    for old, new in (
        ('name = "Tianjin"', "name = 5"),
        ('publicity = "TJ 10¶3"', 'publicity = "TJ 99"'),
        ('"TALENT_INTRODUCTION"', '"TALENTS"'),
        ('"AUTHORISATION"', '"NOBODY"'),
        ('"P5Y"', '"5Y"'),
        ('limit_of = "basis_revoked.unit"', 'limit = "3"'),
        ('masking = "TJ 4"', 'masking = "TJ 400"'),
    ):
        text = changed(text, old, new)
    told = faults_of(tmp_path, text)
    assert len(told) == 7
    assert all(fault.startswith("pack.toml:") for fault in told)


def test_a_text_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    (told,) = faults_of(tmp_path, 'code = "TJ"\nname = \n')
    assert told.startswith("pack.toml:2: not TOML")


def test_a_code_without_a_regulation_is_a_fault(tmp_path: Path) -> None:
    text = changed(TEXT, 'code = "TJ"', XX)
    assert f"pack.toml:{line_of(text, XX)}: `XX` is not among the regulations" in faults_of(tmp_path, text, code="XX")


def test_an_unknown_code_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a data file")
    with pytest.raises(CatalogFault, match="no jurisdiction has the code `XX`"):
        load_jurisdiction("XX", source=tmp_path)
    assert jurisdiction_codes(tmp_path) == ()


def test_a_file_nobody_can_read_is_told_only_where_it_might_be_the_one(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[articles]\ncode = ")
    (tmp_path / "b.toml").write_bytes(b"\xff")
    unread = ("a.toml:1: does not begin with the `code` of a jurisdiction", "b.toml:1: not UTF-8")
    with pytest.raises(CatalogFault) as caught:
        load_jurisdiction("TJ", source=tmp_path)
    assert caught.value.faults == (*unread, "no jurisdiction has the code `TJ`")
    with pytest.raises(CatalogFault) as caught:
        jurisdiction_codes(tmp_path)
    assert caught.value.faults == unread
    assert load_text(tmp_path, TEXT).code == "TJ"


def test_two_files_may_not_be_the_same_jurisdiction(tmp_path: Path) -> None:
    (tmp_path / "again.toml").write_text(TEXT, encoding="utf-8")
    line = line_of(TEXT, 'code = "TJ"')
    assert faults_of(tmp_path, TEXT) == (f"pack.toml:{line}: `TJ` is also again.toml",)


@pytest.mark.parametrize(
    "key",
    ["TJ.query_period.term", "LN.decision_other_unit.notice", "LN.nothing", "XX.decision_other_unit.unit", "days"],
)
@pytest.mark.parametrize("code", COLUMNS)
def test_a_configured_key_that_no_regulation_asks_for_is_a_fault(code: str, key: str) -> None:
    with pytest.raises(CatalogFault) as caught:
        load_jurisdiction(code, configured={**LOST, key: "5wd"})
    assert caught.value.faults == (f'`catalog.configured."{key}"`: no jurisdiction asks for it',)
