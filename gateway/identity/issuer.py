"""The built-in authorization server, whole: what each of its doors does, without HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gateway.faults import QuotaExceeded
from gateway.identity.access_tokens import TokenMaker, details_of_consents
from gateway.identity.authorization import AuthorizationDesk, checked
from gateway.identity.authorization_details import DetailsRefused, details_of
from gateway.identity.client_assertion import ClientGate
from gateway.identity.grants import GrantDesk
from gateway.identity.oauth_ports import Brought, Ports, is_standing
from gateway.identity.oauth_refusal import OAuthRefused, register_faults_refused
from gateway.identity.server_metadata import metadata
from gateway.registers.callers_entry import Client
from gateway.registers.slips import AlreadyTaken, Slip, SlipKind
from gateway.setting_identity import Identity
from schema.vocabulary.identifiers import SubjectId


class AuthorizationServer:
    """FAPI 2.0 Security Profile: pushed requests, PKCE, keys instead of secrets, tokens bound to their holder.

    Every method that answers a client raises OAuthRefused and nothing else; `now` is an aware time.
    """

    def __init__(self, ports: Ports, settings: Identity) -> None:
        self._ports = ports
        self._settings = settings
        self._tokens = TokenMaker(
            ports.keys, issuer=settings.issuer, audience=settings.audience, lifetime=settings.token_lifetime
        )
        leeway_s = settings.leeway.total_seconds()
        self._gate = ClientGate(ports.callers, ports.once, settings.issuer, leeway_s=leeway_s)
        self._grants = GrantDesk(ports, self._tokens, settings)
        self.desk = AuthorizationDesk(ports.slips, ports.callers, settings)
        """For the page on which subjects answer."""
        self.metadata: Mapping[str, Any] = metadata(settings)
        """What `/.well-known/oauth-authorization-server` shows."""

    def jwks(self) -> Mapping[str, Any]:
        """What `/.well-known/jwks.json` shows."""
        return self._ports.keys.public()

    def nonce(self, now: datetime) -> str:
        """What the next proof of possession has to repeat; "" if nothing."""
        return self._ports.proofs.nonce(now.timestamp())

    async def push(self, brought: Brought, *, now: datetime) -> Mapping[str, Any]:
        """Answer a pushed authorization request (RFC 9126 §2.2)."""
        with register_faults_refused():
            client = await self._client(brought, now)
            form = await self._with_key(brought, now)
            checked(form, client)
            consents = await self._asked_for(form, client, now)
            pushed = await self.desk.push(form, client, consents=consents, now=now)
        return {"request_uri": pushed.request_uri, "expires_in": pushed.expires_in_s}

    async def token(self, brought: Brought, *, now: datetime) -> Mapping[str, Any]:
        """Answer a token request (RFC 6749 §5.1)."""
        with register_faults_refused():
            client = await self._client(brought, now)
            return await self._grants.token(brought, client, now=now)

    async def revoke(self, brought: Brought, *, now: datetime) -> None:
        """Revoke a token of the client's own; one that is nobody's is revoked already (RFC 7009 §2.2).

        A refresh token takes its whole grant along, an access token only itself.
        """
        with register_faults_refused():
            client = await self._client(brought, now)
            token = _token(brought)
            claims = self._tokens.read(token, now=now)
            if claims is not None:
                _own(claims["client_id"], client)
                ends = datetime.fromtimestamp(claims["exp"], UTC) + 2 * self._settings.leeway
                await self._ports.slips.revoke([claims["jti"]], ends)
                return
            seen = await self._ports.slips.seen(SlipKind.REFRESH, token, now)
            slip = seen.slip if isinstance(seen, AlreadyTaken) else seen
            if slip is not None:
                _own(slip.body["client_id"], client)
                await self._grants.revoke_grant(slip.grant, now)

    async def introspect(self, brought: Brought, *, now: datetime) -> Mapping[str, Any]:
        """What a token says, to clients of the house that it was given to (RFC 7662 §2.2)."""
        with register_faults_refused():
            client = await self._client(brought, now)
            token = _token(brought)
            claims = self._tokens.read(token, now=now)
            if claims is not None:
                return await self._told(claims, client, now)
            slip = await self._ports.slips.look(SlipKind.REFRESH, token, now)
            return await self._told_of_slip(slip, client, now) if slip is not None else {"active": False}

    async def sweep(self, now: datetime) -> int:
        """Delete codes, refresh tokens and revocations that have ended; returns how many. Raises RegisterFault."""
        return await self._ports.slips.sweep(now)

    async def _client(self, brought: Brought, now: datetime) -> Client:
        """Who comes, proved and counted: whom a name alone would count could be shut out by anybody."""
        await self._ports.callers.fresh()
        client = await self._gate.client(brought, now=now)
        try:
            await self._ports.doorkeeper.enter(client.client_id, now=now)
        except QuotaExceeded as fault:
            raise OAuthRefused("slow_down", retry_after_s=fault.retry_after_s or 1) from fault
        return client

    async def _with_key(self, brought: Brought, now: datetime) -> Mapping[str, str]:
        """A proof that comes with a pushed request binds the code as `dpop_jkt` does (RFC 9449 §10.1)."""
        if not brought.proof:
            return brought.form
        key = await self._grants.proved(
            brought.proof, str(self.metadata["pushed_authorization_request_endpoint"]), now=now
        )
        if brought.form.get("dpop_jkt", key) != key:
            raise OAuthRefused("invalid_dpop_proof", "the proof was made with another key than dpop_jkt names")
        return {**brought.form, "dpop_jkt": key}

    async def _asked_for(self, form: Mapping[str, str], client: Client, now: datetime) -> tuple[str, ...]:
        try:
            details: Sequence[Mapping[str, Any]] = details_of(form.get("authorization_details", "[]"))
            if not details:
                raise OAuthRefused("invalid_authorization_details", "the request has to say which consents it asks for")
            return tuple(await self._ports.consents.request(details, client, now=now))
        except DetailsRefused as refusal:
            raise OAuthRefused("invalid_authorization_details", refusal.description) from refusal

    async def _told(self, claims: Mapping[str, Any], client: Client, now: datetime) -> Mapping[str, Any]:
        callers = self._ports.callers
        owner = callers.client(claims["client_id"])
        if owner is None or not is_standing(callers, owner) or not _are_of_one_house(owner, client):
            return {"active": False}
        officer = callers.officer(owner.organisation_id, claims["officer"]) if "officer" in claims else None
        if "officer" in claims and (officer is None or not officer.is_active):
            return {"active": False}
        if await self._ports.slips.revoked({claims["jti"], claims.get("grant", "")}):
            return {"active": False}
        told = {"active": True, **claims, "scope": " ".join(sorted(owner.scopes & frozenset(claims["scope"].split())))}
        told["token_type"] = "DPoP" if "jkt" in claims.get("cnf", {}) else "Bearer"
        if details := claims.get("authorization_details"):
            held = {one["consent_id"]: SubjectId(one["subject"]) for one in details}
            left = await self._grants.still_in_force(held, owner, now=now)
            if not left:
                return {"active": False}
            told["authorization_details"] = details_of_consents(left)
        return told

    async def _told_of_slip(self, slip: Slip, client: Client, now: datetime) -> Mapping[str, Any]:
        if slip.body["client_id"] != client.client_id:
            return {"active": False}
        held = dict.fromkeys(slip.body["consents"], SubjectId(slip.body["subject"]))
        if not await self._grants.still_in_force(held, client, now=now):
            return {"active": False}
        return _told_of_slip(slip, client)


def _token(brought: Brought) -> str:
    token = brought.form.get("token", "")
    if not token:
        raise OAuthRefused("invalid_request", "the request has to name a token")
    return token


def _own(client_id: str, client: Client) -> None:
    if client_id != client.client_id:
        raise OAuthRefused("invalid_grant", "the token was given to another client")


def _are_of_one_house(owner: Client, client: Client) -> bool:
    is_shared = bool(owner.organisation_id) and owner.organisation_id == client.organisation_id
    return is_shared or owner.client_id == client.client_id


def _told_of_slip(slip: Slip, client: Client) -> Mapping[str, Any]:
    scope = " ".join(sorted(client.scopes & frozenset(slip.body["scopes"])))
    ends = int(slip.ends.timestamp())
    return {"active": True, "client_id": client.client_id, "sub": slip.body["subject"], "scope": scope, "exp": ends}
