"""Whoever shows tokens in tests: an issuer's keys, tokens with any header and claims, and proofs of possession."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from gateway.identity.dpop import ProofReader, ProofRules
from gateway.identity.keys import algorithm_of
from gateway.identity.presented import Presented, Scheme
from gateway.identity.tokens import TokenRules, TokenVerifier
from gateway.identity.trust import TrustedIssuer
from gateway.registers.tally import Tally, open_tally
from tests.services import UNHURRIED_S

NOW = 1_780_279_200.0
ISSUER, AUDIENCE = "https://issuer.example", "https://gateway.example/graphql"
TALLY_KEY = b"t" * 32
NONCE_KEY = b"n" * 32
KEY = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
EDWARDS_KEY = OKPKey.generate_key("Ed25519", auto_kid=True)
RSA_KEY = RSAKey.generate_key(2048, auto_kid=True)


class HeldKeys:
    """Keys that nobody changes but the test."""

    def __init__(self, *keys: Key) -> None:
        self.by_kid = {str(key.kid): key for key in keys}

    def find(self, kid: str) -> Key | None:
        return self.by_kid.get(kid)


def claims(**changes: Any) -> dict[str, Any]:
    """What a good token says; a claim that is set to None is left out."""
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "permit-office",
        "client_id": "permit-office",
        "iat": int(NOW),
        "exp": int(NOW) + 600,
        "jti": "1",
        "scope": "credit:read graph.introspect",
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def header(key: Key = KEY, **changes: Any) -> dict[str, Any]:
    """A good header; a member that is set to None is left out."""
    good = {"alg": algorithm_of(key), "typ": "at+jwt", "kid": key.kid}
    return {name: value for name, value in (good | changes).items() if value is not None}


def a_token(key: Key = KEY, *, head: dict[str, Any] | None = None, **changes: Any) -> str:
    """A signed token; whatever the header, the signature is made as it says."""
    return signed(head if head is not None else header(key), claims(**changes), key)


def signed(head: dict[str, Any], content: dict[str, Any] | bytes, key: Key) -> str:
    """Any content under any header, signed by the algorithm that the header names."""
    algorithm: Any = jws.JWSRegistry.algorithms[head["alg"]]
    payload = content if isinstance(content, bytes) else json.dumps(content).encode()
    signing_input = f"{encoded(json.dumps(head).encode())}.{encoded(payload)}"
    return f"{signing_input}.{encoded(algorithm.sign(signing_input.encode(), key))}"


def forged(head: Any, content: Any = None, signature: bytes = b"x" * 64) -> str:
    """A token that nobody signed."""
    parts = (json.dumps(head).encode(), json.dumps(claims() if content is None else content).encode(), signature)
    return ".".join(encoded(part) for part in parts)


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def a_tally(url: str = "memory://") -> Tally:
    """One process's hands on the marks that all share."""
    return open_tally(url, TALLY_KEY, lambda: NOW, patience_s=UNHURRIED_S)


def a_reader(tally: Tally, **rules: Any) -> ProofReader:
    return ProofReader(ProofRules(**rules), tally, NONCE_KEY)


def trusted(*keys: Key, **changes: Any) -> TrustedIssuer:
    """The built-in issuer with these keys."""
    return replace(TrustedIssuer("", ISSUER, AUDIENCE, HeldKeys(*(keys or (KEY, EDWARDS_KEY, RSA_KEY)))), **changes)


def a_verifier(*issuers: TrustedIssuer, proofs: ProofReader | None = None, **rules: Any) -> TokenVerifier:
    return TokenVerifier(issuers or (trusted(),), TokenRules(**rules), proofs)


@dataclass(frozen=True)
class Prover:
    """Somebody who holds a key and proves it."""

    key: Any = field(default_factory=lambda: ECKey.generate_key("P-256"))

    @property
    def thumbprint(self) -> str:
        return str(self.key.thumbprint())

    def proof(self, token: str = "", *, head: dict[str, Any] | None = None, **changes: Any) -> str:
        """A good proof for a POST to the graph, but for the changes; what is set to None is left out."""
        ath = encoded(sha256(token.encode()).digest()) if token else None
        good = {"jti": "p1", "htm": "POST", "htu": AUDIENCE, "iat": int(NOW), "ath": ath}
        content = {name: value for name, value in (good | changes).items() if value is not None}
        return signed(self.header() if head is None else head, content, self.key)

    def header(self, **changes: Any) -> dict[str, Any]:
        good = {"typ": "dpop+jwt", "alg": algorithm_of(self.key), "jwk": self.key.as_dict(private=False)}
        return {name: value for name, value in (good | changes).items() if value is not None}

    def token(self, **changes: Any) -> str:
        """A token that is bound to the key."""
        return a_token(cnf={"jkt": self.thumbprint}, **changes)


def shown(token: str, proof: str = "", **changes: Any) -> Presented:
    """A token as it comes to the graph; with a proof by the scheme DPoP."""
    scheme = Scheme.DPOP if proof else Scheme.BEARER
    return replace(Presented(token, scheme, proof=proof, address=AUDIENCE), **changes)
