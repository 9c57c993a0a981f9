"""A catalog is a value: places of records are governed fields like others, structural ones are not."""

from __future__ import annotations

from schema.catalog.entry import Sensitivity
from schema.vocabulary.records import RecordKind
from tests.builders import tianjin


def test_every_kind_of_record_appears_in_one_place() -> None:
    assert sorted(record.kind for record in tianjin().records.values()) == sorted(RecordKind)


def test_the_owner_of_a_place_is_its_first_contributor() -> None:
    for record in tianjin().records.values():
        assert record.entry.sources == record.contributors
        assert not set(record.checked_by) & set(record.contributors)


def test_fields_that_carry_no_fact_say_why() -> None:
    catalog = tianjin()
    assert all(catalog.structural.values())
    assert not catalog.structural.keys() & catalog.entries.keys()


def test_a_field_is_never_wider_than_the_place_of_its_records() -> None:
    """A public field of records whose place is not public could never be reached by the public."""
    catalog = tianjin()
    closed = {record.kind for record in catalog.records.values() if record.entry.sensitivity is not Sensitivity.PUBLIC}
    public = {at for at, entry in catalog.entries.items() if entry.sensitivity is Sensitivity.PUBLIC}
    assert not [at for at in public if at.partition(".")[0] in closed]
