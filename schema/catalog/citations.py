"""Articles cited inside a sentence, such as a legal basis: `TJ 12(5), 16¶3, 42; SAT Order 54`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from schema.catalog.article_reader import article_fault
from schema.catalog.jurisdiction import Regulation
from schema.vocabulary.reasons import SourceArticle

_ONE: Final = r"\d+(?:¶\d+)?(?:\(\d+\))?"
_CITED: Final = re.compile(rf"\b([A-Z]{{2}}) ({_ONE}(?:(?:, | and |-){_ONE})*)")
_EACH: Final = re.compile(_ONE)


def cited(text: str) -> Iterator[SourceArticle]:
    """Each article that a text cites of a regulation with a code of two capital letters; of a span, both ends."""
    for found in _CITED.finditer(text):
        for article in _EACH.findall(found.group(2)):
            yield SourceArticle(found.group(1), article)


def citation_faults(text: str, regulations: Mapping[str, Regulation]) -> Iterator[str]:
    """One sentence for each article cited that does not exist."""
    for article in cited(text):
        fault = article_fault(article, regulations)
        if fault:
            yield fault
