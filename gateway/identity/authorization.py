"""Authorization requests: pushed by a client, answered by a subject, ended with a code or a refusal.

The page on which the subject answers is not made here; it looks at a request, and finishes or refuses it once.

Source: RFC 9126 (pushed requests), RFC 9207 (issuer in the response), RFC 6749 §4.1.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from gateway.identity.oauth_flow import Gathered, authorization_scopes
from gateway.identity.oauth_ports import Callers, is_standing
from gateway.identity.oauth_refusal import OAuthRefused
from gateway.registers.callers_entry import Client
from gateway.registers.slips import Slip, SlipKind, SlipRegister, new_secret
from gateway.setting_identity import Identity
from schema.vocabulary.identifiers import SubjectId

URI_PREFIX: Final = "urn:ietf:params:oauth:request_uri:"
LONGEST_STATE: Final = 512
REFUSALS: Final = frozenset({"access_denied", "server_error", "temporarily_unavailable"})
"""Errors with which an authorization request can be refused (RFC 6749 §4.1.2.1)."""

_THUMBPRINT: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class RequestGone(Exception):
    """The authorization request cannot be answered: it was answered before, has ended, or its client may not ask."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a client is told of the request that it has pushed."""

    request_uri: str
    expires_in_s: int


@dataclass(frozen=True, slots=True)
class PushedRequest:
    """An authorization request that waits for its answer."""

    client_id: str
    redirect_uri: str
    state: str
    scopes: frozenset[str]
    challenge: str
    """S256 of the verifier that the code will need (RFC 7636)."""
    consents: tuple[str, ...]
    """Ids of the consents that the subject is asked for."""
    key: str
    """Thumbprint of the key that the code will be bound to (RFC 9449 §10); "" for none."""
    handle: str = field(repr=False)
    """The secret part of its address."""


class AuthorizationDesk:
    """Keeps authorization requests; its methods raise RegisterFault if the registers cannot be read or written."""

    def __init__(self, slips: SlipRegister, callers: Callers, settings: Identity) -> None:
        self._slips = slips
        self._callers = callers
        self._settings = settings

    async def push(
        self, form: Mapping[str, str], client: Client, *, consents: tuple[str, ...], now: datetime
    ) -> Pushed:
        """Keep a client's request.

        Shape:   `form` as the authenticated client has sent it, each name once; `consents` are asked for already
        Errors:  OAuthRefused
        """
        scopes = checked(form, client)
        handle, begin_by = new_secret(), now + self._settings.pushed_lifetime
        body = {
            "client_id": client.client_id,
            "redirect_uri": form["redirect_uri"],
            "state": form.get("state", ""),
            "scopes": sorted(scopes),
            "challenge": form["code_challenge"],
            "consents": consents,
            "key": form.get("dpop_jkt", ""),
            "begin_by": begin_by.isoformat(),
        }
        ends = begin_by + self._settings.page_lifetime
        await self._slips.put([Slip(SlipKind.PUSHED, handle, body, ends)])
        return Pushed(URI_PREFIX + handle, int(self._settings.pushed_lifetime.total_seconds()))

    async def look(
        self, client_id: str, request_uri: str, *, now: datetime, has_begun: bool = False
    ) -> PushedRequest | None:
        """The request, if this client has pushed it and nobody has answered it yet.

        Shape:  `has_begun` once a subject is signed in for it, who then has the time that a page may take
        """
        if not request_uri.startswith(URI_PREFIX):
            return None
        handle = request_uri.removeprefix(URI_PREFIX)
        slip = await self._slips.look(SlipKind.PUSHED, handle, now)
        if slip is None or slip.body["client_id"] != client_id:
            return None
        if not has_begun and now >= datetime.fromisoformat(slip.body["begin_by"]):
            return None
        pushed = _pushed(slip.body, handle)
        return pushed if await self._may_still_ask(pushed) else None

    async def finish(self, pushed: PushedRequest, *, subject: SubjectId, consents: Sequence[str], now: datetime) -> str:
        """The subject agrees: where its browser goes now, with a code for the client.

        Errors:  RequestGone
        """
        if not consents or not set(consents) <= set(pushed.consents):
            raise ValueError("a subject agrees to what it was asked for, and to something")
        if not await self._may_still_ask(pushed):
            raise RequestGone
        body = {
            "client_id": pushed.client_id,
            "redirect_uri": pushed.redirect_uri,
            "scopes": sorted(pushed.scopes),
            "challenge": pushed.challenge,
            "consents": list(consents),
            "key": pushed.key,
            "subject": subject,
        }
        ends, grant = now + self._settings.code_lifetime, secrets.token_urlsafe(16)
        code = Slip(SlipKind.CODE, new_secret(), body, ends, grant)
        await self._end(pushed, [code], now)
        return self._answer(pushed, {"code": code.secret})

    async def refuse(self, pushed: PushedRequest, *, error: str, now: datetime) -> str:
        """The subject does not agree, or something else is in the way: where its browser goes now.

        Shape:   `error` is one of REFUSALS
        Errors:  RequestGone
        """
        if error not in REFUSALS:
            raise ValueError("this is no error of an authorization response")
        await self._end(pushed, [], now)
        return self._answer(pushed, {"error": error})

    async def _may_still_ask(self, pushed: PushedRequest) -> bool:
        await self._callers.fresh()
        client = self._callers.client(pushed.client_id)
        is_known = client is not None and pushed.redirect_uri in client.redirect_uris
        return is_known and is_standing(self._callers, client)

    async def _end(self, pushed: PushedRequest, successors: Sequence[Slip], now: datetime) -> None:
        if not isinstance(await self._slips.exchange(SlipKind.PUSHED, pushed.handle, successors, now), Slip):
            raise RequestGone

    def _answer(self, pushed: PushedRequest, parameters: Mapping[str, str]) -> str:
        state = {"state": pushed.state} if pushed.state else {}
        query = urlencode({**parameters, **state, "iss": self._settings.issuer})
        return f"{pushed.redirect_uri}{'&' if '?' in pushed.redirect_uri else '?'}{query}"


def checked(form: Mapping[str, str], client: Client) -> frozenset[str]:
    """The scopes of a request that could be pushed; nothing is kept.

    Errors:  OAuthRefused
    """
    scopes = authorization_scopes(Gathered({"client_id": client.client_id, **form}, client))
    if len(form.get("state", "")) > LONGEST_STATE:
        raise OAuthRefused("invalid_request", f"a state may have {LONGEST_STATE} characters and no more")
    if "dpop_jkt" in form and not _THUMBPRINT.fullmatch(form["dpop_jkt"]):
        raise OAuthRefused("invalid_request", "dpop_jkt has to be the SHA-256 thumbprint of a key")
    return scopes


def _pushed(body: Mapping[str, Any], handle: str) -> PushedRequest:
    return PushedRequest(
        client_id=body["client_id"],
        redirect_uri=body["redirect_uri"],
        state=body["state"],
        scopes=frozenset(body["scopes"]),
        challenge=body["challenge"],
        consents=tuple(body["consents"]),
        key=body["key"],
        handle=handle,
    )
