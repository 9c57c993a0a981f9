"""The courts' clerk when something is wrong: keys, clocks, limits, broken answers, silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.responses import HTMLResponse

from connectors.port import Fetched, Unavailable, Unreadable
from deploy.sandbox import courts
from deploy.sandbox.courts_rows import Filing
from deploy.sandbox.panel import AgencyDesk, Faults
from tests.connectors.courts.books import (
    AS_OF,
    CASE,
    DEFAULTER,
    NUMBERS,
    SUBJECT,
    Books,
    ask,
    clerk_of,
    defaulters,
    errand,
    filed,
    known_as,
)


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"sign_key": "wrong"}, "our signature was refused"),
        ({"sm4_key": "0" * 32}, "our message could not be decrypted"),
        ({"app_key": "nobody"}, "our application key is not known"),
        ({"clock": lambda: AS_OF - timedelta(minutes=6)}, "our clock is outside the courts' window"),
        ({"clock": lambda: AS_OF + timedelta(minutes=6)}, "our clock is outside the courts' window"),
        ({"options": {"is_renewing": True}}, "the lists are being renewed"),
        ({"path": "/elsewhere"}, "status 404"),
    ],
)
async def test_refusals(changes, cause):
    outcome, _ = await defaulters(Books(), **changes)
    assert outcome == Unavailable(cause)


async def test_clock_within_the_window():
    outcome, _ = await defaulters(Books(), clock=lambda: AS_OF + timedelta(minutes=4))
    assert outcome == Fetched(())


async def test_quota_and_rate():
    books = Books({DEFAULTER: filed(Filing.CREDIT_CODE, 31)})
    outcome, desk = await defaulters(books, NUMBERS, options={"daily_quota": 2})
    assert outcome == Unavailable("the daily quota is used up")
    assert desk.calls["operations"] == {"(refused)": 2, "sxbzxr": 2}
    outcome, _ = await defaulters(books, NUMBERS, options={"requests_per_second": 3})
    assert outcome == Unavailable("too many calls")


async def test_one_list_missing_is_no_short_list_of_cases():
    outcomes, _ = await ask(Books(), {CASE: NUMBERS}, options={"daily_quota": 2})
    assert outcomes[CASE] == Unavailable("the daily quota is used up")


async def test_garbled_answers_of_every_kind():
    desk = AgencyDesk("courts")
    desk.faults = Faults(malformed=True)
    async with clerk_of(courts.build(Books(), desk, {"clock": lambda: AS_OF})) as clerk:
        wanted = {DEFAULTER: frozenset(NUMBERS)}
        outcomes = [(await clerk.ask([SUBJECT], wanted, errand()))[SUBJECT, DEFAULTER] for _ in range(4)]
        desk.faults = Faults()
        healed = await clerk.ask([SUBJECT], wanted, errand())
    assert all(type(outcome) is Unreadable for outcome in outcomes), outcomes
    assert healed[SUBJECT, DEFAULTER] == Fetched(())


async def test_html_with_status_200():
    async with clerk_of(HTMLResponse("<html>系统繁忙</html>")) as clerk:
        answers = await clerk.ask([SUBJECT], {DEFAULTER: frozenset(NUMBERS)}, errand())
    assert type(answers[SUBJECT, DEFAULTER]) is Unreadable


@pytest.mark.parametrize("faults", [Faults(down=True), Faults(error_rate=1.0)])
async def test_courts_that_are_down(faults):
    outcome, _ = await defaulters(Books(), faults=faults)
    assert type(outcome) is Unavailable


async def test_courts_that_hang_cost_no_more_than_the_deadline():
    desk = AgencyDesk("courts")
    desk.faults = Faults(hang=True)
    async with clerk_of(courts.build(Books(), desk)) as clerk:
        answers = await clerk.ask([SUBJECT], {CASE: frozenset(NUMBERS)}, errand(0.2))
    assert type(answers[SUBJECT, CASE]) is Unavailable


async def test_list_renewed_between_two_pages():
    """The world grows after the first page was read."""
    rows = filed(Filing.CREDIT_CODE, 60)
    asked = 0

    class Growing(Books):
        def records(self, agency, code, kind):
            nonlocal asked
            asked += 1
            return rows[: 12 + asked]

    outcome, _ = await defaulters(Growing(), NUMBERS)
    assert outcome == Unavailable("the list was renewed while it was read")


def test_settings_keep_their_secrets():
    shown = repr(known_as("http://127.0.0.1"))
    assert courts.CREDENTIALS["sign_key"] not in shown
    assert courts.CREDENTIALS["sm4_key"] not in shown
