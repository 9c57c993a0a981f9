"""The pages as documents: signing in, the question itself, and the plain one for what cannot be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.rights.consent_answers import Grantee
from gateway.web.consent_markup import INVALID, NOTHING, Html, element, fill, joined
from gateway.web.consent_question import Answered, Question, SignInForm, Trouble
from gateway.web.consent_terms import consent_section, lapse_notice, legal_basis
from gateway.web.consent_words import Language, Words, words_in
from schema.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page has around its content."""

    words: Words
    base: str = ""
    """The path under which the gateway is known to the world; "" for its root."""
    address: str = ""
    """Where this page is, without its language; "" where the language cannot be changed."""
    ends: str = ""
    """Until when the page can be answered, `10:15`."""
    hidden: Mapping[str, str] = field(default_factory=dict)
    """What its form repeats."""


def sign_in_page(frame: Frame, grantee: Grantee, form: SignInForm) -> Html:
    """The page on which a subject signs in; of the request it tells who sent it, and nothing else."""
    words = frame.words
    problems = {name: words.named("sign_in", key) for name, key in form.problems.items()}
    values = {
        "base": frame.base,
        "hidden": _hidden(frame.hidden),
        "intro": words.said("sign_in_intro", organisation=grantee.name),
        "code": form.code,
        "time_limit_text": words.said("time_limit", time=frame.ends),
        "problems": _summary(words, [(name or "code", text) for name, text in problems.items()]),
    }
    for name in ("code", "secret"):
        values |= _field_problem(name, problems.get(name, ""))
    return _page(frame, words["sign_in_title"], fill("consent_sign_in", words.own | values))


def question_page(frame: Frame, question: Question, catalog: Catalog, *, answered: Answered) -> Html:
    """The page on which the signed-in subject agrees or does not."""
    words, grantee, asked = frame.words, question.grantee, question.asked
    title = words.said("ask_title", organisation=grantee.name)
    missing = [
        (f"notice-{place}", words["notice_missing"])
        for place, one in enumerate(asked, 1)
        if answered.is_incomplete and one.needs_tick and one.consent_id not in answered.ticked
    ]
    many = words.said("many", count=len(asked))
    values = {
        "base": frame.base,
        "hidden": _hidden(frame.hidden),
        "heading": _heading(words, grantee.name),
        "problems": _summary(words, missing),
        "subject": str(question.subject),
        "organisation_name": grantee.name,
        "class_name": words.named("classes", grantee.caller_class.value),
        "organisation_number": grantee.organisation_id,
        "client_number": grantee.client_id,
        "many_text": element("p", many, {"class": "lead"}) if len(asked) > 1 else NOTHING,
        "consents": joined(
            consent_section(words, one, catalog, place=place, numbers=(len(asked), answered))
            for place, one in enumerate(asked, 1)
        ),
        "silence": lapse_notice(words, asked),
        "articles": legal_basis(words, catalog),
        "time_limit_text": words.said("time_limit", time=frame.ends),
    }
    return _page(frame, title, fill("consent_ask", words.own | values))


def trouble_page(language: Language, trouble: Trouble, *, base: str = "", way_on: str = "") -> Html:
    """A plain page in both languages, the chosen one first; `way_on` is an address to go on from."""
    words, other = words_in(language), words_in(language.other)
    title = words.named("titles", trouble.value)
    link = element("p", element("a", words["sign_in_title"], {"href": way_on})) if way_on else NOTHING
    values = {
        "title": title,
        "text": words.named("texts", trouble.value),
        "way_on": link,
        "other_tag": other.language.tag,
        "other_title": other.named("titles", trouble.value),
        "other_text": other.named("texts", trouble.value),
    }
    return _page(Frame(words, base), title, fill("consent_told", values))


def _page(frame: Frame, title: str, content: Html) -> Html:
    words, other = frame.words, frame.words.language.other
    values = {
        "tag": words.language.tag,
        "title": title,
        "base": frame.base,
        "other_tag": other.tag,
        "other_service": words_in(other)["service"],
        "languages_nav": NOTHING,
        "content": content,
    }
    if frame.address:
        switch = {
            "own_name": words.language.own_name,
            "other_name": other.own_name,
            "other_tag": other.tag,
            "other_address": f"{frame.address}&lang={other}",
        }
        values["languages_nav"] = fill("consent_languages", words.own | switch)
    return fill("consent", words.own | values)


def _hidden(values: Mapping[str, str]) -> Html:
    return joined(
        Html(element("input", "", {"type": "hidden", "name": name, "value": value}).removesuffix("</input>"))
        for name, value in values.items()
    )


def _heading(words: Words, name: str) -> Html:
    """The title, with a name that is not broken while it fits into a line."""
    before, _, after = words["ask_title"].partition("{organisation}")
    return joined([before, element("span", name, {"class": "name"}), after])


def _summary(words: Words, problems: Sequence[tuple[str, str]]) -> Html:
    """The list of what is wrong, which takes the focus when the page opens, each with a link to its field."""
    if not problems:
        return NOTHING
    links = joined(element("li", element("a", text, {"href": f"#{name}"})) for name, text in problems)
    content = joined([element("h2", words["problem"], {"id": "problems"}), element("ul", links)])
    attributes = {
        "class": "problems",
        "role": "alert",
        "aria-labelledby": "problems",
        "tabindex": "-1",
        "autofocus": "",
    }
    return element("div", content, attributes)


def _field_problem(name: str, text: str) -> Mapping[str, str]:
    told = element("p", text, {"class": "problem", "id": f"{name}-problem"}) if text else NOTHING
    return {
        f"{name}_problem": told,
        f"{name}_described": f" {name}-problem" if text else "",
        f"{name}_invalid": INVALID if text else NOTHING,
    }
