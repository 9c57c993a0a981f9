"""Many subjects at once, many callers at once, the same question again: as few calls as the agencies allow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.journeys.gateways import Gateway
from tests.journeys.stage import Stage

MANY = "query($codes: [CreditCode!]!) { subjects(codes: $codes) { unifiedSocialCreditCode %s } }"
REGISTRATION = "legalPerson { registeredName provenance { agency fromCache } }"
TAX = "taxpayerProfile { taxpayerIdentificationNumber provenance { agency fromCache } }"
OFFICE = {"persona": "permit-officer", "purpose": "ADMINISTRATIVE_PERMIT"}


@pytest.fixture
def fifty(stage: Stage) -> list[str]:
    """Fifty codes of the seeded population."""
    return list(stage.sandbox.world.codes[60:110])


def test_fifty_subjects_keep_their_order_and_cost_one_call_where_an_agency_has_a_batch(counted, gateway, fifty):
    reply = gateway.ask(MANY % f"{REGISTRATION} {TAX}", **OFFICE, codes=fifty)
    subjects = reply.data["subjects"]
    assert [subject["unifiedSocialCreditCode"] for subject in subjects] == fifty
    assert all(subject["legalPerson"]["registeredName"] for subject in subjects)
    assert reply.errors == []
    calls = counted.calls()
    assert calls["tax"]["total"] == 1
    assert calls["market_regulation"]["total"] == 1
    assert calls["courts"]["total"] == calls["enterprise_disclosure"]["total"] == 0


def test_several_kinds_of_one_agency_share_the_errand(counted, gateway, fifty):
    local = [code for code in fifty if code[2:4] == "12"]
    assert len(local) > 5
    question = MANY % f"{TAX} taxCreditRatings {{ ratingYear }} taxArrears {{ taxCategory }}"
    assert gateway.ask(question, **OFFICE, codes=local).errors == []
    assert counted.totals()["tax"] == 1


def test_another_regions_law_may_have_a_fact_more_to_look_at(counted, gateway, fifty):
    """Liaoning keeps arrears no longer than its catalog says (LN 10), so the judge asks for the day of payment too."""
    two = [next(code for code in fifty if code[2:4] == division) for division in ("12", "21")]
    assert gateway.ask(MANY % "taxArrears { taxCategory }", codes=two).errors == []
    assert counted.totals()["tax"] == 2


def test_a_bad_code_and_an_unknown_one_fail_nobody_else(gateway, stage, fifty):
    codes = [*fifty[:3], "91120101XNXN00005A", *fifty[3:5], stage.named["unknown"], "short", *fifty[5:7]]
    reply = gateway.ask(MANY % REGISTRATION, codes=codes)
    subjects = reply.data["subjects"]
    assert [bool(subject) for subject in subjects] == [True] * 3 + [False] + [True] * 3 + [False] + [True] * 2
    assert subjects[6] == {"unifiedSocialCreditCode": stage.named["unknown"], "legalPerson": None}
    assert reply.problems("INVALID_CREDIT_CODE") == {"subjects.3", "subjects.7"}
    assert "91120101XNXN00005A" not in "".join(error["message"] for error in reply.errors)


def test_a_refusal_that_holds_for_all_is_said_once_and_others_with_their_place(gateway, stage):
    codes = [stage.named[name] for name in ("clean", "individual-business", "captcha")]
    reply = gateway.ask(
        MANY % "legalPerson { paidInCapital { amount } } taxArrears { taxCategory arrearsBalance { band } } "
        "commendations { honorName }",
        codes=codes,
    )
    told = {(error["extensions"]["code"], ".".join(map(str, error["path"]))) for error in reply.errors}
    assert told == {
        ("CALLER_NOT_AUTHORISED", "subjects.legalPerson.paidInCapital"),
        ("CALLER_NOT_AUTHORISED", "subjects.1.taxArrears.arrearsBalance"),
        ("SOURCE_UNAVAILABLE", "subjects.2.commendations"),
    }


def test_the_same_subject_twice_is_asked_for_once(counted, gateway, stage):
    code = stage.named["clean"]
    reply = gateway.ask(MANY % f"{REGISTRATION} {TAX}", **OFFICE, codes=[code, code, code.lower()])
    first, *others = reply.data["subjects"]
    assert others == [first, first]
    assert counted.totals()["tax"] == counted.totals()["market_regulation"] == 1


def test_identical_questions_of_many_callers_at_once_share_the_calls(counted, gateway, stage):
    """Agencies are slow for a moment, so that all askers are there before the first answer."""
    code, askers = stage.named["clean"], 12
    fields = "judgmentDefaults { caseNumber } commendations { honorName }"
    question = f"query($code: CreditCode!) {{ subject(code: $code) {{ {fields} }} }}"
    gateway.token("permit-officer")
    try:
        for agency in ("courts", "enterprise_disclosure"):
            stage.fault(agency, latency_ms=300)
        with ThreadPoolExecutor(askers, thread_name_prefix="asker") as pool:
            replies = list(pool.map(lambda _: gateway.ask(question, **OFFICE, code=code), range(askers)))
    finally:
        calls = counted.calls()
        stage.calm()
    assert len({reply.text for reply in replies}) == 1
    assert replies[0].errors == []
    assert calls["courts"]["operations"] == {"sxbzxr": 1}
    assert calls["enterprise_disclosure"]["operations"].get("commendationInfo", 1) == 1
    assert calls["enterprise_disclosure"]["total"] <= 2  # the token of the subject, and the section


def test_different_callers_share_facts_and_never_verdicts(counted, keeping: Gateway, stage):
    question = (
        "query($code: CreditCode!) { subject(code: $code) { legalPerson { registeredName paidInCapital { amount } } } }"
    )
    code = stage.named["clean"]
    officer = keeping.ask(question, **OFFICE, code=code)
    assert officer.data["subject"]["legalPerson"]["paidInCapital"]
    public = keeping.ask(question, code=code)
    assert public.data["subject"]["legalPerson"]["paidInCapital"] is None
    assert public.codes == ["CALLER_NOT_AUTHORISED"]


def test_the_second_time_everything_comes_from_the_cache(counted, keeping: Gateway, fifty):
    fields = f"{REGISTRATION} {TAX} judgmentDefaults {{ caseNumber }} commendations {{ honorName }}"
    first = keeping.ask(MANY % fields, **OFFICE, codes=fifty[:10])
    calls = counted.totals()
    assert min(calls.values()) > 0
    second = keeping.ask(MANY % fields, **OFFICE, codes=fifty[:10])
    assert counted.totals() == calls
    assert first.text.replace('"fromCache":false', '"fromCache":true') == second.text
    assert '"fromCache":false' not in second.text


def test_what_is_kept_serves_whoever_asks_about_fewer(counted, keeping: Gateway, fifty):
    keeping.ask(MANY % f"{REGISTRATION} {TAX}", **OFFICE, codes=fifty[:10])
    counted.forget()
    keeping.ask(MANY % TAX, **OFFICE, codes=fifty[:5])
    assert counted.totals()["tax"] == 0


PERSONAL = "legalPerson { registeredName internalSubjectId legalRepresentative { name identityDocumentNumber } }"


def test_a_subject_among_others_sees_itself_and_the_public_face_of_the_rest(counted, gateway, stage):
    codes = [stage.named[name] for name in ("penalised", "clean", "defaulter")]
    reply = gateway.ask(MANY % PERSONAL, "subject", codes=codes)
    numbers = [
        subject["legalPerson"]["legalRepresentative"]["identityDocumentNumber"] for subject in reply.data["subjects"]
    ]
    assert [bool(number) for number in numbers] == [False, True, False]
    assert reply.problems("CALLER_NOT_AUTHORISED") == {
        f"subjects.{place}.legalPerson.{field}"
        for place in (0, 2)
        for field in ("internalSubjectId", "legalRepresentative.identityDocumentNumber")
    }


def test_a_subject_that_finds_itself_by_name_sees_itself(gateway, stage):
    code = stage.named["clean"]
    name = gateway.ask(
        "query($code: CreditCode!) { subject(code: $code) { legalPerson { registeredName } } }", code=code
    )
    search = (
        "query($name: String!) { searchSubjects(name: $name, first: 2) "
        f"{{ edges {{ node {{ unifiedSocialCreditCode {PERSONAL} }} }} }} }}"
    )
    reply = gateway.ask(search, "subject", name=name.data["subject"]["legalPerson"]["registeredName"])
    (edge,) = reply.data["searchSubjects"]["edges"]
    assert edge["node"]["unifiedSocialCreditCode"] == code
    assert edge["node"]["legalPerson"]["legalRepresentative"]["identityDocumentNumber"]
    assert reply.errors == []


def test_several_roots_and_fragments_are_one_errand(counted, gateway, stage):
    question = """query($a: CreditCode!, $b: CreditCode!) {
      one: subject(code: $a) { ...Face  more: taxpayerProfile { taxpayerType } }
      two: subject(code: $b) { ...Face ... @include(if: false) { branches { branchName } } }
      both: subjects(codes: [$a, $b]) { ...Face }
    }
    fragment Face on CreditSubject {
      legalPerson { name: registeredName registeredName }
      taxpayerProfile { status: taxpayerStatus }
    }
    """
    reply = gateway.ask(question, **OFFICE, a=stage.named["clean"], b=stage.named["penalised"])
    assert reply.errors == []
    data = reply.data
    assert data["one"]["more"] == {"taxpayerType": "小规模纳税人"}
    assert data["both"] == [
        {key: data[root][key] for key in ("legalPerson", "taxpayerProfile")} for root in ("one", "two")
    ]
    assert list(data["two"]) == ["legalPerson", "taxpayerProfile"]
    assert data["one"]["legalPerson"]["name"] == data["one"]["legalPerson"]["registeredName"]
    assert counted.totals()["market_regulation"] == 1
