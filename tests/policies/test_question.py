"""A question is a value; a person's field is another one under each role."""

from __future__ import annotations

from policies.question import DemandedField
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate
from tests.builders import an_asker

NAME = FieldCoordinate("PersonRef.name")


def test_a_person_below_two_roles_is_asked_for_twice() -> None:
    roles = ("LegalPerson.legalRepresentative", "SeriouslyUntrustworthyListing.linkedPersons")
    fields = {DemandedField(NAME, FieldCoordinate(role)) for role in roles} | {DemandedField(NAME)}
    assert len(fields) == 3


def test_two_callers_of_one_class_and_purpose_are_one_asker() -> None:
    organ = an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION)
    assert organ == an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION)
    assert organ != an_asker(CallerClass.STATE_ORGAN, Purpose.AUDITING)
    assert organ != an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION, conditional=False)
