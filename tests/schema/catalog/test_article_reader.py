"""An article that is cited exists, as far as anybody could count the articles."""

from __future__ import annotations

import pytest

from schema.catalog.article_reader import article_fault, read_article, read_cited
from schema.catalog.data_file import DataFile
from schema.catalog.jurisdiction import Regulation
from schema.vocabulary.caller import CallerClass
from schema.vocabulary.reasons import SourceArticle

REGULATIONS = {
    "TJ": Regulation("TJ", "Tianjin Regulation", "天津", None, 66),
    "CIR": Regulation("CIR", "Credit Reporting Regulation", "征信", None, None),
}


@pytest.mark.parametrize(
    "text", ["TJ 1", "TJ 66", "TJ 43¶1", "TJ 12(2)", "TJ 9¶2(4)", "CIR 14¶1", "CIR 900", "CIR display"]
)
def test_an_article_that_can_be_cited(text: str) -> None:
    assert article_fault(SourceArticle.parse(text), REGULATIONS) == ""


@pytest.mark.parametrize(
    "text", ["TJ 67", "TJ 0", "TJ silent", "TJ 12(2", "TJ 12 (2)", "TJ 012", "TJ 12¶", "TJ ¶1", "TJ １２"]
)
def test_an_article_that_the_regulation_does_not_have(text: str) -> None:
    told = f"`{text}` is not an article of Tianjin Regulation, which has 1 to 66"
    assert article_fault(SourceArticle.parse(text), REGULATIONS) == told


def test_an_article_of_no_regulation() -> None:
    told = article_fault(SourceArticle("XX", "1"), REGULATIONS)
    assert told == "`XX 1` cites `XX`, which is not among the regulations"


def test_what_is_no_article_is_told_with_its_line() -> None:
    reader = DataFile("a.toml", 'article = "TJ19"\n')
    assert read_article(reader, reader.parse(), "article", regulations=REGULATIONS) is None
    assert read_article(reader, {"article": 19}, "article", regulations=REGULATIONS) is None
    assert read_article(reader, {"article": "TJ 19"}, "article", regulations=REGULATIONS) == SourceArticle("TJ", "19")
    assert reader.faults == ["a.toml:1: `TJ19` is not a valid article", "a.toml:1: `19` is not a valid article"]


def test_values_beside_their_articles_keep_those_that_are_right() -> None:
    text = '[organs]\nSTATE_ORGAN = "TJ 19"\nKING = "TJ 19"\nPUBLIC = "TJ 99"\n'
    reader = DataFile("a.toml", text)
    read = read_cited(reader, reader.parse(), "organs", kind=CallerClass, regulations=REGULATIONS)
    assert read == {CallerClass.STATE_ORGAN: SourceArticle("TJ", "19")}
    assert reader.faults == [
        "a.toml:3: `KING` is not a valid key of `[organs]`",
        "a.toml:4: `TJ 99` is not an article of Tianjin Regulation, which has 1 to 66",
    ]
