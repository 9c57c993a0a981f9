"""Signing in: one answer for every wrong attempt, one session for one request, ended at once with the account."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from gateway.identity import sign_in as room
from gateway.identity.sign_in import (
    MOST_TRIES,
    SignInDesk,
    SignInRefused,
    SignInRules,
    SignInTrouble,
    digest_of,
    form_token,
    is_form_token,
    is_secret_of,
    make_secret,
)
from gateway.registers.accounts import Account
from gateway.registers.engine import open_engine
from gateway.registers.slips import SlipRegister
from schema.vocabulary.identifiers import SubjectId
from tests.builders import NOW, SOME_CODE

SECRET = "ABCDE-FGHJK-LMNPQ-RSTUV"
OTHER = SubjectId("91120000MA05A1B29K")
LATER = timedelta(minutes=15)


class Accounts:
    """Accounts in memory."""

    def __init__(self, *accounts: Account) -> None:
        self.by_subject = {account.subject: account for account in accounts}

    async def find(self, subject: SubjectId) -> Account | None:
        return self.by_subject.get(subject)


class Marks:
    """Marks in memory that a test takes away."""

    def __init__(self) -> None:
        self.set: set[tuple[str, str]] = set()

    async def first_time(self, kind: str, name: str, *, for_s: float) -> bool:
        is_first = (kind, name) not in self.set
        self.set.add((kind, name))
        return is_first

    def forget(self, kind: str) -> None:
        self.set = {mark for mark in self.set if mark[0] != kind}


@pytest.fixture
def accounts() -> Accounts:
    return Accounts(Account(SOME_CODE, digest_of(SECRET)), Account(OTHER, digest_of(SECRET), is_active=False))


@pytest.fixture
def marks() -> Marks:
    return Marks()


@pytest.fixture
async def slips(database_url) -> AsyncIterator[SlipRegister]:
    engine = open_engine(database_url)
    register = SlipRegister(engine)
    await register.start()
    yield register
    await engine.dispose()


@pytest.fixture
def desk(accounts, slips, marks) -> Iterator[SignInDesk]:
    opened = SignInDesk(accounts, slips, rules=SignInRules(LATER), once=marks)
    yield opened
    opened.close()


async def refusal(desk: SignInDesk, code: str, secret: str, request: str = "r") -> SignInTrouble:
    with pytest.raises(SignInRefused) as refused:
        await desk.sign_in(code, secret, request=request, now=NOW)
    return refused.value.trouble


def test_secrets_are_long_different_and_easy_to_read():
    made = {make_secret() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"[A-HJ-NP-Z]{5}(-[A-HJ-NP-Z]{5}){3}", secret) for secret in made)


def test_a_secret_is_known_however_it_is_written():
    kept = digest_of(SECRET)
    assert SECRET not in kept
    assert digest_of(SECRET) != kept
    for written in (
        SECRET,
        SECRET.lower().replace("-", " "),
        SECRET.replace("-", ""),
        "ＡＢＣＤＥ－FGHJK–LMNPQ RSTUV ",
    ):
        assert is_secret_of(written, kept), written
    for wrong in ("", SECRET[:-1], SECRET[:-1] + "W"):
        assert not is_secret_of(wrong, kept), wrong


async def test_a_session_is_for_one_request_and_ends(desk):
    session = await desk.sign_in(f" {SOME_CODE.lower()} ", SECRET, request="r", now=NOW)
    assert await desk.signed_in(session, request="r", now=NOW) == SOME_CODE
    assert await desk.signed_in(session, request="another", now=NOW) is None
    assert await desk.signed_in(session, request="r", now=NOW + LATER) is None
    for other in ("", "x", session * 10):
        assert await desk.signed_in(other, request="r", now=NOW) is None
    await desk.sign_out(session, now=NOW)
    assert await desk.signed_in(session, request="r", now=NOW) is None


async def test_a_suspension_ends_what_is_open(desk, accounts):
    session = await desk.sign_in(SOME_CODE, SECRET, request="r", now=NOW)
    accounts.by_subject[SOME_CODE] = Account(SOME_CODE, "", is_active=False)
    assert await desk.signed_in(session, request="r", now=NOW) is None


async def test_unknown_suspended_and_wrong_are_one_answer_and_one_check(desk, marks, monkeypatch):
    checked: list[str] = []

    def noting(secret: str, kept: str) -> bool:
        checked.append(kept)
        return is_secret_of(secret, kept)

    monkeypatch.setattr(room, "is_secret_of", noting)
    unknown = "91120000MA05A1B301"
    for number, (code, secret) in enumerate(
        [(SOME_CODE, "WRONG"), (OTHER, SECRET), (unknown, SECRET), ("not a code", SECRET), ("", "")]
    ):
        assert await refusal(desk, code, secret, request=str(number)) is SignInTrouble.WRONG
    assert len(checked) == 5


async def test_a_request_is_tried_a_few_times_only(desk, marks):
    for _ in range(MOST_TRIES):
        assert await refusal(desk, SOME_CODE, "WRONG") is SignInTrouble.WRONG
        marks.forget("sign-in-code")
    assert await refusal(desk, SOME_CODE, SECRET) is SignInTrouble.TOO_MANY
    assert await desk.sign_in(SOME_CODE, SECRET, request="another", now=NOW)


async def test_a_code_is_tried_once_a_moment(desk):
    assert await refusal(desk, SOME_CODE, "WRONG", request="one") is SignInTrouble.WRONG
    assert await refusal(desk, SOME_CODE, SECRET, request="two") is SignInTrouble.BUSY


async def test_no_more_wait_than_can_be_served(desk):
    desk._waiting = 1000
    assert await refusal(desk, SOME_CODE, SECRET) is SignInTrouble.BUSY


async def test_without_marks_nothing_is_counted(accounts, slips):
    desk = SignInDesk(accounts, slips, rules=SignInRules(LATER))
    for _ in range(MOST_TRIES + 1):
        assert await refusal(desk, SOME_CODE, "WRONG") is SignInTrouble.WRONG
    desk.close()


def test_a_form_belongs_to_its_session_and_request():
    token = form_token("session", "r")
    assert is_form_token(token, session="session", request="r")
    for wrong in (("session", "s"), ("other", "r")):
        assert not is_form_token(token, session=wrong[0], request=wrong[1])
    assert not is_form_token("", session="session", request="r")
