"""Documents flattened: aliases, fragments, conditions, merging of equal keys."""

from __future__ import annotations

import pytest

from gateway.faults import ClientFault, FaultCode
from gateway.pipeline.selection import Selection
from tests.corridor import a_demand, some_documents

CODE = "91120000103069967Y"


def selected(inner: str, *, head: str = "query", tail: str = "", variables=None) -> dict[str, str]:
    """Response path → coordinate, of everything below the subject."""
    demand = a_demand(f'{head} {{ subject(code: "{CODE}") {{ {inner} }} }} {tail}', variables=variables)
    [root] = demand.roots
    return {".".join(part.path[1:]): part.coordinate for part in root.selection.walk() if len(part.path) > 1}


def test_an_alias_names_the_key_and_not_the_field() -> None:
    assert selected("who: legalPerson { called: registeredName }") == {
        "who": "CreditSubject.legalPerson",
        "who.called": "LegalPerson.registeredName",
    }


def test_fragments_and_inline_fragments_dissolve_in_the_order_of_the_document() -> None:
    found = selected(
        "...A ... on CreditSubject { taxArrears { taxCategory } } ... { __typename }",
        tail="fragment A on CreditSubject { legalPerson { ...B } } fragment B on LegalPerson { domicile entityType }",
    )
    assert list(found) == [
        "legalPerson",
        "legalPerson.domicile",
        "legalPerson.entityType",
        "taxArrears",
        "taxArrears.taxCategory",
        "__typename",
    ]


def test_equal_keys_merge_with_what_is_below_them() -> None:
    found = selected("legalPerson { domicile } __typename legalPerson { registeredName domicile }")
    assert list(found) == ["legalPerson", "legalPerson.domicile", "legalPerson.registeredName", "__typename"]


@pytest.mark.parametrize(
    ("directives", "is_there"),
    [
        ("@skip(if: true)", False),
        ("@skip(if: false)", True),
        ("@include(if: true)", True),
        ("@include(if: false)", False),
        ("@skip(if: false) @include(if: false)", False),
        ("@skip(if: $yes)", False),
        ("@include(if: $yes)", True),
        ("@include(if: $unstated)", False),
    ],
)
@pytest.mark.parametrize(
    "form", ["taxArrears {} {{ taxCategory }}", "... {} {{ taxArrears {{ taxCategory }} }}", "...F {}"]
)
def test_conditions_hold_on_fields_and_fragments(form, directives, is_there) -> None:
    has_fragment = form == "...F {}"
    found = selected(
        "__typename " + form.format(directives) + (" a: __typename @skip(if: $yes) b: __typename @skip(if: $unstated)"),
        head="query($yes: Boolean!, $unstated: Boolean = false)",
        tail="fragment F on CreditSubject { taxArrears { taxCategory } }" if has_fragment else "",
        variables={"yes": True},
    )
    assert ("taxArrears" in found) == is_there
    assert "a" not in found
    assert "b" in found


def test_a_kept_document_answers_each_truth_of_its_conditions() -> None:
    documents = some_documents()
    query = (
        f'query($v: Boolean!) {{ subject(code: "{CODE}") {{ __typename taxArrears @skip(if: $v) {{ taxCategory }} }} }}'
    )
    for value in (True, False, True, False):
        [root] = a_demand(query, variables={"v": value}, documents=documents).roots
        assert len(root.selection.children) == (1 if value else 2)


def test_a_condition_on_null_is_a_fault_of_the_variables() -> None:
    with pytest.raises(ClientFault) as caught:
        selected("__typename @skip(if: $v)", head="query($v: Boolean = true)", variables={"v": None})
    assert caught.value.code is FaultCode.INVALID_VARIABLES


def test_fields_of_a_person_know_under_which_field_the_person_hangs() -> None:
    inner = "legalPerson { legalRepresentative { name } registeredCapital { amount } }"
    [root] = a_demand(f'{{ subject(code: "{CODE}") {{ {inner} }} }}').roots
    below = {str(part.coordinate): part.below for part in root.selection.walk()}
    assert below["PersonRef.name"] == "LegalPerson.legalRepresentative"
    assert below["Money.amount"] is None


def test_an_emptied_object_is_still_an_object() -> None:
    [root] = a_demand(
        f'{{ subject(code: "{CODE}") {{ legalPerson {{ registeredCapital {{ amount @skip(if: true) }} }} }} }}'
    ).roots
    capital: Selection = root.selection.children[0].children[0]
    assert (capital.children, capital.is_branch) == ((), True)
