"""Codes, arguments, purposes, variables: what a request asks for, and what is wrong with it in one word."""

from __future__ import annotations

import pytest

from gateway.faults import ClientFault, FaultCode
from gateway.pipeline.admit import read_inquiry, read_params
from gateway.pipeline.roots import Arrangement
from gateway.settings import Limits
from schema.vocabulary.caller import Inquiry, Purpose
from tests.corridor import a_demand, some_documents

CODE = "91120000103069967Y"
OTHER = "91310000132260250X"
SUBJECTS = "query($c: [CreditCode!]!) { subjects(codes: $c) { __typename } }"
INSPECTION = Inquiry(Purpose.INSPECTION)


def fault_of(query: str, **options) -> ClientFault:
    with pytest.raises(ClientFault) as caught:
        a_demand(query, **options)
    return caught.value


def test_codes_keep_their_order_and_a_wrong_one_is_null_in_its_place() -> None:
    demand = a_demand(
        SUBJECTS, variables={"c": [OTHER, "nonsense", CODE.lower(), f" {CODE} ", CODE[:-1], CODE[:-1] + "X"]}
    )
    assert demand.roots[0].codes == (OTHER, None, CODE, CODE, None, None)
    assert [problem.path for problem in demand.problems] == [("subjects", 1), ("subjects", 4), ("subjects", 5)]
    assert {problem.code for problem in demand.problems} == {FaultCode.INVALID_CREDIT_CODE}
    assert all("nonsense" not in problem.message and CODE[:-1] not in problem.message for problem in demand.problems)


def test_an_excepted_code_is_taken_as_it_is_written() -> None:
    wrong = CODE[:-1] + "X"
    assert a_demand(SUBJECTS, variables={"c": [wrong]}, documents=some_documents(exceptions=[wrong])).roots[
        0
    ].codes == (wrong,)


def test_a_hundred_subjects_and_not_one_more() -> None:
    assert len(a_demand(SUBJECTS, variables={"c": [CODE] * 100}).roots[0].codes) == 100
    assert fault_of(SUBJECTS, variables={"c": [CODE] * 101}).code is FaultCode.TOO_MANY_SUBJECTS
    assert a_demand(SUBJECTS, variables={"c": []}).roots[0].codes == ()


def test_subjects_of_all_roots_are_counted_together() -> None:
    searched = 'b: searchSubjects(name: "甲", first: 41) { totalCount }'
    query = f"query($c: [CreditCode!]!) {{ a: subjects(codes: $c) {{ __typename }} {searched} }}"
    assert fault_of(query, variables={"c": [CODE] * 60}).code is FaultCode.TOO_MANY_SUBJECTS
    assert a_demand(query, variables={"c": [CODE] * 59})


@pytest.mark.parametrize(
    ("arguments", "made"),
    [
        ("", Arrangement(100)),
        ("(first: 3)", Arrangement(3)),
        ("(orderBy: {field: TAX_CATEGORY})", Arrangement(100, "taxCategory")),
        ("(orderBy: {field: TAX_PERIOD_FROM, direction: DESC})", Arrangement(100, "taxPeriodFrom", True)),
        (
            '(where: [{field: TAX_CATEGORY, equals: "增值税"}, {field: TAX_PERIOD_TO, from: "2025", to: "2026"}])',
            Arrangement(
                100,
                where=(("taxCategory", "增值税", None, None), ("taxPeriodTo", None, "2025", "2026")),
            ),
        ),
        ("(where: [], orderBy: null)", Arrangement(100)),
    ],
)
def test_lists_are_arranged_as_asked(arguments, made) -> None:
    demand = a_demand(f'{{ subject(code: "{CODE}") {{ x: taxArrears{arguments} {{ taxCategory }} }} }}')
    assert dict(demand.roots[0].demands[0].arrangements) == {("subject", "x"): made}


def test_variables_and_literals_arrange_alike() -> None:
    head = "query($n: Int!, $o: TaxArrearsOrder, $w: [TaxArrearsCondition!])"
    query = (
        f'{head} {{ subject(code: "{CODE}") {{ taxArrears(first: $n, orderBy: $o, where: $w) {{ taxCategory }} }} }}'
    )
    documents = some_documents()
    for number in (1, 2, 1):
        variables = {"n": number, "o": {"field": "TAX_CATEGORY"}, "w": [{"field": "TAX_CATEGORY", "to": "b"}]}
        [(_, made)] = a_demand(query, variables=variables, documents=documents).roots[0].demands[0].arrangements
        assert made == Arrangement(number, "taxCategory", False, (("taxCategory", None, None, "b"),))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f'{{ subject(code: "{CODE}") {{ taxArrears(first: 101) {{ taxCategory }} }} }}', FaultCode.LIST_TOO_LONG),
        (f'{{ subject(code: "{CODE}") {{ taxArrears(first: -1) {{ taxCategory }} }} }}', FaultCode.INVALID_ARGUMENT),
        ('{ searchSubjects(name: "甲", first: 101) { totalCount } }', FaultCode.LIST_TOO_LONG),
        ('{ searchSubjects(name: "甲", first: 0) { totalCount } }', FaultCode.INVALID_ARGUMENT),
        ('{ searchSubjects(name: "甲", first: -3) { totalCount } }', FaultCode.INVALID_ARGUMENT),
        ('{ searchSubjects(name: "  ", first: 1) { totalCount } }', FaultCode.INVALID_ARGUMENT),
        ('{ searchSubjects(name: "a\\u0000b", first: 1) { totalCount } }', FaultCode.INVALID_ARGUMENT),
    ],
)
def test_arguments_out_of_bounds(query, code) -> None:
    assert fault_of(query).code is code


@pytest.mark.parametrize(
    ("head", "use", "variables"),
    [
        ("$c: CreditCode!", "subject(code: $c)", {}),
        ("$c: CreditCode!", "subject(code: $c)", {"c": None}),
        ("$c: CreditCode!", "subject(code: $c)", {"c": 5}),
        ("$c: CreditCode!", "subject(code: $c)", {"c": {"王小明": 1}}),
        ("$c: [CreditCode!]!", "subjects(codes: $c)", {"c": ["x", None]}),
        ("$c: [CreditCode!]!", "subjects(codes: $c)", {"c": [["王小明"]]}),
        ("$c: Int!", 'searchSubjects(name: "x", first: $c)', {"c": "王小明"}),
        ("$c: Int!", 'searchSubjects(name: "x", first: $c)', {"c": 2**31}),
        ("$c: Int!", 'searchSubjects(name: "x", first: $c)', {"c": 1e300}),
        ("$c: String!", "searchSubjects(name: $c, first: 1)", {"c": ["王小明"]}),
        ('$c: String = "x"', "searchSubjects(name: $c, first: 1)", {"c": None}),
    ],
)
def test_broken_variables_are_refused_without_repeating_them(head, use, variables) -> None:
    fault = fault_of(f"query({head}) {{ {use} {{ __typename }} }}", variables=variables)
    assert fault.code is FaultCode.INVALID_VARIABLES
    assert all("王小明" not in problem.message and problem.message for problem in fault.problems)


def test_a_purpose_is_stated_by_directive_or_by_headers() -> None:
    by_directive = (
        'query @inquiry(purpose: INSPECTION, matter: "抽查", caseReference: "1", workflow: "夜") { __typename }'
    )
    whole = Inquiry(Purpose.INSPECTION, "抽查", "1", "夜")
    assert a_demand("{ __typename }").inquiry == Inquiry()
    assert a_demand("{ __typename }", stated=INSPECTION).inquiry == INSPECTION
    assert a_demand(by_directive).inquiry == whole
    assert a_demand(by_directive, stated=whole).inquiry == whole
    assert (
        a_demand("query($p: Purpose!) @inquiry(purpose: $p) { __typename }", variables={"p": "INSPECTION"}).inquiry
        == INSPECTION
    )


@pytest.mark.parametrize(
    "stated",
    [
        *(Inquiry(Purpose.AUDITING), Inquiry(Purpose.INSPECTION, "x")),
        *(Inquiry(None, "x"), Inquiry(None, None, "x"), Inquiry(None, workflow="x")),
    ],
)
def test_two_different_statements_are_refused(stated) -> None:
    fault = fault_of("query @inquiry(purpose: INSPECTION) { __typename }", stated=stated)
    assert fault.code is FaultCode.INQUIRY_CONTRADICTORY


def test_a_long_matter_counts_the_same_either_way() -> None:
    long = "事" * 500
    headers = read_inquiry({"inquiry-purpose": "INSPECTION", "inquiry-matter": long})
    demand = a_demand(f'query @inquiry(purpose: INSPECTION, matter: "{long}") {{ __typename }}', stated=headers)
    assert demand.inquiry.matter == "事" * 200


def test_every_part_of_a_statement_has_its_header() -> None:
    stated = {"matter": "%E6%8A%BD", "case-reference": "7", "workflow": "%E5%A4%9C"}
    headers = {"inquiry-purpose": "INSPECTION", **{f"inquiry-{name}": text for name, text in stated.items()}}
    assert read_inquiry(headers) == Inquiry(Purpose.INSPECTION, "抽", "7", "夜")


@pytest.mark.parametrize("value", ["FUN", "inspection", "'Purpose", ""])
def test_a_purpose_that_no_law_names(value) -> None:
    fault = fault_of("query($p: Purpose!) @inquiry(purpose: $p) { __typename }", variables={"p": value})
    assert fault.code is FaultCode.PURPOSE_UNKNOWN
    assert "INSPECTION" in fault.problems[0].help
    with pytest.raises(ClientFault) as caught:
        read_inquiry({"inquiry-purpose": value})
    assert caught.value.code is FaultCode.PURPOSE_UNKNOWN


@pytest.mark.parametrize(("head", "variables"), [("$p: Purpose!", {}), ("$p: Purpose = INSPECTION", {"p": None})])
def test_a_purpose_left_out_of_the_variables(head, variables) -> None:
    assert (
        fault_of(f"query({head}) @inquiry(purpose: $p) {{ __typename }}", variables=variables).code
        is FaultCode.INVALID_VARIABLES
    )


def test_words_about_purposes_in_another_variable_are_just_wrong_values() -> None:
    query = 'query($n: Int!) { searchSubjects(name: "x", first: $n) { totalCount } }'
    assert fault_of(query, variables={"n": "'Purpose'"}).code is FaultCode.INVALID_VARIABLES


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ([], "batched"),
        ("x", "object"),
        (None, "object"),
        (5, "object"),
        ({}, "query"),
        ({"query": " "}, "query"),
        ({"query": ["{a}"]}, "query"),
        ({"query": "{a}", "operationName": 5}, "operationName"),
        ({"query": "{a}", "variables": []}, "variables"),
        ({"query": "{a}", "variables": "{}"}, "variables"),
        ({"query": "{a}", "extensions": 1}, "extensions"),
    ],
)
def test_bodies_of_a_wrong_shape(payload, words) -> None:
    with pytest.raises(ClientFault, match=words) as caught:
        read_params(payload)
    assert caught.value.code is FaultCode.MALFORMED


def test_large_documents_are_served_and_not_kept() -> None:
    documents = some_documents(Limits(aliases=3000))
    lists = " ".join(f"a{n}: judgmentDefaults {{ ...All }}" for n in range(60))
    query = (
        f'{{ subject(code: "{CODE}") {{ {lists} }} }} fragment All on JudgmentDefaulter {{ '
        + " ".join(f"b{n}: caseNumber" for n in range(60))
        + " }"
    )
    assert a_demand(query, documents=documents).roots[0].selection.size > 3600
    assert not documents._selections
    assert not documents._demands


def test_nothing_is_kept_of_selections_that_are_made_anew_each_time() -> None:
    documents = some_documents(Limits(aliases=200))
    names = " ".join(f"b{place}: branchName" for place in range(50))
    about = f'subject(code: "{CODE}") {{ a: branches {{ ...Names }} b: branches {{ ...Names }} }}'
    query = "{ " + " ".join(f"s{place}: {about}" for place in range(20)) + " }"
    assert a_demand(f"{query} fragment Names on Branch {{ {names} }}", documents=documents)
    assert not documents._selections
    assert not documents._demands


def test_what_is_kept_of_a_document_does_not_hold_its_text() -> None:
    demand = a_demand(f'{{ subject(code: "{CODE}") {{ branches {{ branchName }} }} }}')
    assert [part.node.loc for root in demand.roots for part in root.selection.walk()] == [None] * 3
