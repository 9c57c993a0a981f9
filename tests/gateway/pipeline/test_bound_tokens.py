"""A token that carries consents yields nothing about anybody else than who gave them; and what needs which scope."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.faults import ClientFault, FaultCode, InsufficientScope, Unauthenticated
from gateway.pipeline.consent_arguments import ConsentCommand, ConsentQuery
from gateway.pipeline.demand import Demand
from gateway.settings import Limits
from schema.vocabulary.caller import PUBLIC_CALLER, Caller
from schema.vocabulary.consents import ConsentAct, ConsentState
from schema.vocabulary.identifiers import SubjectId
from tests.builders import SOME_CODE
from tests.corridor import BANK, ITSELF, an_admitted, some_documents

OTHER = SubjectId("91120000MA05A1B29K")
BOUND = replace(BANK, bound_to=frozenset({SOME_CODE}), consents=frozenset({"a-consent-of-some"}))
BOTH = frozenset({"consents:read", "consents:manage"})
DOCUMENTS = some_documents()
SEEN = "{ consents(first: 5) { edges { cursor } } }"
DONE = 'mutation { pauseConsent(id: "x") { id } }'


def demanded(query: str, caller: Caller, *, method: str = "POST") -> Demand:
    admitted = replace(an_admitted(query), method=method)
    return DOCUMENTS.demand(admitted, caller, may_introspect=False)


def told(demand: Demand) -> list[tuple[FaultCode, tuple[str | int, ...], str]]:
    return [(FaultCode(one.code.value), one.path, one.message) for one in demand.problems]


def not_covered(*path: str | int) -> tuple[FaultCode, tuple[str | int, ...], str]:
    return FaultCode.SUBJECT_NOT_COVERED, path, "the token carries no consent of this subject"


def test_one_subject_and_what_the_law_says_of_it() -> None:
    query = '{{ a: subject(code: "{0}") {{ __typename }} b: explainAccess(subject: "{0}", fields: []) {{ effect }} }}'
    assert told(demanded(query.format(OTHER), BOUND)) == [not_covered("a"), not_covered("b")]
    assert [root.codes for root in demanded(query.format(OTHER), BOUND).roots] == [(None,), (None,)]
    for caller, code in ((BOUND, SOME_CODE), (BANK, OTHER), (PUBLIC_CALLER, OTHER)):
        demand = demanded(query.format(code), caller)
        assert (told(demand), list(demand.subjects())) == ([], [code, code])


def test_of_several_subjects_the_others_are_null_in_their_places() -> None:
    query = f'{{ subjects(codes: ["{SOME_CODE}", "{OTHER}", "1", "{SOME_CODE}"]) {{ __typename }} }}'
    demand = demanded(query, BOUND)
    assert demand.roots[0].codes == (SOME_CODE, None, None, SOME_CODE)
    assert told(demand)[0] == not_covered("subjects", 1)
    assert [code for code, *_ in told(demand)] == [FaultCode.SUBJECT_NOT_COVERED, FaultCode.INVALID_CREDIT_CODE]


def test_a_search_names_others() -> None:
    query = '{ a: searchSubjects(name: "津", first: 3) { edges { node { unifiedSocialCreditCode } } } }'
    demand = demanded(query, BOUND)
    assert (told(demand), demand.roots[0].search, demand.roots[0].is_refused) == ([not_covered("a")], None, True)
    assert demanded(query, BANK).roots[0].search is not None
    with pytest.raises(ClientFault):
        demanded(query.replace("津", " "), BOUND)


def test_nobody_is_kept_from_itself() -> None:
    query = f'{{ subject(code: "{SOME_CODE}") {{ __typename }} }}'
    itself = replace(ITSELF, bound_to=frozenset({OTHER}))
    assert told(demanded(query, itself)) == []


def test_what_is_kept_of_a_document_binds_nobody_else() -> None:
    query = f'{{ subject(code: "{OTHER}") {{ taxArrears {{ taxCategory }} }} }}'
    assert [list(demanded(query, caller).subjects()) for caller in (BANK, BOUND, BANK)] == [[OTHER], [], [OTHER]]


@pytest.mark.parametrize(
    ("query", "scope"),
    [
        (SEEN, "consents:read"),
        (DONE, "consents:manage"),
        ("{ __typename ...F } fragment F on Query { consents(first: 1) { edges { cursor } } }", "consents:read"),
    ],
)
def test_the_smallest_sufficient_scope_is_named(query: str, scope: str) -> None:
    with pytest.raises(InsufficientScope) as refused:
        demanded(query, replace(ITSELF, scopes=frozenset({"credit:read"}) | BOTH - {scope}))
    assert refused.value.scopes == (scope,)
    assert demanded(query, replace(ITSELF, scopes=frozenset({scope})))
    with pytest.raises(Unauthenticated) as nobody:
        demanded(query, PUBLIC_CALLER)
    assert [one.partition(" ")[0] for one in nobody.value.challenges] == ["Bearer", "DPoP"]
    assert all(f'scope="{scope}"' in one and "error" not in one for one in nobody.value.challenges)


@pytest.mark.parametrize(
    "query",
    [
        "{ __typename }",
        "mutation { __typename }",
        "{ __typename consents(first: 5) @skip(if: true) { edges { cursor } } }",
    ],
)
def test_what_tells_of_no_consent_needs_no_scope(query: str) -> None:
    assert [root.selection.name for root in demanded(query, PUBLIC_CALLER).roots] == ["__typename"]


def test_nothing_is_done_by_get() -> None:
    manager = replace(ITSELF, scopes=BOTH)
    for query in (DONE, "mutation { __typename }"):
        with pytest.raises(ClientFault) as refused:
            demanded(query, manager, method="GET")
        assert refused.value.code is FaultCode.METHOD_NOT_ALLOWED
        assert demanded(query, manager)
    assert demanded(SEEN, manager, method="GET")


def test_acts_are_read_in_the_order_of_the_document() -> None:
    query = """mutation($id: ID!, $read: Boolean) {
      b: grantConsent(id: $id, noticeRead: $read) { id } a: rejectConsent(id: "2") { id } pauseConsent(id: 3) { id }
      resumeConsent(id: "4") { id } grantConsent(id: "5") { id } revokeConsent(id: "6") { id }
    }"""
    admitted = an_admitted(query, variables={"id": "1", "read": True})
    roots = DOCUMENTS.demand(admitted, replace(ITSELF, scopes=BOTH), may_introspect=False).roots
    assert [root.act for root in roots] == [
        ConsentCommand(ConsentAct.GRANT, "1", notice_read=True),
        ConsentCommand(ConsentAct.REJECT, "2"),
        ConsentCommand(ConsentAct.PAUSE, "3"),
        ConsentCommand(ConsentAct.RESUME, "4"),
        ConsentCommand(ConsentAct.GRANT, "5"),
        ConsentCommand(ConsentAct.REVOKE, "6"),
    ]


def test_a_page_of_consents_is_read_and_bounded() -> None:
    manager = replace(ITSELF, scopes=BOTH)
    [root] = demanded('{ consents(state: PAUSED, first: 100, after: "c") { edges { cursor } } }', manager).roots
    assert root.consents == ConsentQuery(100, "c", ConsentState.PAUSED)
    for first, code in ((0, FaultCode.INVALID_ARGUMENT), (101, FaultCode.LIST_TOO_LONG)):
        with pytest.raises(ClientFault) as refused:
            demanded(SEEN.replace("5", str(first)), manager)
        assert refused.value.code is code
    few = some_documents(Limits(cost=50))
    with pytest.raises(ClientFault) as dear:
        few.demand(an_admitted(SEEN.replace("5", "20")), manager, may_introspect=False)
    assert dear.value.code is FaultCode.TOO_COSTLY
