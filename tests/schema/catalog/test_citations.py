"""Articles are found in a sentence as lawyers write them, and held against the regulations."""

from __future__ import annotations

import pytest

from schema.catalog.citations import citation_faults, cited
from schema.catalog.national_loader import load_national


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("TJ 10", ["TJ 10"]),
        ("TJ 12(5), 16¶3, 42; municipal supplement under TJ 10", ["TJ 12(5)", "TJ 16¶3", "TJ 42", "TJ 10"]),
        ("SAMR Order 44; TJ 27-28, 32 and 46", ["TJ 27", "TJ 28", "TJ 32", "TJ 46"]),
        ("HL 18(6), 18(8), 37¶2", ["HL 18(6)", "HL 18(8)", "HL 37¶2"]),
        ("SH 9¶2(4)", ["SH 9¶2(4)"]),
        ("Enterprise Information Disclosure Regulation Art. 8-9", []),
        ("GB/T 2260; PIPL Art. 13(3)", []),
        ("", []),
    ],
)
def test_articles_in_a_sentence(text: str, articles: list[str]) -> None:
    assert [str(article) for article in cited(text)] == articles


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("TJ 1-66; SH 56", []),
        ("TJ 60-67", ["`TJ 67` is not an article of Tianjin Social Credit Regulation, which has 1 to 66"]),
        ("TJ 0", ["`TJ 0` is not an article of Tianjin Social Credit Regulation, which has 1 to 66"]),
        ("XX 1", ["`XX 1` cites `XX`, which is not among the regulations"]),
    ],
)
def test_an_article_that_does_not_exist(text: str, faults: list[str]) -> None:
    assert list(citation_faults(text, load_national().regulations)) == faults
