"""An item, its fields and its records: what must stand in a file, and what is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.vocabulary.identifiers import AgencyId, FieldCoordinate
from tests.schema.catalog.builders import FIELD, HEAD, RECORD, an_edition, an_item, faults, line_of, load, stated

AT = FieldCoordinate("TaxArrears.announcementDate")


def _sentences(told: tuple[str, ...]) -> set[str]:
    return {fault.partition(": ")[2] for fault in told}


def test_an_item_without_a_code_is_told_where_it_stands(tmp_path: Path) -> None:
    text = HEAD + an_item(code=None)
    assert faults(tmp_path, text, editions=[an_edition(stated())])[0] == (
        f"a.toml:{line_of(text, '[[item]]')}: an item does not state `code`"
    )


def test_an_item_without_field_or_record_is_a_fault(tmp_path: Path) -> None:
    (told,) = faults(tmp_path, HEAD + an_item(""))
    assert told.endswith("item `T-1` has no field")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("TaxArrears.announcementDate", "announcementDate"), "`announcementDate` is not a valid coordinate"),
        (('at = "TaxArrears.announcementDate"\n', ""), "an entry does not say where it stands; write `at`"),
        (('"TaxArrears.announcementDate"', "3"), "`3` is not a valid coordinate"),
        (('chinese = "公告日期"', 'chinese = "公告日期"\nsources = []'), f"`{AT}` names no source"),
        (('chinese = "公告日期"', 'chinese = "公告日期"\nsources = "TAX"'), "`sources` must be a list"),
        (('chinese = "公告日期"', 'chinese = "公告日期"\nsources = ["TAXES"]'), "`TAXES` is not a valid agency"),
        (('"公告日期"', "3"), "`chinese` must be a text"),
        (('chinese = "公告日期"\n', ""), f"`{AT}` does not state `chinese`"),
        (('"公告日期"', '"血型"'), f"`{AT}` is of a category that no credit record may hold: BLOOD_TYPE"),
    ],
)
def test_a_field_that_is_none_is_told_once(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    told = faults(tmp_path, HEAD + an_item(RECORD + FIELD.replace(*change)))
    assert _sentences(told) == {sentence}


def test_a_field_of_a_prohibited_category_is_known_by_its_name(tmp_path: Path) -> None:
    text = HEAD + an_item(RECORD + FIELD.replace("announcementDate", "ownersReligion"))
    at = "TaxArrears.ownersReligion"
    assert faults(tmp_path, text) == (
        f"a.toml:{line_of(text, at)}: `{at}` is of a category that no credit record may hold: RELIGION",
    )


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
    assert sentence in _sentences(faults(tmp_path, HEAD + an_item(RECORD.replace(*change) + FIELD)))


def test_a_field_names_its_sources_or_has_the_agency_of_the_file(tmp_path: Path) -> None:
    other = FIELD.replace("announcementDate", "taxKind") + 'sources = ["COURTS", "TAX"]\n'
    catalog = load(tmp_path, HEAD + an_item(RECORD + FIELD + other))
    assert catalog.entries[AT].sources == (AgencyId.TAX,)
    assert catalog.entries[FieldCoordinate("TaxArrears.taxKind")].sources == (AgencyId.COURTS, AgencyId.TAX)


def test_a_fact_of_the_platform_has_no_agency_as_its_source_while_it_is_not_offered(tmp_path: Path) -> None:
    text = HEAD.replace("TAX", "PLATFORM") + an_item(FIELD + 'not_offered = "later"\n')
    edition = an_edition(stated(agency='"PLATFORM"')).replace("TAX =", "PLATFORM =")
    entry = load(tmp_path, text, editions=[edition]).entries[AT]
    assert (entry.sources, entry.not_offered) == ((), "later")
    told = faults(tmp_path, text.replace('not_offered = "later"\n', ""), editions=[edition])
    assert _sentences(told) == {f"`{AT}` names no source"}


def test_an_edition_names_the_agency_of_an_item(tmp_path: Path) -> None:
    text = an_edition(stated(agency='"ARMY"'))
    told = faults(tmp_path, HEAD + an_item(), editions=[text])
    assert told[0] == f"TJ-1.toml:{line_of(text, 'agency')}: `ARMY` is not a valid agency"


def test_an_edition_may_not_change_what_a_field_is(tmp_path: Path) -> None:
    text = an_edition(stated(FIELD))
    told = faults(tmp_path, HEAD + an_item(), editions=[text])
    assert told == (f"TJ-1.toml:{line_of(text, 'chinese')}: unknown key `chinese`",)
