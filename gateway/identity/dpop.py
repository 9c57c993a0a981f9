"""Proofs of possession (DPoP): whoever shows a token, or asks for one, holds the key that it is bound to.

Source: RFC 9449 §4.3 (the checks), §8-9 (nonces of the server), §11.1 (replay)
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b, sha256
from typing import Any, Final, Protocol

from gateway.base64url import base64url_text
from gateway.identity.keys import SigningKey
from gateway.identity.public_keys import KeyRefused, public_key
from gateway.identity.refusals import ProofRefused
from gateway.identity.signed_text import SignedText, SignedTextFault, read_header, verified_claims
from gateway.identity.web_addresses import is_same_address

_HEADER_NEEDED: Final = frozenset({"typ", "alg", "jwk"})
_HEADER_ALLOWED: Final = _HEADER_NEEDED | {"kid"}
_LONGEST_ID: Final = 200
_BUCKET_S: Final = 60.0
"""A nonce is given out for so long, and taken for as long again."""


class Once(Protocol):
    """Marks that all processes share."""

    async def first_time(self, kind: str, name: str, *, for_s: float) -> bool:
        """Whether nobody has come with this name within the time.

        Errors:  RegisterFault; who cannot be asked about is not let in
        """


@dataclass(frozen=True, slots=True)
class ProofRules:
    """What a proof has to be."""

    lifetime_s: float = 60.0
    leeway_s: float = 5.0
    asks_nonce: bool = True
    longest: int = 8192
    """Characters; longer ones are refused unread."""


class ProofReader:
    """Reads the `DPoP` header of requests."""

    def __init__(self, rules: ProofRules, once: Once, key: bytes) -> None:
        self._rules = rules
        self._once = once
        self._key = key[:64]
        """Shared by all processes, so that each takes the nonces of the others."""

    def nonce(self, now: float) -> str:
        """What proofs have to repeat from now on; "" where they repeat nothing. Units: seconds since 1970."""
        return self._nonce_of(int(now // _BUCKET_S)) if self._rules.asks_nonce else ""

    async def check(self, proof: str, *, method: str, address: str, now: float, token: str = "") -> str:
        """The thumbprint (RFC 7638) of the key that made the proof for this very request.

        Shape:   `address` as the world knows it, without query; `token` only where one is shown
        Units:   `now` in seconds since 1970
        Errors:  ProofRefused; RegisterFault if nobody can say whether it is a replay
        """
        if not proof or len(proof) > self._rules.longest or not proof.isascii():
            raise self._refused("a proof of possession is needed", now)
        try:
            signed = read_header(proof)
            key = self._key_of(signed, now)
            claims = verified_claims(signed, key)
        except SignedTextFault as fault:
            raise self._refused(f"the proof {fault}", now) from fault
        self._check_time(claims, now)
        if claims.get("htm") != method:
            raise self._refused("the proof is made for another method", now)
        if not is_same_address(claims.get("htu"), address):
            raise self._refused("the proof is made for another address", now)
        if token and claims.get("ath") != _digest(token):
            raise self._refused("the proof is made for another token", now)
        self._check_nonce(claims.get("nonce"), now)
        thumbprint = key.thumbprint()
        await self._check_replay(claims.get("jti"), thumbprint, now)
        return thumbprint

    def _key_of(self, signed: SignedText, now: float) -> SigningKey:
        names = frozenset(signed.header)
        if not _HEADER_NEEDED <= names <= _HEADER_ALLOWED:
            raise self._refused("the proof's header has to hold `typ`, `alg` and `jwk` and nothing else", now)
        if signed.header["typ"] != "dpop+jwt":
            raise self._refused("this is not a proof of possession", now)
        try:
            return public_key(signed.header["jwk"])
        except KeyRefused as refusal:
            raise self._refused(f"the proof names a key that is not taken: {refusal}", now) from refusal

    def _check_time(self, claims: Mapping[str, Any], now: float) -> None:
        made = claims.get("iat")
        if isinstance(made, bool) or not isinstance(made, (int, float)):
            raise self._refused("the proof does not say when it was made", now)
        if not now - self._rules.lifetime_s - self._rules.leeway_s <= made <= now + self._rules.leeway_s:
            raise self._refused("the proof is too old or not valid yet", now)

    def _check_nonce(self, stated: object, now: float) -> None:
        if not self._rules.asks_nonce:
            return
        taken = {int(moment // _BUCKET_S) for moment in (now - _BUCKET_S, now, now + self._rules.leeway_s)}
        given = stated.encode("utf-8", "replace") if isinstance(stated, str) else b""
        if not any(hmac.compare_digest(given, self._nonce_of(bucket).encode()) for bucket in taken):
            raise self._refused("the proof has to repeat the nonce that comes with this answer", now, "use_dpop_nonce")

    async def _check_replay(self, name: object, thumbprint: str, now: float) -> None:
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_ID:
            raise self._refused("the proof has no name of its own", now)
        for_s = self._rules.lifetime_s + 3 * self._rules.leeway_s  # made ahead, taken late, and clocks that differ
        if not await self._once.first_time("dpop-proof", f"{thumbprint}.{name}", for_s=for_s):
            raise self._refused("the proof was used before", now)

    def _nonce_of(self, bucket: int) -> str:
        digest = blake2b(str(bucket).encode(), digest_size=18, key=self._key, person=b"dpop nonce").digest()
        return base64url_text(digest)

    def _refused(self, description: str, now: float, error: str = "invalid_dpop_proof") -> ProofRefused:
        return ProofRefused(description, error=error, nonce=self.nonce(now))


def _digest(token: str) -> str:
    return base64url_text(sha256(token.encode()).digest())
