"""One consent in words that people know: which information, for what, until when, how often, in which form."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from gateway.rights.consent_answers import Asked
from gateway.web.consent_markup import INVALID, NOTHING, Html, element, fill, joined
from gateway.web.consent_question import Answered
from gateway.web.consent_words import Language, Words
from schema.catalog.catalog import Catalog
from schema.catalog.entry import CatalogItem, Character
from schema.vocabulary.caller import Purpose
from schema.vocabulary.reasons import SourceArticle

_RULES: Final = ("consent", "written_consent")
_NATIONAL: Final = tuple(SourceArticle("PIPL", number) for number in ("14", "15", "16"))


def consent_section(words: Words, one: Asked, catalog: Catalog, *, place: int, numbers: tuple[int, Answered]) -> Html:
    """One consent under its own heading.

    Shape:   `place` counts from 1; `numbers` holds how many consents there are, and what came with an earlier answer
    """
    count, answered = numbers
    heading = words.said("terms_of_many", number=place, count=count) if count > 1 else words["terms"]
    purposes = sorted(one.terms.purposes, key=list(Purpose).index)
    rows = joined(
        element("div", joined([element("dt", words[name]), element("dd", text, {"class": kind})]))
        for name, text, kind in _rows(words, one)
    )
    values = {
        "place": str(place),
        "heading": heading,
        "items": _items(words, one.terms.items, catalog),
        "purposes_text": words["separator"].join(words.named("purposes", purpose.value) for purpose in purposes),
        "rows": rows,
        "notice_box": _notice(words, one, place, answered) if one.needs_tick else NOTHING,
    }
    return fill("consent_terms", words.own | values)


def _rows(words: Words, one: Asked) -> Iterator[tuple[str, str, str | None]]:
    terms = one.terms
    span = {"begins": words.day(terms.valid_from), "ends": words.day(terms.ends_on)}
    yield "valid", words.said("from_to", **span), None
    yield "how_often", words.frequency(terms.frequency), None
    yield "window", words.window(terms.data_from, terms.data_to), None
    yield "form", words["form_written" if terms.is_written else "form_plain"], None
    if terms.replaces:
        yield "replaces", words.said("replaces_text", consent=terms.replaces), None
    if one.is_given:
        yield "status", words["already_given"], None
    yield "consent_id", one.consent_id, "code"


def _notice(words: Words, one: Asked, place: int, answered: Answered) -> Html:
    is_ticked = one.consent_id in answered.ticked
    is_missing = answered.is_incomplete and not is_ticked
    problem = f"notice-{place}-problem"
    told = element("p", words["notice_missing"], {"class": "problem", "id": problem})
    values = {
        "place": str(place),
        "consent_number": one.consent_id,
        "notice_text": words.notice(one.terms.notice),
        "notice_state": " wrong" if is_missing else "",
        "notice_problem": told if is_missing else NOTHING,
        "notice_described": f" {problem}" if is_missing else "",
        "notice_invalid": INVALID if is_missing else NOTHING,
        "notice_checked": Html(" checked") if is_ticked else NOTHING,
    }
    return fill("consent_notice", words.own | values)


def _items(words: Words, codes: Collection[str], catalog: Catalog) -> Html:
    """The items under headings by what they tell of the subject, each with its name in both languages and its code."""
    known = {entry.item for entry in catalog.entries.values() if entry.item.code in codes}
    groups: list[tuple[str, Sequence[Html]]] = []
    for character in Character:
        of_kind = sorted(
            (item for item in known if item.character is character), key=lambda item: (item.code, item.name)
        )
        groups.append((words.named("characters", character.value), [_item(words, item) for item in of_kind]))
    unknown = sorted(set(codes) - {item.code for item in known})
    told = [element("li", joined([words["unknown_item"], " ", _code(code)])) for code in unknown]
    groups.append((words.named("characters", "other"), told))
    return joined(joined([element("h4", name), element("ul", joined(told))]) for name, told in groups if told)


def _item(words: Words, item: CatalogItem) -> Html:
    names = {Language.CHINESE: item.chinese, Language.ENGLISH: item.name}
    other = words.language.other
    beside = element("span", names[other], {"lang": other.tag, "class": "beside"})
    return element("li", joined([names[words.language], " ", beside, " ", _code(item.code)]))


def _code(code: str) -> Html:
    return element("span", code, {"class": "code beside"})


def lapse_notice(words: Words, asked: Sequence[Asked]) -> Html:
    """When the request lapses by itself; nothing where every consent was given before."""
    days = [one.answer_by for one in asked if not one.is_given]
    if not days:
        return NOTHING
    text = words.said("on_silence_text", day=words.day(min(days)))
    return joined([element("h3", words["on_silence"]), element("p", text)])


def legal_basis(words: Words, catalog: Catalog) -> Html:
    """The articles that the page goes by: the region\'s own, then those of the state."""
    of_region = [catalog.jurisdiction.articles[rule] for rule in _RULES]
    regulations = catalog.national.regulations
    cited = [words.citation(article, regulations[article.regulation]) for article in (*of_region, *_NATIONAL)]
    return element("ul", joined(element("li", text) for text in cited))
