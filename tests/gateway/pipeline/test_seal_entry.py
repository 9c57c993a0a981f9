"""An entry of the log: the chain of who asked, what was judged and shown, where it came from; and what is struck."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from connectors.port import Fetched, Unavailable
from schema.vocabulary.caller import Caller, Inquiry, Purpose
from schema.vocabulary.identifiers import AgencyId, SubjectId
from schema.vocabulary.records import RecordKind
from tests.builders import NOW, SOME_CODE, a_record
from tests.corridor import OFFICER, PERMIT, Corridor
from tests.logged import in_words, receipt_says

OTHER = SubjectId("91310000132260250X")
NAME = f'{{ subject(code: "{SOME_CODE}") {{ legalPerson {{ registeredName }} }} }}'


async def last(corridor: Corridor) -> dict[str, Any]:
    [logged] = await corridor.log.read(1)
    entry: dict[str, Any] = orjson.loads(logged.text)
    return {**entry, "verdicts": in_words(entry["verdicts"])}


async def test_its_form_from_first_to_last(corridor: Corridor) -> None:
    stated = Inquiry(Purpose.ADMINISTRATIVE_PERMIT, "食品经营许可", "TJ-7", "night-run")
    await corridor.ask(NAME, replace(OFFICER, officer="o-17"), stated=stated)
    entry = await last(corridor)
    assert [*entry] == [
        *("v", "id", "at", "caller", "purpose", "matter", "case", "edition", "operation", "request", "response"),
        *("status", "fault", "key", "subjects", "verdicts", "sources"),
    ]
    assert (entry["v"], entry["at"], entry["key"]) == (1, "2026-06-01T02:00:00Z", "2026-06")
    assert entry["caller"] == {
        "class": "STATE_ORGAN",
        "organisation": OFFICER.organisation,
        "client": "permit-officer",
        "officer": "o-17",
        "workflow": "night-run",
        "jurisdiction": "120000",
    }
    assert (entry["purpose"], entry["matter"], entry["case"]) == ("ADMINISTRATIVE_PERMIT", "食品经营许可", "TJ-7")


async def test_what_a_caller_types_is_struck(corridor: Corridor) -> None:
    stated = replace(PERMIT, matter=f"核查{SOME_CODE}", case_reference="张 13800138000", workflow="a@example.test")
    await corridor.ask(NAME, OFFICER, stated=stated)
    entry = await last(corridor)
    assert (entry["matter"], entry["case"], entry["caller"]["workflow"]) == ("核查***", "张 ***", "***")


async def test_what_was_there_and_what_was_not(corridor: Corridor) -> None:
    inner = "legalPerson { registeredName domicile } branches { branchName }"
    corridor.give((SOME_CODE, a_record(RecordKind.LEGAL_PERSON, {"registeredName": "甲"}, agency=MR)))
    await corridor.ask(f'{{ subjects(codes: ["{SOME_CODE}", "{OTHER}"]) {{ {inner} }} }}')
    entry = await last(corridor)
    verdicts = entry["verdicts"]
    seen = {}
    for verdict in verdicts:
        names = list(verdict["decided"])
        for place, missing in zip(verdict["subjects"], verdict["missing"], strict=True):
            seen[entry["subjects"][place]] = {name for at, name in enumerate(names) if at not in missing}
    assert seen == {
        corridor.digest(SOME_CODE): {"CreditSubject.legalPerson", "LegalPerson.registeredName"},
        corridor.digest(OTHER): set(),
    }


async def test_where_all_was_there_nothing_is_said_of_what_was_not(corridor: Corridor) -> None:
    corridor.give((SOME_CODE, a_record(RecordKind.LEGAL_PERSON, {"registeredName": "甲"}, agency=MR)))
    await corridor.ask(NAME)
    [verdict] = (await last(corridor))["verdicts"]
    assert [*verdict] == ["subjects", "decided", "silent"]


MR = AgencyId.MARKET_REGULATION


async def test_sources_say_of_which_time_their_records_are(corridor: Corridor) -> None:
    days = [NOW - timedelta(days=number) for number in (3, 40, 1)]
    corridor.give(
        *((SOME_CODE, a_record(RecordKind.BRANCH, {"branchName": "甲"}, agency=MR, as_of=day)) for day in days)
    )
    corridor.agencies[AgencyId.TAX].trouble = Unavailable("x")
    corridor.agencies[AgencyId.COURTS].trouble = Fetched(())
    inner = "branches { branchName } taxCreditRatings { taxCreditRating } judgmentDefaults { caseNumber }"
    await corridor.ask(f'{{ subject(code: "{SOME_CODE}") {{ {inner} }} }}')
    assert (await last(corridor))["sources"] == [
        ["COURTS", "fetched", 1],
        ["MARKET_REGULATION", "fetched", 1, int(days[1].timestamp()), int(days[2].timestamp())],
        ["TAX", "unavailable", 1],
    ]


async def test_subjects_of_another_month_have_other_digests(corridor: Corridor) -> None:
    for month in (6, 7):
        await corridor.ask(NAME, as_of=datetime(2026, month, 1, 0, 30, tzinfo=NOW.tzinfo))
    july, june = [orjson.loads(logged.text) for logged in await corridor.log.read(2)]
    assert (june["key"], july["key"]) == ("2026-06", "2026-07")
    assert june["at"] == datetime(2026, 5, 31, 16, 30, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    assert june["subjects"] != july["subjects"]


@pytest.mark.parametrize(("query", "fault"), [("{", "SYNTAX"), ("{ __typename }", None)])
async def test_a_request_about_nobody_needs_no_key(corridor: Corridor, query: str, fault: str | None) -> None:
    reply = await corridor.ask(query, Caller(OFFICER.caller_class, "c"))
    entry = await last(corridor)
    assert (entry["key"], entry["subjects"], entry["fault"]) == (None, [], fault)
    assert receipt_says(reply.receipt)["jti"] == entry["id"]
