"""What is written down when there is no answer, and that a digest of a question tells nothing without the key."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from schema.vocabulary.identifiers import AgencyId
from schema.vocabulary.records import RecordKind
from tests.builders import SOME_CODE, a_record
from tests.corridor import OFFICER, Corridor
from tests.fakes import FakeAgency

QUESTION = f'{{ subject(code: "{SOME_CODE}") {{ taxArrears {{ taxCategory }} }} }}'


async def last_row(corridor: Corridor) -> dict[str, object]:
    [row] = await corridor.rows()
    return dict(row)


async def test_a_caller_who_leaves_after_agencies_were_asked_is_in_the_record(
    corridor: Corridor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def never(_self: FakeAgency, _orders: object, _errand: object) -> None:
        asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(FakeAgency, "fetch", never)
    walking = asyncio.create_task(corridor.ask(QUESTION, OFFICER))
    await asked.wait()
    walking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await walking
    row = await last_row(corridor)
    assert (row["status"], row["fault_code"], row["client_id"]) == (499, "CALLER_LEFT", OFFICER.client_id)
    assert row["subjects"] == [corridor.digest(SOME_CODE)]


async def test_a_request_that_the_house_could_not_finish_is_in_the_record(
    corridor: Corridor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("gateway.pipeline.run.fetch", broken)
    with pytest.raises(ZeroDivisionError):
        await corridor.ask(QUESTION, OFFICER)
    row = await last_row(corridor)
    assert (row["status"], row["fault_code"]) == (500, "INTERNAL")
    assert row["subjects"]


async def test_the_digest_of_a_question_cannot_be_found_by_trying_codes(corridor: Corridor) -> None:
    await corridor.ask(QUESTION)
    row = await last_row(corridor)
    content = QUESTION.encode()
    assert row["operation_digest"] not in {hashlib.sha256(content).hexdigest(), hashlib.blake2b(content).hexdigest()}
    await corridor.ask(QUESTION)
    assert (await last_row(corridor))["operation_digest"] == row["operation_digest"]


@pytest.mark.parametrize("is_home", [False, True])
async def test_no_disagreement_is_told_about_what_is_masked(corridor: Corridor, *, is_home: bool) -> None:
    code = type(SOME_CODE).parse("92120101XNXN00064Q") if is_home else SOME_CODE
    kind, mr, ed = RecordKind.LEGAL_PERSON, AgencyId.MARKET_REGULATION, AgencyId.ENTERPRISE_DISCLOSURE
    corridor.give(
        (code, a_record(kind, {"domicile": "天津市和平区一路1号"}, agency=mr)),
        (code, a_record(kind, {"domicile": "天津市和平区二路2号"}, agency=ed)),
    )
    reply = await corridor.ask(
        f'{{ subject(code: "{code}") {{ legalPerson {{ domicile provenance {{ disagreements {{ field }} }} }} }} }}'
    )
    told = reply.data["subject"]["legalPerson"]["provenance"]["disagreements"]
    assert told == ([] if is_home else [{"field": "domicile"}])
