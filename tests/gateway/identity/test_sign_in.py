"""Signing in: one answer for every wrong attempt, one session for one request, ended at once with the account."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
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
    session = await desk.begin(request, now=NOW)
    with pytest.raises(SignInRefused) as refused:
        await desk.sign_in(session, code, secret, now=NOW)
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
    nobodys = await desk.begin("r", now=NOW)
    assert (nobodys.subject, nobodys.ends) == (None, NOW + LATER)
    assert await desk.session(nobodys.secret, request="r", now=NOW) == nobodys
    later = NOW + LATER / 2
    session = await desk.sign_in(nobodys, f" {SOME_CODE.lower()} ", SECRET, now=later)
    assert session.secret != nobodys.secret
    assert await desk.session(session.secret, request="r", now=later) == session
    assert (session.subject, session.ends) == (SOME_CODE, NOW + LATER)
    assert await desk.session(session.secret, request="another", now=later) is None
    assert await desk.session(session.secret, request="r", now=NOW + LATER) is None
    for other in ("", "x", session.secret * 10):
        assert await desk.session(other, request="r", now=NOW) is None
    assert session.secret not in repr(session)


async def test_signed_out_and_ended(desk):
    session = await desk.sign_in(await desk.begin("r", now=NOW), SOME_CODE, SECRET, now=NOW)
    after = await desk.sign_out(session, now=NOW)
    assert (after.subject, after.ends, after.request) == (None, session.ends, "r")
    assert await desk.session(session.secret, request="r", now=NOW) is None
    await desk.end(after, now=NOW)
    assert await desk.session(after.secret, request="r", now=NOW) is None


async def test_a_suspension_ends_what_is_open(desk, accounts):
    session = await desk.sign_in(await desk.begin("r", now=NOW), SOME_CODE, SECRET, now=NOW)
    accounts.by_subject[SOME_CODE] = Account(SOME_CODE, "", is_active=False)
    assert await desk.session(session.secret, request="r", now=NOW) is None


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
    assert await desk.sign_in(await desk.begin("another", now=NOW), SOME_CODE, SECRET, now=NOW)


async def test_a_code_is_tried_once_a_moment(desk):
    assert await refusal(desk, SOME_CODE, "WRONG", request="one") is SignInTrouble.WRONG
    assert await refusal(desk, SOME_CODE, SECRET, request="two") is SignInTrouble.BUSY


@pytest.mark.parametrize("written", [SOME_CODE.lower(), f" {SOME_CODE} ", SOME_CODE.replace("9", "９")])
async def test_a_code_is_tried_once_a_moment_however_it_is_written(desk, written):
    assert await refusal(desk, SOME_CODE, "WRONG", request="one") is SignInTrouble.WRONG
    assert await refusal(desk, written, SECRET, request="two") is SignInTrouble.BUSY


async def test_no_more_wait_than_can_be_served(desk):
    desk._waiting = 1000
    assert await refusal(desk, SOME_CODE, SECRET) is SignInTrouble.BUSY


async def test_without_marks_nothing_is_counted(accounts, slips):
    desk = SignInDesk(accounts, slips, rules=SignInRules(LATER))
    for _ in range(MOST_TRIES + 1):
        assert await refusal(desk, SOME_CODE, "WRONG") is SignInTrouble.WRONG
    desk.close()


async def test_a_form_belongs_to_its_session_and_request(desk):
    session, other = await desk.begin("r", now=NOW), await desk.begin("r", now=NOW)
    assert session.is_form_token(session.form_token)
    for wrong in ("", "中", other.form_token, replace(session, request="s").form_token):
        assert not session.is_form_token(wrong)
