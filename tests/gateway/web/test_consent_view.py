"""The pages as documents: everything that was asked is shown, in both languages, as text, with headings and labels."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from lxml import html

from gateway.rights.consent_answers import Asked, Grantee
from gateway.web.consent_question import Answered, Question, SignInForm, Trouble
from gateway.web.consent_view import Frame, question_page, sign_in_page, trouble_page
from gateway.web.consent_words import Language, words_in
from policies.authorisation import NOTICE
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.consents import ConsentTerms, Frequency, Per
from tests.builders import SOME_CODE, the_catalog, tianjin

HOSTILE = "<i>试&amp;\"验'</i>{{title}}"
GRANTEE = Grantee("天津试验银行", CallerClass.FINANCIAL_INSTITUTION, "tj-bank", "loans")
TERMS = ConsentTerms(
    subject=SOME_CODE,
    organisation="tj-bank",
    items=frozenset({"NB01-1", "NB02-1", "SUP-TX1", "GONE-1"}),
    purposes=frozenset({Purpose.CREDIT_GRANTING, Purpose.AUDITING}),
    valid_from=date(2026, 6, 1),
    ends_on=date(2026, 12, 31),
    data_from=date(2023, 1, 1),
    frequency=Frequency(3, Per.MONTH),
)
WARNED = replace(TERMS, is_written=True, notice=NOTICE, replaces="the-one-before-this")
ASKED = Asked("first-consent-id", TERMS, date(2026, 6, 8))
WITH_NOTICE = Asked("second-consent-id", WARNED, date(2026, 6, 7))
HIDDEN = {"client_id": "loans", "token": HOSTILE}


def a_frame(language: Language) -> Frame:
    address = "/base/oauth/authorize?client_id=loans&request_uri=x"
    return Frame(words_in(language), "/base", address=address, ends="10:15", hidden=HIDDEN)


def asking(language: Language, *asked: Asked, answered: Answered | None = None, grantee: Grantee = GRANTEE):
    question = Question(SOME_CODE, grantee, asked)
    return read(question_page(a_frame(language), question, tianjin(), answered=answered or Answered()))


def read(page: str) -> Any:
    return html.document_fromstring(page)


def text_of(element) -> str:
    return " ".join(element.text_content().split())


def check_document(document) -> None:
    """What holds for every page: one h1, labels for fields, no script, no handler, ids once and all of them there."""
    assert document.get("lang")
    assert len(document.xpath("//h1")) == len(document.xpath("//main")) == len(document.xpath("//title")) == 1
    assert not document.xpath("//script | //@style | //@*[starts-with(name(), 'on')]")
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    for names in document.xpath("//@aria-describedby | //@aria-labelledby | //@for"):
        assert set(names.split()) <= set(ids), names
    for link in document.xpath("//a/@href[starts-with(., '#')]"):
        assert link[1:] in ids
    for field in document.xpath("//input[not(@type='hidden')]"):
        assert document.xpath("//label[@for=$name]", name=field.get("id")), field.get("id")
    levels = [int(heading.tag[1]) for heading in document.xpath("//h1|//h2|//h3|//h4")]
    assert all(deeper - before <= 1 for before, deeper in pairwise(levels)), levels


@pytest.mark.parametrize("language", Language)
def test_the_question_says_who_what_why_until_when_how_often_and_what_if_not(language):
    document, words = asking(language, ASKED), words_in(language)
    check_document(document)
    told = text_of(document.xpath("//main")[0])
    shown = {
        *("天津试验银行", "tj-bank", "loans", SOME_CODE, "first-consent-id", "10:15", "SUP-TX1"),
        *("登记注册基本信息", "Registration particulars", "欠税信息", "Tax in arrears", "失信被执行人信息"),
        words.named("classes", "FINANCIAL_INSTITUTION"),
        words.named("purposes", "CREDIT_GRANTING"),
        words.named("purposes", "AUDITING"),
        words.named("per", "MONTH").format(times=3),
        words.named("characters", "SERIOUS"),
        *(words.day(date(*day)) for day in ((2026, 6, 1), (2026, 12, 31), (2023, 1, 1), (2026, 6, 8))),
        *(words[name] for name in ("on_refusal_text", "on_withdrawal_text", "only_for", "form_plain", "unknown_item")),
        "第37条第2款" if language is Language.CHINESE else "Tianjin Social Credit Regulation, Article 37 paragraph 2",
        "《个人信息保护法》第15条"
        if language is Language.CHINESE
        else "Personal Information Protection Law, Article 15",
    }
    assert {text for text in shown if text not in told} == set()
    assert document.get("lang") == language.tag
    buttons = document.xpath("//fieldset//button")
    assert [button.get("value") for button in buttons] == ["approve", "refuse"]
    assert buttons[0].get("class") == buttons[1].get("class")
    assert not document.xpath("//input[@type='checkbox']")


@pytest.mark.parametrize("language", Language)
def test_a_notice_has_a_heading_and_a_box_of_its_own(language):
    document, words = asking(language, WITH_NOTICE), words_in(language)
    check_document(document)
    [box] = document.xpath("//input[@type='checkbox']")
    assert box.get("value") == "second-consent-id"
    assert box.get("checked") is None
    assert words.notice(NOTICE) in text_of(document.get_element_by_id(box.get("aria-describedby")))
    assert words["notice"] in [text_of(heading) for heading in document.xpath("//h3")]
    told = text_of(document)
    assert words["form_written"] in told
    assert "the-one-before-this" in told


def test_a_notice_that_was_not_confirmed_is_told_at_the_top_and_at_its_box():
    third = replace(WITH_NOTICE, consent_id="third-consent-id")
    answered = Answered(frozenset({"third-consent-id"}), is_incomplete=True)
    document = asking(Language.ENGLISH, ASKED, WITH_NOTICE, third, answered=answered)
    check_document(document)
    [summary] = document.find_class("problems")
    assert (summary.get("tabindex"), summary.get("autofocus")) == ("-1", "")
    assert summary.xpath(".//a/@href") == ["#notice-2"]
    wrong, right = document.get_element_by_id("notice-2"), document.get_element_by_id("notice-3")
    assert (wrong.get("aria-invalid"), wrong.get("checked")) == ("true", None)
    assert "notice-2-problem" in wrong.get("aria-describedby")
    assert (right.get("aria-invalid"), right.get("checked")) == (None, "checked")


def test_several_consents_are_listed_one_by_one():
    document = asking(Language.ENGLISH, ASKED, WITH_NOTICE)
    headings = [text_of(heading) for heading in document.xpath("//h2")]
    assert headings[1:3] == ["Consent 1 of 2", "Consent 2 of 2"]
    told = text_of(document)
    assert "This request holds 2 consents." in told
    assert "lapses on 7 June 2026" in told


def test_what_was_given_before_needs_no_box_and_does_not_lapse():
    document = asking(Language.ENGLISH, replace(WITH_NOTICE, is_given=True))
    assert not document.xpath("//input[@type='checkbox']")
    told = text_of(document)
    assert "You have agreed to this before" in told
    assert "lapses" not in told


@pytest.mark.parametrize("language", Language)
def test_names_stay_text(language):
    document = asking(language, replace(ASKED, consent_id=HOSTILE), grantee=replace(GRANTEE, name=HOSTILE))
    check_document(document)
    assert not document.xpath("//i")
    assert HOSTILE in text_of(document.xpath("//h1")[0])
    assert document.xpath("//input[@name='token']/@value") == [HOSTILE]
    signing_in = read(sign_in_page(a_frame(language), replace(GRANTEE, name=HOSTILE), SignInForm(HOSTILE)))
    assert not signing_in.xpath("//i")
    assert signing_in.get_element_by_id("code").get("value") == HOSTILE


@pytest.mark.parametrize("language", Language)
def test_signing_in_tells_who_asks_and_nothing_else(language):
    document, words = (
        read(sign_in_page(a_frame(language), GRANTEE, SignInForm())),
        words_in(language),
    )
    check_document(document)
    assert document.xpath("//form/@action") == ["/base/oauth/authorize/sign-in"]
    assert document.xpath("//input[@id='secret']/@type") == ["password"]
    assert GRANTEE.name in text_of(document)
    assert not document.find_class("problems")
    [link] = document.xpath("//nav//a")
    assert link.get("href") == f"/base/oauth/authorize?client_id=loans&request_uri=x&lang={language.other}"
    assert link.get("lang") == language.other.tag
    assert words["skip"] == text_of(document.xpath("//a")[0])


def test_what_is_wrong_with_a_sign_in_is_told_at_its_field():
    form = SignInForm("1", {"code": "code_missing", "secret": "secret_missing"})
    document = read(sign_in_page(a_frame(Language.ENGLISH), GRANTEE, form))
    check_document(document)
    assert document.find_class("problems")[0].xpath(".//a/@href") == ["#code", "#secret"]
    for name in ("code", "secret"):
        field = document.get_element_by_id(name)
        assert field.get("aria-invalid") == "true"
        assert f"{name}-problem" in field.get("aria-describedby").split()
    whole = read(sign_in_page(a_frame(Language.ENGLISH), GRANTEE, SignInForm("1", {"": "WRONG"})))
    check_document(whole)
    assert whole.get_element_by_id("code").get("aria-invalid") is None


@pytest.mark.parametrize("trouble", Trouble)
def test_a_plain_page_speaks_both_languages(trouble):
    document = read(trouble_page(Language.ENGLISH, trouble, way_on="/x?a&b"))
    check_document(document)
    told = text_of(document)
    for language in Language:
        assert words_in(language).named("titles", trouble) in told
        assert words_in(language).named("texts", trouble) in told
    assert document.xpath("//main//a/@href") == ["/x?a&b"]
    assert not read(trouble_page(Language.CHINESE, trouble)).xpath("//main//a")


@pytest.mark.parametrize("region", ["TJ", "SH", "HL", "LN"])
def test_the_articles_are_those_of_the_region(region):
    catalog = the_catalog(region)
    question = Question(SOME_CODE, GRANTEE, (ASKED,))
    page = question_page(a_frame(Language.CHINESE), question, catalog, answered=Answered())
    assert catalog.jurisdiction.regulation.chinese in page
