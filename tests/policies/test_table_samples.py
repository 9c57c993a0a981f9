"""Made-up records: one for each thing that rules look at."""

from __future__ import annotations

from datetime import date

import pytest

from policies.masks import mask
from policies.question import DemandedField
from policies.table_samples import OLDEST, PLAIN, samples
from schema.catalog.entry import MaskKind
from schema.vocabulary.codes import PenaltyKind
from schema.vocabulary.identifiers import FieldCoordinate
from tests.builders import the_catalog

DAY = date(2026, 6, 1)
NAME = FieldCoordinate("PersonRef.name")


def made(place: str, *persons: str, region: str = "TJ"):
    """The samples of this place by their moments, each with all fields of the kind."""
    catalog = the_catalog(region)
    record = catalog.records[FieldCoordinate(place)]
    fields = [DemandedField(at) for at in catalog.entries if at.partition(".")[0] == record.kind]
    fields += [DemandedField(NAME, FieldCoordinate(holder)) for holder in persons]
    listed = list(samples(record, catalog, fields=[DemandedField(record.entry.coordinate), *fields], day=DAY))
    by_moment = {sample.moment: sample.record for sample in listed}
    assert len(by_moment) == len(listed), "a moment stands twice"
    return by_moment


@pytest.mark.parametrize("place", sorted(the_catalog("TJ").records))
def test_every_kind_has_an_ordinary_record_with_all_its_facts(place) -> None:
    catalog = the_catalog("TJ")
    kind = catalog.records[FieldCoordinate(place)].kind
    plain = made(place)[PLAIN]
    assert plain.kind is kind
    wanted = {at.partition(".")[2] for at in catalog.entries if at.partition(".")[0] == kind}
    assert {name for name in wanted if plain.facts.get(name) is None} == set()


def test_what_no_rule_looks_at_of_a_kind_is_left_out() -> None:
    moments = made("CreditSubject.annualReports").keys()
    assert not any("months" in moment or "procedure" in moment or "document" in moment for moment in moments)


def test_a_penalty_is_tried_at_each_age_in_each_grade() -> None:
    by_moment = made("CreditSubject.administrativePenalties")
    place = the_catalog("TJ").records[FieldCoordinate("CreditSubject.administrativePenalties")]
    fact = place.entry.item.judged.grade or ""
    for age in ("fresh", "2-months", "4-months", "13-months", "30-months", "42-months", "6-years"):
        for grade in PenaltyKind:
            assert by_moment[f"RECORD/{age}/{grade}"].facts[fact] == [grade]
    assert by_moment["RECORD/6-years/FINE"].facts["decisionDate"] == str(DAY - OLDEST)


def test_a_penalty_whose_procedure_is_not_stated_is_tried_of_each_agency() -> None:
    by_moment = made("CreditSubject.administrativePenalties")
    silent = [record for moment, record in by_moment.items() if "procedure-not-stated" in moment]
    place = the_catalog("TJ").records[FieldCoordinate("CreditSubject.administrativePenalties")]
    assert {record.agency for record in silent} == set(place.contributors)


def test_a_value_that_is_not_published_is_tried_where_some_are() -> None:
    by_moment = made("CreditSubject.taxCreditRatings")
    assert by_moment[PLAIN].facts["taxCreditRating"] == "A"
    assert by_moment["RECORD/value-on-condition"].facts["taxCreditRating"] == "OTHER"


def test_persons_in_a_record_are_tried_as_minors() -> None:
    by_moment = made("CreditSubject.judgmentDefaults", "JudgmentDefaulter.responsiblePerson")
    person = by_moment["RECORD/minor"].facts["responsiblePerson"]
    assert person == {"name": "张三丰", "birthDate": "2016-06-03"}


@pytest.mark.parametrize("region", ["TJ", "SH", "HL", "LN"])
def test_every_mask_changes_the_value_that_stands_for_it(region) -> None:
    catalog = the_catalog(region)
    for place, record in catalog.records.items():
        facts = made(place, region=region)[PLAIN].facts
        for at, entry in catalog.entries.items():
            if at.partition(".")[0] == record.kind and entry.mask is not MaskKind.M0:
                value = facts[at.partition(".")[2]]
                assert mask(entry.mask, value) != value, at
