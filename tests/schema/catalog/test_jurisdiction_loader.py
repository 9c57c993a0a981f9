"""A jurisdiction's regulation is read whole or told what is wrong with it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from schema.catalog.data_file import CatalogFault
from schema.catalog.jurisdiction import RULE_NAMES, Jurisdiction
from schema.catalog.jurisdiction_loader import load_jurisdiction
from schema.vocabulary.caller import CallerClass, Purpose
from tests.schema.catalog.builders import line_of

TEXT = (files("schema.catalog") / "jurisdictions" / "tianjin.toml").read_text(encoding="utf-8")


def load(folder: Path, text: str) -> Jurisdiction:
    (folder / "tj.toml").write_text(text, encoding="utf-8")
    return load_jurisdiction("TJ", folder)


def test_tianjin_as_it_ships() -> None:
    tianjin = load_jurisdiction("TJ")
    assert tianjin.articles.keys() == set(RULE_NAMES)
    assert tianjin.purposes[CallerClass.FINANCIAL_INSTITUTION] == {Purpose.CREDIT_GRANTING}
    assert CallerClass.PUBLIC not in tianjin.purposes
    assert {"sensitivity", "sharing_scope", "use_authority"} <= set(tianjin.demanded_attributes)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('division = "120000"', "division = 120000", "`division` must be a text"),
        ('division = "120000"\n', "", "`division` is missing"),
        ('name = "Tianjin"', 'name = "Tianjin"\ncolour = "red"', "unknown key `colour`"),
        ('purpose = "TJ 19"\n', "", "the articles must name each rule once; look at `purpose`"),
        ('purpose = "TJ 19"', 'purposes = "TJ 19"', "the articles must name each rule once; look at `purposes`"),
        ('purpose = "TJ 19"', 'purpose = "TJ19"', "`TJ19` is not a valid article"),
        ("AUTHORISED_PARTY = [", "KING = [", "`KING` is not a valid caller class"),
        ('AUTHORISED_PARTY = ["CREDIT_GRANTING"]', 'AUTHORISED_PARTY = ["FUN"]', "`FUN` is not a valid purpose"),
        ('AUTHORISED_PARTY = ["CREDIT_GRANTING"]', "AUTHORISED_PARTY = 1", "`AUTHORISED_PARTY` must be a list"),
        ('exact_amounts = ["STATE_ORGAN"', 'exact_amounts = ["KING"', "`KING` is not a valid caller class"),
        ("exact_amounts", "exact_names", "unknown key `exact_names`"),
        ('"legal_basis", ', '"colour", ', "`colour` is not an attribute that a catalog item states"),
        ('"legal_basis", ', '"edition", ', "`edition` is not an attribute that a catalog item states"),
        ("[masks]", "[[masks]]", "`masks` must be a table"),
    ],
)
def test_a_regulation_with_one_mistake(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new)
    with pytest.raises(CatalogFault) as caught:
        load(tmp_path, text)
    found = {fault.partition(": ")[2]: fault.partition(": ")[0] for fault in caught.value.faults}
    assert sentence in found, found
    if new and not sentence.startswith("the articles"):
        assert found[sentence] == f"tj.toml:{line_of(text, new.rpartition(chr(10))[2])}"


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(CatalogFault) as caught:
        load(tmp_path, 'code = "TJ"\n')
    told = caught.value.faults
    missing = ("name", "chinese", "division", "demanded", "purposes", "masks", "articles")
    for name in missing:
        assert f"tj.toml:1: `{name}` is missing" in told
    assert len(told) == len(missing) + len(RULE_NAMES)


def test_an_unknown_code_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a data file")
    with pytest.raises(CatalogFault, match="no jurisdiction has the code `XX`"):
        load_jurisdiction("XX", tmp_path)


def test_a_file_nobody_can_read_is_told_only_where_it_might_be_the_one(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("code = ")
    (tmp_path / "b.toml").write_bytes(b"\xff")
    with pytest.raises(CatalogFault) as caught:
        load_jurisdiction("TJ", tmp_path)
    assert [fault.partition(" (")[0] for fault in caught.value.faults] == [
        "a.toml:1: not TOML: Invalid value",
        "b.toml:1: not UTF-8",
        "no jurisdiction has the code `TJ`",
    ]
    assert load(tmp_path, TEXT).code == "TJ"
