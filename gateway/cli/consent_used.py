"""The second half of the walk: the consent is used, rested, used up and taken back; a stolen token is worth nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gateway.cli.consent_asked import PULLS
from gateway.cli.consent_proof import BelievedKeys
from gateway.cli.consent_walk import StepFailed, Tokens, Walk, must, refused, turned_away
from gateway.cli.oauth_client import ProofMaker
from gateway.cli.walk_text import short
from gateway.identity.authorization_details import DETAILS_TYPE
from gateway.identity.consent_papers import ConsentPapers
from gateway.identity.keys import generate_key_set, signing_key
from gateway.registers.consents_entry import PaperFault

_NOT_IN_FORCE = ("CONSENT_REQUIRED", "CONSENT_EXPIRED")


def pull(walk: Walk, token: str) -> None:
    """Ask, and be told."""
    seen = walk.pull(token)
    must(bool(seen.capital), f"expected the paid-in capital, got {seen.status} {list(seen.codes)}")
    walk.pulls += 1
    walk.tell.sent(f"DPoP token and proof: the paid-in capital of {walk.cast.subject}, purpose CREDIT_GRANTING")
    walk.tell.back(f"{seen.status} {seen.capital}  (use {walk.pulls} of {PULLS} this month)")


def first_look(walk: Walk, tokens: Tokens) -> None:
    """The first use."""
    walk.tell.step("It looks: a field that is not public, by the subject's consent")
    pull(walk, tokens.access)


def stolen(walk: Walk, tokens: Tokens) -> None:
    """Somebody has the token and not the key."""
    walk.tell.step("Whoever steals the token has nothing: without the key it is refused")
    plain = walk.graph.bearer(tokens.access, walk.cast.subject)
    must(plain.status == 401, f"a bound token was taken without a proof: {plain.status}")
    walk.tell.sent("the same token as Bearer, without a proof")
    walk.tell.back(f"{plain.status} {plain.message}")
    thief = ProofMaker(signing_key(generate_key_set()))
    other = walk.graph.bound(tokens.access, walk.cast.subject, thief)
    must(other.status == 401, f"a proof by another key was taken: {other.status}")
    walk.tell.sent("the same token with a proof by another key")
    walk.tell.back(f"{other.status} {other.message}")


def stranger(walk: Walk, tokens: Tokens) -> None:
    """The token is for one subject."""
    walk.tell.step("The token is for this subject: about another one it yields nothing, not even what is public")
    seen = walk.graph.bound(tokens.access, walk.cast.stranger, walk.proofs)
    must(seen.subject is None, "the token reached a subject that has not agreed")
    must("SUBJECT_NOT_COVERED" in seen.codes, f"expected SUBJECT_NOT_COVERED, got {list(seen.codes)}")
    walk.tell.sent(f"the same question about {walk.cast.stranger}")
    walk.tell.back(f"{seen.status} subject: null, {seen.codes[0]}: {seen.message}")


def rested(walk: Walk, tokens: Tokens) -> None:
    """The subject lets the consent rest, and ends its rest."""
    walk.tell.step("The subject pauses the consent on the graph, with a token of its own; the next request feels it")
    act(walk, "pauseConsent", "PAUSED")
    seen = walk.pull(tokens.access)
    code = refused(seen, *_NOT_IN_FORCE)
    walk.tell.sent("the bank's question")
    walk.tell.back(f"{seen.status} paidInCapital: null, {code}: {seen.message}")
    act(walk, "resumeConsent", "ACTIVE")
    pull(walk, tokens.access)


def renewed(walk: Walk, tokens: Tokens) -> Tokens:
    """A refresh token is used once, for the next one."""
    walk.tell.step("It renews its token; each refresh token is good for once")
    walk.tell.sent(f"POST /oauth/token  refresh_token {short(tokens.refresh)}, client_assertion, DPoP")
    told = walk.client.token({"grant_type": "refresh_token", "refresh_token": tokens.refresh})
    walk.tell.back(f"200 access_token {short(told['access_token'])}, another refresh_token")
    after = Tokens(told["access_token"], told["refresh_token"])
    pull(walk, after.access)
    return after


def used_up(walk: Walk, tokens: Tokens) -> None:
    """One use more than agreed."""
    walk.tell.step(f"It looks once more than was agreed: {PULLS} a month")
    seen = walk.pull(tokens.access)
    code = refused(seen, "CONSENT_USED_UP")
    walk.tell.sent("the same question, with the new token")
    walk.tell.back(f"{seen.status} paidInCapital: null, {code}: {seen.message}")


def reused(walk: Walk, before: Tokens, after: Tokens) -> None:
    """Somebody else had a copy of the old refresh token."""
    walk.tell.step("The old refresh token is used again: two must know it, so everything of this grant ends")
    form = {"grant_type": "refresh_token", "refresh_token": before.refresh}
    trouble = turned_away(lambda: walk.client.token(form), "invalid_grant")
    walk.tell.sent(f"POST /oauth/token  refresh_token {short(before.refresh)}")
    walk.tell.back(f"{trouble.status} {trouble.error}: {trouble.description}")
    seen = walk.pull(after.access)
    must(seen.status == 401, f"the newest access token outlived its grant: {seen.status}")
    walk.tell.sent("the bank's question, with the newest access token")
    walk.tell.back(f"{seen.status} {seen.message}")
    newest = {"grant_type": "refresh_token", "refresh_token": after.refresh}
    trouble = turned_away(lambda: walk.client.token(newest), "invalid_grant")
    walk.tell.sent("POST /oauth/token  the newest refresh token")
    walk.tell.back(f"{trouble.status} {trouble.error}")


def revoked(walk: Walk) -> None:
    """The consent outlives a grant, but not the subject's word."""
    walk.tell.step("The consent stands all the same, until the subject takes it back")
    named = json.dumps([{"type": DETAILS_TYPE, "consent_id": walk.consent}])
    form = {"grant_type": "client_credentials", "authorization_details": named}
    walk.tell.sent("POST /oauth/token  grant_type client_credentials, naming the consent")
    token = str(walk.client.token(form)["access_token"])
    walk.tell.back(f"200 access_token {short(token)}")
    act(walk, "revokeConsent", "REVOKED")
    seen = walk.pull(token)
    code = refused(seen, *_NOT_IN_FORCE)
    walk.tell.sent("the bank's question, with that token")
    walk.tell.back(f"{seen.status} paidInCapital: null, {code}: {seen.message}")
    trouble = turned_away(lambda: walk.client.token(form), "invalid_authorization_details")
    walk.tell.sent("POST /oauth/token  naming the consent once more")
    walk.tell.back(f"{trouble.status} {trouble.error}: {trouble.description}")


def kept(walk: Walk, state: str) -> None:
    """What the subject holds in its hands."""
    walk.tell.step("The subject keeps the signed statements, and checks them with the gateway's public keys alone")
    mine = [one for one in walk.graph.consents(walk.cast.token) if one["state"] == state]
    held = next((one for one in mine if walk.consent in ("", one["id"])), None)
    if held is None:
        raise StepFailed("the subject does not find the consent among its own")
    walk.tell.sent("consents { id state acts signed }, and GET /.well-known/jwks.json")
    walk.tell.back(f"consent {held['id']} {held['state']}, {len(held['signed'])} signed statements")
    for acted in held["acts"]:
        walk.tell.note(f"  {acted['act']:<8} {acted['at']} by the {acted['by']}")
    try:
        public: Any = walk.http.get(f"{walk.cast.address}/.well-known/jwks.json").raise_for_status().json()
        papers = ConsentPapers(BelievedKeys(KeySet.import_key_set(public)), walk.cast.address)
        file = papers.read(held["signed"])
    except (PaperFault, JoseError, ValueError) as fault:
        raise StepFailed(f"the signed statements prove nothing: {fault}") from fault
    must(file.consent_id == held["id"] and str(file.terms.subject) == walk.cast.subject, "this is another consent")
    walk.tell.note("every signature fits, and each statement holds the digest of the one before it")


def act(walk: Walk, name: str, state: str) -> None:
    """The subject does something with the consent on the graph."""
    seen = walk.graph.act(name, walk.consent, walk.cast.token)
    done: Mapping[str, str] = (seen.body.get("data") or {}).get("done") or {}
    must(done.get("state") == state, f"expected {state}, got {seen.status} {list(seen.codes)}")
    walk.tell.sent(f"the subject: mutation {{ {name}(id: …) {{ state }} }}")
    walk.tell.back(f"{seen.status} {state}")
