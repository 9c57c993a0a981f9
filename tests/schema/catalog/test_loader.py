"""A catalog is whole or it is a list of faults: every mistake of every file, each with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.catalog.data_file import CatalogFault
from schema.catalog.loader import load_catalog
from schema.vocabulary.identifiers import FieldCoordinate
from tests.builders import the_catalog, the_law, tianjin
from tests.schema.catalog.builders import FIELD, HEAD, RECORD, an_edition, an_item, faults, lay, load, stated

AT = FieldCoordinate("TaxArrears.announcementDate")
PLACE = FieldCoordinate("CreditSubject.taxArrears")
REGIONS = ("TJ", "SH", "HL", "LN")


@pytest.mark.parametrize(
    ("region", "edition"), [("TJ", "TJ-2026-2"), ("SH", "SH-2026-1"), ("HL", "HL-2026-1"), ("LN", "LN-2026-1")]
)
def test_the_catalogs_as_they_ship_are_whole(region: str, edition: str) -> None:
    catalog = the_catalog(region)
    assert (catalog.edition, catalog.based_on) == (edition, "")
    assert catalog.records.keys() <= catalog.entries.keys()
    assert not catalog.entries.keys() & catalog.structural.keys()
    assert catalog.jurisdiction is the_law(region)


def test_regions_tell_of_the_same_fields() -> None:
    assert len({frozenset(the_catalog(region).entries) for region in REGIONS}) == 1


def test_the_digest_is_that_of_the_files(tmp_path: Path) -> None:
    first = load(tmp_path, HEAD + an_item())
    assert load(tmp_path, HEAD + an_item()).digest == first.digest
    assert load(tmp_path, HEAD + an_item() + "# a remark\n").digest != first.digest
    assert load(tmp_path, HEAD + an_item(), editions=[an_edition() + "# a remark\n"]).digest != first.digest
    assert len({the_catalog(region).digest for region in REGIONS}) == len(REGIONS)


def test_an_edition_that_is_not_read_does_not_count_for_the_digest(tmp_path: Path) -> None:
    first = load(tmp_path, HEAD + an_item())
    later = an_edition(code='"TJ-2"', effective_from="2027-01-01")
    assert load(tmp_path, HEAD + an_item(), editions=[an_edition(), later], edition="TJ-1").digest == first.digest


def test_every_fault_of_every_file_is_in_one_report(tmp_path: Path) -> None:
    first = HEAD + an_item(RECORD + FIELD + "oops = 1\n", character='"UGLY"', update_cycle=None)
    second = HEAD + an_item("", code='"T-2"')
    edition = an_edition(stated(legal_basis='"TJ 99"'), stated(code='"T-7"'), adopted_by='"TJ 98"')
    with pytest.raises(CatalogFault) as caught:
        load(tmp_path, first, second, "= nothing", editions=[edition])
    told = caught.value.faults
    assert str(caught.value).startswith(f"{len(told)} faults in the catalog:\n")
    assert sorted(fault.partition(":")[0] for fault in told) == [
        *["TJ-1.toml"] * 4,
        *["a.toml"] * 2,
        "b.toml",
        "c.toml",
    ]
    assert len(set(told)) == len(told)


def test_a_fault_leaves_nothing_behind(tmp_path: Path) -> None:
    jurisdiction = the_law("TJ")
    faults(tmp_path, HEAD + an_item(character='"UGLY"'))
    lay(tmp_path, [HEAD + an_item()], [an_edition()])
    assert load_catalog(jurisdiction, tmp_path).entries.keys() == {AT, PLACE}


def test_a_head_that_cannot_be_read_hides_no_fault_of_the_base(tmp_path: Path) -> None:
    told = faults(tmp_path, HEAD + an_item(character='"UGLY"'), editions=[an_edition(adopted_by=None)])
    assert [fault.partition(":")[0] for fault in told] == ["a.toml", "TJ-1.toml"]


def test_national_law_is_read_if_it_is_not_given() -> None:
    given = load_catalog(the_law("TJ"), national=tianjin().national)
    assert given == load_catalog(the_law("TJ"))
    assert given.national is tianjin().national
