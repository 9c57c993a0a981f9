"""What a class could ever see is what the judge allows it with every paper there is."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from policies.decide import decide
from policies.evidence import Evidence
from policies.question import DemandedField, Question
from policies.reach import a_consent, best_asker, may_ever_see, reach
from policies.verdict import Effect
from schema.catalog.entry import UseAuthority
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate, SubjectKind
from tests.builders import TODAY, the_catalog, tianjin

REGIONS = ("TJ", "SH", "HL", "LN")


def seen_in_the_best_case(region: str, caller: CallerClass) -> frozenset[FieldCoordinate]:
    """Every purpose, kind of subject and paper tried, one by one."""
    catalog = the_catalog(region)
    codes = frozenset(entry.item.code for entry in catalog.entries.values())
    fields = tuple(DemandedField(at) for at in catalog.entries)
    consents = frozenset({a_consent(codes, TODAY, is_written=True)})
    seen: set[FieldCoordinate] = set()
    for kind, purpose in product(SubjectKind, (*Purpose, None)):
        evidence = Evidence(kind, is_own=caller is CallerClass.SUBJECT_SELF, consents=consents)
        sheet = decide(Question(best_asker(caller, purpose), fields, TODAY), catalog, evidence)
        seen |= {at.coordinate for at, verdict in sheet.verdicts.items() if verdict.effect is not Effect.WITHHOLD}
    return frozenset(seen)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("caller", CallerClass)
def test_a_field_is_in_reach_if_and_only_if_the_best_case_shows_it(region, caller):
    assert reach(caller, the_catalog(region), TODAY) == seen_in_the_best_case(region, caller)


@pytest.mark.parametrize("region", REGIONS)
def test_the_subject_itself_reaches_everything_that_is_kept_of_it(region):
    assert reach(CallerClass.SUBJECT_SELF, the_catalog(region), TODAY) == {
        at for at, entry in the_catalog(region).entries.items() if entry.item.is_in_force(TODAY)
    }


@pytest.mark.parametrize("caller", CallerClass)
def test_nobody_reaches_less_than_the_public(caller):
    assert reach(caller, tianjin(), TODAY) >= reach(CallerClass.PUBLIC, tianjin(), TODAY)


def test_what_is_not_listed_is_in_nobodys_reach():
    nowhere = FieldCoordinate("PersonRef.bloodType")
    assert not any(may_ever_see((nowhere,), caller, catalog=tianjin(), day=TODAY) for caller in CallerClass)


def test_several_fields_have_to_be_seen_together():
    name, number = FieldCoordinate("PersonRef.name"), FieldCoordinate("PersonRef.identityDocumentNumber")
    assert may_ever_see((name,), CallerClass.PUBLIC, catalog=tianjin(), day=TODAY)
    assert not may_ever_see((name, number), CallerClass.PUBLIC, catalog=tianjin(), day=TODAY)


def test_an_authority_for_no_purpose_reaches_nothing():
    at = FieldCoordinate("TaxpayerProfile.taxpayerStatus")
    assert may_ever_see((at,), CallerClass.STATE_ORGAN, catalog=tianjin(), day=TODAY)
    empty = (UseAuthority(CallerClass.STATE_ORGAN, frozenset()),)
    entries = {**tianjin().entries, at: replace(tianjin().entries[at], use_authority=empty)}
    catalog = replace(tianjin(), entries=entries)
    assert not may_ever_see((at,), CallerClass.STATE_ORGAN, catalog=catalog, day=TODAY)
