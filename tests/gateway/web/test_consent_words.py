"""Both languages say everything, every code has its word, and days, spans and articles read as people write them."""

from __future__ import annotations

import re
from datetime import date

import pytest

from gateway.identity.sign_in import SignInTrouble
from gateway.web.consent_question import Trouble
from gateway.web.consent_words import Language, chosen_language, words_in
from policies.authorisation import NOTICE
from schema.catalog.entry import Character
from schema.vocabulary.caller import CallerClass, Purpose
from schema.vocabulary.consents import Frequency, Per
from schema.vocabulary.reasons import SourceArticle
from tests.builders import the_catalog

ZH, EN = words_in(Language.CHINESE), words_in(Language.ENGLISH)
SLOT = re.compile(r"\{[a-z]+\}")


def test_the_languages_have_the_same_texts_with_the_same_slots():
    assert ZH.tables.keys() == EN.tables.keys()
    for name, table in ZH.tables.items():
        assert table.keys() == EN.tables[name].keys(), name
        for key, text in table.items():
            other = EN.tables[name][key]
            assert text.strip(), key
            assert other.strip(), key
            assert sorted(SLOT.findall(text)) == sorted(SLOT.findall(other)), key


def test_chinese_is_chinese_and_english_is_not():
    chinese = re.compile(r"[\u3000-\u9fff]")
    for name, table in ZH.tables.items():
        for key, text in table.items():
            assert chinese.search(text), key
            if key != "form_written":
                assert not chinese.search(EN.tables[name][key]), key


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_every_code_has_its_word(words):
    assert words.tables["classes"].keys() == set(CallerClass)
    assert words.tables["purposes"].keys() == set(Purpose)
    assert words.tables["characters"].keys() == {*Character, "other"}
    assert words.tables["per"].keys() == {*Per, "unlimited"}
    assert words.tables["per_once"].keys() == set(Per)
    assert words.tables["titles"].keys() == words.tables["texts"].keys() == set(Trouble)
    assert {SignInTrouble.WRONG, SignInTrouble.BUSY} < words.tables["sign_in"].keys()
    assert len(words.notice(NOTICE)) > 50
    with pytest.raises(KeyError):
        words.notice("a notice that nobody has written")


def test_days_windows_and_frequencies():
    begins, ends = date(2023, 1, 1), date(2026, 12, 31)
    assert ZH.day(ends) == "2026年12月31日"
    assert EN.day(ends) == "31 December 2026"
    assert EN.window(begins, ends) == "Records from 1 January 2023 to 31 December 2026"
    assert EN.window(begins, None) == "Records of 1 January 2023 and later"
    assert ZH.window(None, ends) == "2026年12月31日及以前的记录"
    assert ZH.window(None, None) == "依法可以查询的全部记录"
    assert EN.frequency(None) == "As often as it likes until the consent ends"
    assert EN.frequency(Frequency(3, Per.MONTH)) == "At most 3 times a month"
    assert ZH.frequency(Frequency(1, Per.CONSENT)) == "有效期内只能查询 1 次"


def test_articles_are_cited_in_full():
    regulations = the_catalog("TJ").national.regulations
    cited = SourceArticle("TJ", "16¶3")
    assert ZH.citation(cited, regulations["TJ"]) == "《天津市社会信用条例》第16条第3款"
    assert EN.citation(cited, regulations["TJ"]) == "Tianjin Social Credit Regulation, Article 16 paragraph 3"
    assert ZH.citation(SourceArticle("HL", "36(1)"), regulations["HL"]) == "《黑龙江省社会信用条例》第36条第（1）项"
    assert EN.citation(SourceArticle("TJ", "silent"), regulations["TJ"]).endswith(", silent")


@pytest.mark.parametrize(
    ("stated", "accepted", "chosen"),
    [
        ("en", "zh-CN", Language.ENGLISH),
        ("zh", "en", Language.CHINESE),
        ("fr", "en", Language.ENGLISH),
        ("", "", Language.CHINESE),
        ("", "fr, de;q=0.5", Language.CHINESE),
        ("", "fr, en-GB;q=0.9, zh;q=0.8", Language.ENGLISH),
        ("", "en;q=0.1, zh-Hans-CN;q=0.7", Language.CHINESE),
        ("", "en;q=0", Language.CHINESE),
        ("", "en;q=9;;, \x00, *", Language.CHINESE),
    ],
)
def test_the_language_is_the_chosen_one_or_the_browsers(stated, accepted, chosen):
    assert chosen_language(stated, accepted) is chosen
