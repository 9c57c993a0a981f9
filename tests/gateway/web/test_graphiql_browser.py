"""GraphiQL in a real browser with the network cut off."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from gateway.web.graphiql import ASSET_FILES, ASSETS
from tests.gateway.web.graphiql_stage import NAME, Stage, staged, write_sandbox

_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(_CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.skipif(
        not all((ASSETS / name).is_file() for name in ASSET_FILES), reason="the GraphiQL assets are not unpacked"
    ),
]


@pytest.fixture(scope="module")
def stage(tmp_path_factory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("stage")) as opened:
        yield opened


@pytest.fixture(scope="module")
def bare_stage(tmp_path_factory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("bare"), personas=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright):
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"]
    with playwright.chromium.launch(executable_path=_CHROMIUM, args=arguments) as opened:
        yield opened


@pytest.fixture
def context(browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 1400, "height": 900}) as opened:
        opened.set_default_timeout(15_000)
        yield opened


class Watcher:
    """Notes what a page asks for and complains about; nothing but loopback gets through."""

    def __init__(self, context: BrowserContext) -> None:
        self.outside: list[str] = []
        self.complaints: list[str] = []
        self.posted: list[tuple[dict[str, str], Any]] = []
        context.route("**/*", self._route)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", lambda message: self._hear(message.type, message.text))

    def _route(self, route) -> None:
        request = route.request
        if request.method == "POST":
            self.posted.append((request.headers, json.loads(request.post_data)))
        if request.url.startswith("http://127.0.0.1:"):
            route.continue_()
        else:
            self.outside.append(request.url)
            route.abort()

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)


@pytest.fixture
def watcher(context) -> Watcher:
    return Watcher(context)


def opened(context: BrowserContext, stage: Stage) -> Page:
    page = context.new_page()
    page.goto(stage.url)
    page.wait_for_selector(".graphiql-container")
    return page


def run(page: Page) -> str:
    """Run the question at hand; the line that tells the outcome."""
    page.evaluate("document.getElementById('outcome').textContent = ''")
    page.get_by_role("button", name="Execute query").click()
    expect(page.locator("#outcome")).to_contain_text(" ms")
    return page.locator("#outcome").inner_text()


def test_the_page_works_with_the_network_cut_off(context, watcher, stage):
    page = opened(context, stage)
    told = run(page)
    assert told.startswith("200 in ")
    assert "CALLER_NOT_AUTHORISED" in told
    assert "SOURCE_UNAVAILABLE" in told
    expect(page.locator(".result-window")).to_contain_text(NAME)
    assert watcher.outside == []
    assert watcher.complaints == []


def test_a_persona_is_picked_by_keyboard_and_sees_more(context, watcher, stage):
    page = opened(context, stage)
    assert "CALLER_NOT_AUTHORISED" in run(page)
    first = page.evaluate("document.querySelector('a[href], button, input, select, textarea, [tabindex]').id")
    assert first == "persona"
    page.get_by_label("Persona").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("ADMINISTRATIVE_PER")
    page.keyboard.press("Tab")
    page.keyboard.type("食品经营许可, 新办")
    page.keyboard.press("Tab")
    page.keyboard.type("2026-0417")
    assert "CALLER_NOT_AUTHORISED" not in run(page)
    headers, _ = watcher.posted[-1]
    assert headers["authorization"] == f"Bearer {stage.token('permit-officer')}"
    assert headers["inquiry-purpose"] == "ADMINISTRATIVE_PERMIT"
    assert headers["inquiry-matter"].startswith("%E9%A3%9F")
    assert headers["inquiry-case-reference"] == "2026-0417"
    expect(page.locator("#persona-note")).to_contain_text("State organ, Tianjin")
    expect(page.locator(".result-window")).to_contain_text("900000.00")


def introspections(watcher: Watcher) -> list[str | None]:
    """With which tokens the documentation was asked for, in the order of asking."""
    return [
        headers.get("authorization")
        for headers, body in watcher.posted
        if body["operationName"] == "IntrospectionQuery"
    ]


def documentation(page: Page, *names: str) -> Any:
    """The documentation, opened and followed along these names."""
    page.get_by_role("button", name="Show Documentation Explorer").click()
    shown = page.locator(".graphiql-doc-explorer")
    for name in names:
        shown.get_by_role("link", name=name, exact=True).first.click()
    return shown


def test_documentation_shows_what_the_catalog_says(context, watcher, stage):
    page = opened(context, stage)
    page.get_by_label("Persona").select_option("bank")
    shown = documentation(page, "Query", "CreditSubject", "LegalPerson", "paidInCapital")
    expect(shown).to_contain_text("Catalog NB01-2")
    expect(shown).to_contain_text("shared on condition (有条件共享)")
    expect(shown.get_by_role("listitem").filter(has_text="FINANCIAL_INSTITUTION")).to_contain_text("CREDIT_GRANTING")
    assert not [headers for headers, body in watcher.posted if "inquiry-purpose" in headers]


def test_documentation_is_each_personas_own(context, watcher, stage):
    page = opened(context, stage)
    shown = documentation(page, "Query", "CreditSubject", "LegalPerson")
    expect(shown).to_contain_text("registeredName")
    expect(shown).not_to_contain_text("paidInCapital")
    assert introspections(watcher) == [None]
    page.get_by_label("Persona").select_option("permit-officer")
    shown = documentation(page, "Query", "CreditSubject", "LegalPerson")
    expect(shown).to_contain_text("paidInCapital")
    assert introspections(watcher) == [None, f"Bearer {stage.token('permit-officer')}"]
    assert watcher.complaints == []


def test_every_example_runs_and_states_a_purpose_of_its_own(context, watcher, stage):
    page = opened(context, stage)
    page.get_by_label("Persona").select_option("bank")
    for name in ("Defaulter", "Search", "CreditReview"):
        page.get_by_role("tab", name=name).click()
        assert run(page).startswith("200 in "), name
    assert "CALLER_NOT_AUTHORISED" not in page.locator("#outcome").inner_text()
    assert watcher.outside == []


def test_a_page_that_stays_open_takes_renewed_tokens(context, watcher, stage):
    page = opened(context, stage)
    page.get_by_label("Persona").select_option("bank")
    page.evaluate("window.inquiry.token()")
    old = stage.token("bank")
    write_sandbox(stage.sandbox)
    renewed = stage.token("bank")
    assert renewed != old
    context.route(
        "**/graphql",
        lambda route: (
            route.fulfill(status=401, body='{"errors": []}')
            if route.request.headers.get("authorization") == f"Bearer {old}"
            else route.fallback()
        ),
    )
    assert run(page).startswith("200 in ")
    assert watcher.posted[-1][0]["authorization"] == f"Bearer {renewed}"


def test_without_personas_a_token_is_pasted(context, watcher, bare_stage):
    page = opened(context, bare_stage)
    expect(page.get_by_label("Persona")).to_be_hidden()
    page.get_by_label("Bearer token").fill(f"Bearer {bare_stage.token('developer')}")
    page.get_by_label("Bearer token").press("Tab")
    page.get_by_role("button", name="Show Documentation Explorer").click()
    expect(page.locator(".graphiql-doc-explorer").get_by_role("link", name="Query", exact=True)).to_be_visible()
    assert watcher.outside == []
