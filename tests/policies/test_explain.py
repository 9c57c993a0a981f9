"""Explanations: every finding with its article, and not a word of any record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.evidence import Mark, RecordMark
from policies.explain import Account, explain
from policies.question import Asker, DemandedField, Question
from policies.verdict import Effect
from schema.catalog.catalog import Catalog
from schema.catalog.entry import MaskKind
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate
from schema.vocabulary.reasons import ReasonCode
from schema.vocabulary.records import RecordKind
from tests.builders import TODAY, a_sheet, an_asker, evidence_of, the_catalog, tianjin

ORGAN = an_asker(CallerClass.STATE_ORGAN, Purpose.ADMINISTRATIVE_PERMIT)
MARKS = frozenset(RecordMark(mark, kind, "", TODAY) for mark in Mark for kind in RecordKind)


def fields_of(*texts: str) -> tuple[DemandedField, ...]:
    pairs = [text.rpartition(">") for text in texts]
    return tuple(
        DemandedField(FieldCoordinate(at), FieldCoordinate(below) if below else None) for below, _, at in pairs
    )


def account(*texts: str, asker: Asker | None = None, catalog: Catalog | None = None, **evidence) -> Account:
    question = Question(asker or an_asker(), fields_of(*texts), TODAY)
    return explain(question, catalog or tianjin(), replace(evidence_of(), **evidence))


def test_all_findings_are_told_strictest_first():
    [one] = account("TaxpayerProfile.taxpayerStatus").explanations
    [verdict] = a_sheet(["TaxpayerProfile.taxpayerStatus"], an_asker()).verdicts.values()
    assert one.findings == verdict.findings
    assert len(one.findings) > 1
    first = verdict.findings[0]
    assert (one.effect, one.code, one.rule, one.article) == (first.effect, first.code, first.rule, first.article)
    assert one.item == "NB01-1"


def test_what_is_shown_has_no_reason_and_lacks_nothing():
    [one] = account("LegalPerson.registeredName").explanations
    assert (one.effect, one.code, one.missing, one.help) == (Effect.SHOW, None, (), "")


def test_a_mask_is_named():
    [one] = account("TaxArrears.arrearsBalance").explanations
    assert (one.effect, one.code, one.mask) == (Effect.MASK, ReasonCode.MASKED, MaskKind.M6)


def test_answers_come_in_the_order_of_the_question_also_where_a_field_is_asked_twice():
    asked = ("TaxArrears.arrearsBalance", "Nothing.here", "TaxArrears.arrearsBalance")
    told = account(*asked).explanations
    assert [one.field.coordinate for one in told] == list(asked)
    assert told[0] == told[2]


def test_a_persons_field_falls_with_the_role_it_hangs_under():
    role = "MajorTaxViolation.responsibleFinancialOfficer"
    [alone, below] = account("PersonRef.name", f"{role}>PersonRef.name").explanations
    assert alone.effect is not Effect.WITHHOLD
    assert below.effect is Effect.WITHHOLD
    assert ReasonCode.CALLER_NOT_AUTHORISED in {finding.code for finding in below.findings}


def test_a_prohibited_name_is_told_as_such_and_an_unknown_one_as_unlisted():
    told = account("PersonRef.bloodType", "PersonRef.religion", "Nothing.here", "", "王小明").explanations
    assert [one.code for one in told] == [
        ReasonCode.PROHIBITED_CATEGORY,
        ReasonCode.PROHIBITED_CATEGORY,
        ReasonCode.NOT_IN_CATALOG,
        ReasonCode.NOT_IN_CATALOG,
        ReasonCode.NOT_IN_CATALOG,
    ]
    assert all(one.may_be_kept_back_by == () for one in told)


def test_a_field_that_the_catalog_does_not_govern_says_why():
    [one] = account("Provenance.agency").explanations
    assert (one.effect, one.findings) == (Effect.SHOW, ())
    assert one.help == tianjin().structural[FieldCoordinate("Provenance.agency")]


def test_rules_for_records_are_told_with_their_articles():
    [one] = account("AdministrativePenalty.penaltyContent").explanations
    told = {rule.rule: str(rule.article) for rule in one.may_be_kept_back_by}
    assert {"display_period", "restored", "revoked", "simplified_procedure", "legal_document"} <= told.keys()
    assert "hidden_at_request" not in told  # a penalty cannot be hidden at its subject's request
    articles = tianjin().jurisdiction.articles
    assert told == {name: str(articles[name]) for name in told}


def test_honours_may_be_hidden_where_the_region_lets_their_subject_hide_them():
    for region, is_told in (("TJ", True), ("HL", True), ("SH", False), ("LN", False)):
        [one] = account("CommendationRecord.awardDate", catalog=the_catalog(region)).explanations
        assert ("hidden_at_request" in {rule.rule for rule in one.may_be_kept_back_by}) is is_told, region


def holders(facts: str) -> set[str]:
    """Fields whose persons the judge looks at for their day of birth or their role."""
    return {
        f"{place.kind}.{name.partition('.')[0]}"
        for place in tianjin().records.values()
        for name in getattr(place.entry.item.judged, facts)
    }


@pytest.mark.parametrize(("facts", "rule"), [("birth", "minor"), ("roles", "linked_person")])
def test_a_person_may_turn_out_a_minor_or_of_a_role_that_the_law_does_not_name(facts, rule):
    assert holders(facts)
    for holder in holders(facts):
        told = account(holder, f"{holder}>PersonRef.name", asker=ORGAN).explanations
        assert all(rule in {one.rule for one in each.may_be_kept_back_by} for each in told)


def test_whoever_sees_everything_is_told_of_no_rule_on_single_facts():
    itself = an_asker(CallerClass.SUBJECT_SELF)
    for holder in holders("roles"):
        [one] = account(holder, asker=itself, is_own=True).explanations
        told = {rule.rule for rule in one.may_be_kept_back_by}
        assert "display_period" in told
        assert not told & {"linked_person", "record_flag", "natural_person", "value_condition"}


def test_values_on_condition_are_told_to_whoever_does_not_meet_it():
    graded = "TaxCreditRating.taxCreditRating"
    public, organ = (account(graded, asker=asker).explanations[0] for asker in (an_asker(), ORGAN))
    assert "value_condition" in {rule.rule for rule in public.may_be_kept_back_by}
    assert "value_condition" not in {rule.rule for rule in organ.may_be_kept_back_by}


def test_two_laws_are_told_with_both_their_articles():
    question = Question(ORGAN, fields_of("AdministrativePenalty.penaltyContent"), TODAY)
    evidence = replace(evidence_of(), home="SH")
    [one] = explain(question, tianjin(), evidence, home=the_catalog("SH")).explanations
    assert {rule.article.regulation for rule in one.may_be_kept_back_by} >= {"TJ", "SH"}


def test_a_kind_that_the_other_law_does_not_list_is_told_of_by_its_own():
    question = Question(ORGAN, fields_of("AdministrativePenalty.penaltyContent"), TODAY)
    elsewhere = replace(the_catalog("SH"), records={})
    [one] = explain(question, tianjin(), replace(evidence_of(), home="SH"), home=elsewhere).explanations
    assert {rule.article.regulation for rule in one.may_be_kept_back_by} == {"TJ"}


@given(
    at=st.sampled_from(sorted(tianjin().entries)),
    caller=st.sampled_from(CallerClass),
    purpose=st.none() | st.sampled_from(Purpose),
    marks=st.frozensets(st.sampled_from(sorted(MARKS, key=str))),
)
def test_no_mark_on_any_record_changes_a_word(at, caller, purpose, marks):
    asker = an_asker(caller, purpose)
    assert account(at, asker=asker, marks=marks).explanations == account(at, asker=asker).explanations


@pytest.mark.parametrize("region", ["TJ", "SH", "HL", "LN"])
@pytest.mark.parametrize("caller", CallerClass)
def test_every_field_can_be_explained_to_everybody(region, caller):
    catalog = the_catalog(region)
    told = account(*catalog.entries, asker=an_asker(caller, Purpose.INSPECTION), catalog=catalog).explanations
    for one in told:
        assert bool(one.missing) is (one.effect is Effect.WITHHOLD)
        assert ReasonCode.RULE_FAILED not in {finding.code for finding in one.findings}
