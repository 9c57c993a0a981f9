"""Access tokens: what is presented becomes facts, or is refused; there is nothing in between.

Source: RFC 9068 (JWT profile for access tokens), RFC 8725 (JWT best current practices), RFC 9449 §7 (DPoP),
        RFC 8705 §3 (mutual TLS), RFC 7662 (introspection)
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from joserfc.jwk import Key

from gateway.identity.dpop import ProofReader
from gateway.identity.flights import Flights
from gateway.identity.presented import Presented, Scheme, TokenFacts
from gateway.identity.refusals import IssuerUnreachable, ProofRefused, TokenRefused, TokenUndecided
from gateway.identity.signed_text import (
    SignedText,
    SignedTextFault,
    is_signed_text,
    read_header,
    unverified_claims,
    verified_claims,
)
from gateway.identity.token_claims import check_answer, check_token, ends_at, facts_of
from gateway.identity.trust import FollowedKeys, KeySource, TokenRules, TrustedIssuer
from gateway.registers.engine import RegisterFault

__all__ = ["TokenRefused", "TokenRules", "TokenUndecided", "TokenVerifier", "TrustedIssuer"]

_HEADER_NAMES: Final = frozenset({"alg", "kid", "typ"})
_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})
_LONGEST_KEY_NAME: Final = 200
_NONCE_HEADER: Final = "DPoP-Nonce"
_WRONG_KEY: Final = "the token is signed with a key that is not known here"


@dataclass(frozen=True, slots=True)
class _Believed:
    """What a token said when it was verified, and what has to be so for it to be believed again."""

    facts: TokenFacts
    ends: float
    keys: KeySource | None = None
    """None for a token of which its issuer said it."""
    kid: str = ""
    key: Key | None = None
    followed: FollowedKeys | None = None

    def holds(self, now: float) -> bool:
        """Whether it has not ended and its key is still its issuer's."""
        if now >= self.ends or (self.followed is not None and self.followed.is_old(now)):
            return False
        return self.keys is None or self.keys.find(self.kid) is self.key


class TokenVerifier:
    """Believes tokens of these issuers; a token seen before costs one digest."""

    def __init__(self, issuers: Sequence[TrustedIssuer], rules: TokenRules, proofs: ProofReader | None = None) -> None:
        self._issuers = {trusted.issuer: trusted for trusted in issuers}
        self._asked = next((trusted for trusted in issuers if trusted.introspection is not None), None)
        self._rules = rules
        self._proofs = proofs
        self._seen: OrderedDict[bytes, _Believed] = OrderedDict()
        self._asking: Flights[_Believed] = Flights()

    async def verify(self, presented: Presented, now: float) -> TokenFacts:
        """What the token says, if its holder may use it in this very request.

        Units:   `now` in seconds since 1970
        Errors:  TokenRefused; TokenUndecided if its issuer or the register of used proofs cannot be reached
        """
        token = presented.token
        if len(token) > self._rules.longest or not token.isascii():
            raise TokenRefused("the token is too long or not a token")
        digest = blake2b(token.encode(), digest_size=32).digest()
        known = self._seen.get(digest)
        if known is not None and known.holds(now):
            self._seen.move_to_end(digest)
        else:
            self._seen.pop(digest, None)
            known = await self._believe(token, digest, now)
            self._seen[digest] = known
            if len(self._seen) > self._rules.remembered:
                self._seen.popitem(last=False)
        facts = known.facts
        if facts.key or facts.certificate or presented.scheme is not Scheme.BEARER:
            await self._check_sender(presented, facts, now)
        return facts

    def nonce(self, now: float) -> str:
        """What the next proof has to repeat; "" where proofs repeat nothing. Units: seconds since 1970."""
        return "" if self._proofs is None else self._proofs.nonce(now)

    async def aclose(self) -> None:
        """Ask nobody any more."""
        await self._asking.aclose()

    async def _believe(self, token: str, digest: bytes, now: float) -> _Believed:
        if not is_signed_text(token):
            if self._asked is None:
                raise TokenRefused("this is not a signed token")
            return await self._ask(self._asked, token, digest, now=now)
        try:
            signed = read_header(token)
            trusted = self._issuer_of(signed)
            if trusted.keys is None:
                return await self._ask(trusted, token, digest, now=now)
            _check_header(signed)
            key = await self._key_of(signed, trusted.keys, now)
            claims = verified_claims(signed, key)
        except SignedTextFault as fault:
            raise TokenRefused(f"the token {fault}") from fault
        check_token(claims, trusted, self._rules, now=now)
        facts = facts_of(claims, trusted.name, self._rules.code_exceptions)
        followed = trusted.keys if isinstance(trusted.keys, FollowedKeys) else None
        kid = signed.header["kid"]
        return _Believed(facts, ends_at(claims, self._rules), trusted.keys, kid, key, followed)

    def _issuer_of(self, signed: SignedText) -> TrustedIssuer:
        """Whom the token names; whether it comes from there, that issuer's keys alone will tell."""
        stated = unverified_claims(signed).get("iss")
        trusted = self._issuers.get(stated) if isinstance(stated, str) else None
        if trusted is None:
            raise TokenRefused("the token comes from an issuer that is not believed here")
        return trusted

    async def _key_of(self, signed: SignedText, keys: KeySource, now: float) -> Key:
        kid: str = signed.header["kid"]
        key = keys.find(kid)
        if isinstance(keys, FollowedKeys) and (key is None or keys.is_old(now)):
            await keys.refresh(now)
            key = keys.find(kid)
            if key is None and keys.is_out_of_touch:
                raise IssuerUnreachable("the issuer's keys cannot be fetched")
        if key is None:
            raise TokenRefused(_WRONG_KEY)
        return key

    async def _ask(self, trusted: TrustedIssuer, token: str, digest: bytes, *, now: float) -> _Believed:
        return await self._asking.join(digest, lambda: self._asked_about(trusted, token, now))

    async def _asked_about(self, trusted: TrustedIssuer, token: str, now: float) -> _Believed:
        assert trusted.introspection is not None
        claims = await trusted.introspection.ask(token)
        if claims is None:
            raise TokenRefused("the token is not active")
        check_answer(claims, trusted, self._rules, now=now)
        facts = facts_of(claims, trusted.name, self._rules.code_exceptions)
        return _Believed(facts, min(ends_at(claims, self._rules), now + trusted.introspection.answers_kept_s))

    async def _check_sender(self, presented: Presented, facts: TokenFacts, now: float) -> None:
        """Whether whoever shows the token is the one that it was given to."""
        if facts.certificate and facts.certificate != presented.certificate:
            message = "the token is bound to a certificate that the connection does not show"
            raise TokenRefused(message, scheme=presented.scheme)
        if not facts.key and presented.scheme is Scheme.DPOP:
            raise TokenRefused("the token is bound to no key and is shown as Bearer", scheme=Scheme.DPOP)
        if facts.key and presented.scheme is not Scheme.DPOP:
            raise TokenRefused("the token is bound to a key and has to be shown with a proof", scheme=Scheme.DPOP)
        if facts.key:
            await self._check_proof(presented, facts.key, now)

    async def _check_proof(self, presented: Presented, key: str, now: float) -> None:
        if self._proofs is None:
            raise TokenRefused("proofs of possession are not read here", scheme=Scheme.DPOP)
        try:
            proven = await self._proofs.check(
                presented.proof, method=presented.method, address=presented.address, now=now, token=presented.token
            )
        except ProofRefused as refusal:
            extra = {_NONCE_HEADER: refusal.nonce} if refusal.nonce else {}
            message, error = refusal.description, refusal.error
            raise TokenRefused(message, error=error, scheme=Scheme.DPOP, extra=extra) from refusal
        except RegisterFault as fault:
            raise TokenUndecided("the register of used proofs cannot be asked") from fault
        if proven != key:
            raise TokenRefused("the token is bound to another key than the proof's", scheme=Scheme.DPOP)


def _check_header(signed: SignedText) -> None:
    """Only `alg`, `kid` and `typ`, all three.

    A key or an address of a key inside the token (`jwk`, `jku`, `x5u`, `x5c`), `crit`, `b64` and all else are refused.
    """
    header = signed.header
    if frozenset(header) != _HEADER_NAMES or not all(isinstance(value, str) for value in header.values()):
        raise TokenRefused("the token's header has to hold `alg`, `kid` and `typ` and nothing else")
    if header["typ"].lower() not in _TYPES:
        raise TokenRefused("the token is not an access token")
    if len(header["kid"]) > _LONGEST_KEY_NAME:
        raise TokenRefused(_WRONG_KEY)
