"""What is ordered: what was not withheld, what the judge needs, and nothing else."""

from __future__ import annotations

import pytest

from gateway.pipeline.plan import Planner
from schema.vocabulary.caller import PUBLIC_CALLER, Caller, Inquiry, Purpose
from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.reasons import ReasonCode
from tests.builders import SOME_CODE, tianjin
from tests.corridor import ITSELF, OFFICER, PERMIT, a_demand, plans_of, some_documents

MR, ED, TX, CT = (
    AgencyId.MARKET_REGULATION,
    AgencyId.ENTERPRISE_DISCLOSURE,
    AgencyId.TAX,
    AgencyId.COURTS,
)


def about(inner: str, code: str = SOME_CODE) -> str:
    return f'{{ subject(code: "{code}") {{ {inner} }} }}'


def planned(inner: str, caller: Caller = PUBLIC_CALLER, stated: Inquiry | None = None):
    [plan] = plans_of(a_demand(about(inner), stated=stated), caller)
    return plan


def ordered(inner: str, caller: Caller = PUBLIC_CALLER, stated: Inquiry | None = None) -> dict[AgencyId, set[str]]:
    return {
        order.agency: {f"{order.kind}.{fact}" for fact in order.facts}
        for order in planned(inner, caller, stated).orders(SOME_CODE)
    }


def refusals(inner: str, caller: Caller = PUBLIC_CALLER, stated: Inquiry | None = None) -> list[tuple[str, str]]:
    return [(str(one.code), ".".join(map(str, one.path[1:]))) for one in planned(inner, caller, stated).problems]


def test_only_the_facts_asked_for_are_ordered_from_whoever_holds_them() -> None:
    assert ordered("legalPerson { registeredName }") == {MR: {"LegalPerson.registeredName"}}
    assert ordered("taxArrears { k: taxCategory kk: taxCategory }") == {TX: {"TaxArrears.taxCategory"}}


@pytest.mark.parametrize(
    ("caller", "stated", "code"),
    [
        (PUBLIC_CALLER, None, ReasonCode.CALLER_NOT_AUTHORISED),
        (OFFICER, None, ReasonCode.PURPOSE_REQUIRED),
        (OFFICER, Inquiry(Purpose.RESIDENCE), ReasonCode.PURPOSE_NOT_ALLOWED),
    ],
)
def test_a_refused_field_is_never_ordered_and_says_why(caller, stated, code) -> None:
    inner = "taxpayerProfile { competentTaxAuthority s: taxpayerStatus }"
    assert ordered(inner, caller, stated) == {TX: {"TaxpayerProfile.competentTaxAuthority"}}
    assert refusals(inner, caller, stated) == [(code, "taxpayerProfile.s")]
    [problem] = planned(inner, caller, stated).problems
    assert problem.details["catalogItem"] == "NB01-1"
    assert problem.details["coordinate"] == "TaxpayerProfile.taxpayerStatus"
    assert problem.details["article"].startswith("TJ ")
    assert problem.help


def test_the_same_question_with_the_right_purpose_is_ordered() -> None:
    assert ordered("taxpayerProfile { taxpayerStatus }", OFFICER, PERMIT) == {TX: {"TaxpayerProfile.taxpayerStatus"}}


def test_the_operator_is_told_of_a_rule_that_fails(monkeypatch, caplog) -> None:
    def broken(case):
        raise ZeroDivisionError

    monkeypatch.setattr("policies.decide.RULES", (("sharing_scope", broken),))
    assert refusals("taxArrears { taxCategory }") == [(ReasonCode.RULE_FAILED, "taxArrears")]
    assert caplog.messages == ["the rule sharing_scope failed on CreditSubject.taxArrears"]


def test_persons_are_judged_and_ordered_below_their_role() -> None:
    inner = "legalPerson { legalRepresentative { name telephone identityDocumentNumber } }"
    assert ordered(inner) == {MR: {"LegalPerson.legalRepresentative.name"}}
    assert [path for _, path in refusals(inner)] == [
        "legalPerson.legalRepresentative.telephone",
        "legalPerson.legalRepresentative.identityDocumentNumber",
    ]
    own = ordered(inner, ITSELF)[MR]
    assert "LegalPerson.legalRepresentative.identityDocumentNumber" in own


def test_a_place_of_which_everything_is_refused_is_not_ordered_at_all() -> None:
    assert ordered("taxpayerProfile { taxpayerStatus }") == {}
    assert len(refusals("taxpayerProfile { taxpayerStatus taxpayerType }")) == 2


def test_what_the_judge_needs_is_ordered_with_it() -> None:
    assert ordered("judgmentDefaults { caseNumber }") == {
        CT: {
            "JudgmentDefaulter.caseNumber",
            "JudgmentDefaulter.publicationDate",
            "JudgmentDefaulter.enforcementBasisNumber",
        }
    }
    with_person = ordered("judgmentDefaults { responsiblePerson { name } }")[CT]
    assert "JudgmentDefaulter.responsiblePerson.birthDate" in with_person
    penalties = ordered("administrativePenalties { penaltyContent }")
    for facts in penalties.values():
        assert "AdministrativePenalty.decisionDate" in facts
        assert "AdministrativePenalty.displayDeadline" in facts
    assert "AdministrativePenalty.procedureType" in penalties[MR]


@pytest.mark.parametrize(
    "arrangement",
    [
        "orderBy: {field: PROCEDURE_TYPE}",
        'where: [{field: PROCEDURE_TYPE, equals: "ORDINARY"}]',
        'where: [{field: PENALTY_CONTENT, equals: "x"}, {field: PROCEDURE_TYPE, from: "a"}]',
    ],
)
def test_to_sort_or_narrow_by_a_field_needs_the_right_to_see_it(arrangement) -> None:
    inner = f"administrativePenalties({arrangement}) {{ penaltyDocumentNumber }}"
    assert ordered(inner) == {}
    assert refusals(inner) == [(ReasonCode.CALLER_NOT_AUTHORISED, "administrativePenalties")]
    assert "AdministrativePenalty.procedureType" in ordered(inner, OFFICER, PERMIT)[MR]


def test_a_field_that_a_list_is_arranged_by_is_ordered_though_not_shown() -> None:
    assert ordered("branches(orderBy: {field: BRANCH_CODE}) { branchName }") == {
        MR: {"Branch.branchName", "Branch.branchCode"}
    }


@pytest.mark.parametrize("place", sorted(str(place).partition(".")[2] for place in tianjin().records))
def test_presence_alone_orders_one_public_fact_from_every_contributor(place) -> None:
    query = f"{place} {{ __typename }} again: {place} {{ provenance {{ agency }} }}"
    found = ordered(query)
    record = next(record for name, record in tianjin().records.items() if name.endswith(f".{place}"))
    assert set(found) == set(record.contributors)
    for agency, facts in found.items():
        assert facts
        judged = {f"{record.kind}.{name}" for name in record.entry.item.judged.names()}
        for coordinate in facts - judged:
            entry = tianjin().entries[coordinate]  # type: ignore[index]  # a coordinate as text
            assert (entry.sensitivity, entry.natural_person) == ("PUBLIC", None)
            assert agency in entry.sources


def test_a_second_agency_is_asked_only_if_somebody_looks_at_disagreements() -> None:
    assert set(ordered("legalPerson { registeredName provenance { agency asOf } }")) == {MR}
    looked = ordered("legalPerson { registeredName approvalDate provenance { disagreements { field } } }")
    assert looked == {
        MR: {"LegalPerson.registeredName", "LegalPerson.approvalDate"},
        ED: {"LegalPerson.registeredName"},
    }


def test_a_refused_fact_is_not_checked_either() -> None:
    looked = ordered("legalPerson { registeredName paidInCapital { amount } provenance { disagreements { field } } }")
    assert looked == {MR: {"LegalPerson.registeredName"}, ED: {"LegalPerson.registeredName"}}


def test_what_a_place_orders_twice_is_one_order() -> None:
    narrowed = 'enforcementCases(where: [{field: CASE_KIND, from: "2"}]) { causeOfAction }'
    plan = planned(f"a: enforcementCases {{ caseNumber }} b: {narrowed}", OFFICER, PERMIT)
    [order] = plan.orders(SOME_CODE)
    assert order.facts == {"caseNumber", "caseKind", "causeOfAction"}


def test_plans_are_kept_by_everything_they_follow_from_and_shared_by_nobody_else() -> None:
    planner, documents = Planner(tianjin()), some_documents()
    query = about("taxpayerProfile { taxpayerStatus }")

    def plan(caller: Caller, stated: Inquiry | None = None):
        return plans_of(a_demand(query, stated=stated, documents=documents), caller, planner=planner)[0]

    assert plan(OFFICER, PERMIT) is plan(OFFICER, PERMIT)
    assert plan(OFFICER, PERMIT).places != plan(OFFICER).places
    for caller, stated in [
        (PUBLIC_CALLER, None),
        (OFFICER, None),
        (OFFICER, PERMIT),
        (ITSELF, None),
        (PUBLIC_CALLER, PERMIT),
    ]:
        fresh = plans_of(a_demand(query, stated=stated), caller)[0]
        kept = plan(caller, stated)
        assert [one.as_json() for one in kept.problems] == [one.as_json() for one in fresh.problems]
        assert kept.wants == fresh.wants


def test_another_subject_is_judged_anew_for_who_asks_about_itself() -> None:
    other = "91310000132260250X"
    demand = a_demand(f'{{ subjects(codes: ["{SOME_CODE}", "{other}"]) {{ taxpayerProfile {{ taxpayerStatus }} }} }}')
    own, others = plans_of(demand, ITSELF)
    assert (len(own.problems), len(others.problems)) == (0, 1)
    assert (len(own.wants), len(others.wants)) == (1, 0)
