"""Which list is asked for which order."""

from __future__ import annotations

import pytest

from connectors.courts.lists import CourtList, lists_for, needs_delisted
from schema.vocabulary.records import RecordKind

CASE = RecordKind.ENFORCEMENT_CASE


@pytest.mark.parametrize(
    ("kind", "facts", "lists"),
    [
        (RecordKind.JUDGMENT_DEFAULTER, {"caseNumber"}, {"sxbzxr"}),
        (RecordKind.JUDGMENT_DEFAULTER, {"responsiblePerson.name"}, {"sxbzxr"}),
        (RecordKind.JUDGMENT_DEFAULTER, {"responsiblePerson.telephone"}, set()),
        (RecordKind.JUDGMENT_DEFAULTER, set(), set()),
        (CASE, {"caseNumber"}, {"zxgk", "xgl", "zhongben"}),
        (CASE, {"caseKind"}, {"zxgk", "xgl", "zhongben"}),
        (CASE, {"enforcementAmount"}, {"zxgk", "zhongben"}),
        (CASE, {"unperformedAmount", "causeOfAction"}, {"zxgk", "zhongben"}),
        (CASE, {"consumptionRestrictionOrderDate"}, {"xgl"}),
        (RecordKind.TAX_ARREARS, {"taxCategory"}, set()),
    ],
)
def test_only_lists_that_hold_an_ordered_fact(kind, facts, lists):
    assert set(lists_for(kind, facts)) == lists


def test_ordering_more_never_brings_fewer_lists():
    assert set(lists_for(CASE, {"caseNumber"})) <= set(lists_for(CASE, {"caseNumber", "enforcementAmount"}))


def test_the_past_is_asked_for_its_date_only():
    assert needs_delisted({"exitDate", "caseNumber"})
    assert not needs_delisted({"caseNumber", "publicationDate"})


def test_lists_are_named_as_the_courts_name_them():
    assert set(CourtList) == {"sxbzxr", "zxgk", "xgl", "zhongben"}
