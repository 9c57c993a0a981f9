"""What stands in an answer, of what was permitted: leaves, amounts, persons, lists, frames with nothing in them."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.pipeline.seal_shown import ALL_SHOWN, Showing, Shown
from schema.vocabulary.caller import PUBLIC_CALLER
from tests.builders import SOME_CODE
from tests.corridor import ITSELF, a_demand, plans_of

MONEY = {"amount": "1.00", "currency": "CNY"}


def showing(inner: str) -> tuple[Showing, list[str]]:
    """Of a subject that asks about itself, and what its verdicts are about."""
    [plan] = plans_of(a_demand(f'{{ subject(code: "{SOME_CODE}") {{ {inner} }} }}'), ITSELF)
    return Showing(plan), [
        f"{one.below}>{one.coordinate}" if one.below else one.coordinate for one in plan.sheet.verdicts
    ]


def named(found: Shown, names: list[str]) -> tuple[set[str], set[str]]:
    """What is missing, and what of that is bare."""
    return {names[at] for at in found.missing}, {names[at] for at in found.bare}


ARREARS = "taxArrears { taxCategory arrearsBalance { amount currency } provenance { agency } }"
ALL_OF_IT = {"CreditSubject.taxArrears", "TaxArrears.taxCategory", "TaxArrears.arrearsBalance"}


@pytest.mark.parametrize(
    ("rows", "missing", "bare"),
    [
        ([], ALL_OF_IT, set()),
        (None, ALL_OF_IT, set()),
        ([("增值税", MONEY, "TAX")], set(), set()),
        ([(None, MONEY, "TAX"), ("增值税", None, "TAX")], set(), set()),
        ([("增值税", None, "TAX")], {"TaxArrears.arrearsBalance"}, set()),
        (
            [(None, {"amount": None, "currency": None}, "TAX")],
            {"TaxArrears.taxCategory", "TaxArrears.arrearsBalance"},
            {"TaxArrears.arrearsBalance"},
        ),
        (
            [(None, {"amount": None, "currency": None}, None)],
            ALL_OF_IT,
            {"CreditSubject.taxArrears", "TaxArrears.arrearsBalance"},
        ),
        (
            [(None, {"amount": None, "currency": None}, None), (None, MONEY, None)],
            {"TaxArrears.taxCategory"},
            set(),
        ),
    ],
)
def test_rows_and_amounts(rows: Any, missing: set[str], bare: set[str]) -> None:
    shows, names = showing(ARREARS)
    value = rows and [
        {"taxCategory": name, "arrearsBalance": money, "provenance": {"agency": agency}} for name, money, agency in rows
    ]
    assert named(shows.of({"taxArrears": value}), names) == (missing, bare)


def test_where_nothing_is_missing_it_is_always_the_same_value() -> None:
    shows, _ = showing("taxArrears { taxCategory }")
    assert shows.of({"taxArrears": [{"taxCategory": "增值税"}]}) is ALL_SHOWN


def test_of_a_request_without_answer_everything_is_missing() -> None:
    shows, names = showing(ARREARS)
    assert named(shows.of({}), names) == (ALL_OF_IT, set())


def test_a_person_is_there_with_what_is_said_of_it() -> None:
    shows, names = showing("legalPerson { legalRepresentative { name telephone } }")
    person, at = {"name": "王小明", "telephone": None}, "LegalPerson.legalRepresentative"
    found = shows.of({"legalPerson": {"legalRepresentative": person}})
    assert named(found, names) == ({f"{at}>PersonRef.telephone"}, set())
    nobody = shows.of({"legalPerson": {"legalRepresentative": {"name": None, "telephone": None}}})
    assert named(nobody, names)[1] == {"CreditSubject.legalPerson", at}


def test_what_is_asked_twice_is_shown_if_either_shows_it() -> None:
    shows, names = showing("a: taxArrears(first: 1) { taxCategory } b: taxArrears { taxCategory }")
    assert shows.of({"a": [], "b": [{"taxCategory": "增值税"}]}) is ALL_SHOWN
    assert shows.of({"a": [{"taxCategory": "增值税"}], "b": []}) is ALL_SHOWN
    assert len(named(shows.of({"a": [], "b": []}), names)[0]) == 2


def test_a_name_of_a_type_tells_that_there_is_something() -> None:
    shows, names = showing("taxArrears { __typename taxCategory }")
    found = shows.of({"taxArrears": [{"__typename": "TaxArrears", "taxCategory": None}]})
    assert named(found, names) == ({"TaxArrears.taxCategory"}, set())


def test_what_a_list_is_arranged_by_is_used_and_not_shown() -> None:
    shows, names = showing("taxArrears(orderBy: {field: ARREARS_BALANCE}) { taxCategory }")
    assert [names[at] for at in shows.used] == ["TaxArrears.arrearsBalance"]
    found = shows.of({"taxArrears": [{"taxCategory": "增值税"}]})
    assert named(found, names) == ({"TaxArrears.arrearsBalance"}, set())


def test_what_is_withheld_is_never_missing() -> None:
    inner = "legalPerson { registeredName legalRepresentative { telephone } } taxpayerProfile { taxpayerStatus }"
    [plan] = plans_of(a_demand(f'{{ subject(code: "{SOME_CODE}") {{ {inner} }} }}'), PUBLIC_CALLER)
    names = [*plan.sheet.verdicts]
    for answer in ({}, {"legalPerson": None, "taxpayerProfile": None}):
        missing = {names[at].coordinate for at in Showing(plan).of(answer).missing}
        assert "TaxpayerProfile.taxpayerStatus" not in missing
        assert "LegalPerson.registeredName" in missing
