"""The way through the page on real registers, and every way in which it must not be gone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.registers.callers_book import Identity, Kind
from schema.vocabulary.consents import ConsentState
from tests.builders import NOW, SOME_CODE
from tests.gateway.web.consent_stage import LOAN, OTHER, REVIEW, SECRET, SOLE_TRADER
from tests.gateway.web.consent_visitor import BOX, ORIGIN, TOKEN, Visitor, visiting


@pytest.fixture
async def browser(database_url: str, tmp_path: Path) -> AsyncIterator[Visitor]:
    async with visiting(database_url, tmp_path) as visitor:
        yield visitor


async def test_a_subject_signs_in_reads_and_agrees(browser):
    query = await browser.rooms.push(LOAN)
    opened = await browser.open(query)
    assert opened.status_code == 200
    assert "天津试验银行股份有限公司" in opened.text
    assert SOME_CODE not in opened.text
    assert "NB09-1" not in opened.text
    assert await browser.states() == [ConsentState.REQUESTED]
    asked = await browser.sign_in()
    assert asked.status_code == 200
    assert SOME_CODE in asked.text
    assert "NB09-1" in asked.text
    ended = await browser.send("answer", answer="approve")
    assert ended.status_code == 303
    place = urlsplit(ended.headers["location"])
    told = parse_qs(place.query)
    assert (place.scheme, place.netloc, place.path) == ("https", "bank.example", "/back")
    assert told["state"] == ["a state"]
    assert told["iss"]
    assert told["code"]
    [file] = await browser.rooms.consents_of()
    assert file.state_at(NOW) is ConsentState.ACTIVE
    assert file.granted.evidence == {"door": "consent page", "language": "zh"}
    assert (await browser.open()).status_code == 400
    assert not browser.http.cookies


async def test_a_subject_refuses_and_nothing_is_given(browser):
    await browser.open(await browser.rooms.push(LOAN, REVIEW))
    await browser.sign_in()
    ended = await browser.send("answer", answer="refuse")
    told = parse_qs(urlsplit(ended.headers["location"]).query)
    assert told["error"] == ["access_denied"]
    assert "code" not in told
    assert await browser.states() == [ConsentState.REJECTED, ConsentState.REJECTED]
    assert (await browser.send("answer", answer="approve")).status_code == 400
    assert await browser.states() == [ConsentState.REJECTED, ConsentState.REJECTED]


async def test_every_notice_has_to_be_confirmed(browser):
    await browser.open(await browser.rooms.push(LOAN, LOAN | {"valid_until": "2026-10-31"}, subject=SOLE_TRADER))
    await browser.sign_in(SOLE_TRADER)
    boxes = BOX.findall(browser.page)
    assert len(boxes) == 2
    for ticked in ([], boxes[:1], ["another"]):
        again = await browser.send("answer", answer="approve", notice=ticked)
        assert again.status_code == 400
        assert 'class="problems"' in again.text
        assert again.text.count(" checked") == len(set(ticked) & set(boxes))
        assert await browser.states(SOLE_TRADER) == [ConsentState.REQUESTED] * 2
    assert (await browser.send("answer", answer="approve", notice=boxes)).status_code == 303
    files = await browser.rooms.consents_of(SOLE_TRADER)
    assert all(file.granted.evidence["notice_shown"] == file.terms.notice for file in files)
    assert all(file.terms.is_written for file in files)


async def test_a_notice_need_not_be_read_to_refuse(browser):
    await browser.open(await browser.rooms.push(LOAN, subject=SOLE_TRADER))
    await browser.sign_in(SOLE_TRADER)
    assert (await browser.send("answer", answer="refuse")).status_code == 303
    assert await browser.states(SOLE_TRADER) == [ConsentState.REJECTED]


async def test_another_subject_sees_nothing_and_answers_nothing(browser):
    query = await browser.rooms.push(LOAN)
    await browser.open(query)
    entered = await browser.send("sign-in", code=OTHER, secret=SECRET)
    assert entered.status_code == 303
    turned_away = await browser.open()
    assert turned_away.status_code == 403
    for told in (SOME_CODE, "NB09-1", "天津试验银行", "loans&quot;"):
        assert told not in turned_away.text
    assert (await browser.send("answer", answer="approve")).status_code == 403
    assert await browser.states() == [ConsentState.REQUESTED]
    await browser.open()
    assert (await browser.sign_in()).status_code == 200


async def test_wrong_attempts_are_one_answer_and_end(browser):
    await browser.open(await browser.rooms.push(LOAN))
    await browser.rooms.accounts.switch(OTHER, is_active=False)
    pages = set()
    for code, secret in ((SOME_CODE, "WRONG"), (OTHER, SECRET), ("91120000MA05A1B301", SECRET), ("x", SECRET)):
        refused = await browser.send("sign-in", code=code, secret=secret)
        assert refused.status_code == 403
        pages.add(refused.text.replace(f'value="{code}"', ""))
    assert len(pages) == 1
    assert (await browser.send("sign-in", code=SOME_CODE, secret="")).status_code == 400
    assert (await browser.send("sign-in", code=SOME_CODE, secret="WRONG")).status_code == 403
    assert (await browser.send("sign-in", code=SOME_CODE, secret=SECRET)).status_code == 429
    assert SECRET not in browser.page


async def test_a_suspended_subject_is_out_at_once(browser):
    await browser.open(await browser.rooms.push(LOAN))
    await browser.sign_in()
    await browser.rooms.accounts.switch(SOME_CODE, is_active=False)
    assert (await browser.send("answer", answer="approve")).status_code == 403
    assert await browser.states() == [ConsentState.REQUESTED]


@pytest.mark.parametrize(
    "change", ["&state=x", "&redirect_uri=https://evil.example", "&lang=fr", "&client_id=loans", "x"]
)
async def test_what_does_not_belong_in_the_address_leads_nowhere(browser, change):
    query = await browser.rooms.push(LOAN)
    answer = await browser.open(query + change)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "天津试验银行" not in answer.text
    assert not browser.http.cookies


async def test_a_request_of_another_client_or_of_nobody_leads_nowhere(browser):
    query = await browser.rooms.push(LOAN)
    for wrong in (query.replace("loans", "other"), "client_id=loans&request_uri=https://evil.example/request"):
        answer = await browser.open(wrong)
        assert answer.status_code == 400
        assert "location" not in answer.headers


async def test_a_request_has_to_be_opened_in_time_and_an_open_page_answered(browser):
    late = await browser.rooms.push(LOAN)
    browser.rooms.clock.now = NOW + timedelta(minutes=5)
    assert (await browser.open(late)).status_code == 400
    await browser.open(await browser.rooms.push(REVIEW))
    browser.rooms.clock.now += timedelta(minutes=14)
    assert (await browser.sign_in()).status_code == 200
    browser.rooms.clock.now += timedelta(minutes=1)
    assert (await browser.send("answer", answer="approve")).status_code == 400
    assert await browser.states() == [ConsentState.REQUESTED, ConsentState.REQUESTED]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_forms_of_other_sites_do_nothing(browser, headers):
    await browser.open(await browser.rooms.push(LOAN))
    assert (await browser.send("sign-in", headers, code=SOME_CODE, secret=SECRET)).status_code == 403
    await browser.open()
    await browser.sign_in()
    assert (await browser.send("answer", headers, answer="approve")).status_code == 403
    assert await browser.states() == [ConsentState.REQUESTED]


async def test_a_form_needs_the_session_that_its_page_was_made_for(browser):
    first, second = await browser.rooms.push(LOAN), await browser.rooms.push(REVIEW)
    await browser.open(first)
    await browser.sign_in()
    page = browser.page
    await browser.open(second)
    assert (await browser.sign_in()).status_code == 200
    other = TOKEN.findall(browser.page)
    browser.query, browser.page = first, page
    for token in ("", "0" * 64, *other):
        assert (await browser.send("answer", answer="approve", token=token)).status_code == 403
        browser.page = page
    assert (await browser.send("answer", answer="approve")).status_code == 303
    browser.query = second
    await browser.open()
    browser.http.cookies.clear()
    assert (await browser.send("answer", answer="approve")).status_code == 403
    assert (await browser.states()) == [ConsentState.ACTIVE, ConsentState.REQUESTED]


async def test_a_page_that_nobody_is_signed_in_on_has_no_answer(browser):
    await browser.open(await browser.rooms.push(LOAN))
    assert (await browser.send("answer", answer="approve")).status_code == 403
    assert await browser.states() == [ConsentState.REQUESTED]


@pytest.mark.parametrize("answer", [{}, {"answer": ""}, {"answer": "APPROVE"}, {"answer": ["approve", "refuse"]}])
async def test_only_one_of_the_two_answers_is_one(browser, answer):
    await browser.open(await browser.rooms.push(LOAN))
    await browser.sign_in()
    assert (await browser.send("answer", **answer)).status_code == 400
    assert await browser.states() == [ConsentState.REQUESTED]


async def test_who_may_ask_no_longer_is_not_answered(browser):
    await browser.open(await browser.rooms.push(LOAN))
    await browser.sign_in()
    await browser.rooms.callers.suspend(Identity(Kind.ORGANISATION, "tj-bank"), at=NOW)
    assert (await browser.open()).status_code == 400
    assert (await browser.send("answer", answer="approve")).status_code == 400
    assert await browser.states() == [ConsentState.REQUESTED]


async def test_what_was_answered_elsewhere_or_has_lapsed_is_not_given(browser):
    query = await browser.rooms.push(LOAN)
    [file] = await browser.rooms.consents_of()
    again = await browser.rooms.push({"type": "credit_information", "consent_id": file.consent_id}, REVIEW)
    await browser.open(query)
    await browser.sign_in()
    await browser.send("answer", answer="refuse")
    await browser.open(again)
    refused = await browser.sign_in()
    assert refused.status_code == 409
    assert await browser.states() == [ConsentState.REJECTED, ConsentState.REQUESTED]


async def test_a_consent_that_stands_is_only_bound_anew(browser):
    await browser.open(await browser.rooms.push(LOAN, subject=SOLE_TRADER))
    await browser.sign_in(SOLE_TRADER)
    await browser.send("answer", answer="approve", notice=BOX.findall(browser.page))
    [file] = await browser.rooms.consents_of(SOLE_TRADER)
    named = {"type": "credit_information", "consent_id": file.consent_id}
    await browser.open(await browser.rooms.push(named, REVIEW, subject=SOLE_TRADER))
    await browser.sign_in(SOLE_TRADER)
    assert BOX.findall(browser.page) == []
    assert (await browser.send("answer", answer="approve")).status_code == 303
    assert await browser.states(SOLE_TRADER) == [ConsentState.ACTIVE, ConsentState.ACTIVE]
