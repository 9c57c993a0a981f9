"""What an item must state, by which article, and what is told of each value that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import tianjin
from tests.schema.catalog.builders import FIELD, HEAD, RECORD, an_item, faults, line_of, load


@pytest.mark.parametrize("name", tianjin().jurisdiction.demanded_attributes)
def test_what_the_regulation_demands_is_told_with_its_article(tmp_path: Path, name: str) -> None:
    absent: dict[str, str | None] = {name: None}
    text = HEAD + an_item(RECORD + FIELD, **absent)
    line = line_of(text, '"T-1"')
    assert faults(tmp_path, text) == (f"a.toml:{line}: item `T-1` does not state `{name}`, which TJ 10 demands",)


@pytest.mark.parametrize("name", ["name", "chinese", "character"])
def test_what_the_house_needs_is_told_without_an_article(tmp_path: Path, name: str) -> None:
    absent: dict[str, str | None] = {name: None}
    text = HEAD + an_item(RECORD + FIELD, **absent)
    assert faults(tmp_path, text) == (f"a.toml:{line_of(text, 'T-1')}: item `T-1` does not state `{name}`",)


def test_an_item_without_a_code_is_a_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, HEAD + an_item(code=None)) == ("a.toml:1: item `` does not state `code`",)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("character", '"UGLY"', "`UGLY` is not a valid character"),
        ("character", "[]", "`[]` is not a valid character"),
        ("sensitivity", '"SECRET"', "`SECRET` is not a valid sensitivity"),
        ("update_cycle", "1", "`1` is not a valid update cycle"),
        ("sharing_scope", '["EVERYBODY"]', "`EVERYBODY` is not a valid caller class"),
        ("sharing_scope", '"PUBLIC"', "`sharing_scope` must be a list"),
        ("use_authority", '["STATE_ORGAN"]', "`use_authority` must be a list of tables"),
        ("use_authority", '[{ caller = "KING", purposes = [] }]', "`KING` is not a valid caller class"),
        ("use_authority", '[{ caller = "STATE_ORGAN", purposes = ["FUN"] }]', "`FUN` is not a valid purpose"),
        ("use_authority", '[{ caller = "STATE_ORGAN", purpose = [] }]', "unknown key `purpose`"),
        ("name", "7", "`name` must be a text"),
        ("legal_basis", '""', "`legal_basis` must be a text"),
        ("effective_from", '"2026-01-01"', "`effective_from` must be a day, written 2026-01-01 without quotes"),
        ("effective_to", "2026-01-01T00:00:00", "`effective_to` must be a day, written 2026-01-01 without quotes"),
        ("effective_to", "2025-12-31", "item `T-1` ends before it begins"),
        ("effective_to", "2026-01-01", "item `T-1` ends before it begins"),
        ("display", '"P5Y"', "`display` must be a table"),
        ("display", '{ term = "five years", anchor = "announcementDate" }', "`five years` is not a valid term"),
        ("display", '{ term = "P9000Y", anchor = "announcementDate" }', "`P9000Y` is not a valid term"),
        ("display", '{ term = "P99999999999D", anchor = "announcementDate" }', "`P99999999999D` is not a valid term"),
        ("display", '{ until = "announcementDate", days = 3 }', "unknown key `days`"),
        ("display", "{ until = 3 }", "`until` must be a text"),
        ("colour", '"red"', "unknown key `colour`"),
    ],
)
def test_a_value_that_is_none_is_told_at_its_line(tmp_path: Path, key: str, value: str, sentence: str) -> None:
    text = HEAD + an_item(**{key: value})
    (told,) = faults(tmp_path, text)
    place, _, said = told.partition(": ")
    assert said == sentence
    item, line = line_of(text, '"T-1"'), line_of(text, f"\n{key} = ") + 1
    assert place in {f"a.toml:{item}", f"a.toml:{line}"}


@pytest.mark.parametrize("display", ['{ term = "P5Y" }', '{ anchor = "announcementDate" }'])
def test_a_display_term_needs_its_anchor(tmp_path: Path, display: str) -> None:
    (told,) = faults(tmp_path, HEAD + an_item(display=display))
    assert told.endswith("item `T-1`: a display term needs its anchor, and an anchor its term")


def test_an_item_without_field_or_record_is_a_fault(tmp_path: Path) -> None:
    (told,) = faults(tmp_path, HEAD + an_item(""))
    assert told.endswith("item `T-1` has no field")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("TaxArrears.announcementDate", "announcementDate"), "`announcementDate` is not a valid coordinate"),
        (('at = "TaxArrears.announcementDate"\n', ""), "an entry does not say where it stands; write `at`"),
        (('["TAX"]', "[]"), "`TaxArrears.announcementDate` names no source"),
        (('["TAX"]', '"TAX"'), "`sources` must be a list"),
        (('"公告日期"', "3"), "`chinese` must be a text"),
        (('chinese = "公告日期"\n', ""), "`chinese` must be a text"),
    ],
)
def test_a_field_that_is_none(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    told = faults(tmp_path, HEAD + an_item(RECORD + FIELD.replace(*change)))
    assert sentence in {fault.partition(": ")[2] for fault in told}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('sensitivity = "SECRET"', "`SECRET` is not a valid sensitivity"),
        ('natural_person = "SECRET"', "`SECRET` is not a valid sensitivity"),
        ('mask = "M9"', "`M9` is not a valid mask"),
        ('mask_occasion = "SUNDAYS"', "`SUNDAYS` is not a valid mask occasion"),
        ('obeys_record_flag = "false"', "`obeys_record_flag` must be true or false"),
        ('values_shown = "A"', "`values_shown` must be a list"),
        ('unmasked_below = ["legalRepresentative"]', "`legalRepresentative` is not a valid coordinate"),
        ('sharing_scope = ["EVERYBODY"]', "`EVERYBODY` is not a valid caller class"),
        ("use_authority = [{ purposes = [] }]", "`None` is not a valid caller class"),
        ("oops = 1", "unknown key `oops`"),
    ],
)
def test_an_attribute_of_a_field_is_told_at_its_line(tmp_path: Path, line: str, sentence: str) -> None:
    text = HEAD + an_item(RECORD + FIELD + line + "\n" + FIELD.replace("announcementDate", "taxKind"))
    assert faults(tmp_path, text) == (f"a.toml:{line_of(text, line)}: {sentence}",)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('"TaxArrears"', '"TaxDebts"'), "`TaxDebts` is not a valid record kind"),
        (('kind = "TaxArrears"\n', ""), "`None` is not a valid record kind"),
        (('["TAX"]', "[]"), "`CreditSubject.taxArrears` names no contributor"),
        (('chinese = "欠税"', "oops = 1"), "unknown key `oops`"),
    ],
)
def test_a_place_of_records_that_is_none(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    told = faults(tmp_path, HEAD + an_item(RECORD.replace(*change) + FIELD))
    assert sentence in {fault.partition(": ")[2] for fault in told}


def test_an_item_that_ends_after_it_begins_is_in_order(tmp_path: Path) -> None:
    catalog = load(tmp_path, HEAD + an_item(effective_to="2030-01-01"))
    assert {str(entry.item.effective_to) for entry in catalog.entries.values()} == {"2030-01-01"}
