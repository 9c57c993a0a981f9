"""What one part of a catalog names of another must be there."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema.vocabulary.identifiers import FieldCoordinate
from tests.builders import the_catalog
from tests.schema.catalog.builders import FIELD, HEAD, RECORD, an_edition, an_item, faults, line_of, load, stated

AT = FieldCoordinate("TaxArrears.announcementDate")
PERSON = FIELD.replace("TaxArrears.announcementDate", "PersonRef.birthDate")


@pytest.mark.parametrize(
    ("display", "field"),
    [
        ('{ term = "P5Y", anchor = "endDate" }', FIELD),
        ('{ until = "announcementDate" }', FIELD + 'sensitivity = "CONDITIONAL"\nsharing_scope = "ORGANS"\n'),
        ('{ until = "announcementDate" }', FIELD + 'natural_person = "NOT_SHARED"\n'),
    ],
)
def test_an_anchor_must_be_a_field_that_anyone_may_see(tmp_path: Path, display: str, field: str) -> None:
    text = HEAD + an_item(RECORD + field, display=display)
    (told,) = faults(tmp_path, text)
    assert told.startswith(f"a.toml:{line_of(text, 'display')}: the display anchor `")
    assert told.endswith("must be a public field of TaxArrears")


def test_an_anchor_with_a_fault_of_its_own_is_told_once(tmp_path: Path) -> None:
    text = HEAD + an_item(RECORD, display='{ until = "announcementDate" }')
    other = HEAD + an_item(FIELD + 'sources = ["TAXES"]\n', code='"T-2"')
    edition = an_edition(stated(), stated(code='"T-2"'))
    (told,) = faults(tmp_path, text, other, editions=[edition])
    assert told.endswith("`TAXES` is not a valid agency")


def test_an_item_without_a_place_of_records_anchors_in_the_records_of_its_fields(tmp_path: Path) -> None:
    lone = an_item(FIELD + PERSON, display='{ until = "announcementDate" }')
    assert load(tmp_path, HEAD + lone).entries.keys() == {AT, "PersonRef.birthDate"}


@pytest.mark.parametrize(
    ("judged", "sentence"),
    [
        ('{ legal_document = "paper" }', "the judged fact `paper` is no field of TaxArrears"),
        ('{ procedure = "how" }', "the judged fact `how` is no field of TaxArrears"),
        ('{ grade = "kind" }', "the judged fact `kind` is no field of TaxArrears"),
        ('{ decided = "day" }', "the judged fact `day` is no field of TaxArrears"),
        ('{ birth = ["owner.birthDate"] }', "the judged fact `owner.birthDate` is no field of TaxArrears"),
        ('{ birth = ["announcementDate.born"] }', "the judged fact `announcementDate.born` is no field of PersonRef"),
    ],
)
def test_a_judged_fact_must_be_a_field(tmp_path: Path, judged: str, sentence: str) -> None:
    text = HEAD + an_item(RECORD + FIELD + PERSON, judged=judged)
    assert faults(tmp_path, text) == (f"a.toml:{line_of(text, 'judged')}: {sentence}",)


def test_the_fact_that_dates_a_record_must_be_a_field_of_its_kind(tmp_path: Path) -> None:
    dated = RECORD.replace("contributors", 'dated = "due"\ncontributors', 1)
    [fault] = faults(tmp_path, HEAD + an_item(dated + FIELD))
    assert fault.endswith("the date `due` is no field of TaxArrears")
    dated = dated.replace('"due"', '"announcementDate"')
    [place] = load(tmp_path, HEAD + an_item(dated + FIELD)).records.values()
    assert place.dated == "announcementDate"


def test_the_fact_that_a_retention_counts_from_must_be_a_field(tmp_path: Path) -> None:
    text = HEAD + an_item(RECORD + FIELD, display='{ while_listed = true, kept_from = "due" }')
    [fault] = faults(tmp_path, text)
    assert fault.endswith("the judged fact `due` is no field of TaxArrears")


def test_a_birth_date_is_looked_for_below_its_holder(tmp_path: Path) -> None:
    text = HEAD + an_item(RECORD + FIELD + PERSON, judged='{ birth = ["announcementDate.birthDate"] }')
    assert load(tmp_path, text).entries[AT].item.judged.names() == ("announcementDate.birthDate",)


def test_a_parent_that_lifts_a_mask_must_exist(tmp_path: Path) -> None:
    text = HEAD + an_item(RECORD + FIELD + 'mask = "M1"\nunmasked_below = ["LegalPerson.nobody"]\n')
    assert faults(tmp_path, text) == (
        f"a.toml:{line_of(text, AT)}: `LegalPerson.nobody`, named in `unmasked_below`, is not in the catalog",
    )


def test_the_judge_orders_only_facts_that_contributors_hold() -> None:
    for region in ("TJ", "SH", "HL", "LN"):
        catalog = the_catalog(region)
        for record in catalog.records.values():
            for fact in record.entry.item.judged.names():
                entry = catalog.entries[FieldCoordinate(f"{record.kind}.{fact.partition('.')[0]}")]
                assert set(record.contributors) & set(entry.sources), (region, record.kind, fact)
