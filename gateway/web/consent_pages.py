"""The page on which a subject signs in and answers what a client asks of it; nothing is done without its answer.

The address names a pushed request and nothing else (RFC 9126 §4), so that nobody can alter on the way what is asked.
Who opens it is a stranger: an address that fits no request is answered here, and never by sending the browser on.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from gateway.identity.authorization import PushedRequest
from gateway.identity.sign_in import BooksClosed, Session, SignInDesk, SignInRefused, SignInTrouble
from gateway.pipeline.admit import hour
from gateway.rights.consent_answers import AnswerDesk, Asked, CannotAnswer
from gateway.web.consent_forms import (
    PageAddress,
    PageForm,
    PageTrouble,
    address_of,
    check_sender,
    form_of,
)
from gateway.web.consent_question import Answered, Question, SignInForm, Trouble
from gateway.web.consent_replies import PageRules, sent_on, shown, source_of, told
from gateway.web.consent_view import Frame, question_page, sign_in_page
from gateway.web.consent_words import Language, chosen_language, words_in
from gateway.web.graphiql import PAGES
from schema.catalog.catalog import Catalog

_LOG: Final = logging.getLogger("creditgraph.consent")
_PATH: Final = "/oauth/authorize"
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: which request, whose browser, when."""

    address: PageAddress
    pushed: PushedRequest
    session: Session
    is_new: bool
    """Whether the browser has yet to be given the session."""
    now: datetime


Answer = Callable[[Request], Awaitable[Response]]


class ConsentPages:
    """The doors of the page."""

    def __init__(
        self,
        answers: AnswerDesk,
        sign_in: SignInDesk,
        *,
        catalog: Callable[[], Catalog],
        rules: PageRules,
        clock: Callable[[], datetime] = hour,
    ) -> None:
        self._answers = answers
        self._sign_in = sign_in
        self._catalog = catalog
        self._rules = rules
        self._clock = clock

    def routes(self) -> Sequence[Route]:
        """`GET /oauth/authorize`, and what its forms and its style lead to."""
        return (
            Route(_PATH, self._guarded(self._open), methods=["GET"]),
            Route(f"{_PATH}/sign-in", self._guarded(self._enter), methods=["POST"]),
            Route(f"{_PATH}/answer", self._guarded(self._answer), methods=["POST"]),
            Route(f"{_PATH}/consent.css", _style, methods=["GET"]),
        )

    async def _open(self, request: Request) -> Response:
        visit = await self._visit(request, address_of(request))
        language = _language(request, visit.address)
        if visit.session.subject is None:
            response = self._sign_in_page(visit, language, SignInForm())
            if visit.is_new:
                self._rules.cookie.give(response, visit.address.key, visit.session.secret)
            return response
        asked = await self._answers.asked(visit.pushed, subject=visit.session.subject, now=visit.now)
        if asked is None:
            return await self._turned_away(visit, language)
        return self._question(visit, language, asked, Answered())

    async def _enter(self, request: Request) -> Response:
        check_sender(request, self._rules.origin)
        form = await form_of(request)
        visit = await self._visit(request, form.address, form=form)
        language = _language(request, visit.address)
        code, secret = form.fields.get("code", ""), form.fields.get("secret", "")
        missing = {name: f"{name}_missing" for name in ("code", "secret") if not form.fields.get(name, "").strip()}
        if missing:
            return self._sign_in_page(visit, language, SignInForm(code, missing), status=400)
        try:
            session = await self._sign_in.sign_in(visit.session, code, secret, now=visit.now)
        except SignInRefused as refusal:
            if refusal.trouble is SignInTrouble.TOO_MANY:
                raise PageTrouble(Trouble.TOO_MANY) from refusal
            status = 429 if refusal.trouble is SignInTrouble.BUSY else 403
            return self._sign_in_page(visit, language, SignInForm(code, {"": refusal.trouble.value}), status=status)
        response = sent_on(f"{self._place(visit.address)}&lang={language}")
        self._rules.cookie.give(response, visit.address.key, session.secret)
        return response

    async def _answer(self, request: Request) -> Response:
        check_sender(request, self._rules.origin)
        form = await form_of(request)
        visit = await self._visit(request, form.address, form=form)
        subject, language = visit.session.subject, _language(request, visit.address)
        if subject is None:
            raise PageTrouble(Trouble.STALE)
        asked = await self._answers.asked(visit.pushed, subject=subject, now=visit.now)
        if asked is None:
            return await self._turned_away(visit, language)
        match form.fields.get("answer"):
            case "refuse":
                place = await self._answers.refuse(visit.pushed, asked, subject=subject, now=visit.now)
            case "approve" if all(one.consent_id in form.notices for one in asked if one.needs_tick):
                place = await self._answers.approve(
                    visit.pushed, asked, subject=subject, language=language.value, now=visit.now
                )
            case "approve":
                return self._question(visit, language, asked, Answered(form.notices, is_incomplete=True))
            case _:
                raise PageTrouble(Trouble.MALFORMED)
        await self._sign_in.end(visit.session, now=visit.now)
        response = sent_on(place)
        self._rules.cookie.take_back(response, visit.address.key)
        return response

    async def _visit(self, request: Request, address: PageAddress, *, form: PageForm | None = None) -> Visit:
        """Who comes about what; a form needs the session that its page was made for.

        Errors:  CannotAnswer GONE; PageTrouble STALE; BooksClosed
        """
        now, key = self._clock(), address.key
        session = await self._sign_in.session(self._rules.cookie.read(request, key), request=key, now=now)
        pushed = await self._answers.pushed(
            address.client_id, address.request_uri, has_begun=session is not None, now=now
        )
        if form is not None and (session is None or not session.is_form_token(form.fields.get("token", ""))):
            raise PageTrouble(Trouble.STALE)
        if session is not None:
            return Visit(address, pushed, session, False, now)
        return Visit(address, pushed, await self._sign_in.begin(key, now=now), True, now)

    async def _turned_away(self, visit: Visit, language: Language) -> Response:
        """The request is none of this subject's business; somebody else may sign in for it."""
        session = await self._sign_in.sign_out(visit.session, now=visit.now)
        way_on = f"{self._place(visit.address)}&lang={language}"
        response = told(language, Trouble.OTHER_SUBJECT, base=self._rules.base, way_on=way_on)
        self._rules.cookie.give(response, visit.address.key, session.secret)
        return response

    def _sign_in_page(self, visit: Visit, language: Language, form: SignInForm, *, status: int = 200) -> Response:
        grantee = self._answers.grantee(visit.pushed)
        page = sign_in_page(self._frame(visit, language), grantee, form)
        return shown(page, status, form_action="'self'")

    def _question(self, visit: Visit, language: Language, asked: Sequence[Asked], answered: Answered) -> Response:
        assert visit.session.subject is not None
        question = Question(visit.session.subject, self._answers.grantee(visit.pushed), tuple(asked))
        page = question_page(self._frame(visit, language), question, self._catalog(), answered=answered)
        # Browsers hold the redirect that follows a form against this list as well.
        goes_to = f"'self' {source_of(visit.pushed.redirect_uri)}"
        return shown(page, 400 if answered.is_incomplete else 200, form_action=goes_to)

    def _frame(self, visit: Visit, language: Language) -> Frame:
        return Frame(
            words_in(language),
            self._rules.base,
            address=self._place(visit.address),
            ends=f"{visit.session.ends.astimezone(_SHANGHAI):%H:%M}",
            hidden={**visit.address.fields, "lang": language.value, "token": visit.session.form_token},
        )

    def _place(self, address: PageAddress) -> str:
        return f"{self._rules.base}{_PATH}?{address.query}"

    def _guarded(self, answer: Answer) -> Answer:
        """Every way of saying no is a page."""

        async def guarded(request: Request) -> Response:
            language = chosen_language(accepted=request.headers.get("accept-language", ""))
            try:
                return await answer(request)
            except PageTrouble as trouble:
                return told(language, trouble.trouble, base=self._rules.base)
            except CannotAnswer as refusal:
                return told(language, Trouble(refusal.trouble.value), base=self._rules.base)
            except BooksClosed as fault:
                _LOG.error("the consent page cannot be served: %s", fault)
                return told(language, Trouble.UNAVAILABLE, base=self._rules.base)
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it

        return guarded


async def _style(_request: Request) -> Response:
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return FileResponse(PAGES / "consent.css", headers=headers)


def _language(request: Request, address: PageAddress) -> Language:
    return chosen_language(address.language, request.headers.get("accept-language", ""))
