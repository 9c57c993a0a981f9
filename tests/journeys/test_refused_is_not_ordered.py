"""What is refused is never ordered: seen from the agencies, at the finest grain that each of them offers."""

from __future__ import annotations

import pytest

from tests.journeys.gateways import Gateway
from tests.journeys.questions import whole_question, without
from tests.journeys.stage import Stage
from tests.journeys.test_permit_check import QUESTION

REFUSALS = ("CALLER_NOT_AUTHORISED", "PURPOSE_REQUIRED", "PURPOSE_NOT_ALLOWED", "CONSENT_REQUIRED")
ASKERS = (
    ("public", None),
    ("developer", None),
    ("permit-officer", None),
    ("permit-officer", "ADMINISTRATIVE_PERMIT"),
    ("permit-officer", "INSPECTION"),
    ("bank", "CREDIT_GRANTING"),
    ("auditor", "AUDITING"),
    ("subject", None),
)
PERSONS = {f"E_PRI_PERSON.{column}" for column in ("CERNO", "CERTYPE", "NATDATE", "TEL", "DOM")}
"""What no caller but the subject itself may know of a person."""
REFUSED = {
    ("public", None): PERSONS | {"E_PRI_PERSON.COUNTRY", "E_BASEINFO.PAIDINCAP", "nsrzt_dm", "djrq", "yxqz", "SKSSQQ"},
    ("permit-officer", None): PERSONS | {"E_PRI_PERSON.COUNTRY", "E_BASEINFO.PAIDINCAP", "nsrzt_dm", "djrq", "SKSSQQ"},
    ("permit-officer", "ADMINISTRATIVE_PERMIT"): PERSONS,
    ("bank", "CREDIT_GRANTING"): PERSONS | {"E_PRI_PERSON.COUNTRY"},
    ("auditor", "AUDITING"): PERSONS,
}


def asked(stage: Stage) -> dict[str, set[str]]:
    """Fields, sections and columns that each agency was asked for."""
    return {agency: set(counted["asked"]) for agency, counted in stage.calls().items()}


def everything(stage: Stage) -> set[str]:
    """The same for all agencies together."""
    return set().union(*asked(stage).values())


@pytest.mark.parametrize(("persona", "purpose"), ASKERS)
@pytest.mark.parametrize("subject", ["clean", "penalised", "individual-business"])
def test_refused_fields_make_no_difference_to_the_orders(gateway, stage, *, persona, purpose, subject):
    """Every field of the graph, asked with and without those that are refused."""
    code = stage.named[subject]
    if persona == "bank" and subject == "individual-business":
        persona = "bank-without-consents"  # consents of others reach nobody
    stage.forget()
    reply = gateway.ask(whole_question(), persona, purpose=purpose, code=code)
    ordered = asked(stage)
    refused = set().union(*(reply.problems(refusal) for refusal in REFUSALS))
    assert set(reply.codes) <= set(REFUSALS)
    stage.forget()
    narrower = gateway.ask(without(whole_question(), refused), persona, purpose=purpose, code=code)
    assert narrower.errors == []
    assert asked(stage) == ordered


@pytest.mark.parametrize(("persona", "purpose"), REFUSED)
def test_natives_that_only_refused_fields_need_are_not_named_to_any_agency(counted, gateway, persona, purpose):
    gateway.ask(QUESTION, persona, purpose=purpose, code=counted.named["penalised"])
    natives = everything(counted)
    assert natives.isdisjoint(REFUSED[persona, purpose] | {"pjdf", "tzgbrq"})
    assert {"E_BASEINFO.ENTNAME", "ZSXM_DM", "sxbzxr"} <= natives


def test_what_the_subject_may_see_of_itself_is_ordered(counted, gateway):
    """The control: these natives exist, and are asked for where they may be shown."""
    gateway.ask(QUESTION, "subject", code=counted.named["clean"])
    assert PERSONS - {"E_PRI_PERSON.CERTYPE"} | {"E_BASEINFO.PAIDINCAP", "nsrzt_dm", "pjdf", "SKSSQQ"} <= everything(
        counted
    )


@pytest.mark.parametrize(("persona", "purpose"), ASKERS[:-1])
def test_an_amount_in_arrears_is_ordered_for_a_firm_and_never_for_a_person(counted, gateway, persona, purpose):
    question = (
        "query($code: CreditCode!) { subject(code: $code) { taxArrears { taxCategory arrearsBalance { band } } } }"
    )
    unbound = "bank-without-consents" if persona == "bank" else persona  # consents of others reach nobody
    gateway.ask(question, unbound, purpose=purpose, code=counted.named["individual-business"])
    assert "ZSXM_DM" in everything(counted)
    assert "qsye" not in everything(counted)
    gateway.ask(question, persona, purpose=purpose, code=counted.named["arrears"])
    assert "qsye" in everything(counted)


@pytest.mark.parametrize("persona", ["public", "developer", "bank"])
def test_to_sort_or_narrow_by_a_field_needs_the_right_to_see_it(counted, gateway: Gateway, persona):
    question = (
        "query($code: CreditCode!) { subject(code: $code) { taxCreditRatings(%s) { ratingYear } } }"  # one argument
    )
    for argument in (
        "orderBy: { field: RATING_SCORE }",
        'where: [{ field: RATING_SCORE, from: "90" }]',
    ):
        reply = gateway.ask(question % argument, persona, code=counted.named["clean"])
        assert reply.codes == ["CALLER_NOT_AUTHORISED"]
        assert reply.data == {"subject": {"taxCreditRatings": None}}
    assert counted.totals() == dict.fromkeys(counted.totals(), 0)


def test_a_request_that_is_wholly_refused_reaches_no_agency(counted, gateway):
    question = "query($code: CreditCode!) { subject(code: $code) { legalPerson { paidInCapital { amount } } } }"
    reply = gateway.ask(question, code=counted.named["clean"])
    assert reply.codes == ["CALLER_NOT_AUTHORISED"]
    assert counted.totals() == dict.fromkeys(counted.totals(), 0)
