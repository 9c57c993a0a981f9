"""Articles as data files cite them, checked against the regulations that they are cited from."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from schema.catalog.data_file import DataFile
from schema.catalog.jurisdiction import Regulation
from schema.catalog.sections import section
from schema.vocabulary.reasons import SourceArticle

Kind = TypeVar("Kind")

SILENT: Final = "silent"
"""What stands in the place of a number where a text says nothing."""

_NUMBERED: Final = re.compile(r"[1-9][0-9]*(?:¶[1-9][0-9]*)?(?:\([1-9][0-9]*\))?")


def article_fault(article: SourceArticle, regulations: Mapping[str, Regulation]) -> str:
    """Why this article cannot be cited; "" if it can.

    Shape:   `19`, `43¶1`, `12(2)`, `9¶2(4)`; a text whose articles could not be counted is also cited by words
    """
    regulation = regulations.get(article.regulation)
    if regulation is None:
        return f"`{article}` cites `{article.regulation}`, which is not among the regulations"
    if regulation.last_article is None:
        return ""
    number = article.number if _NUMBERED.fullmatch(article.article) else None
    if number is None or number > regulation.last_article:
        return f"`{article}` is not an article of {regulation.title}, which has 1 to {regulation.last_article}"
    return ""


def read_article(
    view: DataFile, given: Mapping[str, Any], key: str, *, regulations: Mapping[str, Regulation]
) -> SourceArticle | None:
    """The article under `key`; None with a fault if it cannot be cited."""
    article = view.convert(SourceArticle.parse, given[key], what="article", key=key)
    fault = article_fault(article, regulations) if article is not None else ""
    if fault:
        view.complain(fault, key=key)
        return None
    return article


def read_cited(
    reader: DataFile,
    raw: Mapping[str, Any],
    name: str,
    *,
    kind: Callable[[str], Kind],
    regulations: Mapping[str, Regulation],
) -> dict[Kind, SourceArticle]:
    """The table `[name]`, in which each key is a value of the law and stands beside its article."""
    view, given = section(reader, raw, name)
    read = {}
    for key in given:
        value = view.convert(kind, key, what=f"key of `[{name}]`", key=key)
        article = read_article(view, given, key, regulations=regulations)
        if value is not None and article is not None:
            read[value] = article
    return read
