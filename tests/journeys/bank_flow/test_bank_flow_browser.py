"""The bank's flow with a real browser at the consent page, whose connections fall to either process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from deploy.sandbox.doors import open_doors
from tests.journeys.bank_flow.asking import STATUS, status_in
from tests.journeys.bank_flow.bank import Bank, asking
from tests.journeys.bank_flow.gateways_apart import Gateways
from tests.journeys.stage import Stage

_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(_CHROMIUM is None, reason="no Chromium on this machine"),
]


async def _back_at_the_bank(scope, receive, send):
    answer: Response = HTMLResponse(f"<title>Bank</title><h1>Back at the bank</h1>{Request(scope).url.path}")
    await answer(scope, receive, send)


@pytest.fixture
def callback(stage: Stage, bank: Bank) -> Iterator[None]:
    """The bank's own page, where browsers come back to."""
    port = int(bank.redirect_uri.rpartition(":")[2].partition("/")[0])
    with stage.backstage.opened(open_doors({"bank": _back_at_the_bank}, {"bank": port})):
        yield


@pytest.fixture
def page(gateways: Gateways) -> Iterator[Page]:
    """An English browser's page; `gateways` are up before it."""
    with (
        sync_playwright() as started,
        started.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS) as browser,
        browser.new_context(locale="en-GB") as context,
    ):
        context.set_default_timeout(15_000)
        yield context.new_page()


@pytest.mark.usefixtures("callback")
def test_a_subject_agrees_in_its_browser(gateways, bank, page):
    subject = gateways.named["abnormal"]
    errand = bank.begin(0, asking(subject))
    assert errand.address.startswith(gateways.at(0))
    page.goto(errand.address.replace(gateways.at(0), gateways.public_url))
    page.get_by_label("Unified social credit code").fill(subject)
    page.get_by_label("Sign-in secret").fill(gateways.secrets["abnormal"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("虚拟示例银行")
    expect(page.get_by_role("main")).to_contain_text("NB09-1")
    page.get_by_role("button", name="I agree").click()
    expect(page.get_by_role("heading")).to_have_text("Back at the bank")
    tokens = bank.redeem(1, errand, bank.code_of(errand, page.url))
    assert status_in(bank.ask(0, tokens, STATUS, code=subject)) == "NORMAL"
