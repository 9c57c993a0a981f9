"""The first half of the walk: the bank's app asks for a consent, the subject answers, and a code becomes a token."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, urlsplit

from gateway.cli.consent_browser import Page, SubjectBrowser
from gateway.cli.consent_walk import Tokens, Walk, must
from gateway.cli.walk_text import short
from gateway.identity.authorization_details import DETAILS_TYPE
from gateway.pipeline.admit import hour

PULLS: Final = 3
"""How often a month the app may look."""
ITEM: Final = "NB01-2"
"""Holds the paid-in capital, which is not public; a lender sees it by band, with the subject's consent."""
_DAYS: Final = 90


class Answering(Protocol):
    """However the subject's browser gets to its answer."""

    def __call__(self, walk: Walk, address: str) -> str:
        """The address that the browser is sent to in the end; raises StepFailed."""


def keys(walk: Walk) -> None:
    """Who takes part, and by what they prove it."""
    walk.tell.step("The bank's app has keys, and no secret that anybody else knows")
    walk.tell.note(f"client {walk.cast.app}; its private key is {walk.cast.key_file}")
    walk.tell.note(f"the public half stands in the register of callers (kid {short(walk.key_name)})")
    walk.tell.note(f"a second key is made now; its tokens will be bound to it ({short(walk.proofs.thumbprint)})")
    seen = walk.graph.public(walk.cast.subject)
    must(not seen.capital, "the conditional field is open to everybody")
    walk.tell.sent(f"without a token: the paid-in capital of {walk.cast.subject}")
    walk.tell.back(f"{seen.status} {', '.join(seen.codes)}: {seen.message}")


def push(walk: Walk) -> str:
    """A pushed authorization request; returns the address for the subject's browser."""
    walk.tell.step("It asks for a consent: a pushed request (RFC 9126) with authorization details (RFC 9396)")
    details = _details(walk)
    form = {
        "response_type": "code",
        "redirect_uri": walk.cast.redirect_uri,
        "scope": "credit:read",
        "state": walk.state,
        "code_challenge": walk.pkce.challenge,
        "code_challenge_method": "S256",
        "dpop_jkt": walk.proofs.thumbprint,
        "authorization_details": json.dumps(details),
    }
    walk.tell.sent(f"POST /oauth/par  client_id {walk.cast.app}, client_assertion signed by its key (private_key_jwt)")
    for name in ("redirect_uri", "scope", "state", "code_challenge", "dpop_jkt"):
        walk.tell.note(f"  {name} {short(form[name]) if name != 'redirect_uri' else form[name]}")
    walk.tell.note("  authorization_details")
    walk.tell.shown(json.dumps(details[0], indent=2, ensure_ascii=False))
    request_uri = walk.client.push(form)
    prefix, _, handle = request_uri.rpartition(":")
    walk.tell.back(f"201 request_uri {prefix}:{short(handle)}; nothing of it passes through the browser")
    return walk.client.authorization_address(request_uri)


def played(answer: str) -> Answering:
    """The subject's browser is played here."""

    def answering(walk: Walk, address: str) -> str:
        browser = SubjectBrowser(walk.http)
        walk.tell.sent(f"GET {address.partition('?')[0]}?client_id={walk.cast.app}&request_uri=…")
        page = browser.open(f"{address}&lang=en")
        walk.tell.back(f"“{page.title}”; of the request it names the sender and nothing else")
        walk.tell.sent(f"POST sign-in  code {walk.cast.subject}, the secret that the operator has handed over")
        question = browser.sign_in(page, walk.cast.subject, walk.cast.sign_in)
        _read_aloud(walk, question)
        walk.tell.sent(f"POST answer  {answer}, with the form's own token and the session's cookie")
        return browser.answer(question, answer)

    return answering


def answered(walk: Walk, address: str, answering: Answering) -> str:
    """The subject reads and answers; returns the code, "" if it refused."""
    walk.tell.step("The subject opens the page, signs in, reads, and answers")
    place = answering(walk, address)
    told = dict(parse_qsl(urlsplit(place).query))
    must(place.startswith(f"{walk.cast.redirect_uri}?"), "the browser was sent elsewhere than was registered")
    must(told.get("state") == walk.state, "the answer belongs to another request")
    must(told.get("iss") == walk.cast.address, "the answer comes from another issuer (RFC 9207)")
    shown = f"code={short(told['code'])}" if "code" in told else f"error={told.get('error', '')}"
    walk.tell.back(f"303 {walk.cast.redirect_uri}?{shown}&state=…&iss={told['iss']}")
    return told.get("code", "")


def token(walk: Walk, code: str) -> Tokens:
    """The code becomes a token that is bound to the app's key and carries the consent."""
    walk.tell.step("The code becomes a token that is bound to the app's key (RFC 9449) and carries the consent")
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": walk.cast.redirect_uri,
        "code_verifier": walk.pkce.verifier,
    }
    walk.tell.sent("POST /oauth/token  code, code_verifier, client_assertion; DPoP: a proof by the second key")
    told = walk.client.token(form)
    details: Sequence[Mapping[str, str]] = told.get("authorization_details", ())
    must(told.get("token_type") == "DPoP", "the token is bound to no key")
    must([one["subject"] for one in details] == [walk.cast.subject], "the token carries another consent")
    walk.consent = details[0]["consent_id"]
    walk.tell.back(f"200 access_token {short(told['access_token'])} token_type DPoP, refresh_token, {told['scope']}")
    walk.tell.note(f"  authorization_details: consent {walk.consent} of {walk.cast.subject}")
    return Tokens(told["access_token"], told["refresh_token"])


def _details(walk: Walk) -> Sequence[Mapping[str, Any]]:
    until = hour().date() + timedelta(days=_DAYS)
    return [
        {
            "type": DETAILS_TYPE,
            "subject": walk.cast.subject,
            "items": [ITEM],
            "purposes": ["CREDIT_GRANTING"],
            "valid_until": until.isoformat(),
            "frequency": {"times": PULLS, "per": "MONTH"},
        }
    ]


def _read_aloud(walk: Walk, page: Page) -> None:
    walk.tell.back(f"“{page.title}”")
    for name, value in page.facts:
        walk.tell.note(f"  {name}: {value}")
    for _name in page.boxes:
        walk.tell.note("  [x] the notice of adverse consequences has been read")
