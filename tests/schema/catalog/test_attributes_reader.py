"""Each attribute is read by its own reader: a value that is none is told at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.catalog.entry import DataCategory, DisplayTerm, JudgedFacts
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate
from schema.vocabulary.periods import Term
from tests.schema.catalog.builders import FIELD, HEAD, RECORD, an_edition, an_item, faults, line_of, load, stated

AT = FieldCoordinate("TaxArrears.announcementDate")


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("source", '"RUMOUR"', "`RUMOUR` is not a valid source"),
        ("category_no", "14", "`category_no` is a class of the National Basic Catalog, 1 to 13, or 0 for none"),
        ("category_no", "true", "`category_no` is a class of the National Basic Catalog, 1 to 13, or 0 for none"),
        ("category_no", "-1", "`category_no` is a class of the National Basic Catalog, 1 to 13, or 0 for none"),
        ("subject_types", '["PLANET"]', "`PLANET` is not a valid subject type"),
        ("character", '"UGLY"', "`UGLY` is not a valid character"),
        ("character", "[]", "`[]` is not a valid character"),
        ("publicity", '"SECRET"', "`SECRET` is not a valid publicity"),
        ("sharing", '"SECRET"', "`SECRET` is not a valid sharing attribute"),
        ("update_cycle", "1", "`1` is not a valid update cycle"),
        ("name", "7", "`name` must be a text"),
        ("legal_basis", '""', "`legal_basis` must be a text"),
        ("sharing_scope", "[]", "`sharing_scope` must be a text"),
        ("is_cross_region", '"no"', "`is_cross_region` must be true or false"),
        ("display", '"P5Y"', "`display` must be a table"),
        ("display", '{ term = "five years", anchor = "announcementDate" }', "`five years` is not a valid term"),
        ("display", '{ term = "P9000Y", anchor = "announcementDate" }', "`P9000Y` is not a valid term"),
        ("display", '{ term = "P0Y", anchor = "announcementDate" }', "`P0Y` is not a valid term"),
        ("display", '{ until = "announcementDate", days = 3 }', "unknown key `days`"),
        ("display", "{ until = 3 }", "`until` must be a text"),
        ("display", "{ while_listed = 3 }", "`while_listed` must be true or false"),
        ("display", '{ term = "P5Y" }', "item `T-1`: a display term needs its anchor, and an anchor its term"),
        ("display", '{ anchor = "x" }', "item `T-1`: a display term needs its anchor, and an anchor its term"),
        ("retention", '"for ever"', "`for ever` is not a valid term"),
        ("judged", '{ document = "x" }', "unknown key `document`"),
        ("judged", "{ grade = 1 }", "`grade` must be a text"),
        ("judged", '{ ordinary_procedure_only = ["ARMY"] }', "`ARMY` is not a valid agency"),
        ("judged", '{ birth = "x" }', "`birth` must be a list"),
        (
            "judged",
            '{ legal_document = "announcementDate", no_document_because = "x" }',
            "item `T-1` names a legal document and says why there is none",
        ),
        ("colour", '"red"', "unknown key `colour`"),
    ],
)
def test_a_value_that_is_none_is_told_at_its_line(tmp_path: Path, key: str, value: str, sentence: str) -> None:
    text = HEAD + an_item(**{key: value})
    assert faults(tmp_path, text) == (f"a.toml:{line_of(text, f'{key} = ')}: {sentence}",)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("effective_from", '"2026-01-01"', "`effective_from` must be a day, written 2026-01-01 without quotes"),
        ("effective_to", "2026-01-01T00:00:00", "`effective_to` must be a day, written 2026-01-01 without quotes"),
        ("retention", "5", "`5` is not a valid term"),
        ("name", '"x"', "unknown key `name`"),
    ],
)
def test_what_an_edition_states_is_told_at_its_line(tmp_path: Path, key: str, value: str, sentence: str) -> None:
    text = an_edition(stated(**{key: value}))
    told = faults(tmp_path, HEAD + an_item(), editions=[text])
    assert told == (f"TJ-1.toml:{line_of(text, f'{key} = {value}')}: {sentence}",)


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
        ('category = "SPORTS"', "`SPORTS` is not a valid category"),
        ("is_personal = 1", "`is_personal` must be true or false"),
        ("not_offered = true", "`not_offered` must be a text"),
        ("oops = 1", "unknown key `oops`"),
    ],
)
def test_an_attribute_of_a_field_is_told_at_its_line(tmp_path: Path, line: str, sentence: str) -> None:
    text = HEAD + an_item(RECORD + FIELD + line + "\n" + FIELD.replace("announcementDate", "taxKind"))
    assert faults(tmp_path, text) == (f"a.toml:{line_of(text, line)}: {sentence}",)


def test_what_is_stated_is_read(tmp_path: Path) -> None:
    places = RECORD + FIELD + 'category = "UTILITIES"\nis_personal = true\n'
    judged = '{ legal_document = "announcementDate", ordinary_procedure_only = ["TAX"] }'
    display = '{ term = "P2Y", anchor = "announcementDate", while_listed = true }'
    catalog = load(tmp_path, HEAD + an_item(places, judged=judged, display=display))
    entry = catalog.entries[AT]
    assert entry.category is DataCategory.UTILITIES
    assert entry.is_personal
    assert entry.item.judged == JudgedFacts("announcementDate", ordinary_procedure_only=frozenset({AgencyId.TAX}))
    assert entry.item.display == DisplayTerm(Term(years=2), "announcementDate", while_listed=True)


@pytest.mark.parametrize(("text", "term"), [('"UNLIMITED"', None), ('"P5Y"', Term(years=5))])
def test_a_retention_without_end_is_stated_too(tmp_path: Path, text: str, term: Term | None) -> None:
    assert load(tmp_path, HEAD + an_item(retention=text)).entries[AT].item.retention == term
