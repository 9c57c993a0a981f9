"""A subject's browser, played over HTTP: opens the consent page, signs in, reads, and answers; it runs no scripts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

import httpx

from gateway.cli.oauth_client import origin_of

_TRIES: Final = 3
_PAUSE_S: Final = 1.1
_ALWAYS: Final = frozenset({"h1", "dt", "dd"})
_IN_TERMS: Final = frozenset({"h3", "li", "strong"})


class PageUnexpected(Exception):
    """The page is not the one that should have come; one sentence."""


@dataclass(slots=True)
class Page:
    """What a person sees of a page, and what its form would send."""

    address: str
    title: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    """Each term with what is said of it, and of each consent what is listed under its headings."""
    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    """Hidden ones."""
    boxes: list[tuple[str, str]] = field(default_factory=list)
    """Boxes to tick: name and value."""

    def value(self, name: str) -> str:
        """The fact of this name; "" without one."""
        return dict(self.facts).get(name, "")


class SubjectBrowser:
    """One visit; the HTTP client keeps its cookies and stays its opener's."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def open(self, address: str) -> Page:
        """The page at this address; raises PageUnexpected, httpx.HTTPError."""
        return _page(self._http.get(address, headers={"Accept-Language": "en"}), address)

    def sign_in(self, page: Page, code: str, secret: str) -> Page:
        """Sign in on the first page; returns the one that asks. Raises PageUnexpected, httpx.HTTPError."""
        for _ in range(_TRIES):
            response = self._post(page, {"code": code, "secret": secret})
            if response.status_code != httpx.codes.TOO_MANY_REQUESTS:
                break
            time.sleep(_PAUSE_S)  # the same code was tried a moment ago, and the page asks for patience
        if response.status_code != httpx.codes.SEE_OTHER:
            raise PageUnexpected(f"the sign-in was answered {response.status_code}")
        return self.open(urljoin(page.address, response.headers["location"]))

    def answer(self, page: Page, answer: str) -> str:
        """Tick every box and press `approve` or `refuse`; returns where the browser is sent.

        Errors:  PageUnexpected, httpx.HTTPError
        """
        response = self._post(page, {**dict(page.boxes), "answer": answer})
        if response.status_code != httpx.codes.SEE_OTHER:
            raise PageUnexpected(f"the answer was answered {response.status_code}")
        return str(response.headers["location"])

    def _post(self, page: Page, fields: Mapping[str, str]) -> httpx.Response:
        address = urljoin(page.address, page.action)
        origin = {"Origin": origin_of(page.address), "Sec-Fetch-Site": "same-origin"}
        return self._http.post(address, data={**page.fields, **fields}, headers=origin)


def _page(response: httpx.Response, address: str) -> Page:
    reader = _Reader(Page(address))
    reader.feed(response.text)
    if response.status_code != httpx.codes.OK or not reader.page.action:
        raise PageUnexpected(f"`{reader.page.title or 'the page'}` came with {response.status_code}")
    return reader.page


class _Reader(HTMLParser):
    """Takes from a page what it needs."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self._tag = ""
        self._text: list[str] = []
        self._term = ""
        self._is_in_terms = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        match tag, told.get("type"):
            case "form", _:
                self.page.action = told.get("action", "")
            case "input", "hidden":
                self.page.fields[told.get("name", "")] = told.get("value", "")
            case "input", "checkbox":
                self.page.boxes.append((told.get("name", ""), told.get("value", "")))
            case "section", _:
                self._is_in_terms = told.get("aria-labelledby", "").startswith("consent-")
            case _ if not self._tag and (tag in _ALWAYS or (tag in _IN_TERMS and self._is_in_terms)):
                self._tag, self._text = tag, []

    def handle_data(self, data: str) -> None:
        if self._tag:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag != self._tag:
            return
        text = " ".join("".join(self._text).split())
        match tag:
            case "h1":
                self.page.title = text
            case "dt" | "h3":
                self._term = text
            case _:
                self.page.facts.append((self._term, text))
        self._tag = ""
