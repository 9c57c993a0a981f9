"""The root `explainAccess`: answered from the law, the same whether or not there is a record, and written down."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from gateway.pipeline.access import read_field
from gateway.settings import Limits
from policies.evidence import Mark, RecordMark, Standing
from policies.question import DemandedField
from schema.vocabulary.caller import PUBLIC_CALLER, Caller, Inquiry, Purpose
from schema.vocabulary.identifiers import AgencyId, FieldCoordinate, SubjectId
from schema.vocabulary.records import RecordKind
from tests.builders import SOME_CODE, TODAY, a_record
from tests.corridor import BANK, ITSELF, OFFICER, PERMIT, Corridor, open_corridor
from tests.logged import Reply

WHOLE = (
    "field effect code rule article catalogItem mask missing purposes help"
    " findings { effect code rule article help } mayBeKeptBackBy { rule article } __typename"
)
STATUS = "TaxpayerProfile.taxpayerStatus"
ASKED = (STATUS, "TaxArrears.arrearsBalance", "LegalPerson.legalRepresentative>PersonRef.name", "Nothing.here")
UNKNOWN = SubjectId("91120000MA05A1B29K")


async def explained(
    corridor: Corridor,
    *fields: str,
    caller: Caller = PUBLIC_CALLER,
    code: str = SOME_CODE,
    purpose: Purpose | None = None,
    stated: Inquiry | None = None,
    selection: str = WHOLE,
) -> Reply:
    query = (
        "query($code: CreditCode!, $fields: [String!]!, $purpose: Purpose) {"
        f" told: explainAccess(subject: $code, fields: $fields, purpose: $purpose) {{ {selection} }} }}"
    )
    variables: dict[str, Any] = {"code": code, "fields": list(fields), "purpose": purpose}
    return await corridor.ask(query, caller, variables=variables, stated=stated)


class MarkingBooks:
    """Books in which everything about everybody is marked with everything."""

    async def standing(self, subjects, _caller, *, now):
        marks = frozenset(RecordMark(mark, kind, "", TODAY) for mark in Mark for kind in RecordKind)
        return dict.fromkeys(subjects, Standing(marks=marks))

    async def count_use(self, _uses):
        return frozenset()


async def test_each_field_is_answered_in_its_place(corridor: Corridor) -> None:
    told = (await explained(corridor, *ASKED)).data["told"]
    assert [one["field"] for one in told] == list(ASKED)
    assert [one["effect"] for one in told] == ["WITHHOLD", "MASK", "SHOW", "WITHHOLD"]
    assert told[0]["article"] == "TJ 10"
    assert told[0]["missing"] == ["OTHER_CALLER"]
    assert told[1]["mask"] == "M6"
    assert (told[3]["code"], told[3]["catalogItem"]) == ("NOT_IN_CATALOG", None)
    assert {one["__typename"] for one in told} == {"AccessDecision"}


@pytest.mark.parametrize("caller", [PUBLIC_CALLER, OFFICER, BANK, ITSELF], ids=lambda caller: caller.client_id)
async def test_no_agency_is_asked_and_records_and_marks_change_no_byte(corridor, caller) -> None:
    without = await explained(corridor, *ASKED, caller=caller, purpose=Purpose.ADMINISTRATIVE_PERMIT)
    corridor.give(
        (SOME_CODE, a_record(RecordKind.TAXPAYER_PROFILE, {"taxpayerStatus": "NORMAL"})),
        (SOME_CODE, a_record(RecordKind.LEGAL_PERSON, {"registeredName": "甲"}, agency=AgencyId.MARKET_REGULATION)),
    )
    with_records = await explained(corridor, *ASKED, caller=caller, purpose=Purpose.ADMINISTRATIVE_PERMIT)
    corridor.house = replace(corridor.house, books=MarkingBooks())
    with_marks = await explained(corridor, *ASKED, caller=caller, purpose=Purpose.ADMINISTRATIVE_PERMIT)
    assert without.raw == with_records.raw == with_marks.raw
    assert corridor.ordered() == set()


async def test_known_and_unknown_subjects_are_told_the_same(corridor: Corridor) -> None:
    corridor.give((SOME_CODE, a_record(RecordKind.TAXPAYER_PROFILE, {"taxpayerStatus": "NORMAL"})))
    known = await explained(corridor, *ASKED, caller=OFFICER)
    assert known.raw == (await explained(corridor, *ASKED, caller=OFFICER, code=UNKNOWN)).raw


async def test_the_purpose_of_the_argument_goes_before_the_stated_one(corridor: Corridor) -> None:
    stated = (await explained(corridor, STATUS, caller=BANK, stated=PERMIT)).data["told"][0]
    supposed = await explained(corridor, STATUS, caller=BANK, stated=PERMIT, purpose=Purpose.CREDIT_GRANTING)
    assert stated["code"] == "PURPOSE_NOT_ALLOWED"
    assert supposed.data["told"][0]["code"] == "CONSENT_REQUIRED"
    assert supposed.data["told"][0]["missing"] == ["CONSENT"]
    [row] = await corridor.rows()
    assert row["purpose"] == "ADMINISTRATIVE_PERMIT"
    assert row["verdicts"][0]["purpose"] == "CREDIT_GRANTING"


async def test_prohibited_names_are_told_apart_from_unknown_ones(corridor: Corridor) -> None:
    asked = ("PersonRef.bloodType", "PersonRef.shoeSize", "", "王小明", "a.b.c", "A.b>C.d", "TaxArrears")
    told = (await explained(corridor, *asked)).data["told"]
    assert [one["code"] for one in told] == ["PROHIBITED_CATEGORY", *["NOT_IN_CATALOG"] * 6]


async def test_what_was_told_is_in_the_record_but_not_what_a_caller_made_up(corridor: Corridor) -> None:
    await explained(corridor, STATUS, "王小明", "Wang.Xiaoming", "Wang.Xiaoming>PersonRef.name", caller=BANK)
    [row] = await corridor.rows()
    [entry] = row["verdicts"]
    assert entry["explained"] is True
    assert (entry["subjects"], len(row["subjects"])) == ([0], 1)
    assert entry["decided"][STATUS].startswith("WITHHOLD PURPOSE_REQUIRED purpose TJ")
    assert entry["unlisted"] == 3
    assert not [word for word in ("王小明", "Xiaoming", SOME_CODE) if word in json.dumps(entry, ensure_ascii=False)]


async def test_subjects_of_answers_and_of_explanations_are_counted_together(corridor: Corridor) -> None:
    await corridor.ask(
        f'{{ subject(code: "{SOME_CODE}") {{ unifiedSocialCreditCode }}'
        f' explainAccess(subject: "{UNKNOWN}", fields: ["{STATUS}"]) {{ effect }} }}'
    )
    [row] = await corridor.rows()
    assert len(set(row["subjects"])) == 2
    assert [entry["subjects"] for entry in row["verdicts"]] == [[0], [1]]


async def test_a_wrong_code_is_told_and_the_rest_is_answered(corridor: Corridor) -> None:
    reply = await corridor.ask(
        f'{{ explainAccess(subject: "1", fields: ["{STATUS}"]) {{ effect }} __typename }}',
    )
    assert reply.data == {"explainAccess": None, "__typename": "Query"}
    assert reply.codes == ["INVALID_CREDIT_CODE"]


async def test_at_most_a_hundred_fields_and_none_are_answered(corridor: Corridor) -> None:
    assert (await explained(corridor)).data == {"told": []}
    assert len((await explained(corridor, *[STATUS] * 100)).data["told"]) == 100
    assert (await explained(corridor, *[STATUS] * 101)).codes == ["LIST_TOO_LONG"]


async def test_explanations_cost_by_their_number(tmp_path) -> None:
    folder = tmp_path / "dear"
    folder.mkdir()
    async with open_corridor(folder, Limits(cost=50)) as dear:
        assert (await explained(dear, *[STATUS] * 10, selection="effect")).status == 200
        assert (await explained(dear, *[STATUS] * 30, selection="effect")).codes == ["TOO_COSTLY"]


@pytest.mark.parametrize(
    ("text", "coordinate", "below"),
    [
        ("TaxArrears.arrearsBalance", "TaxArrears.arrearsBalance", None),
        ("LegalPerson.legalRepresentative>PersonRef.name", "PersonRef.name", "LegalPerson.legalRepresentative"),
        ("LegalPerson.legalRepresentative>TaxArrears.x", "LegalPerson.legalRepresentative>TaxArrears.x", None),
        ("PersonRef.name\n", "PersonRef.name\n", None),
        ("税.款", "税.款", None),
    ],
)
def test_how_a_field_is_written(text, coordinate, below) -> None:
    expected = DemandedField(FieldCoordinate(coordinate), FieldCoordinate(below) if below else None)
    assert read_field(text) == expected
