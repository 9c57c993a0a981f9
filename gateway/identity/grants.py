"""The token endpoint: gathers what a request stands for, has it decided, and takes codes and refresh tokens once.

Source: RFC 6749 §4.1, 4.4 and 6, RFC 9449 §5 and 10, RFC 8705 §3, RFC 9396 §6, RFC 9700 §4.14.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from gateway.identity.access_tokens import Granted, TokenMaker, details_of_consents
from gateway.identity.authorization_details import DetailsRefused, NamedConsent, details_of, read_details
from gateway.identity.oauth_flow import Gathered, token_scopes
from gateway.identity.oauth_ports import Brought, Ports
from gateway.identity.oauth_refusal import OAuthRefused
from gateway.identity.refusals import ProofRefused
from gateway.registers.callers_entry import Binding, Client, Grant
from gateway.registers.slips import AlreadyTaken, Slip, SlipKind, Taken, new_secret
from gateway.setting_identity import Identity
from schema.vocabulary.identifiers import SubjectId

_SLIPS: Final[Mapping[str, SlipKind]] = {"code": SlipKind.CODE, "refresh_token": SlipKind.REFRESH}
_NAMES: Final = {Grant.AUTHORIZATION_CODE.value: "code", Grant.REFRESH_TOKEN.value: "refresh_token"}
"""The parameter that brings the slip, by grant."""


class GrantDesk:
    """Gives tokens."""

    def __init__(self, ports: Ports, tokens: TokenMaker, settings: Identity) -> None:
        self._ports = ports
        self._tokens = tokens
        self._settings = settings
        self._address = f"{settings.issuer}/oauth/token"

    async def token(self, brought: Brought, client: Client, *, now: datetime) -> Mapping[str, Any]:
        """The answer to a token request of an authenticated client.

        Shape:   as RFC 6749 §5.1 and RFC 9396 §7 write it
        Errors:  OAuthRefused; RegisterFault
        """
        slip = await self._slip(brought.form, now)
        scopes = token_scopes(Gathered(brought.form, client, slip))
        granted = await self._bound(Granted(client.client_id, scopes), brought, client, now=now)
        if slip is None:
            return await self._to_client(granted, brought.form, client, now=now)
        return await self._to_bearer_of(slip, granted, client, now=now)

    async def proved(self, proof: str, address: str, *, now: datetime) -> str:
        """Thumbprint of the key that the proof proves; raises OAuthRefused."""
        try:
            return await self._ports.proofs.check(proof, method="POST", address=address, now=now.timestamp())
        except ProofRefused as refusal:
            raise OAuthRefused(refusal.error, refusal.description) from refusal

    async def still_in_force(
        self, held: Mapping[str, SubjectId], client: Client, *, now: datetime
    ) -> Mapping[str, SubjectId]:
        """Which of these consents hold, and are those of these subjects; raises RegisterFault.

        Asked one by one: a grant lives as long as one of its consents does.
        """
        found: dict[str, SubjectId] = {}
        for consent_id in held:
            try:
                found |= await self._ports.consents.bindable([consent_id], client, now=now)
            except DetailsRefused:
                continue
        return {name: whose for name, whose in found.items() if whose == held[name]}

    async def revoke_grant(self, grant: str, now: datetime) -> None:
        """End every token and every refresh token of a grant."""
        settings = self._settings
        last = now + settings.refresh_lifetime + settings.token_lifetime + 2 * settings.leeway
        await self._ports.slips.revoke([grant], last)

    async def _slip(self, form: Mapping[str, str], now: datetime) -> Slip | None:
        name = _NAMES.get(form.get("grant_type", ""), "")
        if name not in form:
            return None
        return await self._if_first(await self._ports.slips.seen(_SLIPS[name], form[name], now), now)

    async def _if_first(self, taken: Taken, now: datetime) -> Slip | None:
        """The slip; if it was used before, two people know it, and all that came of it is revoked."""
        if isinstance(taken, AlreadyTaken):
            await self.revoke_grant(taken.slip.grant, now)
            return None
        return taken

    async def _bound(self, granted: Granted, brought: Brought, client: Client, *, now: datetime) -> Granted:
        if client.binding is Binding.MTLS:
            if not brought.certificate or brought.certificate != (client.certificate or brought.certificate):
                raise OAuthRefused(
                    "invalid_client", "this client's tokens are bound to its certificate, which is missing"
                )
            return replace(granted, certificate=brought.certificate)
        if client.binding is Binding.DPOP or brought.proof:
            return replace(granted, key=await self.proved(brought.proof, self._address, now=now))
        return granted

    async def _to_client(
        self, granted: Granted, form: Mapping[str, str], client: Client, *, now: datetime
    ) -> Mapping[str, Any]:
        officer = form.get("officer", "")
        if officer and not self._is_officer(client, officer):
            raise OAuthRefused("invalid_grant", "the officer is unknown or suspended")
        consents = (
            await self._named(form["authorization_details"], client, now) if "authorization_details" in form else {}
        )
        return self._answer(replace(granted, officer=officer, consents=consents), now)

    def _is_officer(self, client: Client, officer_id: str) -> bool:
        officer = self._ports.callers.officer(client.organisation_id, officer_id) if client.organisation_id else None
        return officer is not None and officer.is_active

    async def _named(self, text: str, client: Client, now: datetime) -> Mapping[str, SubjectId]:
        """The consents that exist already and that the client wants its token to carry; all or none."""
        try:
            details = read_details(details_of(text))
            if not all(isinstance(one, NamedConsent) for one in details):
                raise OAuthRefused(
                    "invalid_authorization_details", "a subject is asked by a pushed authorization request"
                )
            ids = list(dict.fromkeys(one.consent_id for one in details if isinstance(one, NamedConsent)))
            return await self._ports.consents.bindable(ids, client, now=now)
        except DetailsRefused as refusal:
            raise OAuthRefused("invalid_authorization_details", refusal.description) from refusal

    async def _to_bearer_of(self, slip: Slip, granted: Granted, client: Client, *, now: datetime) -> Mapping[str, Any]:
        body, subject = slip.body, SubjectId(slip.body["subject"])
        if body.get("key", "") not in {"", granted.key}:
            raise OAuthRefused("invalid_grant", "the code was asked for with another key")
        consents = await self.still_in_force(dict.fromkeys(body["consents"], subject), client, now=now)
        if not consents:
            raise OAuthRefused("invalid_grant", "no consent of this grant is in force")
        answer = self._answer(replace(granted, subject=subject, grant=slip.grant, consents=consents), now)
        successors = self._successors(slip, client, now)
        taken = await self._ports.slips.exchange(slip.kind, slip.secret, successors, now)
        if await self._if_first(taken, now) is None:
            raise OAuthRefused("invalid_grant")
        return answer | ({"refresh_token": successors[0].secret} if successors else {})

    def _successors(self, slip: Slip, client: Client, now: datetime) -> Sequence[Slip]:
        if Grant.REFRESH_TOKEN not in client.grants:
            return ()
        body = {name: slip.body[name] for name in ("client_id", "scopes", "consents", "subject")}
        return (Slip(SlipKind.REFRESH, new_secret(), body, now + self._settings.refresh_lifetime, slip.grant),)

    def _answer(self, granted: Granted, now: datetime) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "access_token": self._tokens.make(granted, now=now),
            "token_type": "DPoP" if granted.key else "Bearer",
            "expires_in": self._tokens.lifetime_s,
            "scope": " ".join(sorted(granted.scopes)),
        }
        if granted.consents:
            answer["authorization_details"] = details_of_consents(granted.consents)
        return answer
