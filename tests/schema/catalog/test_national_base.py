"""The base is read once and serves every region; a field stands in it once."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.catalog.data_file import CatalogFault
from schema.catalog.item_reader import PLATFORM
from schema.catalog.loader import load_catalog
from schema.catalog.national_base import read_national_base, toml_files
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate
from tests.builders import the_law
from tests.schema.catalog.builders import FIELD, HEAD, RECORD, an_edition, an_item, faults, lay, line_of, load, stated

AT = FieldCoordinate("TaxArrears.announcementDate")
PLACE = FieldCoordinate("CreditSubject.taxArrears")
STRUCTURAL = '\n[[structural]]\nat = "Query.subject"\nbecause = "a root"\n'


def test_the_base_that_ships_is_whole_and_every_agency_has_a_part_of_it() -> None:
    base = read_national_base()
    assert base.faults == ()
    assert {agency for agency, _ in base.items} == {*AgencyId, PLATFORM}
    assert not base.structural.keys() & {place.at for form in base.items.values() for place in form.fields}


def test_a_base_that_was_read_before_serves_all_regions(tmp_path: Path) -> None:
    lay(tmp_path, [HEAD + an_item() + STRUCTURAL], [an_edition()])
    base = read_national_base(tmp_path)
    (tmp_path / "national" / "a.toml").unlink()
    catalog = load_catalog(the_law("TJ"), tmp_path, base=base)
    assert catalog.entries.keys() == {AT, PLACE}
    assert catalog.structural == {"Query.subject": "a root"}


@pytest.mark.parametrize(
    ("text", "part", "sentence"),
    [
        ("[national\n", "[national", "not TOML"),
        ("x = 1\ny = [\n", "", "not TOML"),
        (HEAD.replace('"TAX"', '""') + an_item(), "agency", "`agency` must be a text"),
        (HEAD.replace('"TAX"', '"ARMY"') + an_item(), "agency", "`ARMY` is not a valid agency"),
        (HEAD + 'colour = "red"\n' + an_item(), "colour", "unknown key `colour`"),
        (HEAD + an_item() + "\n[[items]]\n", "[[items]]", "unknown key `items`"),
        ("item = 3\n" + HEAD, "item = 3", "`item` must be a list of tables"),
        ("national = 3\n" + an_item(), "national = 3", "`national` must be a table"),
        (HEAD + an_item() + '\n[[structural]]\nat = "Query.subject"\n', "Query.subject", "`because` must be a text"),
        (HEAD + an_item() + '\n[[structural]]\nbecause = "x"\n', "[[structural]]", "an entry does not say where it"),
    ],
)
def test_a_file_with_one_mistake(tmp_path: Path, text: str, part: str, sentence: str) -> None:
    told = faults(tmp_path, text)
    assert any(sentence in fault for fault in told), told
    if part:
        assert told[0].startswith(f"a.toml:{line_of(text, part)}: "), told


def test_bytes_that_are_no_text_are_a_fault_of_their_file(tmp_path: Path) -> None:
    lay(tmp_path, [], [])
    (tmp_path / "national" / "z.toml").write_bytes(b"\xff\xfe")
    assert faults(tmp_path, HEAD + an_item()) == ("z.toml:1: not UTF-8",)


def test_files_of_other_kinds_are_left_alone(tmp_path: Path) -> None:
    lay(tmp_path, [], [])
    (tmp_path / "national" / "notes.txt").write_text("not a data file")
    assert load(tmp_path, HEAD + an_item()).entries.keys() == {AT, PLACE}


def test_a_folder_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert toml_files(tmp_path / "nowhere") == []
    with pytest.raises(CatalogFault) as caught:
        load_catalog(the_law("TJ"), tmp_path)
    assert caught.value.faults == (
        "the national base has no data file",
        "jurisdiction `TJ` has no edition",
    )


def test_a_field_in_two_files_is_told_where_it_stands_a_second_time(tmp_path: Path) -> None:
    text = HEAD + an_item()
    told = faults(tmp_path, text, text.replace("T-1", "T-2"))
    assert told == tuple(
        f"b.toml:{line_of(text, at)}: `{at}` stands in the catalog twice, first in a.toml:{line_of(text, at)}"
        for at in (PLACE, AT)
    )


def test_a_field_twice_in_one_item_is_told_at_its_second_place(tmp_path: Path) -> None:
    text = HEAD + an_item(RECORD + FIELD + FIELD)
    first, second = line_of(text, f'"{AT}"'), line_of(text, f'"{AT}"', last=True)
    assert faults(tmp_path, text) == (f"a.toml:{second}: `{AT}` stands in the catalog twice, first in a.toml:{first}",)


def test_a_field_that_is_structural_too_is_told(tmp_path: Path) -> None:
    text = HEAD + an_item() + f'\n[[structural]]\nat = "{AT}"\nbecause = "x"\n'
    (told,) = faults(tmp_path, text)
    assert f"`{AT}` stands in the catalog twice" in told


def test_an_item_twice_of_one_agency(tmp_path: Path) -> None:
    text = HEAD + an_item() + an_item(FIELD.replace("announcementDate", "taxKind"))
    assert faults(tmp_path, text) == (
        f"a.toml:{line_of(text, chr(34) + 'T-1' + chr(34), last=True)}: item `T-1` stands twice for this agency",
    )


def test_two_agencies_may_each_answer_for_a_part_of_one_item(tmp_path: Path) -> None:
    courts = HEAD.replace("TAX", "COURTS") + an_item(FIELD.replace("announcementDate", "taxKind"))
    edition = an_edition(stated(), stated(agency='"COURTS"')).replace("[units]", '[units]\nCOURTS = "court"')
    catalog = load(tmp_path, HEAD + an_item(), courts, editions=[edition])
    assert len(catalog.entries) == 3
    assert {entry.item.providing_unit for entry in catalog.entries.values()} == {"tax office", "court"}


def test_a_list_written_in_one_line_is_told_at_the_file(tmp_path: Path) -> None:
    text = "item = [{ code = 3 }]\n" + HEAD
    assert faults(tmp_path, text)[0].startswith("a.toml:1: ")
