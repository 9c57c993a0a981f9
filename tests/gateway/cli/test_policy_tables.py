"""Tables of editions as they are judged now, and tables that were stored."""

from __future__ import annotations

import json
from datetime import date

import pytest

from gateway.cli.catalog_options import CatalogReader
from gateway.cli.policy_tables import TableReader, person_fields, read_table, table_text
from policies.table_form import TableFault
from schema.graph.assemble import assemble
from tests.gateway.cli.small_editions import NEW, OLD, two_editions
from tests.policies.tables import penalties


@pytest.fixture
def reader(tmp_path):
    return TableReader(CatalogReader(two_editions(tmp_path / "entries"), {}), assemble())


def test_persons_are_found_in_the_graph() -> None:
    assert person_fields(assemble()) == {
        "JudgmentDefaulter.responsiblePerson",
        "LegalPerson.legalRepresentative",
        "MajorTaxViolation.responsibleFinancialOfficer",
        "SeriouslyUntrustworthyListing.linkedPersons",
    }


def test_a_stored_table_is_read_back_and_has_a_line_for_each_part(tmp_path) -> None:
    text = table_text(penalties())
    path = tmp_path / "table.json"
    path.write_text(text, "utf-8")
    assert read_table(path) == penalties()
    document = json.loads(text)
    lists = [value for value in document.values() if isinstance(value, list)]
    assert text.count("\n") == 2 + len(document) + sum(len(value) + 1 for value in lists)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"edition": 1}', b"\xff"])
def test_a_file_that_is_no_table_is_refused_by_name(tmp_path, content) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    with pytest.raises(TableFault, match=r"odd\.json"):
        read_table(path)


def test_a_file_that_is_not_there_is_refused(tmp_path) -> None:
    with pytest.raises(TableFault):
        read_table(tmp_path / "missing.json")


def test_two_editions_are_judged_on_the_day_on_which_both_have_begun(reader) -> None:
    old, new = reader.pair(OLD, NEW)
    assert (old.edition, new.edition) == (OLD, NEW)
    assert old.as_of == new.as_of == date(2026, 7, 1)


def test_a_stored_table_keeps_its_day_and_the_edition_beside_it_takes_it_over(reader, tmp_path) -> None:
    path = tmp_path / "stored.json"
    path.write_text(table_text(reader.table(OLD, as_of=date(2026, 9, 1))), "utf-8")
    old, new = reader.pair(str(path), NEW)
    assert old.as_of == new.as_of == date(2026, 9, 1)
    assert reader.table(NEW).as_of == date(2026, 7, 1)
