"""How a subject signs in to answer for itself: once, for one request, with a secret that the operator has handed over.

The secret has 91 random bits, so what is slowed here is the work that guessing makes, not the guessing.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from gateway.identity.oauth_ports import Once
from gateway.registers.accounts import Account
from gateway.registers.engine import RegisterFault
from gateway.registers.slips import Slip, SlipKind, SlipRegister, new_secret
from schema.vocabulary.identifiers import InvalidCode, SubjectId

SECRET_LETTERS: Final = 20
MOST_TRIES: Final = 5
"""Attempts for one request, in all processes together."""
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # 24 letters; no I and no O, which look like digits
_GROUP: Final = 5
_COST: Final = 2**14
_BLOCK: Final = 8
_MEMORY: Final = 64 * 1024 * 1024
_MOST_WAITING: Final = 16
_PAUSE_S: Final = 1.0
_LONGEST: Final = 200
_SEPARATORS: Final = str.maketrans("", "", "- \t\u2010\u2011\u2013\u2014")


class SignInTrouble(StrEnum):
    """Why nobody was signed in."""

    WRONG = "WRONG"
    """No such account, a suspended one, or another secret: one answer for all three."""
    TOO_MANY = "TOO_MANY"
    """This request has been tried too often; another one has to be sent by the caller."""
    BUSY = "BUSY"
    """Too many are waiting, or the same code was tried a moment ago."""


class SignInRefused(Exception):
    """Nobody is signed in."""

    def __init__(self, trouble: SignInTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


BooksClosed = RegisterFault
"""What every method here raises where the registers cannot be read or written; doors tell it as a temporary error."""


class AccountBook(Protocol):
    """Where accounts stand (`gateway.registers.accounts`)."""

    async def find(self, subject: SubjectId) -> Account | None:
        """The account as it stands now."""


@dataclass(frozen=True, slots=True)
class SignInRules:
    """What holds for every sign-in."""

    lifetime: timedelta
    """How long a session lasts, from the page's first opening to the answer."""
    code_exceptions: frozenset[str] = frozenset()
    """Codes that are accepted although their check character is wrong."""


def make_secret() -> str:
    """A new sign-in secret: twenty letters in groups of five, `ABCDE-FGHJK-LMNPQ-RSTUV`."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(SECRET_LETTERS))
    return "-".join(letters[at : at + _GROUP] for at in range(0, SECRET_LETTERS, _GROUP))


def digest_of(secret: str, salt: bytes | None = None) -> str:
    """What is kept of a secret: `scrypt$salt$digest` in hexadecimal; takes about 50 ms. Source: RFC 7914."""
    salt = secrets.token_bytes(16) if salt is None else salt
    letters = _letters(secret).encode()
    digest = hashlib.scrypt(letters, salt=salt, n=_COST, r=_BLOCK, p=1, maxmem=_MEMORY, dklen=32)
    return f"scrypt${salt.hex()}${digest.hex()}"


def is_secret_of(secret: str, kept: str) -> bool:
    """Whether this is the secret of which the digest was kept; takes as long either way."""
    salt = kept.split("$")[1]
    return hmac.compare_digest(digest_of(secret, bytes.fromhex(salt)), kept)


_ABSENT: Final = f"scrypt${'00' * 16}${'00' * 32}"
"""Fits no secret; checked where there is no account, so that it takes as long."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's visit to one request's page."""

    secret: str = field(repr=False)
    """What its cookie holds; nothing else does."""
    request: str = field(repr=False)
    subject: SubjectId | None
    """Who has signed in; None before."""
    ends: datetime

    @property
    def form_token(self) -> str:
        """What a form of its pages repeats, so that no other page can have sent it."""
        return hmac.new(self.secret.encode(), f"consent-page\n{self.request}".encode(), hashlib.sha256).hexdigest()

    def is_form_token(self, token: str) -> bool:
        """Whether a form came from one of its pages."""
        return hmac.compare_digest(token.encode(), self.form_token.encode())


class SignInDesk:
    """Signs subjects in, each for the one request that it is to answer. `close` at the end."""

    def __init__(
        self, accounts: AccountBook, slips: SlipRegister, *, rules: SignInRules, once: Once | None = None
    ) -> None:
        self._accounts = accounts
        self._slips = slips
        self._rules = rules
        self._once = once
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sign-in")
        self._waiting = 0

    def close(self) -> None:
        """End the thread that checks secrets."""
        self._thread.shutdown(wait=False)

    async def begin(self, request: str, *, now: datetime) -> Session:
        """A session of nobody yet, for one request; all that follows has to happen before it ends.

        Shape:   `request` is the handle of the pushed request
        Errors:  BooksClosed
        """
        return await self._open(request, subject=None, ends=now + self._rules.lifetime)

    async def session(self, secret: str, *, request: str, now: datetime) -> Session | None:
        """The session with this secret; None for one of another request, and of who has been suspended since.

        Errors:  BooksClosed
        """
        slip = await self._slips.look(SlipKind.SIGN_IN, secret, now) if secret else None
        if slip is None or slip.body["request"] != request:
            return None
        if not slip.body["subject"]:
            return Session(secret, request, None, slip.ends)
        account = await self._accounts.find(SubjectId(slip.body["subject"]))
        if account is None or not account.is_active:
            return None
        return Session(secret, request, account.subject, slip.ends)

    async def sign_in(self, session: Session, code: str, secret: str, *, now: datetime) -> Session:
        """Sign a subject in; the new session ends when the one that was nobody's does, which stays for another try.

        Errors:  SignInRefused; BooksClosed
        """
        subject = self._subject(code)
        await self._slow_down(subject or code.strip().upper()[:_LONGEST], session.request)
        account = None if subject is None else await self._accounts.find(subject)
        fits = await self._fits(secret, _ABSENT if account is None else account.secret_digest)
        if account is None or not account.is_active or not fits:
            raise SignInRefused(SignInTrouble.WRONG)
        return await self._open(session.request, subject=account.subject, ends=session.ends)

    async def sign_out(self, session: Session, *, now: datetime) -> Session:
        """End the session, and open one of nobody that ends when it would have; raises BooksClosed."""
        await self.end(session, now=now)
        return await self._open(session.request, subject=None, ends=session.ends)

    async def end(self, session: Session, *, now: datetime) -> None:
        """End the session; raises BooksClosed."""
        await self._slips.take(SlipKind.SIGN_IN, session.secret, now)

    async def _open(self, request: str, *, subject: SubjectId | None, ends: datetime) -> Session:
        slip = Slip(SlipKind.SIGN_IN, new_secret(), {"subject": subject or "", "request": request}, ends)
        await self._slips.put([slip])
        return Session(slip.secret, request, subject, ends)

    def _subject(self, code: str) -> SubjectId | None:
        try:
            return SubjectId.parse(unicodedata.normalize("NFKC", code[:_LONGEST]), self._rules.code_exceptions)
        except InvalidCode:
            return None

    async def _slow_down(self, code: str, request: str) -> None:
        if self._once is None:
            return
        for_s = self._rules.lifetime.total_seconds()
        for number in range(MOST_TRIES):
            if await self._once.first_time("sign-in", f"{request}/{number}", for_s=for_s):
                break
        else:
            raise SignInRefused(SignInTrouble.TOO_MANY)
        if not await self._once.first_time("sign-in-code", code, for_s=_PAUSE_S):
            raise SignInRefused(SignInTrouble.BUSY)

    async def _fits(self, secret: str, kept: str) -> bool:
        if self._waiting >= _MOST_WAITING:
            raise SignInRefused(SignInTrouble.BUSY)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, is_secret_of, secret[:_LONGEST], kept)
        finally:
            self._waiting -= 1


def _letters(secret: str) -> str:
    """As somebody may write it: small or full-width letters, with or without hyphens and blanks."""
    return unicodedata.normalize("NFKC", secret).translate(_SEPARATORS).upper()
