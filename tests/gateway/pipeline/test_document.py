"""Documents within limits: each bound, what fragments add up to, and nesting that must not break anything."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from gateway.faults import ClientFault, FaultCode
from gateway.settings import Limits
from tests.corridor import a_demand, some_documents

CODE = "91120000103069967Y"


def refused(query: str, *, limits: Limits | None = None, **options) -> ClientFault:
    documents = some_documents(limits or Limits())
    with pytest.raises(ClientFault) as caught:
        a_demand(query, documents=documents, **options)
    return caught.value


def code_of(query: str, **options) -> FaultCode:
    return refused(query, **options).code


def outcome(query: str) -> FaultCode | None:
    try:
        a_demand(query)
    except ClientFault as fault:
        return fault.code
    return None


def about(inner: str) -> str:
    return f'{{ subject(code: "{CODE}") {{ {inner} }} }}'


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", FaultCode.SYNTAX),
        ("{ }", FaultCode.SYNTAX),
        ("no", FaultCode.SYNTAX),
        ("{ nothing }", FaultCode.INVALID_DOCUMENT),
        ("type Evil { a: Int }", FaultCode.INVALID_DOCUMENT),
        ("fragment Only on Query { __typename }", FaultCode.INVALID_DOCUMENT),
        ("mutation { a }", FaultCode.INVALID_DOCUMENT),
        ("subscription { a }", FaultCode.INVALID_DOCUMENT),
        ("{ __typename } { __typename }", FaultCode.INVALID_DOCUMENT),
        ("query A { __typename } query B { __typename }", FaultCode.OPERATION_UNKNOWN),
        ("{ subject { __typename } }", FaultCode.INVALID_DOCUMENT),
        ("{ subject(code: 5) { __typename } }", FaultCode.INVALID_DOCUMENT),
        ("query @inquiry(purpose: FUN) { __typename }", FaultCode.PURPOSE_UNKNOWN),
        ('query @inquiry(purpose: "INSPECTION") { __typename }', FaultCode.PURPOSE_UNKNOWN),
        ("query @inquiry { __typename }", FaultCode.INVALID_DOCUMENT),
        (
            "query @inquiry(purpose: INSPECTION) @inquiry(purpose: INSPECTION) { __typename }",
            FaultCode.INVALID_DOCUMENT,
        ),
        ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", FaultCode.INVALID_DOCUMENT),
        ("{ ...A } fragment A on Query { ...A }", FaultCode.INVALID_DOCUMENT),
        ('{ searchSubjects(name: "甲") { totalCount } }', FaultCode.INVALID_DOCUMENT),
    ],
)
def test_each_wrong_document_has_its_code(query, code) -> None:
    assert code_of(query) is code


def test_the_operation_named_is_taken() -> None:
    query = "query A { a: __typename } query B { b: __typename }"
    assert [root.selection.key for root in a_demand(query, operation="B").roots] == ["b"]
    assert code_of(query, operation="C") is FaultCode.OPERATION_UNKNOWN


def test_tokens_are_counted_before_anything_else() -> None:
    assert code_of("{ " + "a " * 4001 + "}") is FaultCode.TOO_MANY_TOKENS


def test_aliases_are_counted() -> None:
    names = " ".join(f"a{place}: unifiedSocialCreditCode" for place in range(101))
    assert code_of(about(names)) is FaultCode.TOO_MANY_ALIASES


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda roots: f"{{ {roots} }}",
        lambda roots: f"{{ ... {{ {roots} }} }}",
        lambda roots: f"{{ ...All }} fragment All on Query {{ {roots} }}",
    ],
)
def test_root_fields_are_counted_wherever_they_stand(wrapped: Callable[[str], str]) -> None:
    assert code_of(wrapped(" ".join(f"a{place}: __typename" for place in range(21)))) is FaultCode.TOO_MANY_ROOT_FIELDS
    assert a_demand(wrapped(" ".join(f"a{place}: __typename" for place in range(20))))


def test_depth_is_bounded_also_through_fragments() -> None:
    limits = Limits(depth=3)
    plain = about("legalPerson { legalRepresentative { name } }")
    spread = about("...Whole") + (
        " fragment Whole on CreditSubject { legalPerson { ...Person } }"
        " fragment Person on LegalPerson { legalRepresentative { name } }"
    )
    assert code_of(plain, limits=limits) is FaultCode.TOO_DEEP
    assert code_of(spread, limits=limits) is FaultCode.TOO_DEEP
    assert a_demand(plain, documents=some_documents(Limits(depth=4)))
    assert a_demand(spread, documents=some_documents(Limits(depth=4)))


def test_cost_counts_every_subject_and_what_fragments_multiply() -> None:
    fields = " ".join(f"a{place}: judgmentDefaults {{ ...All }}" for place in range(50))
    leaves = " ".join(f"b{place}: caseNumber" for place in range(50))
    bomb = about(fields) + f" fragment All on JudgmentDefaulter {{ {leaves} }}"
    assert a_demand(bomb)
    assert code_of(bomb, limits=Limits(cost=2000)) is FaultCode.TOO_COSTLY
    many = ", ".join([f'"{CODE}"'] * 20)
    twenty = bomb.replace(f'subject(code: "{CODE}")', f"subjects(codes: [{many}])")
    assert code_of(twenty) is FaultCode.TOO_COSTLY


def doubling(levels: int) -> str:
    chain = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels))
    return f"{{ ...F0 }} {chain} fragment F{levels} on Query {{ __typename }}"


@pytest.mark.parametrize(
    "query",
    [
        doubling(60),
        about("unifiedSocialCreditCode " * 1900),
        "{ ...F0 } "
        + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(250))
        + " fragment F250 on Query { __typename }",
    ],
    ids=["doubled fragments", "one field again and again", "a long chain of fragments"],
)
def test_hostile_documents_end_soon(query) -> None:
    begun = time.process_time()
    assert outcome(query) in {None, FaultCode.INVALID_DOCUMENT, FaultCode.TOO_DEEP, FaultCode.TOO_COSTLY}
    assert time.process_time() - begun < 10  # it ends at all; unbounded work would take minutes


@pytest.mark.parametrize("levels", [50, 150, 195, 250, 999, 1300])
@pytest.mark.parametrize(
    "nested",
    [
        lambda n: "{" + "...{" * n + "__typename" + "}" * n + "}",
        lambda n: "{ subject(code: " + "[" * n + "]" * n + ") { __typename } }",
        lambda n: about("taxArrears(where: " + "{field: " * n + "1" + "}" * n + ") { __typename }"),
        lambda n: "query($a: " + "[" * n + "Int" + "]" * n + ") { subject(code: $a) { __typename } }",
        lambda n: "{" + "legalPerson {" * n + "a" + "}" * n + "}",
    ],
    ids=["inline fragments", "lists", "objects", "types", "fields"],
)
def test_nesting_never_breaks_anything(nested, levels) -> None:
    allowed = {None, FaultCode.SYNTAX, FaultCode.TOO_DEEP, FaultCode.TOO_COSTLY, FaultCode.INVALID_DOCUMENT}
    assert outcome(nested(levels)) in allowed


def test_deeply_nested_variables_are_refused() -> None:
    value: object = "x"
    for _ in range(900):
        value = [value]
    query = "query($c: [CreditCode!]!) { subjects(codes: $c) { __typename } }"
    assert code_of(query, variables={"c": value}) is FaultCode.INVALID_VARIABLES


@pytest.mark.parametrize(
    "query",
    [
        '{ searchSubjects(name: ["王小明"], first: "王小明") { totalCount } }',
        about('taxArrears(first: "王小明") { __typename }'),
        about('taxArrears(orderBy: {field: "王小明"}) { __typename }'),
        about('taxArrears(where: {equals: "王小明"}) { __typename }'),
        '{ subject(code: {name: "王小明"}) { __typename } }',
        '{ "王小明" }',
        '{ subject(code: "王小明") "王小明" }',
        about(f"taxArrears(first: {'9' * 3000}) {{ __typename }}"),
    ],
)
def test_no_problem_repeats_a_value_or_speaks_of_our_inside(query) -> None:
    for problem in refused(query).problems:
        assert "王小明" not in problem.message
        assert len(problem.message) < 301
        assert "sys." not in problem.message


def test_suggestions_are_for_those_who_may_introspect() -> None:
    misspelt = about("legalPersn { registeredName }")
    hidden = refused(misspelt).problems[0].message
    told = refused(misspelt, may_introspect=True).problems[0].message
    assert "legalPerson" not in hidden
    assert "Did you mean 'legalPerson'" in told


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { queryType { name } } }",
        '{ ... { a: __type(name: "Money") { name } } }',
        "{ ...A } fragment A on Query { ...B } fragment B on Query { __schema { queryType { name } } }",
        "{ __typename __schema @skip(if: true) { queryType { name } } }",
    ],
)
def test_introspection_needs_its_right(query) -> None:
    assert code_of(query) is FaultCode.INTROSPECTION_REFUSED
    assert a_demand(query, may_introspect=True)


def test_what_a_developer_has_read_does_not_open_it_to_the_public() -> None:
    documents = some_documents()
    query = "{ __schema { queryType { name } } }"
    assert a_demand(query, may_introspect=True, documents=documents)
    with pytest.raises(ClientFault):
        a_demand(query, documents=documents)


SPREADS = 200


@pytest.mark.parametrize(
    "query",
    [
        about("legalPerson { registeredName } " * 980),
        about("legalPerson { provenance { agency } } " * 560),
        about("... { legalPerson { registeredName } } " * 480),
        about(" ".join(f"...F{number}" for number in range(SPREADS)))
        + " ".join(
            f"fragment F{number} on CreditSubject {{ {name} {{ __typename }} }}"
            for number, name in enumerate(["branches", "legalPerson", "taxArrears", "commendations"] * 50)
        ),
        about("...F0")
        + " ".join(
            f"fragment F{number} on CreditSubject {{ legalPerson {{ registeredName }} ...F{number + 1} }}"
            for number in range(SPREADS)
        )
        + f"fragment F{SPREADS} on CreditSubject {{ __typename }}",
    ],
    ids=["fields", "branches", "inline", "spreads", "chain"],
)
def test_a_document_that_is_dear_to_compare_is_refused_before_it_is_compared(query: str) -> None:
    started = time.process_time()  # of this process: what else the machine does is none of its business
    assert code_of(query) is FaultCode.TOO_COSTLY
    assert time.process_time() - started < 0.5


def test_fields_may_be_named_by_several_fragments() -> None:
    spreads = " ".join(f"...F{number}" for number in range(40))
    fragments = " ".join(
        f"fragment F{number} on CreditSubject {{ legalPerson {{ registeredName }} }}" for number in range(40)
    )
    assert outcome(f"{about(spreads)} {fragments}") is None
