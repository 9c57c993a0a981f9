"""The consent page in a real browser, by keyboard alone, once in each language; and what it is like to read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from gateway.web.consent_words import Language, words_in
from schema.vocabulary.consents import ConsentState
from tests.builders import NOW
from tests.gateway.web.consent_stage import LOAN, OTHER, REVIEW, SECRET, SOLE_TRADER, PageStage, page_stage

_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_LOCALES = {Language.CHINESE: "zh-CN", Language.ENGLISH: "en-GB"}
_MOST_TABS = 30

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(_CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def stage(tmp_path_factory) -> Iterator[PageStage]:
    with page_stage(tmp_path_factory.mktemp("page"), now=NOW) as opened:
        yield opened


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright) -> Iterator[Browser]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"]
    with playwright.chromium.launch(executable_path=_CHROMIUM, args=arguments) as opened:
        yield opened


class Reader:
    """A person with a keyboard; everything that the browser complains of is noted."""

    def __init__(self, context: BrowserContext) -> None:
        context.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda message: self._hear(message.type, message.text))

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "the server responded with a status of 4" not in text:
            self.complaints.append(text)

    def focused(self) -> str:
        """What has the focus: its id, its value or its text."""
        script = "(e => e.id || e.value || e.textContent.trim())(document.activeElement)"
        return str(self.page.evaluate(script))

    def tab_to(self, name: str) -> None:
        """Press Tab until this has the focus, which can be seen."""
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.focused() == name:
                outline = "(s => s.outlineStyle + ' ' + s.outlineWidth)(getComputedStyle(document.activeElement))"
                assert self.page.evaluate(outline) == "solid 3px"
                return
        raise AssertionError(f"{name} cannot be reached by keyboard")

    def press(self, key: str) -> None:
        """Press a key that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def sign_in(self, subject: str, secret: str = SECRET) -> None:
        """By keyboard alone."""
        self.tab_to("code")
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(subject)
        self.tab_to("secret")
        self.page.keyboard.type(secret)
        self.press("Enter")


@pytest.fixture
def reader(browser, request) -> Iterator[Reader]:
    options = getattr(request, "param", {})
    with browser.new_context(**({"locale": "en-GB", "viewport": {"width": 1000, "height": 800}} | options)) as opened:
        yield Reader(opened)


def states(stage: PageStage, subject=SOLE_TRADER) -> list[ConsentState]:
    return [file.state_at(NOW) for file in stage.run(stage.rooms.consents_of(subject))]


@pytest.mark.parametrize(
    ("reader", "language"),
    [({"locale": _LOCALES[language]}, language) for language in Language],
    indirect=["reader"],
    ids=list(Language),
)
def test_a_subject_agrees_by_keyboard_alone(reader, language, stage):
    words, page, before = words_in(language), reader.page, states(stage).count(ConsentState.ACTIVE)
    page.goto(stage.ask(LOAN, REVIEW, subject=SOLE_TRADER))
    assert page.evaluate("document.documentElement.lang") == language.tag
    expect(page.get_by_role("heading", level=1)).to_have_text(words["sign_in_title"])
    reader.sign_in(SOLE_TRADER, "WRONG")
    expect(page.get_by_role("alert")).to_contain_text(words.named("sign_in", "WRONG"))
    assert page.evaluate("document.activeElement.className") == "problems"
    reader.sign_in(SOLE_TRADER)
    expect(page.get_by_role("heading", level=1)).to_contain_text("天津试验银行股份有限公司")
    expect(page.get_by_role("main")).to_contain_text(words.named("purposes", "CREDIT_GRANTING"))
    reader.tab_to("approve")
    reader.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(words["notice_missing"])
    assert page.evaluate("document.activeElement.className") == "problems"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert reader.focused() == "notice-1"
    page.keyboard.press("Space")
    expect(page.get_by_label(words["notice_tick"])).to_be_checked()
    reader.tab_to("approve")
    reader.press("Space")
    expect(page.get_by_role("heading")).to_have_text("Back at the bank")
    assert "code=" in page.url
    assert states(stage).count(ConsentState.ACTIVE) == before + 2
    assert reader.complaints == []


@pytest.mark.parametrize(
    ("reader", "language"),
    [({"locale": _LOCALES[language]}, language) for language in Language],
    indirect=["reader"],
    ids=list(Language),
)
def test_a_subject_refuses_by_keyboard_alone(reader, language, stage):
    page = reader.page
    page.goto(stage.ask(REVIEW, subject=OTHER))
    reader.sign_in(OTHER)
    reader.tab_to("refuse")
    reader.press("Enter")
    expect(page.get_by_role("heading")).to_have_text("Back at the bank")
    assert "error=access_denied" in page.url
    assert set(states(stage, OTHER)) == {ConsentState.REJECTED}
    assert reader.complaints == []


def test_the_language_is_changed_by_keyboard_and_kept(reader, stage):
    page = reader.page
    page.goto(stage.ask(LOAN, subject=SOLE_TRADER))
    reader.tab_to("中文")
    reader.press("Enter")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    reader.sign_in(SOLE_TRADER)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    reader.tab_to("English")
    reader.press("Enter")
    expect(page.get_by_role("button", name="I do not agree")).to_be_visible()


def test_the_first_tab_skips_to_the_content(reader, stage):
    reader.page.goto(stage.ask(LOAN))
    reader.page.keyboard.press("Tab")
    expect(reader.page.get_by_role("link", name="Skip to the main content")).to_be_in_viewport()
    reader.page.keyboard.press("Enter")
    assert reader.focused() == "main"
    reader.page.keyboard.press("Tab")
    assert reader.focused() == "code"


def test_both_answers_are_equally_visible(reader, stage):
    reader.page.goto(stage.ask(LOAN, subject=SOLE_TRADER))
    reader.sign_in(SOLE_TRADER)
    boxes = [reader.page.locator(f"button[value={value}]") for value in ("approve", "refuse")]
    sizes = [box.bounding_box() for box in boxes]
    assert (sizes[0]["width"], sizes[0]["height"]) == (sizes[1]["width"], sizes[1]["height"])
    styles = "e => (s => [s.color, s.backgroundColor, s.borderColor, s.fontWeight, s.fontSize])(getComputedStyle(e))"
    assert boxes[0].evaluate(styles) == boxes[1].evaluate(styles)


_CONTRAST = """
() => {
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b); };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$|transparent/.test(c)) return c; } return "rgb(255, 255, 255)"; };
  const low = [];
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
  }
  return low;
}
"""


@pytest.mark.parametrize(
    "reader", [{"color_scheme": scheme} for scheme in ("light", "dark")], indirect=True, ids=["light", "dark"]
)
def test_everything_can_be_read_in_light_and_in_the_dark(reader, stage):
    page = reader.page
    page.goto(stage.ask(LOAN, subject=SOLE_TRADER))
    page.keyboard.press("Tab")
    reader.sign_in(SOLE_TRADER, "WRONG")
    assert page.evaluate(_CONTRAST) == []
    reader.sign_in(SOLE_TRADER)
    reader.tab_to("approve")
    reader.press("Enter")
    assert page.evaluate(_CONTRAST) == []
    page.goto(f"{stage.url}/oauth/authorize")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate(_CONTRAST) == []


@pytest.mark.parametrize("reader", [{"viewport": {"width": 320, "height": 640}}], indirect=True)
@pytest.mark.parametrize("language", Language)
def test_a_narrow_or_magnified_page_does_not_scroll_sideways(reader, language, stage):
    page = reader.page
    page.goto(f"{stage.ask(LOAN, REVIEW, subject=SOLE_TRADER)}&lang={language}")
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(fits)
    reader.sign_in(SOLE_TRADER)
    assert page.evaluate(fits)
    page.set_viewport_size({"width": 640, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(fits)


@pytest.mark.parametrize("reader", [{"java_script_enabled": False}], indirect=True)
def test_neither_scripts_nor_styles_are_needed(reader, stage):
    page = reader.page
    page.route("**/*.css", lambda route: route.abort())
    page.goto(stage.ask(REVIEW, subject=OTHER))
    page.get_by_label("Unified social credit code").fill(OTHER)
    page.get_by_label("Sign-in secret").fill(SECRET)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="I do not agree").click()
    expect(page.get_by_role("heading")).to_have_text("Back at the bank")
