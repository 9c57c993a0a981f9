"""A catalog is whole or it is a list of faults: every mistake of every file, each with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.catalog.data_file import CatalogFault
from schema.catalog.entry import Sensitivity
from schema.catalog.jurisdiction_loader import load_jurisdiction
from schema.catalog.loader import load_catalog
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate
from tests.builders import tianjin
from tests.schema.catalog.builders import FIELD, HEAD, RECORD, an_item, faults, line_of, load

AT = FieldCoordinate("TaxArrears.announcementDate")
PLACE = FieldCoordinate("CreditSubject.taxArrears")


def test_the_catalog_as_it_ships_is_whole() -> None:
    catalog = tianjin()
    assert catalog.edition == "TJ-2026-1"
    assert catalog.records.keys() <= catalog.entries.keys()
    assert not catalog.entries.keys() & catalog.structural.keys()


def test_a_field_takes_over_what_it_does_not_state(tmp_path: Path) -> None:
    catalog = load(tmp_path, HEAD + an_item())
    entry = catalog.entries[AT]
    assert (entry.sources, entry.sensitivity) == ((AgencyId.TAX,), Sensitivity.PUBLIC)
    assert entry.use_authority == entry.item.use_authority
    assert entry.chinese == "公告日期"


def test_a_place_of_records_takes_over_scope_and_authority(tmp_path: Path) -> None:
    item = an_item(sensitivity='"CONDITIONAL"', sharing_scope='["STATE_ORGAN"]')
    entry = load(tmp_path, HEAD + item).records[PLACE].entry
    assert entry.sharing_scope == {CallerClass.STATE_ORGAN}
    assert entry.use_authority == entry.item.use_authority


def test_files_of_other_kinds_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a data file")
    assert load(tmp_path, HEAD + an_item()).entries.keys() == {AT, PLACE}


@pytest.mark.parametrize(
    ("text", "part", "sentence"),
    [
        ("[catalog\n", "[catalog", "not TOML"),
        ("x = 1\ny = [\n", "", "not TOML"),
        ("[catalog]\nedition = 2026-02-30\n", "2026-02-30", "not TOML"),
        (HEAD.replace('"E-1"', '""') + an_item(), "edition", "`edition` must be a text"),
        (HEAD.replace('"TJ"', '"SH"') + an_item(), "jurisdiction", "this file is not of jurisdiction `TJ`"),
        (HEAD + 'colour = "red"\n' + an_item(), "colour", "unknown key `colour`"),
        (HEAD + an_item() + "\n[[items]]\n", "[[items]]", "unknown key `items`"),
        ("item = 3\n" + HEAD, "item = 3", "`item` must be a list of tables"),
        ("catalog = 3\n" + an_item(), "catalog = 3", "`catalog` must be a table"),
        (HEAD + an_item() + '\n[[structural]]\nat = "Query.subject"\n', "Query.subject", "`because` must be a text"),
        (HEAD + an_item() + '\n[[structural]]\nbecause = "x"\n', "", "an entry does not say where it stands"),
        (
            HEAD + an_item() + f'\n[[structural]]\nat = "{AT}"\nbecause = "x"\n',
            "",
            f"`{AT}` stands in the catalog twice, first in a.toml:27",
        ),
    ],
)
def test_a_file_with_one_mistake(tmp_path: Path, text: str, part: str, sentence: str) -> None:
    told = faults(tmp_path, text)
    assert any(sentence in fault for fault in told), told
    if part:
        assert told[0].startswith(f"a.toml:{line_of(text, part)}: "), told


def test_bytes_that_are_no_text_are_a_fault_of_their_file(tmp_path: Path) -> None:
    (tmp_path / "z.toml").write_bytes(b"\xff\xfe")
    assert faults(tmp_path, HEAD + an_item()) == ("z.toml:1: not UTF-8",)


def test_an_empty_folder_is_no_catalog(tmp_path: Path) -> None:
    assert faults(tmp_path) == ("there is no data file for jurisdiction `TJ`",)


def test_files_of_two_editions_are_no_catalog(tmp_path: Path) -> None:
    other = HEAD.replace("E-1", "E-2") + an_item("", field="[]")
    told = faults(tmp_path, HEAD + an_item(), other)
    assert told[0] == "b.toml:2: this file is of edition `E-2`, files before it of `E-1`"


def test_a_field_in_two_files_is_told_where_it_stands_a_second_time(tmp_path: Path) -> None:
    text = HEAD + an_item()
    told = faults(tmp_path, text, text)
    assert told == tuple(
        f"b.toml:{line_of(text, at)}: `{at}` stands in the catalog twice, first in a.toml:{line_of(text, at)}"
        for at in (PLACE, AT)
    )


def test_a_field_twice_in_one_file_is_told_at_its_second_place(tmp_path: Path) -> None:
    text = HEAD + an_item(RECORD + FIELD + FIELD)
    first, second = line_of(text, f'"{AT}"'), line_of(text, f'"{AT}"', last=True)
    assert faults(tmp_path, text) == (f"a.toml:{second}: `{AT}` stands in the catalog twice, first in a.toml:{first}",)


def test_an_item_twice_in_one_file(tmp_path: Path) -> None:
    text = HEAD + an_item() + an_item(FIELD.replace("announcementDate", "taxKind"))
    assert faults(tmp_path, text) == (
        f"a.toml:{line_of(text, chr(34) + 'T-1' + chr(34), last=True)}: item `T-1` stands twice in this file",
    )


def test_two_agencies_may_each_answer_for_a_part_of_one_item(tmp_path: Path) -> None:
    other = HEAD + an_item(FIELD.replace("announcementDate", "taxKind"))
    assert len(load(tmp_path, HEAD + an_item(), other).entries) == 3


@pytest.mark.parametrize(
    ("display", "field"),
    [
        ('{ term = "P5Y", anchor = "endDate" }', FIELD),
        ('{ until = "announcementDate" }', FIELD + 'sensitivity = "CONDITIONAL"\n'),
        ('{ until = "announcementDate" }', FIELD + 'natural_person = "NOT_SHARED"\n'),
    ],
)
def test_an_anchor_must_be_a_field_that_anyone_may_see(tmp_path: Path, display: str, field: str) -> None:
    text = HEAD + an_item(RECORD + field, display=display)
    (told,) = faults(tmp_path, text)
    assert told.startswith(f"a.toml:{line_of(text, PLACE)}: the display anchor `")
    assert told.endswith("must be a public field of TaxArrears")


def test_an_anchor_with_a_fault_of_its_own_is_told_once(tmp_path: Path) -> None:
    text = HEAD + an_item(RECORD, display='{ until = "announcementDate" }')
    other = HEAD + an_item(FIELD.replace('["TAX"]', '["TAXES"]'), code='"T-2"')
    assert len(faults(tmp_path, text, other)) == 2  # the agency is unknown, so the field has no source


def test_a_parent_that_lifts_a_mask_must_exist(tmp_path: Path) -> None:
    text = HEAD + an_item(RECORD + FIELD + 'mask = "M1"\nunmasked_below = ["LegalPerson.nobody"]\n')
    assert faults(tmp_path, text) == (
        f"a.toml:{line_of(text, AT)}: `LegalPerson.nobody`, named in `unmasked_below`, is not in the catalog",
    )


def test_every_fault_of_every_file_is_in_one_report(tmp_path: Path) -> None:
    first = HEAD + an_item(RECORD + FIELD + "oops = 1\n", character='"UGLY"', legal_basis=None)
    second = HEAD.replace("E-1", "E-2") + an_item("", code='"T-2"')
    with pytest.raises(CatalogFault) as caught:
        load(tmp_path, first, second, "= nothing")
    told = caught.value.faults
    assert str(caught.value).startswith(f"{len(told)} faults in the catalog:\n")
    assert [fault.partition(":")[0] for fault in told] == ["a.toml"] * 3 + ["b.toml"] * 2 + ["c.toml"]
    assert {fault.partition(": ")[2].partition(",")[0] for fault in told[:5]} == {
        "item `T-1` does not state `legal_basis`",
        "`UGLY` is not a valid character",
        "unknown key `oops`",
        "this file is of edition `E-2`",
        "item `T-2` has no field",
    }


def test_a_fault_leaves_nothing_behind(tmp_path: Path) -> None:
    jurisdiction = load_jurisdiction("TJ")
    faults(tmp_path, HEAD + an_item(character='"UGLY"'))
    assert load_jurisdiction("TJ") == jurisdiction
    load(tmp_path, HEAD + an_item())
    assert load_catalog(jurisdiction, tmp_path).entries.keys() == {AT, PLACE}
