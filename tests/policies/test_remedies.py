"""What is missing is all that is missing: with it the field is seen, without any of it the field is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.decide import decide
from policies.evidence import Evidence
from policies.explain import Explanation, explain
from policies.question import Asker, DemandedField, Question
from policies.reach import a_consent
from policies.remedies import Judge, Remedy, remedy
from policies.verdict import Effect, Finding
from schema.vocabulary.access import Missing
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.identifiers import FieldCoordinate, SubjectKind
from schema.vocabulary.reasons import ReasonCode, SourceArticle
from tests.builders import TODAY, an_asker, evidence_of, the_catalog, tianjin

STATUS = "TaxpayerProfile.taxpayerStatus"
_FINAL = {Missing.OTHER_CALLER, Missing.NOTHING_HELPS, Missing.OPERATOR}
_BARE = Asker(CallerClass.STATE_ORGAN, None, may_read_conditional=False)


def explained(coordinate: str, asker: Asker, evidence: Evidence | None = None, *, region: str = "TJ") -> Explanation:
    question = Question(asker, (DemandedField(FieldCoordinate(coordinate)),), TODAY)
    [one] = explain(question, the_catalog(region), evidence or evidence_of()).explanations
    return one


def test_everything_that_is_missing_is_told_at_once():
    one = explained(STATUS, _BARE)
    assert one.missing == (
        Missing.TOKEN_SCOPE,
        Missing.STAFF_AUTHORITY,
        Missing.PURPOSE,
        Missing.PUBLISHED_MATTER,
    )
    assert Purpose.ADMINISTRATIVE_PERMIT in one.remedy.purposes
    assert "purposes that would do" in one.help


def test_a_written_consent_takes_the_place_of_a_plain_one():
    bank = an_asker(CallerClass.FINANCIAL_INSTITUTION, Purpose.CREDIT_GRANTING)
    assert explained(STATUS, bank).missing == (Missing.CONSENT,)
    assert explained(STATUS, bank, region="SH").missing == (Missing.WRITTEN_CONSENT,)


def test_where_nothing_of_ones_own_helps_those_are_named_who_may_ask():
    one = explained(STATUS, an_asker())
    assert one.missing == (Missing.OTHER_CALLER,)
    assert CallerClass.STATE_ORGAN in one.remedy.callers
    assert CallerClass.PUBLIC not in one.remedy.callers
    assert "@inquiry" not in one.help  # a purpose would not help the public


@pytest.mark.parametrize("coordinate", ["PersonRef.bloodType", "Nothing.atAll", "王小明", ""])
def test_what_nobody_may_see_is_told_as_such(coordinate):
    one = explained(coordinate, an_asker())
    assert (one.missing, one.remedy.callers) == ((Missing.NOTHING_HELPS,), ())


AT = FieldCoordinate(STATUS)
STAFF = Finding(
    Effect.WITHHOLD, ReasonCode.STAFF_NOT_AUTHORISED, "staff_authority", SourceArticle("TJ", "21(2)"), "ask"
)
PURPOSE = replace(STAFF, code=ReasonCode.PURPOSE_NOT_ALLOWED, rule="purpose")
CALLER = replace(STAFF, code=ReasonCode.CALLER_NOT_AUTHORISED, rule="sharing_scope")


def searched(finding: Finding, judge: Judge, *, at: FieldCoordinate = AT) -> Remedy:
    """What is found to be missing where the judge answers like this."""
    question = Question(an_asker(CallerClass.STATE_ORGAN, Purpose.INSPECTION), (DemandedField(at),), TODAY)
    return remedy((finding,), judge, (at,), question=question, evidence=evidence_of(), catalog=tianjin())


def test_a_purpose_on_a_condition_wants_the_matter():
    told = searched(PURPOSE, lambda asker, _evidence: () if asker.states_matter else (PURPOSE,))
    assert told.missing == (Missing.MATTER,)


def test_where_no_purpose_would_do_others_may_ask():
    told = searched(PURPOSE, lambda _asker, _evidence: (PURPOSE,))
    assert told.missing == (Missing.OTHER_CALLER,)
    assert told.callers


def test_what_does_not_help_is_not_asked_for_twice():
    assert searched(STAFF, lambda _asker, _evidence: (STAFF,)).missing == (Missing.OTHER_CALLER,)


def test_where_no_other_caller_could_ask_either_nothing_helps():
    told = searched(CALLER, lambda _asker, _evidence: (CALLER,), at=FieldCoordinate("Nothing.here"))
    assert (told.missing, told.advice) == ((Missing.NOTHING_HELPS,), ("ask",))


def test_a_rule_that_failed_is_the_operators():
    broken = replace(STAFF, code=ReasonCode.RULE_FAILED)
    assert searched(broken, lambda _asker, _evidence: (broken,)).missing == (Missing.OPERATOR,)


def equipped(asker: Asker, evidence: Evidence, one: Explanation, item: str) -> tuple[Asker, Evidence]:
    """The caller with what the explanation says is missing, and nothing else."""
    missing = set(one.missing)
    if Missing.PURPOSE in missing:
        asker = replace(asker, purpose=one.remedy.purposes[0])
    asker = replace(
        asker,
        may_read_conditional=asker.may_read_conditional or Missing.TOKEN_SCOPE in missing,
        items=frozenset({"*"}) if Missing.STAFF_AUTHORITY in missing else asker.items,
        published=frozenset(Purpose) if Missing.PUBLISHED_MATTER in missing else asker.published,
        states_matter=asker.states_matter or Missing.MATTER in missing,
    )
    if missing & {Missing.CONSENT, Missing.WRITTEN_CONSENT}:
        consent = a_consent(frozenset({item}), TODAY, is_written=Missing.WRITTEN_CONSENT in missing)
        evidence = replace(evidence, consents=evidence.consents | {consent})
    return asker, evidence


@given(
    region=st.sampled_from(("TJ", "SH", "HL", "LN")),
    coordinate=st.sampled_from(sorted(tianjin().entries)),
    asker=st.builds(
        Asker,
        st.sampled_from(CallerClass),
        st.none() | st.sampled_from(Purpose),
        st.booleans(),
        published=st.sampled_from((frozenset[Purpose](), frozenset(Purpose))),
        items=st.sampled_from((frozenset[str](), frozenset({"*"}))),
        states_matter=st.booleans(),
    ),
    kind=st.sampled_from(SubjectKind),
)
def test_with_what_is_missing_the_field_is_seen(region, coordinate, asker, kind):
    one = explained(coordinate, asker, evidence_of(kind=kind), region=region)
    assert bool(one.missing) is (one.effect is Effect.WITHHOLD)
    if not one.missing or set(one.missing) & _FINAL:
        return
    catalog = the_catalog(region)
    item = catalog.entries[FieldCoordinate(coordinate)].item.code
    better, evidence = equipped(asker, evidence_of(kind=kind), one, item)
    question = Question(better, (DemandedField(FieldCoordinate(coordinate)),), TODAY)
    [verdict] = decide(question, catalog, evidence).verdicts.values()
    assert verdict.effect is not Effect.WITHHOLD
