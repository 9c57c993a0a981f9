"""The words of the consent page in Chinese and in English, read from `pages/consent.zh.toml` and `consent.en.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from schema.catalog.jurisdiction import Regulation
from schema.vocabulary.consents import Frequency
from schema.vocabulary.reasons import SourceArticle


class Language(StrEnum):
    """What the page speaks; the value is what stands in addresses and in files' names."""

    CHINESE = "zh"
    ENGLISH = "en"

    @property
    def tag(self) -> str:
        """Its name for browsers and readers of screens (BCP 47)."""
        return "zh-CN" if self is Language.CHINESE else "en"

    @property
    def own_name(self) -> str:
        """As it calls itself."""
        return "中文" if self is Language.CHINESE else "English"

    @property
    def other(self) -> Language:
        """The one that is not this one."""
        return Language.ENGLISH if self is Language.CHINESE else Language.CHINESE


_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_RANGE: Final = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?"
)
_ARTICLE: Final = re.compile(r"(\d+)(?:¶(\d+))?(?:\((\d+)\))?")
_MOST_RANGES: Final = 20


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that the page says in one language."""

    language: Language
    tables: Mapping[str, Mapping[str, str]]

    def __getitem__(self, key: str) -> str:
        """One text of the page, its slots unfilled."""
        return self.tables["words"][key]

    @property
    def own(self) -> dict[str, str]:
        """The texts of the page by their names."""
        return {**self.tables["words"]}

    def said(self, key: str, **slots: object) -> str:
        """One text of the page with its slots filled."""
        return self[key].format(**slots)

    def named(self, table: str, key: str) -> str:
        """The word for a code, from one of the lists."""
        return self.tables[table][key]

    def notice(self, name: str) -> str:
        """The notice of this name; raises KeyError for one that has no text."""
        return self.tables["notices"][name]

    def day(self, day: date) -> str:
        """A day as people write it."""
        if self.language is Language.CHINESE:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def window(self, begins: date | None, ends: date | None) -> str:
        """Which records are covered by their day."""
        slots = {name: self.day(day) for name, day in (("begins", begins), ("ends", ends)) if day is not None}
        return self.said(_WINDOWS[frozenset(slots)], **slots)

    def frequency(self, frequency: Frequency | None) -> str:
        """How often the grantee may look."""
        if frequency is None:
            return self.tables["per"]["unlimited"]
        table = "per_once" if frequency.times == 1 else "per"
        return self.tables[table][frequency.per.value].format(times=frequency.times)

    def citation(self, article: SourceArticle, regulation: Regulation) -> str:
        """An article with the name of its regulation."""
        title = regulation.chinese if self.language is Language.CHINESE else regulation.title
        return self.said("citation", regulation=title, article=self._article(article.article))

    def _article(self, text: str) -> str:
        match = _ARTICLE.fullmatch(text)
        if match is None:
            return text
        parts = zip(("article", "paragraph", "item"), match.groups(), strict=True)
        return "".join(self.said(name, number=number) for name, number in parts if number is not None)


_WINDOWS: Final[Mapping[frozenset[str], str]] = {
    frozenset(): "window_none",
    frozenset({"begins"}): "window_from",
    frozenset({"ends"}): "window_to",
    frozenset({"begins", "ends"}): "window_both",
}


@cache
def words_in(language: Language) -> Words:
    """The words in one language, read once."""
    text = (files("gateway.web") / "pages" / f"consent.{language}.toml").read_text("utf-8")
    return Words(language, tomllib.loads(text))


def chosen_language(stated: str = "", accepted: str = "") -> Language:
    """What was chosen on the page; else what the browser likes best; else Chinese.

    Shape:   `stated` is the value of a Language or ""; `accepted` is an Accept-Language header (RFC 9110 §12.5.4)
    """
    if stated in set(Language):
        return Language(stated)
    liked = sorted(_ranges(accepted), key=lambda pair: -pair[1])
    return next((Language(tag) for tag, quality in liked if quality > 0 and tag in set(Language)), Language.CHINESE)


def _ranges(accepted: str) -> Sequence[tuple[str, float]]:
    matches = (_RANGE.fullmatch(part) for part in accepted.split(",")[:_MOST_RANGES])
    return [(match[1].lower().partition("-")[0], float(match[2] or 1)) for match in matches if match is not None]
