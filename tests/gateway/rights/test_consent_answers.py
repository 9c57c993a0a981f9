"""An answer is taken once and whole, whichever process or click is first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.registers.consents_entry import Party
from gateway.rights.consent_answers import AnswerDesk, AnswerTrouble, CannotAnswer
from gateway.rights.consents import Actor
from schema.vocabulary.consents import ConsentAct, ConsentState
from tests.builders import NOW, SOME_CODE
from tests.gateway.web.consent_stage import LOAN, REVIEW, Rooms, rooms


@pytest.fixture
async def behind(database_url: str, tmp_path: Path) -> AsyncIterator[Rooms]:
    async with rooms(
        tmp_path, database_url, now=NOW, public_url="https://gateway.example", callback="https://bank.example/back"
    ) as opened:
        yield opened


async def opened(behind: Rooms, *details):
    desk: AnswerDesk = behind.pages._answers
    address = await behind.push(*details)
    client_id, _, uri = address.removeprefix("client_id=").partition("&request_uri=")
    pushed = await desk.pushed(client_id, uri, has_begun=False, now=NOW)
    return desk, pushed, await desk.asked(pushed, subject=SOME_CODE, now=NOW)


async def states(behind: Rooms) -> list[ConsentState]:
    return [file.state_at(NOW) for file in await behind.consents_of()]


async def act(behind: Rooms, number: int, which: ConsentAct) -> None:
    file = (await behind.consents_of())[number]
    await behind.consents.act(file.consent_id, which, actor=Actor(Party.SUBJECT, SOME_CODE), now=NOW)


async def test_of_many_clicks_one_hands_out_a_code_and_nothing_is_lost(behind):
    desk, pushed, asked = await opened(behind, LOAN, REVIEW)
    results = await asyncio.gather(
        *(desk.approve(pushed, asked, subject=SOME_CODE, language="en", now=NOW) for _ in range(5)),
        return_exceptions=True,
    )
    places = [result for result in results if isinstance(result, str)]
    assert len(places) <= 1
    assert all(isinstance(result, str | CannotAnswer) for result in results)
    if places:
        assert await states(behind) == [ConsentState.ACTIVE, ConsentState.ACTIVE]


async def test_if_one_cannot_be_given_none_is(behind):
    desk, pushed, asked = await opened(behind, LOAN, REVIEW)
    await act(behind, 1, ConsentAct.REJECT)
    with pytest.raises(CannotAnswer) as refused:
        await desk.approve(pushed, asked, subject=SOME_CODE, language="en", now=NOW)
    assert refused.value.trouble is AnswerTrouble.ANSWERED
    assert await states(behind) == [ConsentState.REQUESTED, ConsentState.REJECTED]
    with pytest.raises(CannotAnswer):
        await desk.asked(pushed, subject=SOME_CODE, now=NOW)


async def test_what_was_to_be_replaced_stands_if_one_cannot_be_given(behind):
    await opened(behind, LOAN)
    await act(behind, 0, ConsentAct.GRANT)
    [old] = await behind.consents_of()
    desk, pushed, asked = await opened(behind, {**LOAN, "replaces": old.consent_id}, REVIEW)
    instead, other = (one.consent_id for one in asked)
    await behind.consents.act(other, ConsentAct.REJECT, actor=Actor(Party.SUBJECT, SOME_CODE), now=NOW)
    with pytest.raises(CannotAnswer):
        await desk.approve(pushed, asked, subject=SOME_CODE, language="en", now=NOW)
    files = await behind.consents.files([old.consent_id, instead, other])
    now = [files[name].state_at(NOW) for name in (old.consent_id, instead, other)]
    assert now == [ConsentState.ACTIVE, ConsentState.REQUESTED, ConsentState.REJECTED]


async def test_if_one_cannot_be_refused_none_is(behind):
    desk, pushed, asked = await opened(behind, LOAN, REVIEW)
    await act(behind, 1, ConsentAct.REJECT)
    with pytest.raises(CannotAnswer) as refused:
        await desk.refuse(pushed, asked, subject=SOME_CODE, now=NOW)
    assert refused.value.trouble is AnswerTrouble.ANSWERED
    assert await states(behind) == [ConsentState.REQUESTED, ConsentState.REJECTED]


async def test_what_was_given_before_survives_a_refusal(behind):
    await opened(behind, LOAN)
    await act(behind, 0, ConsentAct.GRANT)
    [given] = await behind.consents_of()
    desk, pushed, asked = await opened(behind, {"type": "credit_information", "consent_id": given.consent_id}, REVIEW)
    assert [one.is_given for one in asked] == [True, False]
    await desk.refuse(pushed, asked, subject=SOME_CODE, now=NOW)
    assert await states(behind) == [ConsentState.ACTIVE, ConsentState.REJECTED]
    with pytest.raises(CannotAnswer) as gone:
        await desk.approve(pushed, asked[:1], subject=SOME_CODE, language="zh", now=NOW)
    assert gone.value.trouble is AnswerTrouble.GONE
    assert await states(behind) == [ConsentState.ACTIVE, ConsentState.REJECTED]
    with pytest.raises(CannotAnswer):
        await desk.refuse(pushed, asked[:1], subject=SOME_CODE, now=NOW)


async def test_a_refusal_that_comes_after_an_answer_is_told(behind):
    desk, pushed, asked = await opened(behind, LOAN)
    await act(behind, 0, ConsentAct.REJECT)
    with pytest.raises(CannotAnswer) as refused:
        await desk.refuse(pushed, asked, subject=SOME_CODE, now=NOW)
    assert refused.value.trouble is AnswerTrouble.ANSWERED
